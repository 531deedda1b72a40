"""Read a strip of handwriting or print that should hold digits: n-best with probabilities.

The reader is a small convolutional network trained with connectionist temporal classification
(Graves et al. 2006; :mod:`training.digits`), run by ONNX Runtime on one thread. It reads digits,
slashes and a letter that follows a number (``12a``), passes over neighbouring printed letters, and
tells how likely a pen wrote what it read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.config import artefact
from pipeline.page import Pixels

ALPHABET = "0123456789/abcde"
"""Class 0 of the network is the blank; class i is ``ALPHABET[i - 1]``."""
HEIGHT = 32
MAX_WIDTH = 320
_SHORT = 0.03
Ink = NDArray[np.float32]
LogProbs = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a strip says: strings with probabilities (best first), and whether a pen wrote it.

    ``""`` among the strings is the probability that nothing is written.
    """

    nbest: tuple[tuple[str, float], ...]
    handwritten: float


def normalise(grey: Pixels) -> Ink:
    """A strip as ink: 0 paper .. 1 ink, ``HEIGHT`` rows, float32, width in proportion.

    Uneven paper is taken out by dividing by its local level, so that thin pencil, faded print
    and 1-bit scans look alike.

    Args:
        grey: uint8 (height, width), dark ink on light paper.
    """
    height, width = grey.shape
    wide = max(8, min(MAX_WIDTH, round(width * HEIGHT / height)))
    method = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_LINEAR
    small = cv2.resize(grey, (wide, HEIGHT), interpolation=method).astype(np.float32)
    paper = np.percentile(small, 85)
    ink = np.clip(1.0 - small / max(float(paper), 1.0), 0.0, 1.0)
    # Below a trace of ink there is nothing to stretch: an empty spot must stay empty.
    full = max(float(np.percentile(ink, 98.5)), 0.25)
    result: Ink = np.clip((ink - 0.06) / max(full - 0.06, 0.05), 0.0, 1.0).astype(np.float32)
    return result


def read_strips(strips: Sequence[Pixels], closed: bool = False, beam: int = 12) -> Reading:
    """One place seen in several crops, read together: their probabilities are averaged.

    Crops of one place (other margins, other scale) err apart, so that their mean is better and
    better calibrated than any of them.

    Args:
        strips: grey crops, dark ink on light paper.
        closed: a printed slash ends what is to be read; a crop in which none is seen was
            probably cut too short, and counts little beside one that shows it.
        beam: strings kept while decoding.
    """
    session, temperature = _reader()
    inks = [normalise(strip) for strip in strips]
    wide = max(ink.shape[1] for ink in inks) // 8 * 8 + 24
    batch = np.zeros((len(inks), 1, HEIGHT, wide), np.float32)
    for row, ink in zip(batch, inks, strict=True):
        row[0, :, 8 : 8 + ink.shape[1]] = ink
    logits, pens = session.run(None, {"strip": batch})
    read = [prefix_beam(log_softmax(scores / temperature), beam) for scores in logits]
    weights = [_SHORT + sum(p for t, p in r.items() if "/" in t) if closed else 1.0 for r in read]
    total: dict[str, float] = {}
    for found, weight in zip(read, weights, strict=True):
        for text, p in found.items():
            total[text] = total.get(text, 0.0) + p * weight / sum(weights)
    ranked = sorted(total.items(), key=lambda item: -item[1])
    pen = float(np.mean(1.0 / (1.0 + np.exp(-pens))))
    return Reading(tuple(ranked[:16]), pen)


def log_softmax(scores: NDArray[Any]) -> LogProbs:
    """Log-probabilities of each frame (rows)."""
    shifted = scores.astype(np.float64) - scores.max(axis=1, keepdims=True)
    result: LogProbs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result


def prefix_beam(frames: LogProbs, beam: int = 12) -> dict[str, float]:
    """Strings and their probabilities by CTC prefix search (Hannun 2014).

    Args:
        frames: (time, 1 + len(ALPHABET)) log-probabilities, class 0 the blank.
        beam: strings kept at each step.

    >>> frames = np.log(np.array([[0.1] + [0.85] + [0.05 / 15] * 15]))
    >>> max(prefix_beam(frames).items(), key=lambda item: item[1])
    ('0', 0.85)
    """
    ends: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}  # ending in blank, in the letter
    # Numbers of Python's own: for a dozen letters NumPy costs five times what it saves.
    for nothing, *scores in np.exp(frames).tolist():
        seen = dict(zip(ALPHABET, scores, strict=True))
        likely = [(character, p) for character, p in seen.items() if p > 1e-4]
        following: dict[str, list[float]] = {}
        for text, (blank, letter) in ends.items():
            both, last = blank + letter, text[-1:]
            slot = following.setdefault(text, [0.0, 0.0])
            slot[0] += both * nothing
            if last:
                slot[1] += letter * seen[last]
            for character, p in likely:
                before = blank if last == character else both
                following.setdefault(text + character, [0.0, 0.0])[1] += before * p
        best = sorted(following.items(), key=lambda item: -sum(item[1]))[:beam]
        ends = {text: (slot[0], slot[1]) for text, slot in best}
    return {text: float(sum(slot)) for text, slot in ends.items()}


def cut_at_slash(
    nbest: Sequence[tuple[str, float]], unslashed: float = 1.0
) -> tuple[tuple[str, float], ...]:
    """Strings up to their first slash, merged: ``299/`` and ``299`` are one number.

    Args:
        nbest: strings with probabilities.
        unslashed: weight of strings without a slash where the form prints one.

    >>> cut_at_slash([("01/2025/", 0.5), ("01", 0.25), ("/", 0.25)])
    (('01', 0.75), ('', 0.25))
    """
    merged: dict[str, float] = {}
    before = after = 0.0
    for text, p in nbest:
        head, slash, _ = text.partition("/")
        weight = p if slash else p * unslashed
        merged[head] = merged.get(head, 0.0) + weight
        before, after = before + p, after + weight
    # What was not listed keeps its share.
    scale = before / after if after else 1.0
    ranked = sorted(merged.items(), key=lambda item: -item[1])
    return tuple((head, p * scale) for head, p in ranked)


def open_model(name: str) -> tuple[Any, float]:
    """A network of ``models/`` on one thread, and its calibrated temperature."""
    # Newer builds report to their maker, and keep a database in the home folder, unless told so
    # before they are loaded.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    path = artefact(name)
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    meta = session.get_modelmeta().custom_metadata_map
    return session, float(json.loads(meta.get("temperature", "1.0")))


@cache
def _reader() -> tuple[Any, float]:
    return open_model("digits.onnx")
