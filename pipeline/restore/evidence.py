"""What a page knows of a line beside its text: the reader's confidences and second readings."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline.page import Line
from pipeline.restore.lattice import Hypothesis, Slot
from pipeline.restore.models import ENG, VIE, VIETNAMESE, Models
from pipeline.restore.propose import Pool, find_candidates, slot_of
from pipeline.restore.tokens import Kind, Piece, pieces_of

TRUST = 4.0
"""How strongly a word read with confidence is kept: cost of a change per unit above ``NEUTRAL``."""
NEUTRAL = 0.8
AGREE = 0.6
"""Two readings of one line are no independent witnesses: their summed costs count this much."""
MISSING = 14.0
"""Cost, by one reading, of a word that only the other reading suggests."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Confidences by character range of the line, and the pieces of second readings."""

    confidences: tuple[tuple[int, int, float], ...] = ()
    seconds: tuple[tuple[int, int, Slot], ...] = ()

    def weigh(self, slot: Slot, piece: Piece) -> Slot:
        """The slot with the costs of its hypotheses weighed by all that is known."""
        if slot.kind is not Kind.WORD:
            return slot
        confidence = next(
            (c for start, end, c in self.confidences if start <= piece.start < end), NEUTRAL
        )
        options = [
            h if h.text == slot.text else h._replace(cost=h.cost + TRUST * (confidence - NEUTRAL))
            for h in slot.options
        ]
        for start, end, second in self.seconds:
            if (start, end) == (piece.start, piece.end):
                options = _merged(options, second.options)
        return replace(slot, options=tuple(options))


def _merged(first: list[Hypothesis], second: tuple[Hypothesis, ...]) -> list[Hypothesis]:
    one = {h.text: h for h in first}
    two = {h.text: h for h in second}
    out = []
    for text in one | two:
        known = one.get(text) or two[text]
        a = one[text].cost if text in one else MISSING
        b = two[text].cost if text in two else MISSING
        out.append(known._replace(cost=AGREE * (a + b)))
    return out


def evidence_of(line: Line, models: Models) -> Evidence:
    """All that is known of a line; second readings are paired with its words by their boxes."""
    confidences = []
    at = 0
    for word in line.words:
        confidences.append((at, at + len(word.text), word.confidence))
        at += len(word.text) + 1
    seconds: list[tuple[int, int, Slot]] = []
    for other in line.alternatives:
        seconds += _paired(line, other, models)
    return Evidence(tuple(confidences), tuple(seconds))


def _paired(line: Line, other: Line, models: Models) -> list[tuple[int, int, Slot]]:
    """Second readings of single words: one word piece here, one there, boxes overlapping."""
    reading = other.reader if other.reader in (ENG, VIE, VIETNAMESE) else VIE
    pairs = []
    at = 0
    for word in line.words:
        start, at = at, at + len(word.text) + 1
        match = [w for w in other.words if _overlap(word.box, w.box) > 0.6]
        mine = [p for p in pieces_of(word.text) if p.kind is Kind.WORD]
        if len(match) == len(mine) == 1:
            theirs = [p for p in pieces_of(match[0].text) if p.kind is Kind.WORD]
            if len(theirs) == 1 and theirs[0].text != mine[0].text:
                pairs.append((start + mine[0].start, start + mine[0].end, theirs[0]))
    pool = Pool()
    find_candidates(models, reading, [piece for _, _, piece in pairs], pool)
    return [(start, end, slot_of(models, reading, 0, piece, pool)) for start, end, piece in pairs]


def _overlap(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> float:
    """Share of the narrower box's width that both boxes cover."""
    width = min(a[2] - a[0], b[2] - b[0])
    return (min(a[2], b[2]) - max(a[0], b[0])) / width if width > 0 else 0.0
