"""Hypotheses weighed by witnesses: a product of experts that holds fast what is plainly read."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.letter import Candidate, Field, Witness
from pipeline.page import Spot
from pipeline.parse.evidence import Evidence, Neighbour, Source, iso_day

PLAIN = 0.9
"""A reading this certain by itself is never replaced by a witness."""
DOUBTED = 0.85
"""The most that a doubted reading may claim: below the review threshold."""
_STANDS = 0.6  # certainty of a plain reading that a witness contradicts
POSSIBLE = 0.02
"""A witness may choose only among readings at least this probable."""
CANDIDATES = 5
OTHER = ""
"""The hypothesis that none of the listed readings is right: what the n-best leave over."""

_FILE_NAME = 20.0  # a file named after its letter is common, but so are other numbers in names
PRINT_SEEN = 3.0  # Tesseract on pen strokes: its errors resemble the reader's own
PRINT_SURE = 200.0  # and for printed digits
_OUT_OF_ORDER = 0.1  # numbers rise with dates, but offices reserve and back-date some
# Days from a letter's date to its digital signature: the same day, mostly, and never before.
_SIGNED_AFTER = {0: 1.0, 1: 0.5, 2: 0.25, 3: 0.2, 4: 0.15, 5: 0.1}
_LATER, _NEVER = 0.02, 0.002
# A letter cites nothing of a later day; but one printed date in a hundred is misread.
_CITED_LATER = 0.008
_MISREAD_DAYS = 60  # a cited date so much later than all readings is misread itself


@dataclass(frozen=True, slots=True)
class Voice:
    """One witness: a likelihood for each hypothesis, or a bare doubt."""

    source: Source
    value: str
    likely: Mapping[str, float]
    doubts: bool = False
    quiet: bool = False  # weighs, but is not named in the record
    other: float = 1.0  # likelihood when none of the listed readings is right

    @property
    def speaks(self) -> bool:
        """Whether it tells the hypotheses apart at all, or doubts them."""
        return self.doubts or len(set(self.likely.values())) > 1 or len(self.likely) == 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """The best hypothesis with its certainty, all of them ranked, and who said what."""

    best: str
    certainty: float
    ranked: tuple[tuple[str, float], ...]
    witnesses: tuple[Witness, ...]


def weigh(before: Mapping[str, float], voices: Sequence[Voice]) -> Verdict:
    """Product of experts, with what is plainly read held fast.

    Args:
        before: hypotheses with probabilities, ``OTHER`` among them.
        voices: witnesses that speak.
    """
    after = dict(before)
    for voice in voices:
        for hypothesis in after:
            after[hypothesis] *= voice.likely.get(hypothesis, voice.other)
    after = normalise(after)
    listed = [h for h in before if h != OTHER]
    top = max(listed, key=lambda h: before[h])
    best = max(listed, key=lambda h: after[h])
    if best != top and (before[top] >= PLAIN or before[best] < POSSIBLE):
        best = top
    witnesses = tuple(
        Witness(source=v.source, value=v.value, verdict=_verdict(v, best, top))
        for v in voices
        if not v.quiet
    )
    doubted = any(w.verdict == "doubts" for w in witnesses)
    certainty = min(after[best], DOUBTED) if doubted else after[best]
    if doubted and before[top] >= PLAIN:  # it stands, for a clerk to look at
        certainty = max(certainty, _STANDS)
    ranked = sorted(((h, after[h]) for h in listed), key=lambda item: -item[1])
    return Verdict(best, certainty, tuple(ranked[:CANDIDATES]), witnesses)


def _verdict(voice: Voice, best: str, top: str) -> Literal["confirms", "chooses", "doubts"]:
    if voice.doubts or not voice.likely:
        return "doubts"
    strongest = max(voice.likely.values())
    if voice.likely[best] < 0.1 * max(strongest, 0.1) or voice.likely[best] < 0.01:
        return "doubts"
    return "confirms" if best == top else "chooses"


def normalise(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights that sum to 1; empty when all are zero."""
    total = sum(weights.values())
    return {key: weight / total for key, weight in weights.items()} if total > 0 else {}


def make_field(
    spot: Spot | None,
    verdict: Verdict,
    certainty: float,
    page: int | None,
    null_below: float,
) -> Field:
    """The field; under ``null_below`` without a value, its n-best in ``raw``."""
    certain = certainty >= null_below
    nbest = [reading for reading, _ in spot.nbest if reading] if spot else []
    several = " | ".join(nbest[:CANDIDATES]) or " | ".join(h for h, _ in verdict.ranked)
    return Field(
        value=verdict.best if certain else None,
        raw=(nbest[0] if nbest else verdict.best) if certain else several,
        confidence=max(0.0, min(1.0, certainty)),
        page=page,
        box=spot.box if spot else None,
        handwritten=bool(spot and spot.handwritten >= 0.5),
        candidates=tuple(Candidate(value=v, probability=p) for v, p in verdict.ranked),
        witnesses=verdict.witnesses,
    )


# --- What witnesses hold likely ------------------------------------------------------------------


def same_number(value: str, hypotheses: Mapping[str, float]) -> dict[str, float]:
    """A witness for one value: silent unless that value is among the possible readings."""
    same = {h for h in hypotheses if h and h.lstrip("0") == value.lstrip("0")}
    if not any(hypotheses[h] >= POSSIBLE for h in same):
        return {}
    return {h: _FILE_NAME if h in same else 1.0 for h in hypotheses if h != OTHER}


def order_voice(
    neighbours: Sequence[Neighbour], dated: str | None, hypotheses: Mapping[str, float]
) -> list[Voice]:
    """Numbers of one series rise with dates: above every earlier one, below every later one."""
    if not dated or len(dated) < 10:
        return []
    low = max((n.number for n in neighbours if n.date < dated), default=0)
    high = min((n.number for n in neighbours if n.date > dated), default=10**7)
    if (low, high) == (0, 10**7):
        return []
    inside = {h: low <= int(re.sub(r"\D", "", h)) <= high for h in hypotheses if h != OTHER}
    likely = {h: 1.0 if fits else _OUT_OF_ORDER for h, fits in inside.items()}
    bounds = f"{low or ''}..{high if high < 10**7 else ''}"
    return [Voice("register", bounds, likely, other=0.5)]


def letter_day(evidence: Evidence, hypotheses: Mapping[str, float]) -> dict[str, float]:
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
            likely[hypothesis] = 1.0 if apart <= 0 else _CITED_LATER
        else:
            likely[hypothesis] = 20.0 if apart == 0 else 1.0
    return likely


def latest_cited(
    evidence: Sequence[Evidence], hypotheses: Mapping[str, float]
) -> tuple[Evidence, ...]:
    """Evidence with one cited date, the latest: what is newer than it is newer than all."""
    last = max(hypotheses, default="")
    cited = [
        e
        for e in evidence
        if e.source == "cited date"
        and (day := iso_day(e.value))
        and last
        and (date.fromisoformat(day) - date.fromisoformat(last)).days <= _MISREAD_DAYS
    ]
    others = tuple(e for e in evidence if e.source != "cited date")
    return (*others, *([max(cited, key=lambda e: iso_day(e.value) or "")] if cited else []))


def working_day(hypotheses: Mapping[str, float]) -> dict[str, float]:
    """Offices work Monday to Friday; some letters are dated on a Saturday, few on a Sunday."""
    prior = (1.0, 1.0, 1.0, 1.0, 1.0, 0.3, 0.15)
    return {h: prior[date.fromisoformat(h).weekday()] for h in hypotheses}


def arrival_day(evidence: Evidence, hypotheses: Mapping[str, float]) -> dict[str, float]:
    """A letter arrives on or after the day it was dated or signed."""
    said = iso_day(evidence.value)
    if said is None:
        return {}
    apart = {h: (date.fromisoformat(h) - date.fromisoformat(said)).days for h in hypotheses}
    return {h: math.exp(-days / 20) if days >= 0 else _NEVER for h, days in apart.items()}
