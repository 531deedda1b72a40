"""What else speaks of a letter's number or date: file name, signatures, stamps, the register."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Literal

from pipeline.letter import ArrivalStamp, Citation, DigitalSignature

Source = Literal[
    "file name", "digital signature", "arrival stamp", "register", "cited date", "weekday", "print"
]


_SURE = 0.9
"""What is to speak of something else must itself be surely read."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What another place says: ``value`` is digits for a number, an ISO date for a date."""

    source: Source
    value: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A letter of the same office and series that the register holds."""

    number: int
    date: str


def file_evidence(name: str) -> tuple[Evidence, ...]:
    """The numbers in a file's name that could be a letter's number (not dates, not times).

    >>> [e.value for e in file_evidence("2096_syt_nvy.pdf")]
    ['2096']
    >>> [e.value for e in file_evidence("09 TTR.signed_20250219_012025.pdf")]
    ['09']
    """
    stem = PurePath(name).stem
    groups = re.findall(r"(?<![0-9a-f])\d{1,5}(?![0-9])", re.sub(r"\d{6,}", " ", stem))
    return tuple(Evidence("file name", group) for group in dict.fromkeys(groups))


def signature_evidence(signatures: Iterable[DigitalSignature]) -> tuple[Evidence, ...]:
    """The days on which a letter was digitally signed (ISO dates or ``dd/mm/yyyy``, both seen)."""
    days = []
    for signature in signatures:
        day = iso_day(signature.time or "")
        if day:
            days.append(Evidence("digital signature", day))
    return tuple(dict.fromkeys(days))


def cited_evidence(citations: Iterable[Citation]) -> tuple[Evidence, ...]:
    """The days of the documents that a letter cites: it can't be older than any of them.

    >>> [e.value for e in cited_evidence([Citation(code="71/TB-UBND", date="2019-03-25")])]
    ['2019-03-25']
    """
    days = sorted({c.date for c in citations if c.date})
    return tuple(Evidence("cited date", day) for day in days)


def arrival_evidence(stamp: ArrivalStamp | None) -> tuple[Evidence, ...]:
    """The day on which a letter arrived, where the stamp is surely read."""
    day = stamp.date if stamp else None
    if day is None or not day.value or len(day.value) < 10 or day.confidence < _SURE:
        return ()
    return (Evidence("arrival stamp", day.value),)


def iso_day(text: str) -> str | None:
    """The first date in a text as ISO, or None.

    >>> iso_day("15/01/2025 17:10:17"), iso_day("2025-01-15T17:10:17+07:00"), iso_day("45/1/2025")
    ('2025-01-15', '2025-01-15', None)
    """
    found = re.search(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    parts = found.groups() if found else None
    if parts is None:
        found = re.search(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", text)
        parts = found.groups()[::-1] if found else None
    if parts is None:
        return None
    try:
        return date(*(int(part) for part in parts)).isoformat()
    except ValueError:
        return None
