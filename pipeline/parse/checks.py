"""What a person should look at: doubtful fields and contradictions, in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.letter import (
    FIELD_NAMES,
    ArrivalStamp,
    Directive,
    Field,
    Letter,
    Percentage,
    Review,
    Signer,
)
from pipeline.parse.agreement import other_issuer
from pipeline.parse.directives import ROMAN
from pipeline.parse.figures import over_hundred
from pipeline.parse.signature import is_deputy
from pipeline.parse.titles import for_head
from pipeline.wording import as_sentence, say

_FOR_ANOTHER = re.compile(r"\b(?:K/?T|T/?L|T/?UQ)\b")
_EXPECTED = ("number", "notation", "date", "subject", "issuer.name", "signer.name")


def fields_of(letter: Letter) -> Iterator[tuple[str, Field | None]]:
    """Single fields of a record by their dotted names, then each recipient."""
    for name in FIELD_NAMES:
        if name == "recipients":
            yield from ((name, field) for field in letter.recipients)
            continue
        node: object = letter
        for part in name.split("."):
            node = getattr(node, part)
        yield name, node if isinstance(node, Field) else None


def review_of(letter: Letter, *, below: float, language: str) -> Review:
    """Whether a clerk should look at the letter, why, and where.

    Args:
        letter: the record so far.
        below: fields less sure than this are doubtful.
        language: of the reasons.
    """
    column = 1 if language == "vi" else 0
    reasons: list[str] = []
    doubtful: list[str] = []
    for name, field in fields_of(letter):
        label = FIELD_NAMES[name][column]
        if field is None:
            if name in _EXPECTED or (name == "signer.position" and _for_another(letter.signer)):
                reasons.append(as_sentence("review-missing", language, field=label))
                doubtful.append(name)
        elif field.value is None or (name == "date" and len(field.value) < 10):
            reasons.append(
                as_sentence("review-unread", language, field=label, raw=field.raw or "?")
            )
            doubtful.append(name)
        elif field.confidence < below:
            reasons.append(as_sentence("review-unsure", language, field=label, value=field.value))
            doubtful.append(name)
        for witness in field.witnesses if field else ():
            if witness.verdict == "doubts":
                reasons.append(
                    as_sentence(
                        "review-doubted",
                        language,
                        field=label,
                        source=witness.source,
                        value=witness.value,
                    )
                )
                doubtful.append(name)
    reasons.extend(_contradictions(letter, language))
    return Review(
        needed=bool(reasons),
        reasons=tuple(dict.fromkeys(reasons)),
        fields=tuple(dict.fromkeys(doubtful)),
    )


def _for_another(signer: Signer) -> bool:
    """Who signs for another (KT., TL., TUQ.) has a title of their own under the other's."""
    authority = signer.authority.value if signer.authority else None
    return bool(authority and _FOR_ANOTHER.search(authority))


def _contradictions(letter: Letter, language: str) -> Iterator[str]:
    yield from _late(letter.date, letter.arrival_stamp, language)
    yield from _over(letter.percentages, language)
    yield from _gaps(letter.directives, language)
    yield from _foreign(letter, language)
    yield from _no_deputy(letter, language)


def _late(date: Field | None, stamp: ArrivalStamp | None, language: str) -> Iterator[str]:
    arrived = stamp.date.value if stamp and stamp.date else None
    dated = date.value if date else None
    if dated and arrived and len(dated) == len(arrived) == 10 and dated > arrived:
        yield say("review-late", language, date=dated, arrived=arrived)


def _foreign(letter: Letter, language: str) -> Iterator[str]:
    """A symbol that names another agency than the one at the top."""
    values = [
        (field.value or "") if field else ""
        for field in (letter.notation, letter.issuer.name, letter.issuer.parent)
    ]
    if values[0] and values[1] and other_issuer(*values):
        yield say("review-foreign", language, notation=values[0], issuer=values[1])


def _no_deputy(letter: Letter, language: str) -> Iterator[str]:
    """Who signs for the head (KT.) or with writing before the head's title is a deputy."""
    authority, position = letter.signer.authority, letter.signer.position
    if authority is None or position is None or not position.value or is_deputy(position.value):
        return
    written = authority.value is None and authority.handwritten
    if written or for_head(authority.value or ""):
        yield say("review-no-deputy", language, position=position.value)


def _over(percentages: Sequence[Percentage], language: str) -> Iterator[str]:
    for percentage in over_hundred(percentages):
        yield say("review-percent", language, text=percentage.text)


def _order(label: str) -> int | None:
    bare = label.removeprefix("Điều ")
    return int(bare) if bare.isdecimal() else ROMAN.get(bare)


def _gaps(directives: Sequence[Directive], language: str) -> Iterator[str]:
    numbers = [order for d in directives if (order := _order(d.label))]
    for before, after in pairwise(numbers):
        if after != before + 1:
            yield say("review-gap", language, before=before, after=after)
