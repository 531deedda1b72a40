"""What the body orders, counts and cites (cell 6)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.letter import Citation, Percentage, Quantity
from pipeline.parse.citations import citations_in
from pipeline.parse.dates import received_in
from pipeline.parse.deadlines import deadlines_in
from pipeline.parse.directives import directives_of
from pipeline.parse.echo import codes_joined
from pipeline.parse.figures import percentages_in, quantities_in
from pipeline.parse.parts import Sections
from pipeline.parse.rows import Row
from pipeline.text import UPPER, fold


class Body:
    """What the body orders and counts; footnotes count too, but not as directives."""

    def __init__(self, parts: Sections, recipients: Sequence[str]) -> None:
        enacted = bool(parts.heading) or not (parts.addressee or parts.subject)
        self.directives = directives_of(parts.body, recipients, articles=enacted)
        text = self.text = text_of(parts.body)
        orders = [(d.label, d.text) for d in self.directives]
        self.percentages = tuple(_labelled(percentages_in(text), orders))
        self.quantities: tuple[Quantity, ...] = tuple(quantities_in(text))
        places = (parts.subject, parts.title, parts.body, parts.footnotes)
        cited = "\n".join(map(text_of, places))
        self.citations: list[Citation] = citations_in(codes_joined(cited, text))
        self.past = [c.date for c in self.citations if c.date] + received_in(text)
        dates = (date for d in self.directives for date in d.deadlines)
        ordered = (d.date for s in _orders(text) for d in deadlines_in(s) if d.date)
        self.deadlines = tuple(dict.fromkeys((*dates, *ordered)))


_ORDERS = re.compile(
    r"\b(?:bao cao|gui|hoan thanh|nop|de nghi|yeu cau|dang ky|thuc hien|phan hoi|tra loi|gop y)\b"
)


def _orders(text: str) -> list[str]:
    """The sentences that ask for something: only there is a date a deadline."""
    return [s for s in re.split(rf"(?<=[.;])\s+(?=[{UPPER}])", text) if _ORDERS.search(fold(s))]


def text_of(rows: Sequence[Row]) -> str:
    """Rows as running text: a code that breaks at a line's end comes together."""
    text = ""
    for row in rows:
        breaks = text.endswith("-") and "/" in text.rsplit(" ", 1)[-1]
        text = f"{text}{row.text}" if breaks else f"{text} {row.text}"
    return " ".join(text.split())


def _labelled(
    percentages: Sequence[Percentage], orders: Sequence[tuple[str, str]]
) -> list[Percentage]:
    """Percentages with the directive whose text holds them, both in reading order."""
    labelled, at, used = [], 0, 0
    counts = [len(percentages_in(text)) for _, text in orders]
    outside = len(percentages) - sum(counts)
    for index, percentage in enumerate(percentages):
        if index < outside or at >= len(orders):
            labelled.append(percentage)
            continue
        while at < len(orders) and used >= counts[at]:
            at, used = at + 1, 0
        label = orders[at][0] if at < len(orders) else None
        used += 1
        labelled.append(percentage.model_copy(update={"directive": label}))
    return labelled
