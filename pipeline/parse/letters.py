"""From restored pages to the records of the letters on them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from pipeline.config import Settings
from pipeline.errors import BlankInput, NotALetter
from pipeline.letter import (
    Citation,
    Confidence,
    Correction,
    DigitalSignature,
    Field,
    Issuer,
    Letter,
    Page,
    Percentage,
    Quantity,
    Signer,
    Source,
    SourceFile,
    Table,
)
from pipeline.page import PageText
from pipeline.parse.bundle import letters_in_pages
from pipeline.parse.checks import review_of
from pipeline.parse.citations import citations_in, merged
from pipeline.parse.confidence import field_of
from pipeline.parse.dates import before_cited, place_and_date, received_in
from pipeline.parse.deadlines import deadlines_in
from pipeline.parse.directives import directives_of
from pipeline.parse.echo import codes_joined, echoed
from pipeline.parse.evidence import (
    Neighbour,
    arrival_evidence,
    cited_evidence,
    signature_evidence,
)
from pipeline.parse.figures import percentages_in, quantities_in
from pipeline.parse.footnotes import footnotes_of
from pipeline.parse.handwritten import arrival_of, date_of, number_fields
from pipeline.parse.issuer import issuer_of
from pipeline.parse.keywords import abstract_of, keywords_of
from pipeline.parse.lists import copies_of, recipients_of
from pipeline.parse.number import number_of
from pipeline.parse.parts import Sections
from pipeline.parse.rows import Row, rows_of
from pipeline.parse.sections import sections_of
from pipeline.parse.signature import signer_of
from pipeline.parse.stamps import SECRECY, URGENCY, stamp_of, visible_signatures
from pipeline.parse.subject import doc_type_of, subject_of
from pipeline.text import UPPER, fold

_LEAST_SIGNS = 2  # of motto, number, date, address, copies, heading


class Register(Protocol):
    """What the archive knows of other letters."""

    def neighbours(self, notation: str, year: str) -> Sequence[Neighbour]:
        """Letters of the same series and year."""


def parse_letters(
    pages: Sequence[PageText],
    raw: Sequence[PageText],
    source: SourceFile,
    corrections: Sequence[Correction],
    settings: Settings,
    register: Register | None = None,
) -> tuple[Letter, ...]:
    """The records of all letters on a file's pages.

    Args:
        pages: restored pages.
        raw: the same pages before restoring.
        source: the file; its digital signatures and name are witnesses.
        corrections: the restoration's changes, to be kept with the letters' pages.
        settings: review thresholds and the language of the reasons.
        register: neighbouring letters, a witness for handwritten numbers.

    Raises:
        BlankInput: no page has anything on it.
        NotALetter: there is text, but no sign of an official letter.
    """
    groups = letters_in_pages(pages)
    if not groups:
        raise BlankInput("blank")
    letters = []
    for order, group in enumerate(groups, 1):
        own = [pages[i] for i in group]
        parts = sections_of(rows_of(own, [raw[i] for i in group if i < len(raw)]))
        if parts.signs() < _LEAST_SIGNS:
            continue
        numbers = {page.number for page in own}
        letters.append(
            _letter(
                _identity(source, order),
                own,
                parts,
                source,
                tuple(c for c in corrections if c.page in numbers),
                settings,
                register,
            )
        )
    if not letters:
        raise NotALetter("not-a-letter")
    return tuple(letters)


def _identity(source: SourceFile, order: int) -> str:
    return source.sha256[:16] + (f"-{order}" if order > 1 else "")


def _letter(
    identity: str,
    pages: Sequence[PageText],
    parts: Sections,
    source: SourceFile,
    corrections: tuple[Correction, ...],
    settings: Settings,
    register: Register | None,
) -> Letter:
    signatures = (*source.signatures, *_new(visible_signatures(parts.overlay), source.signatures))
    parent, issuer = issuer_of(parts)
    signed = [evidence.value for evidence in signature_evidence(signatures)]
    place, printed_date = place_and_date(parts, signed)
    recipients = [f for found in recipients_of(parts) if (f := field_of(found))]
    body = _Body(parts, [r.value or "" for r in recipients])
    printed_date = before_cited(printed_date, body.past)
    printed = number_of(parts, issuer.value or "" if issuer else "")
    notation = field_of(printed[2])
    null_below = settings.parse.null_below
    arrival = arrival_of(pages, signatures, null_below)
    evidence = (
        *signature_evidence(signatures),
        *arrival_evidence(arrival),
        *cited_evidence(merged(body.citations, printed[0].value if printed[0] else None)),
    )
    date = date_of(pages, printed_date, evidence, null_below)
    neighbours = _neighbours(register, notation, date)
    code, number = number_fields(
        pages, printed, source.path.name, neighbours, date.value if date else None, null_below
    )
    copies, marks = copies_of(parts)
    authority, position, name = signer_of(parts)
    own = code.value if code else None
    subject = field_of(echoed(subject_of(parts), body.text))
    draft = Letter(
        id=identity,
        source=Source(
            file=source.path.name,
            sha256=source.sha256,
            media_type=source.media_type,
            pages=tuple(page.number for page in pages),
            reading=source.reading,
        ),
        doc_type=field_of(doc_type_of(parts, printed[2].value if printed[2] else None)),
        code=code,
        number=number,
        notation=notation,
        place=field_of(place),
        date=date,
        subject=subject,
        urgency=field_of(stamp_of(parts.urgency, URGENCY, "urgency-stamp")),
        secrecy=field_of(stamp_of(parts.secrecy, SECRECY, "secrecy-stamp")),
        issuer=Issuer(parent=field_of(parent), name=field_of(issuer)),
        signer=Signer(
            authority=field_of(authority), position=field_of(position), name=field_of(name)
        ),
        recipients=tuple(recipients),
        copies_to=tuple(f for found in copies if (f := field_of(found))),
        directives=body.directives,
        percentages=body.percentages,
        quantities=body.quantities,
        tables=_tables(pages),
        citations=merged(body.citations, own),
        deadlines=body.deadlines,
        footnotes=footnotes_of(parts.footnotes),
        keywords=keywords_of(subject.value or "" if subject else "", body.text),
        abstract=abstract_of(subject.value if subject else None, body.directives),
        drafting_marks=marks,
        arrival_stamp=arrival,
        digital_signatures=signatures,
        pages=tuple(_page(page) for page in pages),
        corrections=corrections,
    )
    review = review_of(draft, below=settings.parse.review_below, language=settings.language)
    return draft.model_copy(update={"review": review})


class _Body:
    """What the body orders and counts; footnotes count too, but not as directives."""

    def __init__(self, parts: Sections, recipients: Sequence[str]) -> None:
        enacted = bool(parts.heading) or not (parts.addressee or parts.subject)
        self.directives = directives_of(parts.body, recipients, articles=enacted)
        text = self.text = _text(parts.body)
        orders = [(d.label, d.text) for d in self.directives]
        self.percentages = tuple(_labelled(percentages_in(text), orders))
        self.quantities: tuple[Quantity, ...] = tuple(quantities_in(text))
        cited = "\n".join((_text(parts.subject), _text(parts.title), text))
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


def _text(rows: Sequence[Row]) -> str:
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


def _new(
    seen: Sequence[DigitalSignature], known: Sequence[DigitalSignature]
) -> list[DigitalSignature]:
    """Visible marks of signatures that the file itself does not hold (any more)."""
    times = {signature.time for signature in known}
    return [signature for signature in seen if signature.time not in times]


def _neighbours(
    register: Register | None, notation: Field | None, date: Field | None
) -> Sequence[Neighbour]:
    if register is None or notation is None or not notation.value or not date or not date.value:
        return ()
    return register.neighbours(notation.value, date.value[:4])


def _tables(pages: Sequence[PageText]) -> tuple[Table, ...]:
    return tuple(
        Table(rows=zone.rows, page=page.number, box=zone.box)
        for page in pages
        for zone in page.zones
        if zone.kind == "table" and zone.rows
    )


def _page(page: PageText) -> Page:
    words = sorted(w.confidence for line in page.lines for w in line.words)
    mean = sum(words) / len(words) if words else 0.0
    low = words[len(words) // 10] if words else 0.0
    return Page(
        number=page.number,
        text=page.text,
        width=page.width,
        height=page.height,
        dpi=page.dpi,
        rotation=page.rotation,
        quality=page.quality.score,
        confidence=Confidence(mean=mean, low=low),
    )
