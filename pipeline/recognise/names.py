"""A signer's name in doubt, read several ways and put together by vote.

A name stands under pen and seal, and no context mends it: two family names may differ in one
letter. Its row is cut out of each layer with and without rings, seals and strokes, in two sizes,
and all are read in one call; what the readings agree on is the name, and how far they agree is
how sure it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from pipeline.config import Settings
from pipeline.errors import EngineMissing
from pipeline.page import Box, CleanPage, Line, Pixels, Word, Zone
from pipeline.recognise.compose import Piece, stack
from pipeline.recognise.lines import around, level, make_line
from pipeline.recognise.marks import is_capitals
from pipeline.recognise.reader import BLOCK, Reader, parse_tsv
from pipeline.recognise.seals import Seal, without_rims
from pipeline.recognise.second import SCRIPT
from pipeline.recognise.underprint import without_seal_ink
from pipeline.recognise.votes import AGREED, NAME_WORD, voted
from pipeline.text import FAMILIES, LOWER, is_syllable

_SMALLER = 0.8  # the scale of every other picture of the row
_SURE = 0.8  # a name all of whose words are above this is not read again
_FIRST = 4.0  # x-heights: a short family name, which may stand before what was read
_TALL = 3.2  # x-heights: blobs taller than this are pen strokes and rims


@dataclass(frozen=True, slots=True)
class _Row:
    """The pictures of a row, and where it stands on the page."""

    pictures: Sequence[Pixels]
    box: Box
    letter: float


def read_names(
    zones: Sequence[Zone],
    page: CleanPage,
    black: Pixels,
    seals: Sequence[Seal],
    letter: float,
    settings: Settings,
    reader: Reader,
) -> list[Zone]:
    """Zones in which a doubtful name under the signer's title is what most readings say.

    The line that was read first becomes an alternative.

    Args:
        zones: as first read, boxes in pixels of the cleaned page.
        page: the page that they were read from.
        black: its black layer, seals and pen strokes painted out.
        seals: black and red ones.
        letter: x-height in pixels.
        settings: ``recognise.second_readings``.
        reader: what reads a picture.
    """
    out = list(zones)
    if not settings.recognise.second_readings:
        return out
    for at, zone in enumerate(zones):
        line = _doubtful_name(zone)
        if line is None:
            continue
        box = _place(line, zone, page.black.shape, letter)
        row = _Row(_pictures(box, page, black, seals, letter), box, letter)
        readings = [line.words, *_readings(row, settings.recognise.language, settings, reader)]
        words = voted(readings)
        if any(word.confidence < AGREED for word in words):
            words = voted([*readings, *_readings(row, SCRIPT, settings, reader)])
        named = replace(make_line(words, line.reader), alternatives=(line,)) if words else line
        lines = tuple(named if x is line else x for x in zone.lines)
        out[at] = replace(zone, box=around(x.box for x in lines), lines=lines)
    return out


def _doubtful_name(zone: Zone) -> Line | None:
    """The last line below a signature's titles, if it is no name that was surely read."""
    if zone.kind != "signature":
        return None
    titles = [line for line in zone.lines if is_capitals(line.text)]
    lowest = max(map(level, titles), default=-1.0)
    below = [x for x in zone.lines if level(x) > lowest and re.search(rf"[{LOWER}]{{2}}", x.text)]
    if not below:
        return None
    line = max(below, key=level)
    words = [word.text for word in line.words]
    whole = (
        2 < len(words) < 6
        and words[0].lower() in FAMILIES
        and all(NAME_WORD.fullmatch(word) and is_syllable(word) for word in words)
    )
    sure = min(word.confidence for word in line.words) >= _SURE
    return None if whole and sure else line


def _place(line: Line, zone: Zone, shape: tuple[int, ...], letter: float) -> Box:
    """The whole row of a name of which a part was read.

    What stands under a title is centred under it (NĐ 30/2020 Phụ lục I, cell 7), so a row that
    begins or ends too near to the axis goes on as far on the other side.
    """
    titles = [x for x in zone.lines if is_capitals(x.text) and level(x) < level(line)]
    best = max(line.words, key=lambda word: (word.confidence, len(word.text)))
    left, right = line.box[0], line.box[2]
    if line.words[0].text.lower() not in FAMILIES:
        left -= round(_FIRST * letter)
    if titles:
        axis = titles[-1].box[0] + titles[-1].box[2]
        left, right = min(left, axis - right), max(right, axis - left)
    return (
        max(0, round(left - letter)),
        max(0, round(best.box[1] - 0.5 * letter)),
        min(shape[1], round(right + letter)),
        min(shape[0], round(best.box[3] + 0.5 * letter)),
    )


def _pictures(
    box: Box, page: CleanPage, black: Pixels, seals: Sequence[Seal], letter: float
) -> list[Pixels]:
    """The row as the layers show it: without what hides it, and with what was taken out with it."""
    x0, y0, x1, y1 = box
    over = tuple(seal for seal in seals if _meet(seal.box, box))
    layers = [black]
    if over:
        # A ring may take a part of a letter with it: the vote hears the row with rings, too.
        layers += [without_seal_ink(page.black, over, letter), without_rims(page.black, over)]
    layers.append(page.black)
    if page.red is not None:
        layers += [page.red, without_rims(page.red, over)] if over else [page.red]
    out: list[Pixels] = []
    for layer in layers:
        row = layer[y0:y1, x0:x1]
        for cut in (row, _without_strokes(row, letter)):
            if (cut < 160).any() and not any(np.array_equal(cut, known) for known in out):
                out.append(cut)
    return out


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _without_strokes(row: Pixels, letter: float) -> Pixels:
    """A row without blobs that are too tall for letters or belong to the rows beside it."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((row < 160).astype(np.uint8))
    middle = stats[:, 1] + stats[:, 3] / 2
    beside = (middle < 0.3 * letter) | (middle > row.shape[0] - 0.3 * letter)
    gone = beside | (stats[:, 3] > _TALL * letter)
    gone[0] = False
    return np.asarray(np.where(gone[labels], np.uint8(255), row), np.uint8)


def _readings(
    row: _Row, language: str, settings: Settings, reader: Reader
) -> list[tuple[Word, ...]]:
    """What is read of each picture in each manner, boxes moved back; nothing without the model."""
    pieces, scales = [], []
    for picture in row.pictures:
        small = cv2.resize(picture, None, fx=_SMALLER, fy=_SMALLER, interpolation=cv2.INTER_AREA)
        for drawn, scale in ((picture, 1.0), (small, _SMALLER), (cv2.medianBlur(picture, 3), 1.0)):
            height, width = drawn.shape
            pieces.append(Piece(np.asarray(drawn, np.uint8), (0, 0, width, height)))
            scales.append(scale)
    if not pieces:
        return []
    tall = stack(pieces, round(1.2 * row.letter))
    try:
        read = parse_tsv(reader(tall.picture, language, BLOCK, settings))
    except EngineMissing:  # the other readings stand; `congvan doctor` names what is missing
        return []
    words: list[list[Word]] = [[] for _ in pieces]
    left, top = row.box[:2]
    for word in read:
        index, found = tall.back(word.box)
        x0, y0, x1, y1 = (round(value / scales[index]) for value in found)
        moved = (x0 + left, y0 + top, x1 + left, y1 + top)
        words[index].append(Word(word.text, moved, word.confidence))
    return [tuple(sorted(found, key=lambda w: w.box[0])) for found in words if found]
