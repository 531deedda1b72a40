"""Numbers and dates settled from what the pen wrote and from what else speaks of them.

A reader's n-best are hypotheses with probabilities; every other place that speaks of the same
value is a *witness* with a likelihood for each hypothesis. The two are multiplied (a product of
experts, Bayes with independent witnesses) and normalised. A witness may confirm the best
reading, choose among readings that were all possible, or doubt; it never adds a value that the
page does not show, and it never turns over what is plainly read (``PLAIN``): then it only
lowers the certainty, so that a clerk looks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from pipeline.letter import Field
from pipeline.page import Spot
from pipeline.parse.evidence import (
    Evidence,
    Neighbour,
    arrival_evidence,
    cited_evidence,
    file_evidence,
    iso_day,
    signature_evidence,
)
from pipeline.parse.weigh import (
    DOUBTED,
    OTHER,
    POSSIBLE,
    PRINT_SEEN,
    PRINT_SURE,
    Voice,
    arrival_day,
    latest_cited,
    letter_day,
    make_field,
    normalise,
    order_voice,
    same_number,
    weigh,
    working_day,
)

__all__ = [
    "Evidence",
    "Neighbour",
    "arrival_evidence",
    "cited_evidence",
    "file_evidence",
    "settle_arrival_date",
    "settle_date",
    "settle_number",
    "signature_evidence",
]

# --- Numbers -------------------------------------------------------------------------------------


def settle_number(
    spot: Spot | None,
    evidence: Sequence[Evidence] = (),
    *,
    neighbours: Sequence[Neighbour] = (),
    dated: str | None = None,
    page: int | None = None,
    null_below: float = 0.5,
) -> Field | None:
    """The number of a letter (or of an arrival stamp) from its spot and its witnesses.

    Args:
        spot: the digit reader's spot; None when the page has none (no number is made up then).
        evidence: numbers in the file name (:func:`file_evidence`) and the like.
        neighbours: letters of the same series in the register, same year.
        dated: the letter's date (ISO), needed for ``neighbours``.
        page: page number for the field.
        null_below: under this certainty ``value`` is None and ``raw`` holds the n-best.

    Returns:
        The field, or None when nothing is written at the spot.

    >>> spot = Spot("number", (0, 0, 90, 30), (("2264", 0.8), ("2261", 0.2)), "2g6", 0.97)
    >>> field = settle_number(spot, file_evidence("2264_syt_nvy.pdf"))
    >>> field.value, field.witnesses[0].verdict, field.confidence > 0.95
    ('2264', 'confirms', True)
    >>> settle_number(spot, null_below=0.9).raw
    '2264 | 2261'
    """
    if spot is None:
        return None
    read = {value: p for value, p in spot.nbest if value}
    nothing = sum(p for value, p in spot.nbest if not value)
    if not read or nothing > 0.5:
        return None
    before = {value: p * _number_like(value) for value, p in read.items()}
    before = normalise({**before, OTHER: max(0.0, 1 - sum(read.values()))})
    witnesses = [Voice(e.source, e.value, same_number(e.value, before)) for e in evidence]
    witnesses += _print_voice(spot, before)
    witnesses += order_voice(neighbours, dated, before)
    verdict = weigh(before, [voice for voice in witnesses if voice.speaks])
    return make_field(spot, verdict, verdict.certainty, page, null_below)


def _number_like(value: str) -> float:
    """Prior of a digit string as a letter's number: 01..09 are padded to two, no more."""
    if not re.fullmatch(r"\d{1,6}[a-eđ]?", value) or set(value) <= {"0"}:
        return 0.02
    digits = value.rstrip("abcdeđ")
    padded = digits.startswith("0") and len(digits) > 2
    return (0.1 if padded else 1.0) * (1.0 if digits == value else 0.1)


_RUN_IN = re.compile(r"\d\s*[^\W\d_]")
"""A letter where the slash should stand may be the last digit and the slash: ``24 ÍUBND``."""


def _print_voice(spot: Spot, hypotheses: Mapping[str, float]) -> list[Voice]:
    """Tesseract's reading of the same place: strong for print, weak for the pen."""
    seen = re.sub(r"\D", "", spot.printed)
    if not seen:
        return []
    sure = spot.handwritten < 0.5
    if hypotheses.get(seen, 0.0) >= POSSIBLE:
        if _RUN_IN.search(spot.printed):
            return [Voice("print", seen, {}, doubts=True)]
        power = PRINT_SURE if sure else PRINT_SEEN
        likely = {h: power if h == seen else 1.0 for h in hypotheses if h != OTHER}
        return [Voice("print", seen, likely)]
    # Two readers disagree on a clean printed number: neither may be given as certain.
    doubt = sure and seen == spot.printed.strip(" .:/")
    return [Voice("print", seen, {}, doubts=True)] if doubt else []


# --- Dates ---------------------------------------------------------------------------------------


def settle_date(
    day: Spot | None,
    month: Spot | Sequence[tuple[str, float]] | None,
    year: Spot | Sequence[tuple[str, float]] | None,
    evidence: Sequence[Evidence] = (),
    *,
    page: int | None = None,
    null_below: float = 0.5,
) -> Field | None:
    """The date of a letter from its day, month and year and its witnesses.

    Args:
        day: the spot between ``ngày`` and ``tháng``; None = no such place was found.
        month: the spot between ``tháng`` and ``năm``, or readings of the print as (digits, p).
        year: the same for the year.
        evidence: ISO dates of digital signatures, the arrival stamp, cited documents.
        page: page number for the field.
        null_below: under this certainty of the day the value keeps year and month only, and
            without a certain month there is no value.

    >>> day = Spot("day", (0, 0, 9, 9), (("15", 0.7), ("13", 0.3)), "", 0.9)
    >>> field = settle_date(day, [("01", 0.99)], [("2025", 0.99)],
    ...                     [Evidence("digital signature", "2025-01-15")])
    >>> field.value, [w.verdict for w in field.witnesses]
    ('2025-01-15', ['confirms'])
    >>> settle_date(day, [("01", 0.99)], [("2025", 0.99)], null_below=0.8).value
    '2025-01'
    """
    days, months, years = (_readings(part) for part in (day, month, year))
    joint = _calendar(days, months, years)
    unread = 1.0 - _sure(days) * _sure(months) * _sure(years)
    before = normalise({**joint, OTHER: unread}) if joint else {}
    lead = next((s for s in (day, month, year) if isinstance(s, Spot)), None)
    if not before:
        return _month_only(lead, months, years, page, null_below)
    heard = latest_cited(evidence, joint)
    witnesses = [Voice(e.source, e.value, letter_day(e, joint), other=0.1) for e in heard]
    witnesses.append(Voice("weekday", "", working_day(joint), quiet=True))
    verdict = weigh(before, [voice for voice in witnesses if voice.speaks])
    field = make_field(lead, verdict, verdict.certainty, page, null_below)
    if field.value is None:
        shorter = _month_only(lead, months, years, page, null_below)
        value = shorter.value if shorter else None
        return field.model_copy(update={"value": value})
    return field


def _readings(part: Spot | Sequence[tuple[str, float]] | None) -> dict[str, float]:
    """Readings with their probabilities; Tesseract's reading of a printed part joins in."""
    if part is None:
        return {}
    if not isinstance(part, Spot):
        return {value: p for value, p in part if value.isdigit()}
    read = {value: p for value, p in part.nbest if value.isdigit()}
    for voice in _print_voice(part, read):
        if voice.likely:
            total = sum(read.values())
            weighed = normalise({v: p * voice.likely[v] for v, p in read.items()})
            read = {v: p * total for v, p in weighed.items()}
        elif voice.doubts:
            read = {v: p * DOUBTED for v, p in read.items()}
    return read


def _sure(readings: Mapping[str, float]) -> float:
    return min(1.0, sum(readings.values()))


def _calendar(*parts: Mapping[str, float]) -> dict[str, float]:
    """Joint readings that are days of the calendar."""
    days, months, years = parts
    joint: dict[str, float] = {}
    for d, pd in days.items():
        for m, pm in months.items():
            for y, py in years.items():
                try:
                    value = date(int(y), int(m), int(d)).isoformat()
                except ValueError:
                    continue
                if 1945 <= int(y) <= 2100 and len(d) <= 2 and len(m) <= 2:
                    joint[value] = joint.get(value, 0.0) + pd * pm * py
    return joint


def _month_only(
    spot: Spot | None,
    months: Mapping[str, float],
    years: Mapping[str, float],
    page: int | None,
    null_below: float,
) -> Field | None:
    """Year and month when the day can't be read: never certain, so that a clerk looks."""
    joint = {
        f"{int(y):04}-{int(m):02}": pm * py
        for m, pm in months.items()
        for y, py in years.items()
        if 1 <= int(m) <= 12 and 1945 <= int(y) <= 2100
    }
    best = max(joint, key=lambda value: joint[value], default=None)
    if best is None and spot is None:
        return None
    sure = best is not None and joint[best] >= null_below
    return Field(
        value=best if sure else None,
        raw=" | ".join(value for value, _ in spot.nbest if value) or None if spot else best,
        confidence=min(DOUBTED, joint[best]) * 0.5 if best and sure else 0.0,
        page=page,
        box=spot.box if spot else None,
        handwritten=bool(spot and spot.handwritten >= 0.5),
    )


def settle_arrival_date(
    spot: Spot | None,
    evidence: Sequence[Evidence] = (),
    *,
    page: int | None = None,
    null_below: float = 0.5,
) -> Field | None:
    """The day of an arrival stamp: its spot reads as ``7/7/2025`` or ``07-7-25``.

    >>> spot = Spot("arrival_date", (0, 0, 9, 9), (("07/7/2025", 0.9), ("01/7/2025", 0.1)), "", 1)
    >>> settle_arrival_date(spot).value
    '2025-07-07'
    """
    if spot is None:
        return None
    read: dict[str, float] = {}
    for value, p in spot.nbest:
        parts = re.fullmatch(r"(\d{1,2})\D(\d{1,2})\D((?:20)?\d\d)", value)
        day = iso_day(f"{parts[1]}/{parts[2]}/{parts[3]:0>4}") if parts else None
        if day:
            day = f"20{day[2:]}"
            read[day] = read.get(day, 0.0) + p
    if not read:
        return _month_only(spot, {}, {}, page, null_below)
    voices = [Voice(e.source, e.value, arrival_day(e, read), other=0.1) for e in evidence]
    voices.append(Voice("weekday", "", working_day(read), quiet=True))
    before = normalise({**read, OTHER: max(0.0, 1 - sum(read.values()))})
    verdict = weigh(before, [voice for voice in voices if voice.speaks])
    return make_field(spot, verdict, verdict.certainty, page, null_below)
