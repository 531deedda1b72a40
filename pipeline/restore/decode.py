"""Channel and language model together: the posterior of every hypothesis, given the whole text.

Coarse to fine: a forward-backward pass with bigrams thins the lattice, another with trigrams
over pairs of hypotheses gives the posteriors. All look-ups of a pass are made in one call, and
once for all cases of a word; the passes themselves run on probabilities, scaled at each step
(Rabiner, A Tutorial on Hidden Markov Models, 1989), which costs a third of sums of logarithms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.restore.language import LanguageModel
from pipeline.restore.lattice import Floats, Ids, Lattice

Posteriors = NDArray[np.float64]
Extra = Callable[[Ids, Ids, Ids, Floats], Floats]
"""(slot, v, w, cost of w after v by the language model) → cost with the document's own words."""

THIN = 1e-4
WIDEST = 6
RESCALE = 4
"""Steps from one scaling of the chances to the next; four can't underflow."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much the language model and its view of case count beside the channel."""

    language: float = 1.0
    case: float = 1.0


@dataclass(frozen=True, slots=True)
class _Distinct:
    """The distinct values among the hypotheses of each slot."""

    values: Ids
    starts: Ids
    sizes: Ids
    of: Ids
    """Place of each hypothesis' value in ``values``."""


def _distinct(values: Ids, lattice: Lattice) -> _Distinct:
    keys = (np.repeat(np.arange(lattice.slots), lattice.sizes) << 17) | values
    found, of = np.unique(keys, return_inverse=True)
    sizes = np.bincount(found >> 17, minlength=lattice.slots)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    return _Distinct(found & 0x1FFFF, starts, sizes, of)


class _Grid(NamedTuple):
    """Pairs of things of neighbouring slots, all pairs of a step together, the left one slower."""

    starts: Ids
    """Where the pairs of each step start, and the last ones end."""
    step: Ids
    left: Ids
    """Place of the left thing among all of the left row; ``right`` likewise."""
    right: Ids


def _grid(left: Ids, right: Ids, shift: int = 0) -> _Grid:
    """All pairs of the ``left[s]`` and ``right[s]`` things of each step; rights start at shift."""
    rights = np.repeat(right, left)  # that stand beside each left thing
    ends = np.cumsum(rights)
    number = np.repeat(np.arange(len(rights)), rights)
    before = np.repeat(np.cumsum(right) - right + shift, left) - (ends - rights)
    step = np.repeat(np.arange(len(left)), left)[number]
    starts = np.concatenate([[0], np.cumsum(left * right)])
    return _Grid(starts, step, number, np.arange(len(number)) + before[number])


class _Table:
    """Costs of pairs of distinct values, found again for the hypotheses that have these values."""

    def __init__(self, lefts: _Distinct, rights: _Distinct, lattice: Lattice) -> None:
        starts, step, left, right = _grid(lefts.sizes[:-1], rights.sizes[1:], int(rights.sizes[0]))
        self.slot = step + 1
        self.left, self.right = lefts.values[left], rights.values[right]
        slots = np.repeat(np.arange(lattice.slots), lattice.sizes)
        beside = np.append(rights.sizes[1:], 0)
        self._row = starts[slots] + (lefts.of - lefts.starts[slots]) * beside[slots]
        self._column = rights.of - rights.starts[slots]

    def place(self, left: Ids, right: Ids) -> Ids:
        """The pair of values of each pair of hypotheses."""
        places: Ids = self._row[left] + self._column[right]
        return places


@dataclass(frozen=True, slots=True)
class Pairs:
    """All neighbouring hypotheses with what the language model says of them, before any cache."""

    starts: Ids
    case: Floats
    place: Ids
    """The word pair of each pair of hypotheses; what follows is by word pair."""
    slot: Ids
    v: Ids
    w: Ids
    word: Floats

    def costs(self, weights: Weights, extra: Extra) -> Floats:
        """Bigram and case cost of each pair."""
        word: Floats = weights.language * extra(self.slot, self.v, self.w, self.word)
        return word[self.place] + self.case


def weigh_pairs(model: LanguageModel, lattice: Lattice, weights: Weights) -> Pairs:
    """Look all neighbouring hypotheses up once."""
    rights = _distinct(lattice.first, lattice)
    table = _Table(_distinct(lattice.last, lattice), rights, lattice)
    grid = _grid(lattice.sizes[:-1], lattice.sizes[1:], int(lattice.sizes[0]))
    case = _case_part(model, lattice, rights, weights)(grid.left, grid.right)
    place = table.place(grid.left, grid.right)
    word = model.bigram(table.left, table.right)
    return Pairs(grid.starts, case, place, table.slot, table.left, table.right, word)


def _case_part(
    model: LanguageModel, lattice: Lattice, rights: _Distinct, weights: Weights
) -> Callable[[Ids, Ids], Floats]:
    """Costs of case of pairs of hypotheses; only words have a case that the model can judge."""
    table = _Table(_distinct((lattice.last << 3) | lattice.last_case, lattice), rights, lattice)
    costs = np.zeros((len(table.left), 5), dtype=np.float32)
    costs[:, :3] = weights.case * model.cases_of(table.left >> 3, table.left & 7, table.right)
    flat = costs.ravel()
    return lambda left, right: flat[table.place(left, right) * 5 + lattice.first_case[right]]


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


def _chances(costs: Floats, starts: Ids) -> Posteriors:
    """exp(−cost), scaled so that the likeliest of each group is 1; no group is empty."""
    least = np.minimum.reduceat(costs, starts[:-1])
    scaled: Posteriors = np.exp((np.repeat(least, np.diff(starts)) - costs).astype(np.float64))
    return scaled


def _parts(values: Posteriors, starts: Ids) -> list[Posteriors]:
    bounds = starts.tolist()
    return [values[a:b] for a, b in pairwise(bounds)]


def _scaled(chances: Posteriors, step: int) -> Posteriors:
    """Chances that sum to 1 every few steps: a step shrinks them by e⁻⁴⁰ at most."""
    return chances / chances.sum() if step % RESCALE == 0 else chances


def _normalised(both: Posteriors, lattice: Lattice) -> Posteriors:
    totals: Posteriors = np.add.reduceat(both, lattice.starts[:-1])
    return both / np.repeat(totals, lattice.sizes)


def bigram_posteriors(
    lattice: Lattice, pairs: Pairs, inner: Floats, weights: Weights, extra: Extra
) -> Posteriors:
    """Posterior of each hypothesis by forward-backward over bigrams."""
    own = _parts(_chances(inner, lattice.starts), lattice.starts)
    steps = [
        step.reshape(len(a), len(b))
        for step, a, b in zip(
            _parts(_chances(pairs.costs(weights, extra), pairs.starts), pairs.starts),
            own[:-1], own[1:], strict=True,
        )
    ]  # fmt: skip
    forward = [own[0]]
    for n, (step, here) in enumerate(zip(steps, own[1:], strict=True)):
        forward.append(_scaled(forward[-1].dot(step) * here, n))
    backward = [np.ones_like(own[-1])]
    for n, (step, after) in enumerate(zip(reversed(steps), reversed(own[1:]), strict=True)):
        backward.append(_scaled(step.dot(backward[-1] * after), n))
    both = np.concatenate(forward) * np.concatenate(backward[::-1])
    return _normalised(both, lattice)


def likely(lattice: Lattice, posteriors: Posteriors) -> NDArray[np.bool_]:
    """Which hypotheses are the likeliest of their slots, at most ``WIDEST`` of each."""
    slot = np.repeat(np.arange(lattice.slots), lattice.sizes)
    order = np.lexsort((-posteriors, slot))
    rank = np.arange(len(order)) - np.repeat(lattice.starts[:-1], lattice.sizes)
    kept = np.zeros(len(order), dtype=np.bool_)
    kept[order] = (rank == 0) | ((rank < WIDEST) & (posteriors[order] >= THIN))
    return kept


def trigram_posteriors(
    model: LanguageModel, lattice: Lattice, weights: Weights, extra: Extra
) -> Posteriors:
    """Posterior of each hypothesis by forward-backward over pairs of hypotheses."""
    steps = _trigram_steps(model, lattice, weights, extra)
    inner = _parts(_chances(lattice.cost, lattice.starts), lattice.starts)
    # A lattice opens with two paragraph marks: nothing to say about their pair.
    forward = [inner[0][:, None] * inner[1][None, :]]
    for n, (step, here) in enumerate(zip(steps, inner[2:], strict=True)):
        ahead = (forward[-1].T[:, None, :] @ step)[:, 0] * here
        forward.append(_scaled(ahead, n))
    backward = [np.ones_like(forward[-1])]
    for n, (step, after) in enumerate(zip(reversed(steps), reversed(inner[2:]), strict=True)):
        behind = (step @ (backward[-1] * after)[:, :, None])[:, :, 0].T
        backward.append(_scaled(behind, n))
    total = [f * b for f, b in zip(forward, reversed(backward), strict=True)]
    both = np.concatenate([total[0].sum(axis=1), *(t.sum(axis=0) for t in total)])
    return _normalised(both, lattice)


def _trigram_steps(
    model: LanguageModel, lattice: Lattice, weights: Weights, extra: Extra
) -> list[Posteriors]:
    """For each slot from the third: chances of (last, before-last, this) hypotheses."""
    sizes = lattice.sizes
    outer = sizes[:-2] * sizes[2:]
    starts, step, two, number = _grid(sizes[1:-1], outer)
    one, three = np.divmod(number - (np.cumsum(outer) - outer)[step], sizes[step + 2])
    one += lattice.starts[step]
    two += lattice.starts[1]
    three += lattice.starts[step + 2]
    u = np.where(lattice.before_last[two] >= 0, lattice.before_last[two], lattice.last[one])
    v, w = lattice.last[two], lattice.first[three]
    cost = weights.language * extra(step + 2, v, w, model.trigram(u, v, w))
    rights = _distinct(lattice.first, lattice)
    cost += _case_part(model, lattice, rights, weights)(two, three)
    double = np.nonzero(lattice.second[three] >= 0)[0]
    if len(double):
        second = lattice.second[three[double]]
        cost[double] += weights.language * model.trigram(v[double], w[double], second)
        cost[double] += weights.case * model.case(
            w[double], lattice.first_case[three[double]], second,
            lattice.second_case[three[double]],
        )  # fmt: skip
    shapes = zip(sizes[1:-1].tolist(), sizes[:-2].tolist(), sizes[2:].tolist(), strict=True)
    parts = _parts(_chances(cost, starts), starts)
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]
