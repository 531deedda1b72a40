"""What may be written by hand: the reader's spots first, the printed words else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.letter import ArrivalStamp, Candidate, DigitalSignature, Field, Witness
from pipeline.page import PageText, Spot, SpotKind
from pipeline.parse.confidence import field_of
from pipeline.parse.evidence import Evidence, Neighbour, file_evidence, signature_evidence
from pipeline.parse.found import Found
from pipeline.parse.number import code_of, year_of
from pipeline.parse.signature import doubted, is_deputy, signs_for_head
from pipeline.parse.weigh import POSSIBLE
from pipeline.parse.witness import settle_arrival_date, settle_date, settle_number

_PARTIAL = 0.5
# Of readings of the authority: enough to agree with a title, and to speak without one.
_LIKELY, _SURE = 0.6, 0.95
_ALONE = 0.85  # the most that a written authority is held for without a deputy's title


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
    year = year_of(code) if code else None
    count = f"{settled.value}/{year}" if year else settled.value
    return (
        Field(
            value=joint or code_of(count, shown.value),
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


def authority_of(
    pages: Sequence[PageText], printed: Found | None, title: Found | None = None
) -> Field | None:
    """The signing authority; writing before the title that was not read leaves it unknown.

    Over a deputy's title that writing can only be ``KT.`` (NĐ 30/2020, Phụ lục I, cell 7a): what
    the parser took from the deputy's title is the surer for it, the more so if it was read as
    that. Elsewhere what was read surely is given, but never as surely as with such a witness.
    """
    spot, page = _spot(pages, "authority")
    if spot is None:
        return field_of(printed)
    candidates = tuple(
        Candidate(value=word, probability=p) for word, p in spot.nbest if word and p >= POSSIBLE
    )
    more = {"handwritten": True, "candidates": candidates}
    if printed is not None:
        voice = _said(spot, (printed.value or "").split(" ")[0])
        eased = {"confirms": 2, "doubts": -1}[voice.verdict] if voice else 1
        field = field_of(replace(printed, doubt=max(0, printed.doubt - eased)))
        more["witnesses"] = (voice,) if voice else ()
        return field.model_copy(update=more) if field else None
    alone = _read_alone(spot, title)
    field = field_of(alone[0]) if alone else None
    if field is not None:
        sure = min(field.confidence, spot.nbest[0][1], _ALONE)
        return field.model_copy(update={**more, "confidence": sure, "raw": spot.nbest[0][0]})
    return Field(
        value=None, raw=" | ".join(c.value for c in candidates) or None, confidence=0.0,
        page=page, box=spot.box, handwritten=True, candidates=candidates,
        rule="authority-written",
    )  # fmt: skip


def _said(spot: Spot, prefix: str) -> Witness | None:
    """What the reader of the writing says of a prefix known otherwise; None if it can't tell."""
    word, p = spot.nbest[0]
    if word == prefix and p >= _LIKELY:
        return Witness(source="handwriting", value=word, verdict="confirms")
    if word and word != prefix and p >= _SURE:
        return Witness(source="handwriting", value=word, verdict="doubts")
    return None


def _read_alone(spot: Spot, title: Found | None) -> tuple[Found, Found | None] | None:
    """Authority and position where the writing was surely read before a head's title."""
    word, p = spot.nbest[0]
    return signs_for_head(word, title) if word and p >= _SURE and title else None


def position_of(
    pages: Sequence[PageText], authority: Found | None, printed: Found | None
) -> Field | None:
    """The signer's position; doubted where unread writing stands before a head's title.

    Offices print the head's title for all letters, and deputies write KT. before it: the title
    alone is then not the signer's.
    """
    spot, _ = _spot(pages, "authority")
    if spot is None or authority is not None or printed is None:
        return field_of(printed)
    if alone := _read_alone(spot, printed):
        # The head's title is not the signer's, whose own was not read if there is no other.
        return field_of(alone[1] or replace(printed, value=None))
    return field_of(printed if is_deputy(printed.value or "") else doubted(printed))
