"""Ruled tables: where they are, and words sorted into their cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.page import Box, Line, Pixels, Word, Zone
from pipeline.recognise.lines import around, group_words


@dataclass(frozen=True, slots=True)
class Table:
    """A grid: ``xs`` and ``ys`` are its ruling lines in pixels, the outer ones included."""

    box: Box
    xs: tuple[int, ...]
    ys: tuple[int, ...]

    def holds(self, box: Box) -> bool:
        """Whether the middle of a box lies inside."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return self.box[0] <= x < self.box[2] and self.box[1] <= y < self.box[3]


@dataclass(frozen=True, slots=True)
class Rules:
    """Ruling lines of a layer as masks: those across and those down the page."""

    flat: Pixels
    tall: Pixels


def find_rules(layer: Pixels, letter: float, across: float = 6.0, down: float = 2.5) -> Rules:
    """Runs of ink far longer than a letter: ``across`` and ``down`` are their least x-heights."""
    ink = (layer < 160).astype(np.uint8)
    return Rules(_runs(ink, (1, round(across * letter))), _runs(ink, (round(down * letter), 1)))


def find_tables(layer: Pixels, letter: float) -> tuple[tuple[Table, ...], Pixels]:
    """The ruled tables of a layer, and the layer without their rules.

    A table has at least three rules each way, or two one way and three the other; a frame around
    a stamp has two and two.
    """
    rules = find_rules(layer, letter)
    flat, tall = rules.flat, rules.tall
    if not flat.any() or not tall.any():
        return (), layer
    grid = cv2.dilate(flat | tall, np.ones((5, 5), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(grid)
    tables = []
    out = layer
    for x, y, w, h, _ in stats[1:].tolist():
        if w < 15 * letter or h < 3 * letter:
            continue
        part = np.s_[y : y + h, x : x + w]
        xs = _rules(tall[part].sum(axis=0) / h, letter)
        ys = _rules(flat[part].sum(axis=1) / w, letter)
        if min(len(xs), len(ys)) < 2 or max(len(xs), len(ys)) < 3:
            continue
        tables.append(
            Table((x, y, x + w, y + h), tuple(v + x for v in xs), tuple(v + y for v in ys))
        )
        out = out.copy() if out is layer else out
        out[part][cv2.dilate((flat | tall)[part], np.ones((3, 3), np.uint8)) > 0] = 255
    return tuple(tables), out


def _runs(ink: Pixels, shape: tuple[int, int]) -> Pixels:
    return np.asarray(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(shape, np.uint8)), np.uint8)


def _rules(share: NDArray[np.float64], letter: float) -> list[int]:
    """Middles of the runs where ink follows a rule for a quarter of the table."""
    places = np.flatnonzero(share >= 0.25)
    if not places.size:
        return []
    runs = np.split(places, np.flatnonzero(np.diff(places) > 0.8 * letter) + 1)
    return [int(run.mean()) for run in runs]


def take_cells(lines: Sequence[Line], table: Table) -> tuple[list[Line], Zone | None]:
    """The lines without the table's words, and the table: cell after cell, row after row."""
    rest: list[Line] = []
    words: list[Word] = []
    reader = ""
    for line in lines:
        inside = [word for word in line.words if table.holds(word.box)]
        if len(inside) * 2 < len(line.words) or not inside:
            rest.append(line)
            continue
        reader = line.reader
        words += line.words
    if not words:
        return rest, None
    cells: dict[tuple[int, int], list[Word]] = {}
    for word in words:
        x, y = (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2
        row = int(np.searchsorted(table.ys[1:-1], y))
        cells.setdefault((row, int(np.searchsorted(table.xs[1:-1], x))), []).append(word)
    texts = {place: group_words(found, reader) for place, found in cells.items()}
    rows = tuple(
        tuple(" ".join(line.text for line in texts.get((row, column), ()))
              for column in range(max(1, len(table.xs) - 1)))
        for row in range(max(1, len(table.ys) - 1))
    )  # fmt: skip
    ordered = [line for place in sorted(texts) for line in texts[place]]
    return rest, Zone("table", around(line.box for line in ordered), tuple(ordered), rows)
