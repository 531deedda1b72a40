"""What a search gives back."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.page import Box


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a page's text around what was searched.

    ``marks`` are (start, end) in ``text``; ``start`` is where ``text`` begins in the page's text
    (``Letter.pages[n].text``), so that a mark's place on the page can be found
    (:func:`pipeline.archive.layout.boxes_of`). ``page`` is the page's number.
    """

    page: int
    start: int
    text: str
    marks: tuple[tuple[int, int], ...]
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A letter that was found, with the columns that a list shows."""

    id: str
    code: str | None
    doc_type: str | None
    date: str | None
    issuer: str | None
    subject: str | None
    review: bool
    score: float
    snippets: tuple[Snippet, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits.

    ``total`` counts the letters found, exactly up to ``COUNTED`` of them; beyond, ``more`` is true.
    ``facets`` counts the found letters by ``issuer``, ``doc_type``, ``year`` and ``review``, most
    first (empty unless asked for).
    """

    total: int
    more: bool
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[tuple[str, int], ...]]


COUNTED = 10_000
"""As many hits are counted; nobody pages beyond, and counting a million costs seconds."""
