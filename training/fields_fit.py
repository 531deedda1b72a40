"""Fitting the models of :mod:`pipeline.parse.confidence`, and the figure of how honest they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.parse.confidence import OTHER, bounded, kind_of
from training.manifest import MODELS, record_artefact

Rows = Sequence[dict[str, Any]]
Array = NDArray[np.float64]

WEIGHT = {"texts": 1.0, "scans": 2.0, "real": 8.0}
"""How much a value counts in the fit: a real letter shows what a generator doesn't think of."""

_POOLED = 2.0  # ridge towards what all kinds of field together say
_STEPS = 4000
_PRIOR = (0.99, 20.0)  # what a cap is before real letters speak, and how many values that weighs
_HIGHEST = 0.99
_EDGES = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)


@dataclass(frozen=True)
class Fit:
    """Bias and weights of one kind of field, with an offset for each of its rules."""

    bias: float
    weights: Array
    rules: dict[str, float]


def kind(row: dict[str, Any]) -> str:
    """The kind of field of a sample."""
    return kind_of(str(row["rule"]))


def fitted(rows: Rows, towards: Fit | None = None) -> Fit:
    """Logistic regression by projected gradient: no weight below zero, rules' offsets at most 0."""
    rules = sorted({str(row["rule"]) for row in rows}) if towards else []
    signs = np.array([row["signs"] for row in rows])
    chosen = np.array([[row["rule"] == rule for rule in rules] for row in rows], float)
    x = np.hstack([np.ones((len(rows), 1)), signs, chosen.reshape(len(rows), len(rules))])
    y = np.array([row["right"] for row in rows], float)
    weight = np.array([WEIGHT[row["group"]] for row in rows])
    start = np.zeros(x.shape[1])
    if towards:
        start[: 1 + signs.shape[1]] = [towards.bias, *towards.weights]
    ridge = np.full(x.shape[1], _POOLED if towards else 0.01)
    ridge[0] = 0.1
    theta, momentum = start.copy(), np.zeros_like(start)
    scale = 1 / (0.25 * np.linalg.norm(x * np.sqrt(weight)[:, None], 2) ** 2 + ridge.max())
    for _ in range(_STEPS):
        ahead = theta + 0.9 * momentum
        p = 1 / (1 + np.exp(-np.clip(x @ ahead, -30, 30)))
        step = x.T @ (weight * (p - y)) + ridge * (ahead - start)
        moved = ahead - scale * step
        moved[1 : 1 + signs.shape[1]] = np.maximum(moved[1 : 1 + signs.shape[1]], 0)
        moved[1 + signs.shape[1] :] = np.minimum(moved[1 + signs.shape[1] :], 0)
        theta, momentum = moved, moved - theta
    offsets = theta[1 + signs.shape[1] :]
    return Fit(
        float(theta[0]),
        theta[1 : 1 + signs.shape[1]],
        {rule: float(offset) for rule, offset in zip(rules, offsets, strict=True)},
    )


def chance_right(fit: Fit, rows: Rows) -> Array:
    """What a fit says of samples, before any cap."""
    signs = np.array([row["signs"] for row in rows])
    least = min(fit.rules.values(), default=0.0)
    offsets = np.array([fit.rules.get(str(row["rule"]), least) for row in rows])
    score: Array = fit.bias + signs @ fit.weights + offsets
    return 1 / (1 + np.exp(-score))


def cap_of(fit: Fit, rows: Rows) -> float:
    """The share of real values said to be sure that were right, drawn towards the prior."""
    real = [row for row in rows if row["group"] == "real"]
    stated: Sequence[float] = list(chance_right(fit, real)) if real else []
    sure = [row for row, p in zip(real, stated, strict=True) if p >= 0.9]
    share, weight = _PRIOR
    right = sum(bool(row["right"]) for row in sure)
    return min(_HIGHEST, (right + share * weight) / (len(sure) + weight))


def write_models(rows: Rows, figure: Path) -> None:
    """Fit on the letters that are not held out, write models/fields.json and the figure."""
    known = [row for row in rows if not row["held"]]
    pooled = fitted(known)
    fits, caps = {}, {}
    for name in sorted({kind(row) for row in known}):
        own = [row for row in known if kind(row) == name]
        fits[name] = fitted(own, pooled)
        caps[name] = cap_of(fits[name], own)
    fits[OTHER], caps[OTHER] = pooled, cap_of(pooled, known)
    data = {
        name: {
            "bias": round(fit.bias, 4),
            "weights": [round(float(w), 4) for w in fit.weights],
            "rules": {rule: round(offset, 4) for rule, offset in fit.rules.items()},
            "cap": round(caps[name], 4),
        }
        for name, fit in fits.items()
    }
    path = MODELS / "fields.json"
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    record_artefact(
        path,
        source="letters of the project's generator as text and scans; figures of some real letters",
        licence="Apache-2.0, made for this project",
        command="python -m training.fields fit SAMPLES.jsonl",
    )
    held = [row for row in rows if row["held"] and kind(row) in fits]
    chances = (float(chance_right(fits[kind(row)], [row])[0]) for row in held)
    stated = [
        bounded(chance, str(row["rule"]), row["signs"], caps[kind(row)])
        for chance, row in zip(chances, held, strict=True)
    ]
    draw(held, stated, figure)


def bands(rows: Rows, stated: Sequence[float]) -> list[tuple[int, float, float]]:
    """For each band of confidence: values, what was said of them, how many were right."""
    out = []
    for low, high in pairwise(_EDGES):
        inside = [
            (p, row["right"])
            for row, p in zip(rows, stated, strict=True)
            if low <= p < high or high == 1.0 == p
        ]
        if inside:
            said = sum(p for p, _ in inside) / len(inside)
            out.append((len(inside), said, sum(r for _, r in inside) / len(inside)))
    return out


def draw(rows: Rows, stated: Sequence[float], figure: Path) -> None:
    """The reliability of held-out letters, generated and real apart; and print it."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    plot, axes = plt.subplots(figsize=(5.2, 5.0))
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    for name, groups in (("generated", ("texts", "scans")), ("real", ("real",))):
        pairs = [(r, p) for r, p in zip(rows, stated, strict=True) if r["group"] in groups]
        found = bands([r for r, _ in pairs], [p for _, p in pairs])
        print(name)
        for count, said, right in found:
            print(f"  {count:6} values, stated {said:.3f}, right {right:.3f}")
        label = f"{name} ({len(pairs)} values)"
        x, y = [said for _, said, _ in found], [right for _, _, right in found]
        (line,) = axes.plot(x, y, label=label)
        sizes = [12 * count**0.5 for count, _, _ in found]
        axes.scatter(x, y, sizes, color=line.get_color(), zorder=3)
        sure = [r["right"] for r, p in pairs if p >= 0.9]
        print(f"  at 0.9 and more: {len(sure)} of {len(pairs)}, wrong {len(sure) - sum(sure)}")
    axes.set(xlabel="stated confidence", ylabel="share right", xlim=(0, 1.02), ylim=(0, 1.02))
    axes.set_title("Fields of held-out letters (larger dots: more values)")
    axes.legend(loc="lower right")
    plot.tight_layout()
    plot.savefig(figure, dpi=110)
