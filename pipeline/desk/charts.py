"""Charts as SVG made here: no script, no library, sharp at any size, read aloud as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.desk.figures import Bar

WIDTH = 640
_COLUMNS_HEIGHT = 200
_ROW = 30
_LABEL = 250
_CAPITAL, _SMALL = 9.0, 6.2
"""Pixels that a letter takes at 12 px, spaces counted: a little more than Noto Sans needs."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A bar with its texts, placed in pixels of the drawing."""

    x: float
    y: float
    width: float
    height: float
    label: str
    shown: str
    full: str
    label_x: float
    label_y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing for ``chart.html``: ``lying`` bars have their labels at the left."""

    width: int
    height: int
    tone: str
    lying: bool
    pieces: tuple[Piece, ...]


def columns(bars: Sequence[Bar], tone: str, width: int = WIDTH) -> Chart:
    """Standing bars in order of time; labels thin out where they would touch."""
    top = max((bar.value for bar in bars), default=0) or 1
    step = width / max(len(bars), 1)
    every = max(1, round(58 / step + 0.49))
    room = _COLUMNS_HEIGHT - 44
    pieces = []
    for at, bar in enumerate(bars):
        height = room * bar.value / top
        thick = min(step * 0.72, 48)
        x = at * step + (step - thick) / 2
        shown = bar.shown if step >= 24 else ""
        label = bar.label if at % every == 0 else ""
        pieces.append(
            Piece(
                round(x, 1), round(20 + room - height, 1), round(thick, 1), round(height, 1),
                label, shown, bar.label, round(x + thick / 2, 1), _COLUMNS_HEIGHT - 6,
            )
        )  # fmt: skip
    return Chart(width, _COLUMNS_HEIGHT, tone, False, tuple(pieces))


def rows(
    bars: Sequence[Bar],
    tone: str,
    top: float | None = None,
    *,
    width: int = WIDTH,
    label: int = _LABEL,
) -> Chart:
    """Lying bars, the greatest first; ``top`` is the value of a full bar.

    ``label`` is the room for the bars' names, of the whole ``width``.
    """
    most = top or max((bar.value for bar in bars), default=0) or 1
    room = width - label - 90
    pieces = []
    for at, bar in enumerate(bars):
        y = at * _ROW
        pieces.append(
            Piece(
                label, y + 5, round(room * bar.value / most, 1), _ROW - 10,
                _fitting(bar.label, label - 8), bar.shown, bar.label, label - 8, y + _ROW / 2 + 4,
            )
        )  # fmt: skip
    return Chart(width, max(1, len(bars)) * _ROW, tone, True, tuple(pieces))


def _fitting(name: str, room: float) -> str:
    """As much of ``name`` as fits into ``room`` pixels; offices are written in capitals."""
    for at, letter in enumerate(name):
        room -= _CAPITAL if letter.isupper() else _SMALL
        if room < 0:
            return name[: max(at - 1, 0)] + "…"
    return name
