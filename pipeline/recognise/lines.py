"""Words gathered into printed lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from pipeline.page import Box, Line, Word


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all ``boxes`` (at least one)."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return (min(x0), min(y0), max(x1), max(y1))


def make_line(words: Sequence[Word], reader: str) -> Line:
    """A line of words as they stand, left to right."""
    return Line(tuple(words), around(w.box for w in words), reader)


def level(line: Line) -> float:
    """The height at which a line stands: its median word, so that one tall mark does not count."""
    middles = sorted(word.box[1] + word.box[3] for word in line.words)
    return middles[len(middles) // 2] / 2


def group_words(words: Sequence[Word], reader: str) -> list[Line]:
    """Words of one column as lines, top to bottom: for a text layer, which has no lines.

    A word joins the line that it overlaps by half of the lower one's height.
    """
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.box[1] + w.box[3], w.box[0])):
        row = next((r for r in reversed(rows[-3:]) if _beside(r[-1].box, word.box)), None)
        if row is None:
            rows.append([word])
        else:
            row.append(word)
    lines = [make_line(sorted(row, key=lambda w: w.box[0]), reader) for row in rows]
    return sorted(lines, key=level)


def in_given_order(words: Sequence[Word], reader: str) -> list[Line]:
    """Words as lines without sorting them: marks side by side, as the file gives them in turn.

    A word goes on with the line when it stands beside the word before and to the right of it.
    """
    rows: list[list[Word]] = []
    for word in words:
        last = rows[-1][-1] if rows else None
        if last and _beside(last.box, word.box) and word.box[0] >= last.box[2] - 2:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [make_line(row, reader) for row in rows]


def put_in(line: Line, lines: Sequence[Line]) -> list[Line]:
    """A column's lines with one more, which goes on a line that stands beside it."""
    for i, other in enumerate(lines):
        apart = line.box[0] >= other.box[2] or line.box[2] <= other.box[0]
        if apart and _beside(line.box, other.box):
            words = sorted([*other.words, *line.words], key=lambda w: w.box[0])
            return [*lines[:i], make_line(words, other.reader), *lines[i + 1 :]]
    return sorted([*lines, line], key=level)


def split_line(line: Line, gap: float) -> list[Line]:
    """The parts of a line that stand more than ``gap`` pixels apart."""
    parts: list[list[Word]] = [[line.words[0]]]
    for before, word in pairwise(line.words):
        if word.box[0] - before.box[2] > gap:
            parts.append([])
        parts[-1].append(word)
    return [line] if len(parts) == 1 else [make_line(part, line.reader) for part in parts]


def without_words(line: Line, part: Line) -> Line:
    """A line without the words of one of its parts, and without the frame read beside them."""
    words = [w for w in line.words if w not in part.words]
    while words and not any(c.isalnum() or c in "-+*(" for c in words[0].text):
        words.pop(0)
    return make_line(words, line.reader) if words else Line((), line.box, line.reader)


def _beside(a: Box, b: Box) -> bool:
    overlap = min(a[3], b[3]) - max(a[1], b[1])
    return overlap >= 0.5 * min(a[3] - a[1], b[3] - b[1])
