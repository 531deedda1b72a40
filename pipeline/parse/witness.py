"""Numbers and dates settled from what the pen wrote and from what else speaks of them.

A reader's n-best are hypotheses with probabilities; every other place that speaks of the same
value is a *witness* with a likelihood for each hypothesis. The two are multiplied (a product of
experts, Bayes with independent witnesses) and normalised. A witness may confirm the best
reading, choose among readings that were all possible, or doubt; it never adds a value that the
page does not show, and it never turns over what is plainly read (``PLAIN``): then it only
lowers the certainty, so that a clerk looks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Literal

from pipeline.letter import Candidate, DigitalSignature, Field, Witness
from pipeline.page import Box, Spot

Source = Literal[
    "file name", "digital signature", "arrival stamp", "register", "cited date", "weekday", "print"
]

PLAIN = 0.9
"""A reading this certain by itself is never replaced by a witness."""
DOUBTED = 0.85
"""The most that a doubted reading may claim: below the review threshold."""
CANDIDATES = 5
_POSSIBLE = 0.02  # a witness may choose only among readings at least this probable

_FILE_NAME = 20.0  # a file named after its letter is common, but so are other numbers in names
_PRINT_SEEN = 20.0  # Tesseract gives the reader's own candidate for pen strokes: hardly by chance
_PRINT_SURE = 200.0  # and for printed digits
_OUT_OF_ORDER = 0.1  # numbers rise with dates, but offices reserve and back-date some
# Days from a letter's date to its digital signature: the same day, mostly, and never before.
_SIGNED_AFTER = {0: 1.0, 1: 0.5, 2: 0.25, 3: 0.2, 4: 0.15, 5: 0.1}
_LATER, _NEVER = 0.02, 0.002


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


# --- What a witness is ---------------------------------------------------------------------------


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
    before = _normal({value: p * _number_like(value) for value, p in spot.nbest if value})
    nothing = sum(p for value, p in spot.nbest if not value)
    if not before or nothing > 0.5:
        return None
    witnesses = [_Voice(e.source, e.value, _equal(e.value, before)) for e in evidence]
    witnesses += _print_voice(spot, before)
    witnesses += _order_voice(neighbours, dated, before)
    verdict = _weigh(before, [voice for voice in witnesses if voice.speaks])
    certainty = verdict.certainty * (1 - nothing)
    return _field(spot, verdict, certainty, page, null_below, verdict.best)


def _number_like(value: str) -> float:
    """Prior of a digit string as a letter's number: 01..09 are padded to two, no more."""
    if not re.fullmatch(r"\d{1,6}[a-eđ]?", value) or set(value) <= {"0"}:
        return 0.02
    digits = value.rstrip("abcdeđ")
    padded = digits.startswith("0") and len(digits) > 2
    return (0.1 if padded else 1.0) * (1.0 if digits == value else 0.5)


def _equal(value: str, hypotheses: Mapping[str, float]) -> dict[str, float]:
    """A witness for one value: silent unless that value is among the possible readings."""
    same = {h for h in hypotheses if h.lstrip("0") == value.lstrip("0")}
    if not any(hypotheses[h] >= _POSSIBLE for h in same):
        return {}
    return {h: _FILE_NAME if h in same else 1.0 for h in hypotheses}


def _print_voice(spot: Spot, hypotheses: Mapping[str, float]) -> list[_Voice]:
    """Tesseract's reading of the same place: strong for print, weak for the pen."""
    seen = re.sub(r"\D", "", spot.printed)
    if not seen:
        return []
    sure = spot.handwritten < 0.5
    if seen in hypotheses:
        power = _PRINT_SURE if sure else _PRINT_SEEN
        likely = {h: power if h == seen else 1.0 for h in hypotheses}
        return [_Voice("print", seen, likely)]
    # Two readers disagree on a clean printed number: neither may be given as certain.
    doubt = sure and seen == spot.printed.strip(" .:/")
    return [_Voice("print", seen, {}, doubts=True)] if doubt else []


def _order_voice(
    neighbours: Sequence[Neighbour], dated: str | None, hypotheses: Mapping[str, float]
) -> list[_Voice]:
    """Numbers of one series rise with dates: above every earlier one, below every later one."""
    if not dated or len(dated) < 10:
        return []
    low = max((n.number for n in neighbours if n.date < dated), default=0)
    high = min((n.number for n in neighbours if n.date > dated), default=10**7)
    if (low, high) == (0, 10**7):
        return []
    inside = {h: low <= int(re.sub(r"\D", "", h) or 0) <= high for h in hypotheses}
    likely = {h: 1.0 if fits else _OUT_OF_ORDER for h, fits in inside.items()}
    bounds = f"{low or ''}..{high if high < 10**7 else ''}"
    return [_Voice("register", bounds, likely)]


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
    before = _calendar(days, months, years)
    lead = next((s for s in (day, month, year) if isinstance(s, Spot)), None)
    if not before:
        return _month_only(lead, months, years, page, null_below)
    witnesses = [_Voice(e.source, e.value, _days_apart(e, before)) for e in evidence]
    witnesses.append(_Voice("weekday", "", _weekday(before), quiet=True))
    verdict = _weigh(before, [voice for voice in witnesses if voice.speaks])
    reading = _sure(days) * _sure(months) * _sure(years)
    certainty = verdict.certainty * reading
    field = _field(lead, verdict, certainty, page, null_below, verdict.best)
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
            weighed = _normal({v: p * voice.likely[v] for v, p in read.items()})
            read = {v: p * total for v, p in weighed.items()}
        elif voice.doubts:
            read = {v: p * DOUBTED for v, p in read.items()}
    return read


def _sure(readings: Mapping[str, float]) -> float:
    return min(1.0, sum(readings.values()))


def _calendar(*parts: Mapping[str, float]) -> dict[str, float]:
    """Joint readings that are days of the calendar, normalised."""
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
    return _normal(joint)


def _days_apart(evidence: Evidence, hypotheses: Mapping[str, float]) -> dict[str, float]:
    """Likelihood of a witness's day for each hypothesis of the letter's day."""
    said = iso_day(evidence.value)
    if said is None:
        return {}
    likely = {}
    for hypothesis in hypotheses:
        apart = (date.fromisoformat(said) - date.fromisoformat(hypothesis)).days
        if evidence.source == "digital signature":
            late = _LATER * math.exp(-max(0, apart - 6) / 30)
            likely[hypothesis] = _SIGNED_AFTER.get(apart, late if apart > 0 else _NEVER)
        elif evidence.source == "arrival stamp":
            likely[hypothesis] = math.exp(-apart / 20) if apart >= 0 else _NEVER
        elif evidence.source == "cited date":
            likely[hypothesis] = 1.0 if apart <= 0 else 0.05
        else:
            likely[hypothesis] = 20.0 if apart == 0 else 1.0
    return likely


def _weekday(hypotheses: Mapping[str, float]) -> dict[str, float]:
    """Offices work Monday to Friday; some letters are dated on a Saturday, few on a Sunday."""
    prior = (1.0, 1.0, 1.0, 1.0, 1.0, 0.3, 0.15)
    return {h: prior[date.fromisoformat(h).weekday()] for h in hypotheses}


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
    voices = [_Voice(e.source, e.value, _arrives_after(e, read)) for e in evidence]
    voices.append(_Voice("weekday", "", _weekday(read), quiet=True))
    verdict = _weigh(_normal(read), [voice for voice in voices if voice.speaks])
    certainty = verdict.certainty * min(1.0, sum(read.values()))
    return _field(spot, verdict, certainty, page, null_below, verdict.best)


def _arrives_after(evidence: Evidence, hypotheses: Mapping[str, float]) -> dict[str, float]:
    """A letter arrives on or after the day it was dated or signed."""
    said = iso_day(evidence.value)
    if said is None:
        return {}
    apart = {h: (date.fromisoformat(h) - date.fromisoformat(said)).days for h in hypotheses}
    return {h: math.exp(-days / 20) if days >= 0 else _NEVER for h, days in apart.items()}


# --- Weighing ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Voice:
    """One witness: a likelihood for each hypothesis, or a bare doubt."""

    source: Source
    value: str
    likely: Mapping[str, float]
    doubts: bool = False
    quiet: bool = False  # weighs, but is not named in the record

    @property
    def speaks(self) -> bool:
        return self.doubts or len(set(self.likely.values())) > 1 or len(self.likely) == 1


@dataclass(frozen=True, slots=True)
class _Verdict:
    best: str
    certainty: float
    ranked: tuple[tuple[str, float], ...]
    witnesses: tuple[Witness, ...]


def _weigh(before: Mapping[str, float], voices: Sequence[_Voice]) -> _Verdict:
    """Product of experts, with what is plainly read held fast."""
    top = max(before, key=lambda h: before[h])
    after = dict(before)
    for voice in voices:
        for hypothesis, likely in voice.likely.items():
            after[hypothesis] *= likely
    after = _normal(after)
    best = max(after, key=lambda h: after[h])
    if best != top and (before[top] >= PLAIN or before[best] < _POSSIBLE):
        best = top
    witnesses = tuple(
        Witness(source=v.source, value=v.value, verdict=_verdict(v, best, top))
        for v in voices
        if not v.quiet
    )
    doubted = any(w.verdict == "doubts" for w in witnesses)
    certainty = after[best] if best != top else max(after[best], 0.0)
    if doubted:
        certainty = min(certainty, DOUBTED)
    ranked = tuple(sorted(after.items(), key=lambda item: -item[1]))[:CANDIDATES]
    return _Verdict(best, certainty, ranked, witnesses)


def _verdict(voice: _Voice, best: str, top: str) -> Literal["confirms", "chooses", "doubts"]:
    if voice.doubts or not voice.likely:
        return "doubts"
    strongest = max(voice.likely.values())
    if voice.likely[best] < 0.1 * max(strongest, 0.1) or voice.likely[best] < 0.01:
        return "doubts"
    return "confirms" if best == top else "chooses"


def _normal(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {key: weight / total for key, weight in weights.items()} if total > 0 else {}


def _field(
    spot: Spot | None,
    verdict: _Verdict,
    certainty: float,
    page: int | None,
    null_below: float,
    value: str,
) -> Field:
    """The field; under ``null_below`` without a value, its n-best in ``raw``."""
    certain = certainty >= null_below
    nbest = [reading for reading, _ in spot.nbest if reading] if spot else []
    several = " | ".join(nbest[:CANDIDATES]) or " | ".join(h for h, _ in verdict.ranked)
    return Field(
        value=value if certain else None,
        raw=(nbest[0] if nbest else value) if certain else several,
        confidence=max(0.0, min(1.0, certainty)),
        page=page,
        box=spot.box if spot else None,
        handwritten=bool(spot and spot.handwritten >= 0.5),
        candidates=tuple(Candidate(value=v, probability=p) for v, p in verdict.ranked),
        witnesses=verdict.witnesses,
    )


def union(boxes: Iterable[Box]) -> Box | None:
    """The smallest box around some boxes (the day, month and year of one date), or None."""
    found = list(boxes)
    if not found:
        return None
    return (
        min(b[0] for b in found),
        min(b[1] for b in found),
        max(b[2] for b in found),
        max(b[3] for b in found),
    )
