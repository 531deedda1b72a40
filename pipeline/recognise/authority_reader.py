"""Read what a pen wrote before a signer's title: KT., TL., TM., TUQ., Q., or none of these.

A word is told from a closed list, so the network looks at the whole picture and gives each of the
words a probability (:mod:`training.authority`). What stands there instead (a stroke of the
signature, a seal's rim, another word) has a class of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import cv2
import numpy as np

from pipeline.page import Pixels
from pipeline.recognise.digits import HEIGHT, Ink, log_softmax, normalise, open_model

CLASSES = ("KT.", "TL.", "TM.", "TUQ.", "Q.", "")
"""NĐ 30/2020, Phụ lục I, mục II.7a: whom the signer signs for; ``""`` is none of them."""
WIDTH = 96


def as_input(ink: Ink) -> Ink:
    """Ink of ``HEIGHT`` rows, brought to ``WIDTH`` columns: paper on the right, or squeezed."""
    if ink.shape[1] > WIDTH:
        ink = np.asarray(cv2.resize(ink, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), np.float32)
    return np.pad(ink, ((0, 0), (0, WIDTH - ink.shape[1])))


def read_authority(crops: Sequence[Pixels]) -> tuple[tuple[str, float], ...]:
    """The words with their probabilities, best first, averaged over crops of one place.

    Args:
        crops: uint8 (height, width), dark ink on light paper, with other margins.
    """
    session, temperature = _reader()
    batch = np.stack([as_input(normalise(crop)) for crop in crops])[:, None]
    (scores,) = session.run(None, {"writing": batch})
    mean = np.exp(log_softmax(scores / temperature)).mean(axis=0)
    ranked = sorted(zip(CLASSES, mean.tolist(), strict=True), key=lambda item: -item[1])
    return tuple(ranked)


@cache
def _reader() -> tuple[Any, float]:
    return open_model("authority.onnx")
