"""From a page's address to a search of the archive, and back."""

from __future__ import annotations

import time
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sqlalchemy import func, select

from pipeline.archive import Filters
from pipeline.archive.database import reading
from pipeline.archive.filters import seen
from pipeline.archive.search import Order
from pipeline.archive.tables import Letter as LetterRow
from pipeline.text import nfc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.archive import Archive, Results

PAGE = 20
LAST_PAGE = 500
ORDERS: tuple[Order, ...] = ("rank", "newest", "oldest", "added")
_LONGEST = 300
Counts = dict[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True, slots=True)
class Ask:
    """What a search page asks for; every field stands in its address under its own name."""

    q: str = ""
    year: str = ""
    issuer: str = ""
    doc_type: str = ""
    review: str = ""
    date_from: str = ""
    date_to: str = ""
    number: str = ""
    code: str = ""
    recipient: str = ""
    assignee: str = ""
    deadline: str = ""
    cites: str = ""
    sort: str = ""
    page: int = 1

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Ask:
        """From an address's query; unknown names are passed by, wrong numbers become 1."""
        held: dict[str, Any] = {}
        for item in fields(cls):
            value = nfc(values.get(item.name, "")).replace("\0", "").strip()[:_LONGEST]
            if item.name == "page":
                held["page"] = min(int(value), LAST_PAGE) if value.isdecimal() and int(value) else 1
            else:
                held[item.name] = value
        if held["sort"] not in ORDERS:
            held["sort"] = ""
        return cls(**held)

    def address(self, **changes: Any) -> str:
        """The query string with some values changed; back on the first page unless told."""
        asked = replace(self, **{"page": 1, **changes})
        pairs = {f.name: getattr(asked, f.name) for f in fields(asked)}
        return urlencode({k: v for k, v in pairs.items() if v and (k, v) != ("page", 1)})

    @property
    def narrowed(self) -> bool:
        """Whether anything but the words and the order is asked for."""
        return any(
            getattr(self, f.name) for f in fields(self) if f.name not in ("q", "sort", "page")
        )

    def filters(self, clearance: int) -> Filters:
        """The archive's filters; never without the user's clearance."""
        return Filters(
            date_from=self.date_from or self.year or None,
            date_to=self.date_to or self.year or None,
            issuer=self.issuer or None,
            doc_type=self.doc_type or None,
            recipient=self.recipient or None,
            assignee=self.assignee or None,
            deadline=self.deadline or None,
            number=self.number or None,
            code=self.code or None,
            cites=self.cites or None,
            review={"yes": True, "no": False}.get(self.review),
            secrecy=clearance,
        )


class Finder:
    """Searches for the pages; counts of the whole archive are kept for a moment."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._whole: dict[int, tuple[float, Counts, int]] = {}

    def search(self, ask: Ask, clearance: int) -> tuple[Results, Counts]:
        """A page of results, and the counts beside it.

        Raises:
            UsageError: the query or a date can't be understood.
        """
        plain = not ask.q and not ask.narrowed
        order: Order = next((o for o in ORDERS if o == ask.sort), "rank")
        results = self._archive.search(
            ask.q, ask.filters(clearance), (ask.page - 1) * PAGE, PAGE,
            facets=not plain, order=order,
        )  # fmt: skip
        if not plain:
            return results, results.facets
        counts, total = self._everything(clearance)
        return replace(results, total=total, more=False), counts

    def _everything(self, clearance: int) -> tuple[Counts, int]:
        """Facets of the whole archive: exact, and twenty seconds old at most.

        Where counting takes long, they may be fifty times as old as it took.
        """
        held = self._whole.get(clearance)
        if held is None or time.monotonic() > held[0]:
            start = time.monotonic()
            counts, total = self._count(clearance)
            now = time.monotonic()
            held = (now + max(20.0, 50 * (now - start)), counts, total)
            self._whole[clearance] = held
        return held[1], held[2]

    def _count(self, clearance: int) -> tuple[Counts, int]:
        visible = seen(clearance)
        kinds = {
            "issuer": LetterRow.issuer,
            "doc_type": LetterRow.doc_type,
            "year": func.substr(LetterRow.date, 1, 4),
        }
        counts: Counts = {}
        with reading(self._archive.engine) as connection:
            for name, value in kinds.items():
                query = select(value, func.count()).where(visible, value.is_not(None))
                query = query.group_by(value).order_by(func.count().desc(), value).limit(20)
                counts[name] = tuple((kind, count) for kind, count in connection.execute(query))
            total = connection.scalar(select(func.count(LetterRow.pk)).where(visible)) or 0
            waiting = select(func.count(LetterRow.pk)).where(visible, LetterRow.review)
            counts["review"] = (("true", connection.scalar(waiting) or 0),)
        return counts, total


def levels(archive: Archive, letter_ids: list[str]) -> dict[str, int]:
    """The secrecy of some letters."""
    query = select(LetterRow.id, LetterRow.secrecy).where(LetterRow.id.in_(letter_ids))
    with reading(archive.engine) as connection:
        return {row.id: row.secrecy for row in connection.execute(query)}


def marked(text: str, marks: tuple[tuple[int, int], ...]) -> list[tuple[str, bool]]:
    """A snippet as pieces, each highlighted or not."""
    pieces = []
    at = 0
    for begin, end in sorted(marks):
        start = max(begin, at)
        if start < end:
            pieces += [(text[at:start], False), (text[start:end], True)]
            at = end
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]
