"""A value that a rule took from the rows, before it becomes a field of the record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.page import Word
from pipeline.parse.rows import Row
from pipeline.text import LOWER

TORN = 4
"""Doubts from which on a value is for a clerk to look at, whatever speaks for it."""

_RULED = str.maketrans("|¦", "  ")  # a table's rules
_LONE_MARKS = re.compile(r"(?<!\S)[_|~^*•=]+(?!\S)")  # specks and lines read as words


@dataclass(frozen=True, slots=True)
class Found:
    """``rows`` are the parts of rows that the value was read from, ``rule`` names who took it.

    ``doubt`` counts what made the rule unsure (a garbled label, a repaired character, an unusual
    place); ``support`` counts cross-checks that agree less those that disagree.
    """

    value: str | None
    rows: tuple[Row, ...]
    rule: str
    doubt: int = 0
    support: int = 0

    def supported(self, by: int) -> Found:
        """The same value with ``by`` more (or fewer) cross-checks in favour."""
        return replace(self, support=self.support + by)

    def torn(self) -> Found:
        """The same value, read in part only: no reading and no support makes it sure."""
        return replace(self, doubt=max(TORN, self.doubt))

    @property
    def words(self) -> tuple[Word, ...]:
        """The words behind the value."""
        return tuple(word for row in self.rows for word in row.words)

    @property
    def raw(self) -> str:
        """The same place before restoring and joining."""
        return " ".join(row.raw for row in self.rows if row.raw)


# A comma read as a full stop: no phrase goes on in small letters behind one.
_STOPPED = re.compile(rf"(?<=[{LOWER}])(?<!\btp)(?<!\btx)(?<!\bths)\.\s+(?=[{LOWER}])")


def phrase(text: str) -> str:
    """A value that is one phrase, its commas as they were.

    >>> phrase("Các sở. ban, ngành")
    'Các sở, ban, ngành'
    """
    return _STOPPED.sub(", ", text)


def joined(rows: Sequence[Row]) -> str:
    """The rows' text on one line, end punctuation of the whole left out."""
    return tidy(" ".join(row.text for row in rows))


def tidy(text: str) -> str:
    """Single spaces, no stray marks or punctuation at the ends.

    >>> tidy(" - Sở Tài chính ;")
    'Sở Tài chính'
    """
    return " ".join(_LONE_MARKS.sub(" ", text.translate(_RULED)).split()).strip(
        " .,;:-–—_*•~|'\"‹›«»“”‘’`^\\/+=°"
    )
