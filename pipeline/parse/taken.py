"""What the rules take from a letter's parts, before anyone says how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.parse.agreement import crosschecked
from pipeline.parse.body import Body
from pipeline.parse.dates import before_cited, place_and_date
from pipeline.parse.echo import echoed
from pipeline.parse.found import Found
from pipeline.parse.issuer import issuer_of
from pipeline.parse.lists import copies_of, recipients_of
from pipeline.parse.number import number_of
from pipeline.parse.parts import Sections
from pipeline.parse.signature import signer_of
from pipeline.parse.stamps import SECRECY, URGENCY, stamp_of
from pipeline.parse.subject import doc_type_of, subject_of


@dataclass(frozen=True)
class Taken:
    """``single`` holds the fields with one value by their dotted names; ``marks`` are drafters'."""

    single: dict[str, Found | None]
    recipients: list[Found]
    copies: list[Found]
    marks: str | None
    body: Body


def take(parts: Sections, signed: Sequence[str] = ()) -> Taken:
    """Run all rules, those that another's value helps after it.

    Args:
        parts: the letter's parts.
        signed: ISO days of digital signatures.
    """
    parent, issuer = issuer_of(parts)
    place, date = place_and_date(parts, signed)
    recipients = recipients_of(parts)
    body = Body(parts, [found.value or "" for found in recipients])
    code, number, notation = number_of(parts, issuer.value or "" if issuer else "")
    copies, marks = copies_of(parts)
    authority, position, name = signer_of(parts)
    single = {
        "doc_type": doc_type_of(parts, notation.value if notation else None),
        "code": code,
        "number": number,
        "notation": notation,
        "place": place,
        "date": before_cited(date, body.past),
        "subject": echoed(subject_of(parts), body.text),
        "urgency": stamp_of(parts.urgency, URGENCY, "urgency-stamp"),
        "secrecy": stamp_of(parts.secrecy, SECRECY, "secrecy-stamp"),
        "issuer.parent": parent,
        "issuer.name": issuer,
        "signer.authority": authority,
        "signer.position": position,
        "signer.name": name,
    }
    return Taken(crosschecked(single, marks), recipients, copies, marks, body)
