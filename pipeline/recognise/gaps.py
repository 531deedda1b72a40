"""Tables without rules: cells kept apart by wide gaps that stand under one another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipeline.page import Line, Word, Zone
from pipeline.recognise.lines import around, make_line

_WIDE = 2.5  # x-heights: justified lines have no gap as wide
_STRIP = 1.2  # x-heights that stay white in all rows
_READ = 0.5  # confidence of the words at both sides
_LEAST_ROWS = 3
_LEAST_STRIPS = 2
_APART = 3.5  # x-heights between two rows of a table

Strip = tuple[float, float]


def split_unruled(zones: Sequence[Zone], letter: float) -> list[Zone]:
    """The zones, with tables without rules cut out of the body, cells in order.

    A table is three or more rows in a body that have two or more wide gaps in the same places;
    rows between them stay with it when no word of theirs stands in those gaps.

    Args:
        zones: in canonical order.
        letter: x-height in the pixels of the boxes.
    """
    out: list[Zone] = []
    for zone in zones:
        out += _split(zone.lines, letter) if zone.kind == "body" else [zone]
    return out


def _split(lines: Sequence[Line], letter: float) -> list[Zone]:
    found = find_run(lines, letter)
    if found is None:
        return [Zone("body", around(x.box for x in lines), tuple(lines))] if lines else []
    start, stop, strips = found
    above, below = tuple(lines[:start]), lines[stop:]
    head = [Zone("body", around(x.box for x in above), above)] if above else []
    return [*head, _table(lines[start:stop], strips), *_split(below, letter)]


def find_run(lines: Sequence[Line], letter: float) -> tuple[int, int, tuple[Strip, ...]] | None:
    """First and last-but-one index of the first table's lines, and its white strips; or None."""
    for start in range(len(lines)):
        strips = _gaps(lines[start], letter)
        if len(strips) < _LEAST_STRIPS:
            continue
        full, stop = 1, start + 1
        for i in range(start + 1, len(lines)):
            if lines[i].box[1] - lines[i - 1].box[3] > _APART * letter:
                break
            gaps = _gaps(lines[i], letter)
            common = _common(strips, gaps, letter)
            if len(gaps) >= _LEAST_STRIPS and len(common) >= _LEAST_STRIPS:
                strips, full, stop = common, full + 1, i + 1
            elif narrowed := _narrowed(strips, lines[i], letter):
                strips = narrowed
            else:
                break
        if full >= _LEAST_ROWS:
            return start, _with_wrapped(lines, stop, strips, letter), strips
    return None


def _with_wrapped(lines: Sequence[Line], stop: int, strips: Sequence[Strip], letter: float) -> int:
    """The end of a table, what is wrapped from its last row included.

    A line that begins in the first cell may as well be the next paragraph's.
    """
    while (
        stop < len(lines)
        and lines[stop].box[1] - lines[stop - 1].box[3] <= letter
        and _narrowed(strips, lines[stop], letter)
        and lines[stop].box[0] > strips[0][0]
    ):
        stop += 1
    return stop


def _gaps(line: Line, letter: float) -> tuple[Strip, ...]:
    """White places between a line's words that are wider than any between words of a sentence.

    Dotted lines of forms leave such places too, but between what is hardly readable.
    """
    return tuple(
        (float(before.box[2]), float(word.box[0]))
        for before, word in pairwise(line.words)
        if word.box[0] - before.box[2] >= _WIDE * letter
        and all(x.confidence >= _READ and any(map(str.isalnum, x.text)) for x in (before, word))
    )


def _common(a: Sequence[Strip], b: Sequence[Strip], letter: float) -> tuple[Strip, ...]:
    both = ((max(x[0], y[0]), min(x[1], y[1])) for x in a for y in b)
    return tuple((left, right) for left, right in both if right - left >= _STRIP * letter)


def _narrowed(strips: Sequence[Strip], line: Line, letter: float) -> tuple[Strip, ...]:
    """What a line without all gaps leaves of the strips; nothing where it runs through one."""
    out = []
    for left, right in strips:
        middle = (left + right) / 2
        for word in line.words:
            if (word.box[0] + word.box[2]) / 2 < middle:
                left = max(left, float(word.box[2]))  # noqa: PLW2901 - the strip shrinks
            else:
                right = min(right, float(word.box[0]))  # noqa: PLW2901 - the strip shrinks
        if right - left < _STRIP * letter:
            return ()
        out.append((left, right))
    return tuple(out)


def _table(lines: Sequence[Line], strips: Sequence[Strip]) -> Zone:
    """Cell after cell, row after row; a line without a first cell goes on with the row above."""
    edges = [(left + right) / 2 for left, right in strips]
    rows: list[list[list[Line]]] = []
    for line in lines:
        cells: list[list[Word]] = [[] for _ in range(len(edges) + 1)]
        for word in line.words:
            cells[sum(edge < (word.box[0] + word.box[2]) / 2 for edge in edges)].append(word)
        if cells[0] or not rows:
            rows.append([[] for _ in cells])
        for cell, words in zip(rows[-1], cells, strict=True):
            cell.extend([make_line(words, line.reader)] if words else [])
    texts = tuple(tuple(" ".join(x.text for x in cell) for cell in row) for row in rows)
    ordered = tuple(x for row in rows for cell in row for x in cell)
    return Zone("table", around(x.box for x in ordered), ordered, texts)
