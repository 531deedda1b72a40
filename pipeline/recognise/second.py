"""Doubtful lines read again, another way, as alternatives that restoration decides between.

What one reading loses, another often holds: on 17 real first pages five readings together had
97.4 % of the syllables where the best one had 94.7. All doubtful lines of a page share one call.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from pipeline.config import Settings
from pipeline.errors import EngineMissing
from pipeline.page import OUTSIDE_TEXT, Box, CleanPage, Line, Pixels, Word, Zone
from pipeline.recognise.compose import Piece, stack
from pipeline.recognise.lines import make_line
from pipeline.recognise.reader import BLOCK, Reader, parse_tsv
from pipeline.text import is_syllable

SCRIPT = "Vietnamese"  # the script model of Debian's package tesseract-ocr-script-viet
_NOISY = 0.85  # below this quality the script model is the better second reader
_SMALLER = 0.8  # the scale of the other second reading
_WEAK = 0.8  # a word below this makes its line doubtful
# The share of a page's lines that may be read again, the worst ones, so that a bad page does
# not cost twice as much.
_MOST = 0.3


def add_alternatives(
    zones: Sequence[Zone],
    page: CleanPage,
    black: Pixels,
    letter: float,
    settings: Settings,
    reader: Reader,
) -> list[Zone]:
    """Zones whose doubtful lines carry a second reading.

    On a noisy page the second reader is the script model, which makes half the errors of ``vie``
    there; elsewhere it is the same model on smaller letters, which is as good and costs less.

    Args:
        zones: as first read, boxes in pixels of the cleaned page.
        page: the page that they were read from.
        black: its black layer, seals and pen strokes painted out.
        letter: the x-height in pixels there.
        settings: ``recognise.second_readings`` and ``second_below``.
        reader: what reads a picture.
    """
    lines = [line for zone in zones if zone.kind not in OUTSIDE_TEXT for line in zone.lines]
    below = settings.recognise.second_below
    doubtful = [x for x in lines if not x.alternatives and is_doubtful(x, below)]
    doubtful.sort(key=lambda line: min(word.confidence for word in line.words))
    doubtful = doubtful[: max(3, round(_MOST * len(lines)))]
    if not settings.recognise.second_readings or not doubtful:
        return list(zones)
    again = _read_again(doubtful, page, black, letter, settings, reader)
    return [
        replace(
            zone,
            lines=tuple(
                replace(line, alternatives=(again[line],)) if line in again else line
                for line in zone.lines
            ),
        )
        for zone in zones
    ]


def is_doubtful(line: Line, below: float) -> bool:
    """Whether a line is worth a second reading.

    A weak word, or a word that no Vietnamese syllable can be (``đôc``, ``phâm``): readers give
    those with full confidence.
    """
    if line.confidence < below:
        return True
    return any(
        (word.confidence < _WEAK and re.search(r"\w", word.text)) or _is_broken(word.text)
        for word in line.words
    )


def _is_broken(text: str) -> bool:
    syllables = re.findall(r"[^\W\d_]+", text)
    return any(
        len(part) > 1 and not part.isupper() and part.isalpha() and not is_syllable(part)
        for part in syllables
        if not part.isascii()
    )


def _read_again(
    lines: Sequence[Line],
    page: CleanPage,
    black: Pixels,
    letter: float,
    settings: Settings,
    reader: Reader,
) -> dict[Line, Line]:
    noisy = page.quality.score < _NOISY
    language = SCRIPT if noisy else settings.recognise.language
    scale = 1.0 if noisy else _SMALLER
    pieces = [line_strip(line, black, round(0.7 * letter)) for line in lines]
    tall = stack(pieces, round(1.2 * letter))
    picture = tall.picture
    if not noisy:
        size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    try:
        found = parse_tsv(reader(picture, language, BLOCK, settings))
    except EngineMissing:  # the first reading stands; `congvan doctor` names what is missing
        return {}
    words: list[list[Word]] = [[] for _ in pieces]
    for word in found:
        x0, y0, x1, y1 = (round(value / scale) for value in word.box)
        index, box = tall.back((x0, y0, x1, y1))
        words[index].append(Word(word.text, box, word.confidence))
    return {
        line: make_line(sorted(again, key=lambda w: w.box[0]), language)
        for line, again in zip(lines, words, strict=True)
        if again and " ".join(w.text for w in again) != line.text
    }


def line_strip(line: Line, black: Pixels, margin: int) -> Piece:
    """One line cut out, without the ink of the lines above and below that reaches in."""
    height, width = black.shape
    x0, y0, x1, y1 = line.box
    box: Box = (max(0, x0 - margin), max(0, y0 - margin // 2),
                min(width, x1 + margin), min(height, y1 + margin // 2))  # fmt: skip
    cut = black[box[1] : box[3], box[0] : box[2]]
    _, labels, stats, _ = cv2.connectedComponentsWithStats((cut < 160).astype(np.uint8))
    middle = stats[:, 1] + stats[:, 3] / 2 + box[1]
    outside = (middle < y0) | (middle > y1)
    outside[0] = False
    return Piece(np.where(outside[labels], np.uint8(255), cut), box)
