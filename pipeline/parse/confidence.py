"""How sure a field is: from the reading of its words, the strength of its rule, cross-checks."""

from __future__ import annotations

from pipeline.letter import Field
from pipeline.page import Word
from pipeline.parse.found import Found
from pipeline.parse.rows import box_around

# A rule's step of doubt costs more than the review threshold leaves: a doubtful value is seen.
_DOUBT = 0.15
_SUPPORT = 0.05
_RULE = 0.98


def field_of(found: Found | None) -> Field | None:
    """The field of the record for a value that a rule took; None for none."""
    if found is None:
        return None
    words = found.words
    return Field(
        value=found.value,
        raw=found.raw or None,
        confidence=round(certainty(words, found.doubt, found.support), 4),
        page=found.rows[0].page if found.rows else None,
        box=box_around([w for r in found.rows if r.page == found.rows[0].page for w in r.words])
        if found.rows
        else None,
        rule=found.rule,
    )


def certainty(words: tuple[Word, ...], doubt: int = 0, support: int = 0) -> float:
    """0..1; a value is no surer than its weakest words allow.

    The mean over letters is pulled half-way to the weakest word: one misread word spoils a value.
    """
    letters = sum(len(w.text) for w in words)
    if not letters:
        return max(0.0, 0.5 - _DOUBT * doubt)
    mean = sum(w.confidence * len(w.text) for w in words) / letters
    weakest = min(w.confidence for w in words if w.text)
    reading = 0.5 * mean + 0.5 * weakest
    return max(0.0, min(0.99, _RULE * reading - _DOUBT * doubt + _SUPPORT * support))
