"""Lines of the pages as rows: the text, its folded form, and the words behind every character."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

from rapidfuzz.distance import Levenshtein

from pipeline.page import OUTSIDE_TEXT, Box, Line, PageText, Word, ZoneKind
from pipeline.text import fold

_OFF = 0.02  # of the text's width


@dataclass(frozen=True)
class Row:
    """A printed line, or a part of one.

    ``folded`` has one character for each of ``text``; ``raw`` is the same line before restoring;
    ``gap`` tells that an empty line or a new zone stands before it; ``start`` and ``end`` are the
    part's place in the whole line's ``text``. No slots: where words and raw characters stand is
    found once a row, however many parts are cut from it.
    """

    page: int
    kind: ZoneKind
    text: str
    folded: str
    words: tuple[Word, ...]
    raw: str
    gap: bool = False

    def part(self, start: int, end: int | None = None) -> Row:
        """The characters ``start:end`` as a row of their own, spaces at its ends left out."""
        end = len(self.text) if end is None else min(end, len(self.text))
        while start < end and self.text[start] == " ":
            start += 1
        while end > start and self.text[end - 1] == " ":
            end -= 1
        if start == 0 and end == len(self.text):
            return self
        return replace(
            self,
            text=self.text[start:end],
            folded=self.folded[start:end],
            words=self._words(start, end),
            raw=self.raw_of(start, end),
            gap=self.gap and start == 0,
        )

    def _words(self, start: int, end: int) -> tuple[Word, ...]:
        """The words that any character of ``start:end`` comes from."""
        first = bisect_right(self._ends, start)
        return self.words[first : bisect_left(self._starts, end, lo=first)]

    @cached_property
    def _starts(self) -> list[int]:
        """Where each word begins in the text."""
        return list(accumulate((len(w.text) + 1 for w in self.words[:-1]), initial=0))

    @cached_property
    def _ends(self) -> list[int]:
        """Where each word has ended."""
        return [at + len(w.text) for at, w in zip(self._starts, self.words, strict=False)]

    @cached_property
    def _in_raw(self) -> _aligned:
        return _aligned(self.text, self.raw)

    def raw_of(self, start: int, end: int) -> str:
        """What was read where ``text[start:end]`` stands now."""
        if self.raw == self.text:
            return self.raw[start:end]
        return self.raw[self._in_raw(start) : self._in_raw(end)].strip()

    @property
    def box(self) -> Box | None:
        """Around its words; None for plain text, which has no places."""
        return box_around(self.words)


class _aligned:  # noqa: N801 - used like a function
    """Maps offsets of one text to offsets of another spelling of it."""

    def __init__(self, text: str, raw: str) -> None:
        self._steps = Levenshtein.opcodes(text, raw)

    def __call__(self, offset: int) -> int:
        for step in self._steps:
            if offset < step.src_end or (offset == step.src_end and step is self._steps[-1]):
                into = min(offset - step.src_start, step.dest_end - step.dest_start)
                return step.dest_start + into
        return self._steps[-1].dest_end if self._steps else 0


def box_around(words: Sequence[Word]) -> Box | None:
    """The smallest box that holds all words that have one."""
    boxes = [w.box for w in words if w.box[2] > w.box[0]]
    if not boxes:
        return None
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


@dataclass(frozen=True, slots=True)
class Span:
    """How far the text reaches on each page, in pixels."""

    sides: dict[int, tuple[int, int]]

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Span:
        """From the rows of title, address and body."""
        sides: dict[int, tuple[int, int]] = {}
        for row in rows:
            box = row.box if row.kind in ("title", "addressee", "body") else None
            if box:
                left, right = sides.get(row.page, (box[0], box[2]))
                sides[row.page] = (min(left, box[0]), max(right, box[2]))
        return cls(sides)

    def centred(self, row: Row) -> bool:
        """Whether a row stands in the middle; a paragraph's indent puts its first line off it."""
        box = row.box
        if box is None or row.page not in self.sides:
            return False
        left, right = self.sides[row.page]
        return abs((box[0] + box[2]) - (left + right)) < 2 * _OFF * (right - left)


def rows_of(pages: Sequence[PageText], raw: Sequence[PageText]) -> list[Row]:
    """All lines of the pages, stamps and overlays too, in reading order.

    Args:
        pages: restored pages.
        raw: the same pages before restoring; where they differ in shape, the restored text
            stands for the raw one too.
    """
    rows: list[Row] = []
    for index, page in enumerate(pages):
        before = raw[index] if index < len(raw) else page
        for place, zone in enumerate(page.zones):
            twin = before.zones[place].lines if place < len(before.zones) else zone.lines
            same = len(twin) == len(zone.lines)
            gap = True
            for number, line in enumerate(zone.lines):
                if not line.words:
                    gap = True
                    continue
                raw_line = twin[number] if same else line
                rows.append(_row(page.number, zone.kind, line, raw_line, gap))
                gap = False
    return rows


def _row(page: int, kind: ZoneKind, line: Line, raw: Line, gap: bool) -> Row:
    text = line.text
    return Row(page, kind, text, fold(text), line.words, raw.text, gap)


def outside(row: Row) -> bool:
    """Whether the row belongs to a stamp or an overlay, not to the letter's text."""
    return row.kind in OUTSIDE_TEXT
