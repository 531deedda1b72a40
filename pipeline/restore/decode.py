"""Channel and language model together: the posterior of every hypothesis, given the whole text.

Coarse to fine: a forward-backward pass with bigrams thins the lattice, another with trigrams
over pairs of hypotheses gives the posteriors. All look-ups of a pass are made in one call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.restore.language import LanguageModel
from pipeline.restore.lattice import Floats, Ids, Lattice

Posteriors = NDArray[np.float64]
Extra = Callable[[Ids, Ids, Ids, Floats], Floats]
"""(slot, v, w, cost of w after v by the language model) → cost with the document's own words."""

THIN = 1e-4
WIDEST = 6


@dataclass(frozen=True, slots=True)
class Weights:
    """How much the language model and its view of case count beside the channel."""

    language: float = 1.0
    case: float = 1.0


def adjacent(lattice: Lattice) -> tuple[Ids, Ids, NDArray[np.intp]]:
    """All pairs of hypotheses of neighbouring slots, and where each slot's pairs start."""
    sizes = np.diff(lattice.starts)
    left, right = [], []
    for s in range(lattice.slots - 1):
        a, b, c = lattice.starts[s], lattice.starts[s + 1], lattice.starts[s + 2]
        left.append(np.repeat(np.arange(a, b), sizes[s + 1]))
        right.append(np.tile(np.arange(b, c), sizes[s]))
    counts = sizes[:-1] * sizes[1:]
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
    if not left:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), starts
    return np.concatenate(left), np.concatenate(right), starts


def _case_costs(model: LanguageModel, lattice: Lattice, left: Ids, right: Ids) -> Floats:
    return model.case(
        lattice.last[left], lattice.last_case[left], lattice.first[right],
        lattice.first_case[right],
    )  # fmt: skip


def _case_mask(lattice: Lattice, right: Ids) -> NDArray[np.bool_]:
    """Only words have a case that the model can judge."""
    return lattice.first_case[right] <= 2


@dataclass(frozen=True, slots=True)
class Pairs:
    """All neighbouring hypotheses with what the language model says of them, before any cache."""

    left: Ids
    right: Ids
    starts: NDArray[np.intp]
    slot: Ids
    word: Floats
    case: Floats

    def costs(self, lattice: Lattice, weights: Weights, extra: Extra) -> Floats:
        """Bigram and case cost of each pair."""
        v, w = lattice.last[self.left], lattice.first[self.right]
        return weights.language * extra(self.slot, v, w, self.word) + self.case


def weigh_pairs(model: LanguageModel, lattice: Lattice, weights: Weights) -> Pairs:
    """Look all neighbouring hypotheses up once."""
    left, right, starts = adjacent(lattice)
    slot = np.searchsorted(lattice.starts, right, side="right") - 1
    word = model.bigram(lattice.last[left], lattice.first[right])
    return Pairs(left, right, starts, slot, word, _case_part(model, lattice, left, right, weights))


def _case_part(
    model: LanguageModel, lattice: Lattice, left: Ids, right: Ids, weights: Weights
) -> Floats:
    cost = np.zeros(len(right), dtype=np.float32)
    judged = _case_mask(lattice, right)
    cost[judged] = weights.case * _case_costs(model, lattice, left[judged], right[judged])
    return cost


def inner_costs(model: LanguageModel, lattice: Lattice, weights: Weights) -> Floats:
    """Channel cost of each hypothesis, and for two words the second after the first."""
    cost = lattice.cost.copy()
    two = np.nonzero(lattice.second >= 0)[0]
    if len(two):
        v, w = lattice.first[two], lattice.second[two]
        cost[two] += weights.language * model.bigram(v, w)
        cost[two] += weights.case * model.case(
            v, lattice.first_case[two], w, lattice.second_case[two]
        )
    return cost


def _soft(costs: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """−ln Σ exp(−cost) along an axis."""
    least = costs.min(axis=axis, keepdims=True)
    total = np.exp(least - costs).sum(axis=axis)
    result: NDArray[np.float64] = np.squeeze(least, axis) - np.log(total)
    return result


def bigram_posteriors(
    lattice: Lattice, pairs: Pairs, inner: Floats, weights: Weights, extra: Extra
) -> Posteriors:
    """Posterior of each hypothesis by forward-backward over bigrams."""
    costs = pairs.costs(lattice, weights, extra).astype(np.float64)
    own = inner.astype(np.float64)
    bounds, starts = lattice.starts, pairs.starts
    steps = [
        costs[starts[s] : starts[s + 1]].reshape(bounds[s + 1] - bounds[s], -1)
        for s in range(lattice.slots - 1)
    ]
    forward = [own[bounds[0] : bounds[1]]]
    for s, step in enumerate(steps):
        ahead = _soft(forward[-1][:, None] + step, 0)
        forward.append(ahead + own[bounds[s + 1] : bounds[s + 2]])
    backward = [np.zeros(bounds[-1] - bounds[-2])]
    for s in range(lattice.slots - 2, -1, -1):
        after = backward[-1] + own[bounds[s + 1] : bounds[s + 2]]
        backward.append(_soft(steps[s] + after[None, :], 1))
    return _normalised([f + b for f, b in zip(forward, reversed(backward), strict=True)])


def _normalised(costs: list[NDArray[np.float64]]) -> Posteriors:
    parts = []
    for cost in costs:
        weight = np.exp(cost.min() - cost)
        parts.append(weight / weight.sum())
    return np.concatenate(parts)


def thin(lattice: Lattice, posteriors: Posteriors) -> Lattice:
    """The likeliest hypotheses of each slot, at most ``WIDEST``."""
    kept = posteriors >= THIN
    for s in range(lattice.slots):
        a, b = lattice.starts[s], lattice.starts[s + 1]
        if b - a > WIDEST:
            order = np.argsort(-posteriors[a:b], kind="stable")
            kept[a + order[WIDEST:]] = False
        if not kept[a:b].any():
            kept[a + int(np.argmax(posteriors[a:b]))] = True
    return lattice.thinned(kept)


def trigram_posteriors(
    model: LanguageModel, lattice: Lattice, weights: Weights, extra: Extra
) -> Posteriors:
    """Posterior of each hypothesis by forward-backward over pairs of hypotheses."""
    steps = _trigram_steps(model, lattice, weights, extra)
    bounds = lattice.starts
    inner = lattice.cost.astype(np.float64)
    # A lattice opens with two paragraph marks: nothing to say about their pair.
    first = np.zeros((bounds[1], bounds[2] - bounds[1]))
    forward = [first + inner[bounds[1] : bounds[2]][None, :]]
    for s, step in enumerate(steps):
        ahead = _soft(forward[-1][:, :, None] + step, 0)
        forward.append(ahead + inner[bounds[s + 2] : bounds[s + 3]][None, :])
    backward = [np.zeros_like(forward[-1])]
    for s in range(len(steps) - 1, -1, -1):
        after = backward[-1] + inner[bounds[s + 2] : bounds[s + 3]][None, :]
        backward.append(_soft(steps[s] + after[None, :, :], 2))
    total = [f + b for f, b in zip(forward, reversed(backward), strict=True)]
    slots = [_soft(total[0], 1), *(_soft(t, 0) for t in total)]
    return _normalised(slots)


def _trigram_steps(
    model: LanguageModel, lattice: Lattice, weights: Weights, extra: Extra
) -> list[NDArray[np.float64]]:
    """For each slot from the third: (before-last, last, this) costs of three hypotheses."""
    bounds = lattice.starts
    sizes = np.diff(bounds)
    h1, h2, h3 = [], [], []
    shapes = []
    for s in range(lattice.slots - 2):
        shape = tuple(sizes[s : s + 3])
        grid = np.indices(shape).reshape(3, -1)
        h1.append(grid[0] + bounds[s])
        h2.append(grid[1] + bounds[s + 1])
        h3.append(grid[2] + bounds[s + 2])
        shapes.append(shape)
    one, two, three = np.concatenate(h1), np.concatenate(h2), np.concatenate(h3)
    u = np.where(lattice.before_last[two] >= 0, lattice.before_last[two], lattice.last[one])
    v, w = lattice.last[two], lattice.first[three]
    slot = np.searchsorted(bounds, three, side="right") - 1
    cost = weights.language * extra(slot, v, w, model.trigram(u, v, w))
    cost += _case_part(model, lattice, two, three, weights)
    double = np.nonzero(lattice.second[three] >= 0)[0]
    if len(double):
        second = lattice.second[three[double]]
        cost[double] += weights.language * model.trigram(v[double], w[double], second)
        cost[double] += weights.case * model.case(
            w[double], lattice.first_case[three[double]], second,
            lattice.second_case[three[double]],
        )  # fmt: skip
    ends = np.cumsum([0, *(int(np.prod(shape)) for shape in shapes)])
    return [
        cost[ends[i] : ends[i + 1]].reshape(shape).astype(np.float64)
        for i, shape in enumerate(shapes)
    ]
