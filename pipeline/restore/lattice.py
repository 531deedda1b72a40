"""What each piece of a text may have been: slots of hypotheses, as flat arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.restore.tokens import AFTER_OTHER, AFTER_STOP, Kind

Ids = NDArray[np.int64]
Floats = NDArray[np.float32]

NONE = -1


class Hypothesis(NamedTuple):
    """One or two words that a slot may stand for, and what reading them so costs (−ln p)."""

    text: str
    words: tuple[int, ...]
    cases: tuple[int, ...]
    cost: float


@dataclass(frozen=True, slots=True)
class Slot:
    """A piece (or two joined) of a line with its hypotheses; ``line`` NONE for a paragraph."""

    line: int
    start: int
    end: int
    text: str
    kind: Kind
    options: tuple[Hypothesis, ...]


def fixed(kind: Kind, text: str = "", cost: float = 0.0) -> Hypothesis:
    """The one hypothesis of a mark, number or code."""
    case = AFTER_STOP if kind <= Kind.PAUSE else AFTER_OTHER
    return Hypothesis(text, (int(kind),), (case,), cost)


PARAGRAPH = Slot(NONE, 0, 0, "", Kind.STOP, (fixed(Kind.STOP),))


@dataclass(frozen=True)
class Lattice:
    """All hypotheses of a text one after the other; slot ``s`` owns ``starts[s]:starts[s+1]``."""

    starts: NDArray[np.intp]
    first: Ids
    second: Ids
    last: Ids
    before_last: Ids
    first_case: Ids
    last_case: Ids
    second_case: Ids
    cost: Floats

    @property
    def slots(self) -> int:
        """How many slots there are."""
        return len(self.starts) - 1

    @property
    def sizes(self) -> NDArray[np.intp]:
        """How many hypotheses each slot has."""
        return np.diff(self.starts)


def make_lattice(slots: Sequence[Slot]) -> Lattice:
    """The slots' hypotheses as arrays."""
    flat = [option for slot in slots for option in slot.options]
    words = [h.words for h in flat]
    cases = [h.cases for h in flat]
    starts = np.cumsum([0, *(len(slot.options) for slot in slots)])
    two = [n for n, pair in enumerate(words) if len(pair) > 1]

    def ids(values: list[int]) -> Ids:
        return np.array(values, dtype=np.int64)

    def of_two(values: list[int], other: int) -> Ids:
        out = np.full(len(flat), other, dtype=np.int64)
        out[two] = values
        return out

    first, first_case = ids([w[0] for w in words]), ids([c[0] for c in cases])
    last, last_case = first.copy(), first_case.copy()
    last[two], last_case[two] = [words[n][1] for n in two], [cases[n][1] for n in two]
    return Lattice(
        starts=starts,
        first=first,
        second=of_two([words[n][1] for n in two], NONE),
        last=last,
        before_last=of_two([words[n][0] for n in two], NONE),
        first_case=first_case,
        last_case=last_case,
        second_case=of_two([cases[n][1] for n in two], 0),
        cost=np.array([h.cost for h in flat], dtype=np.float32),
    )
