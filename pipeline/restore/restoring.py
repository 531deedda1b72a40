"""Restoring lines of text: lattice, two passes, decisions, corrections that replay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress, pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.letter import Correction
from pipeline.restore import decode
from pipeline.restore.choices import Choice, corrections_of, rule_of, with_cuts, with_fixes
from pipeline.restore.columns import columns_apart
from pipeline.restore.context import guesses_of, with_context
from pipeline.restore.decode import Posteriors, Weights
from pipeline.restore.detect import CLEAN, FOREIGN, detect
from pipeline.restore.document import own_words, plain_costs
from pipeline.restore.fixers import fixes_of
from pipeline.restore.joins import join_broken, join_cut
from pipeline.restore.lattice import PARAGRAPH, Hypothesis, Lattice, Slot, make_lattice
from pipeline.restore.models import BARE, ENG, VIE, Models
from pipeline.restore.phrases import with_phrases
from pipeline.restore.propose import Pool, find_candidates, slot_of
from pipeline.restore.replay import apply_line
from pipeline.restore.tokens import Kind, Piece, pieces_of
from pipeline.text import nfc

WEIGHTS = {
    ENG: Weights(language=0.9, case=0.8),
    BARE: Weights(language=1.0, case=0.3),
}
CAREFUL_WEIGHTS = Weights(language=0.9, case=0.7)


class LineHints(Protocol):
    """What a page knows of a line beside its text."""

    def weigh(self, slot: Slot, piece: Piece) -> Slot:
        """The slot with its costs weighed by what is known."""


def decide(
    slots: Sequence[Slot], models: Models, reading: str
) -> list[tuple[Hypothesis, float, float]]:
    """For each slot: the best hypothesis, its posterior, and the posterior of the raw text."""
    weights = WEIGHTS.get(reading, CAREFUL_WEIGHTS)
    lattice = make_lattice(slots)
    pairs = decode.weigh_pairs(models.language, lattice, weights)
    inner = decode.inner_costs(models.language, lattice, weights)
    first = decode.bigram_posteriors(lattice, pairs, inner, weights, plain_costs)
    extra = own_words(lattice, first)
    coarse = decode.bigram_posteriors(lattice, pairs, inner, weights, extra)
    kept = _thinned(slots, lattice, decode.likely(lattice, coarse))
    if reading == ENG:
        guesses = guesses_of(slots, lattice, coarse)
        kept = with_context(kept, guesses, models, reading)
        kept = with_phrases(kept, guesses, models, reading)
    thin = make_lattice(kept)
    fine = decode.trigram_posteriors(models.language, thin, weights, extra)
    return _best(kept, thin, fine)


def _thinned(slots: Sequence[Slot], lattice: Lattice, kept: NDArray[np.bool_]) -> list[Slot]:
    """The slots with the hypotheses of a mask alone."""
    mask, starts = kept.tolist(), lattice.starts.tolist()
    return [
        replace(slot, options=tuple(compress(slot.options, mask[a:b]))) if b - a > 1 else slot
        for slot, a, b in zip(slots, starts[:-1], starts[1:], strict=True)
    ]


def _best(
    slots: Sequence[Slot], lattice: Lattice, posteriors: Posteriors
) -> list[tuple[Hypothesis, float, float]]:
    out = []
    starts, chances = lattice.starts.tolist(), posteriors.tolist()
    for slot, a, b in zip(slots, starts[:-1], starts[1:], strict=True):
        here = chances[a:b]
        raw = sum(p for h, p in zip(slot.options, here, strict=True) if h.text == slot.text)
        posterior = max(here)
        out.append((slot.options[here.index(posterior)], posterior, raw))
    return out


def restore_lines(
    lines: Sequence[str],
    models: Models,
    readings: Sequence[str],
    threshold: float,
    hints: Sequence[LineHints] | None = None,
) -> list[list[Choice]]:
    """The choices of each line, left to right; an empty line starts a paragraph.

    Args:
        lines: raw text, NFC.
        models: see :func:`pipeline.restore.models.load_models`.
        readings: the kind of reading of each line.
        threshold: least posterior at which a word that could be right is changed.
        hints: what else is known of each line: confidences and second readings.
    """
    rows = [join_broken(line, pieces_of(line), models) for line in lines]
    cuts = join_cut(lines, rows, models, readings)
    main = Counter(readings).most_common(1)[0][0] if readings else VIE
    flat = _slots(rows, models, readings, hints)
    if main == ENG:  # in Vietnamese readings it gains nothing
        flat = columns_apart(flat, lines)
    slots = [PARAGRAPH, PARAGRAPH, *flat, PARAGRAPH]
    choices: list[list[tuple[Slot, str, float]]] = [[] for _ in lines]
    decided = decide(slots, models, main)
    said = _said(slots, decided)
    before = int(Kind.STOP)
    for slot, (chosen, posterior, raw) in zip(slots, decided, strict=True):
        again = (before, chosen.words[0]) in said
        before = chosen.words[-1]
        if slot.line < 0:
            continue
        text, score = chosen.text, posterior
        if slot.kind is Kind.NUMBER:
            change = posterior >= (NUMBERS_AGAIN if again else NUMBERS)
        else:
            reading = readings[slot.line]
            change = _may_change(slot, posterior, raw, models, reading, threshold)
        if text != slot.text and not change:
            text, score = slot.text, raw
        choices[slot.line].append((slot, text, min(score, 1.0)))
    judged = [_believed(row, models, r) for row, r in zip(choices, readings, strict=True)]
    return [
        with_fixes(row, fixes_of(line, reading), line)
        for row, line, reading in zip(with_cuts(judged, cuts, lines), lines, readings, strict=True)
    ]


def _believed(row: Sequence[tuple[Slot, str, float]], models: Models, reading: str) -> list[Choice]:
    """The choices of a line, their raw posteriors calibrated."""
    shares = models.believed(reading, [score for _, _, score in row])
    return [Choice(slot, text, p) for (slot, text, _), p in zip(row, shares, strict=True)]


def _slots(
    rows: Sequence[Sequence[Piece]],
    models: Models,
    readings: Sequence[str],
    hints: Sequence[LineHints] | None,
) -> list[Slot]:
    pools: dict[str, Pool] = {}
    for reading in sorted(set(readings)):
        wanted = [p for row, r in zip(rows, readings, strict=True) if r == reading for p in row]
        find_candidates(models, reading, wanted, pools.setdefault(reading, Pool()))
    following = _following(rows)
    before: Piece | None = None
    slots = []
    for number, (row, reading) in enumerate(zip(rows, readings, strict=True)):
        hint = hints[number] if hints else None
        if row:
            before = row[-1]
        elif not _runs_on(before, following[number]):
            slots.append(PARAGRAPH)
        for piece in row:
            if piece.kind is not Kind.SILENT:
                slot = slot_of(models, reading, number, piece, pools[reading])
                slots.append(hint.weigh(slot, piece) if hint else slot)
    return slots


def _following(rows: Sequence[Sequence[Piece]]) -> list[Piece | None]:
    """The first piece of each row or, where it is empty, of the next that is not."""
    found: list[Piece | None] = []
    nearest: Piece | None = None
    for row in reversed(rows):
        nearest = row[0] if row else nearest
        found.append(nearest)
    return found[::-1]


def _runs_on(before: Piece | None, after: Piece | None) -> bool:
    """Whether a sentence runs over an empty line: no mark before it, a small letter after it."""
    if before is None or after is None or after.kind is not Kind.WORD:
        return False
    return before.kind in (Kind.WORD, Kind.COMMA) and after.text.islower()


def certainty_of(choices: Sequence[Sequence[Choice]]) -> float:
    """Mean posterior of the words."""
    sure = [c.posterior for row in choices for c in row if c.slot.kind is Kind.WORD]
    return float(np.mean(sure)) if sure else 1.0


TYPED_MOST, TYPED_SHARE = 2, 0.005
"""Sure changes of words, and their share, up to which a text counts as typed."""


def is_typed(choices: Sequence[Sequence[Choice]]) -> bool:
    """Whether a text in Vietnamese letters was typed, not read: hardly a word is surely wrong.

    In letters that were typed the decoder is sure of 0 to 3 changed words in a thousand (slips of
    the typist, which stay), in letters that Tesseract read of 6 to 100. Spaces tell nothing:
    typists and converters leave them out too.
    """
    words = [c for row in choices for c in row if c.slot.kind is Kind.WORD]
    sure = sum(
        c.text != c.slot.text and c.posterior >= CAREFUL and rule_of(c) == "word" for c in words
    )
    return sure <= max(TYPED_MOST, TYPED_SHARE * len(words))


def _said(
    slots: Sequence[Slot], decided: Sequence[tuple[Hypothesis, float, float]]
) -> set[tuple[int, int]]:
    """Pairs of words that stand in the document for sure, both read with letters."""
    return {
        (a.words[-1], b.words[0])
        for (one, (a, p, _)), (two, (b, q, _)) in pairwise(zip(slots, decided, strict=True))
        if one.kind is Kind.WORD is two.kind and min(p, q) >= NUMBERS
    }


def _may_change(
    slot: Slot, posterior: float, raw: float, models: Models, reading: str, threshold: float
) -> bool:
    """A valid word needs more proof than one that can't be right."""
    valid = models.lexicon.id_of(slot.text) is not None
    if reading in (ENG, BARE):
        return posterior >= threshold or not valid or raw < 0.1
    if valid or not slot.text.isalpha() or slot.text.isupper() or slot.text.isascii():
        return raw <= 1 - CAREFUL and posterior >= max(threshold, LIKELY)
    return posterior >= threshold


CAREFUL = 0.97
"""How sure it must be that a possible word read by a Vietnamese model is not what was printed."""
LIKELY = 0.8
"""Least posterior of what then takes its place."""
NUMBERS, NUMBERS_AGAIN = 0.9, 0.7
"""Least posterior for a word in place of a number, and for one that follows its neighbour elsewhere
in the document, where it was read with letters; only English models read words so."""


@dataclass(frozen=True, slots=True)
class RestoredText:
    """A restored text, line for line, with every change, its reading and how sure it is."""

    text: str
    corrections: tuple[Correction, ...]
    reading: str
    certainty: float


def restore_text(
    text: str, models: Models, *, reading: str | None = None, threshold: float = 0.5
) -> RestoredText:
    """Restore a plain text; its kind of reading is detected unless it is named.

    A text that was typed (:func:`is_typed`) comes back unchanged, with reading ``clean``.
    """
    lines = nfc(text).split("\n")
    kind = reading or detect(lines, models.lexicon)
    if kind == FOREIGN:
        return RestoredText(text, (), kind, 0.0)
    choices = restore_lines(lines, models, [kind] * len(lines), threshold)
    if reading is None and kind == VIE and is_typed(choices):
        return RestoredText(text, (), CLEAN, 1.0)
    corrections = corrections_of(choices, 1)
    by_line: dict[int, list[Correction]] = {}
    for correction in corrections:
        by_line.setdefault(correction.line, []).append(correction)
    done = [apply_line(line, by_line.get(n, [])) for n, line in enumerate(lines)]
    return RestoredText("\n".join(done), tuple(corrections), kind, certainty_of(choices))
