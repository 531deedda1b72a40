"""From restored pages to the records of the letters on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pipeline.config import Settings
from pipeline.errors import BlankInput, NotALetter
from pipeline.letter import (
    Confidence,
    Correction,
    DigitalSignature,
    Field,
    Issuer,
    Letter,
    Page,
    Signer,
    Source,
    SourceFile,
)
from pipeline.page import PageText
from pipeline.parse.bundle import letters_in_pages
from pipeline.parse.checks import review_of
from pipeline.parse.citations import merged
from pipeline.parse.confidence import field_of
from pipeline.parse.evidence import (
    Neighbour,
    arrival_evidence,
    cited_evidence,
    signature_evidence,
)
from pipeline.parse.footnotes import footnotes_of
from pipeline.parse.handwritten import (
    arrival_of,
    authority_of,
    date_of,
    number_fields,
    position_of,
)
from pipeline.parse.keywords import abstract_of, keywords_of
from pipeline.parse.parts import Sections
from pipeline.parse.rows import rows_of
from pipeline.parse.sections import sections_of
from pipeline.parse.stamps import visible_signatures
from pipeline.parse.tables import headed, tables_of
from pipeline.parse.taken import take
from pipeline.parse.text_tables import tables_in_text

_LEAST_SIGNS = 2  # of motto, number, date, address, copies, heading


class Register(Protocol):
    """What the archive knows of other letters."""

    def neighbours(self, issuer: str, notation: str, year: str) -> Sequence[Neighbour]:
        """Confirmed letters of the same series and year, the one at hand left out.

        ``issuer`` is parent and name of the issuing body, joined by a comma and a space.
        """


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
        before = [raw[i] for i in group if i < len(raw)]
        parts = sections_of(rows_of(own, before))
        parts.tables = tables_of(own) or tables_in_text(source.text or "", own, before)
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
    taken = take(parts, [evidence.value for evidence in signature_evidence(signatures)])
    single, body = taken.single, taken.body
    printed = single["code"], single["number"], single["notation"]
    null_below = settings.parse.null_below
    arrival = arrival_of(pages, signatures, null_below)
    evidence = (
        *signature_evidence(signatures),
        *arrival_evidence(arrival),
        *cited_evidence(merged(body.citations, printed[0].value if printed[0] else None)),
    )
    date = date_of(pages, single["date"], evidence, null_below)
    notation = field_of(printed[2])
    issuer = Issuer(parent=field_of(single["issuer.parent"]), name=field_of(single["issuer.name"]))
    neighbours = _neighbours(register, issuer, notation, date)
    code, number = number_fields(
        pages, printed, source.path.name, neighbours, date.value if date else None, null_below
    )
    own = code.value if code else None
    subject = field_of(single["subject"])
    draft = Letter(
        id=identity,
        source=Source(
            file=source.path.name,
            sha256=source.sha256,
            media_type=source.media_type,
            pages=tuple(page.number for page in pages),
            reading=source.reading,
        ),
        doc_type=field_of(single["doc_type"]),
        code=code,
        number=number,
        notation=notation,
        place=field_of(single["place"]),
        date=date,
        subject=subject,
        urgency=field_of(single["urgency"]),
        secrecy=field_of(single["secrecy"]),
        issuer=issuer,
        signer=Signer(
            authority=authority_of(pages, single["signer.authority"], single["signer.position"]),
            position=position_of(pages, single["signer.authority"], single["signer.position"]),
            name=field_of(single["signer.name"]),
        ),
        recipients=tuple(f for found in taken.recipients if (f := field_of(found))),
        copies_to=tuple(f for found in taken.copies if (f := field_of(found))),
        directives=body.directives,
        percentages=headed(body.percentages, parts.tables),
        quantities=body.quantities,
        tables=parts.tables,
        citations=merged(body.citations, own),
        deadlines=body.deadlines,
        footnotes=footnotes_of(parts.footnotes),
        keywords=keywords_of(subject.value or "" if subject else "", body.text),
        abstract=abstract_of(subject.value if subject else None, body.directives),
        drafting_marks=taken.marks,
        arrival_stamp=arrival,
        digital_signatures=signatures,
        pages=tuple(_page(page) for page in pages),
        corrections=corrections,
    )
    review = review_of(
        draft,
        below=settings.parse.review_below,
        language=settings.language,
    )
    return draft.model_copy(update={"review": review})


def _new(
    seen: Sequence[DigitalSignature], known: Sequence[DigitalSignature]
) -> list[DigitalSignature]:
    """Visible marks of signatures that the file itself does not hold (any more)."""
    times = {signature.time for signature in known}
    return [signature for signature in seen if signature.time not in times]


def _neighbours(
    register: Register | None, issuer: Issuer, notation: Field | None, date: Field | None
) -> Sequence[Neighbour]:
    if register is None or notation is None or not notation.value or not date or not date.value:
        return ()
    names = (field.value for field in (issuer.parent, issuer.name) if field and field.value)
    return register.neighbours(", ".join(names), notation.value, date.value[:4])


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
