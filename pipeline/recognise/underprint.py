"""Print under a seal told from the seal's ink, by its grey or by how thick its strokes are.

On a grey scan a red seal is dark grey, print is black, and where both lie it is black: ink of the
seal's own grey goes. On a 1-bit scan both are black, but titles and names are bold (NĐ 30/2020
Phụ lục I, cells 7a and 7b), and rubber prints thin lines: rings go, then what is no bold stroke
and no mark over one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.page import Line, Pixels
from pipeline.recognise.compose import Piece
from pipeline.recognise.seals import Seal, without_rims
from pipeline.text import is_syllable

_INK = 160
_PALER = 30  # grey levels between print and a seal, so that they can be told apart
_FEWEST = 60  # of the 240 points on a rim must be ink, to know its grey
_SPREAD = 1.3  # a seal's ink is so uneven that it may be as pale as this, print being 0 and it 1
_WIDER = 1.1  # of a seal's radius: rubber spreads
# In x-heights:
_REACH = 0.4  # that a stroke's thin or pale end may go on from its core
_HALF_STEM = 0.11  # half of a bold letter's stem, at least
_STEM = 0.35  # its height, at least
_MARK, _OVER = 0.8, 0.6  # the size of a tone mark, and how far it stands from its letter
# In square x-heights:
_BLACK, _DOT = 0.025, 0.05  # black ink of a circumflex; a dot


@dataclass(frozen=True, slots=True)
class _Disc:
    """A seal's part of a layer, and where in it the seal lies."""

    pixels: Pixels
    inside: NDArray[np.bool_]
    place: tuple[slice, slice]


def without_seal_ink(
    layer: Pixels, seals: Sequence[Seal], letter: float, *, rings_only: bool = False
) -> Pixels:
    """A black layer without the ink of its seals.

    Args:
        layer: the black layer.
        seals: circles in it.
        letter: x-height in pixels.
        rings_only: of a seal as black as print take only the rings.
    """
    if not seals:
        return layer
    sample = layer[::3, ::3]
    dark = sample[sample < 128]
    printed = float(np.median(dark)) if dark.size else 0.0
    out = layer
    for seal in seals:
        level = _level(layer, seal, letter)
        rimless = without_rims(out, (seal,))
        disc = _disc(rimless, seal)
        if level - printed >= _PALER:
            black = out[disc.place] < (printed + level) / 2
            part = np.where(black, out[disc.place], disc.pixels)
            kept = _black_strokes(part, black, printed + _SPREAD * (level - printed), letter)
        elif not rings_only:
            part, kept = disc.pixels, _bold_strokes(disc.pixels, letter)
        else:
            out = rimless
            continue
        out = rimless.copy()
        out[disc.place] = np.where(disc.inside & ~kept, np.uint8(255), part)
    return out


def _disc(layer: Pixels, seal: Seal) -> _Disc:
    x0, y0, x1, y1 = Seal(seal.x, seal.y, seal.radius * _WIDER).box
    pixels = layer[y0:y1, x0:x1]
    ys, xs = np.ogrid[y0 : y0 + pixels.shape[0], x0 : x0 + pixels.shape[1]]
    inside = (xs - seal.x) ** 2 + (ys - seal.y) ** 2 <= (seal.radius * _WIDER) ** 2
    return _Disc(pixels, np.asarray(inside), np.s_[y0:y1, x0:x1])


def _level(layer: Pixels, seal: Seal, letter: float) -> float:
    """The grey of a seal's ink, at its rim; 0 where too little of it is there."""
    turn = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    radii = seal.radius + np.arange(-0.37, 0.13, 0.04)[:, None] * letter
    rim = cv2.remap(
        layer,
        (seal.x + radii * np.cos(turn)).astype(np.float32),
        (seal.y + radii * np.sin(turn)).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=255,
    ).min(axis=0)
    ink = rim[rim < _INK + 40]
    return float(np.median(ink)) if len(ink) > _FEWEST else 0.0


def _black_strokes(
    part: Pixels, black: NDArray[np.bool_], pale: float, letter: float
) -> NDArray[np.bool_]:
    """Which pixels are strokes of print: black ones, and paler ink that goes on from them."""
    core = _parts(black, cv2.CC_STAT_AREA, _BLACK * letter * letter)
    near = np.asarray(cv2.dilate(core, np.ones((3, 3), np.uint8)), np.uint8)
    return _grown(near, part < min(_INK - 10, pale), letter)


def _bold_strokes(part: Pixels, letter: float) -> NDArray[np.bool_]:
    """Which pixels are bold upright strokes, thin ones that go on from them, and marks at them."""
    deep = cv2.distanceTransform((part < 128).astype(np.uint8), cv2.DIST_L2, 3)
    core = _parts(deep >= _HALF_STEM * letter, cv2.CC_STAT_HEIGHT, _STEM * letter)
    ink = part < _INK
    strokes = _grown(core, ink, letter)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8))
    reach = 2 * round(_OVER * letter) + 1
    beside = cv2.dilate(strokes.astype(np.uint8), np.ones((reach, 3), np.uint8)) > 0
    mark = np.zeros(len(stats), bool)
    mark[np.unique(labels[beside & ink])] = True
    mark &= stats[:, 2:4].max(axis=1) < _MARK * letter
    mark &= stats[:, cv2.CC_STAT_AREA] >= _DOT * letter * letter
    mark[0] = False
    return np.asarray(cv2.dilate((strokes | mark[labels]).astype(np.uint8), np.ones((3, 3))) > 0)


def _parts(mask: NDArray[np.bool_], measure: int, least: float) -> Pixels:
    """The connected parts of a mask that measure at least so much, as 0 and 1."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    large = stats[:, measure] >= least
    large[0] = False
    return np.asarray(large[labels], np.uint8)


def _grown(core: Pixels, ink: NDArray[np.bool_], letter: float) -> NDArray[np.bool_]:
    """A core, the ink that goes on from it, and the grey edge of both."""
    square = np.ones((3, 3), np.uint8)
    grown, over = core, ink.astype(np.uint8)
    for _ in range(round(_REACH * letter)):
        grown = np.asarray(grown | (np.asarray(cv2.dilate(grown, square), np.uint8) & over))
    return np.asarray(cv2.dilate(grown, square) > 0)


def bold_rows(
    rows: Sequence[Piece], seals: Sequence[Seal], letter: float
) -> list[tuple[int, Piece]]:
    """Rows that lie under a seal once more, bold strokes alone there, each with its place in rows.

    Args:
        rows: cut out of a layer whose rings are gone.
        seals: circles in that layer.
        letter: x-height in pixels.
    """
    out = []
    for index, row in enumerate(rows):
        left, top = row.source[:2]
        pixels = row.pixels
        for seal in seals:
            moved = Seal(seal.x - left, seal.y - top, seal.radius)
            disc = _disc(pixels, moved)
            if not disc.inside.any() or (disc.pixels[disc.inside] > _INK).all():
                continue
            pixels = pixels.copy()
            kept = _bold_strokes(disc.pixels, letter)
            pixels[disc.place][disc.inside & ~kept] = 255
        if pixels is not row.pixels:
            out.append((index, Piece(pixels, row.source)))
    return out


def better(lines: list[Line], others: list[Line]) -> list[Line]:
    """Of two readings of a row the one in which more letters are in words surely read."""
    return others if _worth(others) > _worth(lines) else lines


def _worth(lines: Sequence[Line]) -> float:
    worth = 0.0
    for word in (word for line in lines for word in line.words):
        parts = re.findall(r"[^\W\d_]+", word.text)
        sure = word.confidence if parts and all(map(is_syllable, parts)) else 0.0
        worth += len(word.text) * (sure - 0.5)
    return worth
