"""How sure a field is: from the reading of its words, the rule that took it, cross-checks.

A logistic model a kind of field, fitted by :mod:`training.fields` on letters whose truth is
known: better read words, fewer doubts and more support never make a value less sure. What few
real letters can show bounds it from above, as no generator is as strange as the world.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.config import artefact
from pipeline.letter import Field
from pipeline.page import Word
from pipeline.parse.found import TORN, Found
from pipeline.parse.rows import box_around

SIGNS = ("mean", "weakest", "short", "trust", "support", "placed")
"""The features in the order of a model's weights; no weight is negative."""
OTHER = "other"
_LOOKED_AT = 0.85  # below the threshold of review
LISTED = frozenset({"issuer-gazetteer", "place-gazetteer", "type-heading"})
"""Rules whose values stand in a list, letter for letter: hardly read accents make no other one."""


@dataclass(frozen=True, slots=True)
class Model:
    """One kind of field: ``weights`` go with :data:`SIGNS`, ``rules`` are added to ``bias``."""

    bias: float
    weights: tuple[float, ...]
    rules: dict[str, float]
    cap: float


@cache
def models() -> dict[str, Model]:
    """The models by the first word of the rules' names, from ``models/fields.json``."""
    data = json.loads(artefact("fields.json").read_text(encoding="utf-8"))
    return {
        kind: Model(m["bias"], tuple(m["weights"]), m["rules"], m["cap"])
        for kind, m in data.items()
    }


def kind_of(rule: str) -> str:
    """The kind of field that a rule takes: rules are named for it.

    >>> kind_of("subject-after-v/v")
    'subject'
    """
    return rule.split("-", 1)[0]


def model_of(rule: str) -> Model:
    """The model of a rule's kind; of all kinds together for one that no fit has seen."""
    return models().get(kind_of(rule), models()[OTHER])


def field_of(found: Found | None) -> Field | None:
    """The field of the record for a value that a rule took; None for none."""
    if found is None:
        return None
    return Field(
        value=found.value,
        raw=found.raw or None,
        confidence=round(certainty(found), 4),
        page=found.rows[0].page if found.rows else None,
        box=box_around([w for r in found.rows if r.page == found.rows[0].page for w in r.words])
        if found.rows
        else None,
        rule=found.rule,
    )


def signs_of(found: Found) -> tuple[float, ...]:
    """The features of a value, each the larger the surer (:data:`SIGNS`)."""
    words = found.words
    mean, weakest = _reading(words)
    return (
        _nines(mean),
        _nines(weakest),
        -math.log2(1 + len((found.value or "").split())),
        -float(min(found.doubt, 4)),
        float(max(-2, min(found.support, 2))),
        float(any(word.box[2] for word in words)),
    )


def certainty(found: Found) -> float:
    """0..1: how likely the value is right; 0 when nothing could be read."""
    if found.value is None or not found.words:
        return 0.0
    model, signs = model_of(found.rule), signs_of(found)
    score = model.bias + model.rules.get(found.rule, min(model.rules.values(), default=0.0))
    score += sum(w * sign for w, sign in zip(model.weights, signs, strict=True))
    cap = min(model.cap, _LOOKED_AT) if found.doubt >= TORN else model.cap
    return bounded(1 / (1 + math.exp(-score)), found.rule, signs, cap)


def bounded(chance: float, rule: str, signs: Sequence[float], cap: float) -> float:
    """A chance, no surer than the kind's cap, and than half-way from the weakest word to 1."""
    if rule in LISTED and not signs[SIGNS.index("trust")]:
        return min(chance, cap)
    weakest = 1.01 - 10 ** -signs[SIGNS.index("weakest")]
    return max(0.0, min(chance, cap, (1 + weakest) / 2))


def _reading(words: Sequence[Word]) -> tuple[float, float]:
    """Mean over letters and least of the words' confidences."""
    letters = sum(len(w.text) for w in words)
    if not letters:
        return 0.0, 0.0
    mean = sum(w.confidence * len(w.text) for w in words) / letters
    return mean, min(w.confidence for w in words if w.text)


def _nines(p: float) -> float:
    """1 for 0.9, nearly 2 for 0.99 and above."""
    return -math.log10(1 - min(p, 1.0) + 0.01)
