"""Urgency, secrecy, the arrival stamp, and the visible marks of digital signatures."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from pipeline.letter import DigitalSignature
from pipeline.parse.found import Found
from pipeline.parse.rows import Row
from pipeline.text import fold

# NĐ 30/2020 Phụ lục I, cells 10a and 10b.
URGENCY = ("HỎA TỐC", "THƯỢNG KHẨN", "KHẨN", "HỎA TỐC HẸN GIỜ")
SECRECY = ("TUYỆT MẬT", "TỐI MẬT", "MẬT")
_TIME = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-]\d{4}\s+\d{1,2}:\d{2}(?::\d{2})?(?:\s*[+-]\d{2}:?\d{2})?"
    r"|\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?:\s*[+-]\d{2}:?\d{2})?"
)
_BY = re.compile(r"(?:nguoi )?ky boi\s*:?\s*")
_ORGANISATION = re.compile(r"^co quan\s*:?\s*")
_TIME_LABEL = re.compile(r"(?:thoi gian ky|ngay ky|email|co quan)\s*:?.*$")


def stamp_of(rows: Sequence[Row], words: Sequence[str], rule: str) -> Found | None:
    """The urgency or secrecy that a stamp says, however badly it was read.

    The rows come from a stamp, so the nearest of the few words that it can say is told even where
    a third of the letters were misread, with more doubt the farther it is.
    """
    for row in rows:
        plain = " ".join(re.findall("[a-z]+", fold(row.text)))
        best = process.extractOne(plain, {w: fold(w) for w in words}, scorer=fuzz.ratio)
        if best and best[1] >= 66:
            return Found(best[2], (row,), rule, doubt=int(best[1] < 95) + 2 * int(best[1] < 80))
    return Found(None, tuple(rows), rule) if rows else None  # there, but not to be read


def visible_signatures(rows: Sequence[Row]) -> list[DigitalSignature]:
    """Signatures as their appearance on the page says: ``Ký bởi: … Thời gian ký: …``."""
    found: list[DigitalSignature] = []
    by = organisation = None
    for row in rows:
        label = _BY.search(row.folded)
        if label:
            by = _TIME_LABEL.sub("", _cut(row.text, label.end())).strip(" .,:") or by
        elif match := _ORGANISATION.match(row.folded):
            organisation = row.text[match.end() :].strip(" .,:")
        time = _TIME.search(row.text)
        if time is not None:
            before = row.text[: time.start()].strip(" .,:")
            name = by or (before if len(before) > 5 and ":" not in before else None)
            name = name or _name_above(rows, row)
            if name:
                found.append(DigitalSignature(by=name, organisation=organisation, time=time[0]))
            by = organisation = None
    return found


def _cut(text: str, start: int) -> str:
    rest = text[start:]
    stop = re.search(r"\s(?:c[oơ] quan|th[oờ]i gian|email)", rest, re.IGNORECASE)
    return rest[: stop.start()] if stop else rest


def _name_above(rows: Sequence[Row], row: Row) -> str | None:
    """The lines in capitals over a time, as the marks of a copy's signer are set."""
    above = [r for r in rows[: rows.index(row)] if r.page == row.page][-3:]
    names = [r.text for r in above if r.text.isupper()]
    return " ".join(names) or None
