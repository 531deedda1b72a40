"""What may be written by hand: the reader's spots first, the printed words else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.letter import ArrivalStamp, DigitalSignature, Field
from pipeline.page import PageText, Spot, SpotKind
from pipeline.parse.confidence import field_of
from pipeline.parse.evidence import Evidence, Neighbour, file_evidence, signature_evidence
from pipeline.parse.found import Found
from pipeline.parse.number import code_of
from pipeline.parse.signature import doubted, is_deputy
from pipeline.parse.witness import settle_arrival_date, settle_date, settle_number

_PARTIAL = 0.5


def _spot(pages: Sequence[PageText], kind: SpotKind) -> tuple[Spot, int] | tuple[None, None]:
    """The first spot of a kind and its page number."""
    for page in pages:
        for spot in page.spots:
            if spot.kind == kind:
                return spot, page.number
    return None, None


def number_fields(
    pages: Sequence[PageText],
    printed: tuple[Found | None, Found | None, Found | None],
    file_name: str,
    neighbours: Sequence[Neighbour],
    dated: str | None,
    null_below: float,
) -> tuple[Field | None, Field | None]:
    """Code and number of a letter; a number that is unsure makes the code unsure too.

    Where the digit reader has a spot it decides, with Tesseract's reading as one of its
    witnesses: printed and written never disagree silently.
    """
    code, number, notation = printed
    spot, page = _spot(pages, "number")
    settled = (
        settle_number(
            spot,
            file_evidence(file_name),
            neighbours=neighbours,
            dated=dated,
            page=page,
            null_below=null_below,
        )
        if spot
        else None
    )
    if settled is None:
        return field_of(code), field_of(number)
    shown = field_of(notation)
    if settled.value is None or shown is None or shown.value is None:
        return None, settled
    joint = code.value if code and number and number.value == settled.value else None
    return (
        Field(
            value=joint or code_of(settled.value, shown.value),
            raw=" ".join(filter(None, (settled.raw, shown.raw))),
            confidence=min(settled.confidence, shown.confidence),
            page=settled.page,
            box=settled.box,
            handwritten=settled.handwritten,
            rule="code-joined",
        ),
        settled,
    )


def date_of(
    pages: Sequence[PageText],
    printed: Found | None,
    evidence: Sequence[Evidence],
    null_below: float,
) -> Field | None:
    """The letter's date; signatures, cited letters and the arrival stamp are its witnesses."""
    day, page = _spot(pages, "day")
    month, _ = _spot(pages, "month")
    year, _ = _spot(pages, "year")
    plain = field_of(printed)
    if plain is not None and len(plain.value or "") < 10:
        # A date without its day is not the letter's date yet: it must not look certain.
        plain = plain.model_copy(update={"confidence": min(plain.confidence, _PARTIAL)})
    if day is None:
        return plain
    value = plain.value if plain and plain.value else ""
    sure = plain.confidence if plain else 0.0
    settled = settle_date(
        day,
        month or ([(value[5:7], sure)] if len(value) >= 7 else None),
        year or ([(value[:4], sure)] if len(value) >= 4 else None),
        evidence,
        page=page,
        null_below=null_below,
    )
    return settled or plain


def arrival_of(
    pages: Sequence[PageText], signatures: Sequence[DigitalSignature], null_below: float
) -> ArrivalStamp | None:
    """The receiving office's number and date, where there is a stamp."""
    number, page = _spot(pages, "arrival_number")
    date, date_page = _spot(pages, "arrival_date")
    stamped = any(zone.kind == "arrival_stamp" for p in pages for zone in p.zones)
    if number is None and date is None and not stamped:
        return None
    evidence: tuple[Evidence, ...] = signature_evidence(signatures)
    return ArrivalStamp(
        number=settle_number(number, page=page, null_below=null_below) if number else None,
        date=settle_arrival_date(date, evidence, page=date_page, null_below=null_below)
        if date
        else None,
    )


def authority_of(pages: Sequence[PageText], printed: Found | None) -> Field | None:
    """The signing authority; writing before the title that was not read leaves it unknown.

    Over a deputy's title that writing can only be ``KT.`` (NĐ 30/2020, Phụ lục I, cell 7a): what
    the parser took from the deputy's title is the surer for it.
    """
    spot, page = _spot(pages, "authority")
    if spot is None:
        return field_of(printed)
    if printed is None:
        return Field(
            value=None, raw=None, confidence=0.0, page=page, box=spot.box, handwritten=True,
            rule="authority-written",
        )  # fmt: skip
    field = field_of(replace(printed, doubt=max(0, printed.doubt - 1)))
    return field.model_copy(update={"handwritten": True}) if field else None


def position_of(
    pages: Sequence[PageText], authority: Found | None, printed: Found | None
) -> Field | None:
    """The signer's position; doubted where unread writing stands before a head's title.

    Offices print the head's title for all letters, and deputies write KT. before it: the title
    alone is then not the signer's.
    """
    spot, _ = _spot(pages, "authority")
    whole = authority is not None or printed is None or is_deputy(printed.value or "")
    return field_of(printed if spot is None or whole or printed is None else doubted(printed))
