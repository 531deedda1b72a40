"""The word lists of ``phrases.toml``, and drawing from them."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")
Rng = np.random.Generator


@lru_cache(maxsize=1)
def phrases() -> dict[str, Any]:
    """All lists of ``phrases.toml``."""
    return tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))


def pick(rng: Rng, items: Sequence[T]) -> T:
    """One of the items, each as likely."""
    return items[int(rng.integers(len(items)))]


def some(rng: Rng, items: Sequence[T], count: int) -> list[T]:
    """``count`` different items (or all), in the list's order."""
    chosen = rng.permutation(len(items))[:count]
    return [items[int(i)] for i in sorted(chosen)]


def chance(rng: Rng, probability: float) -> bool:
    """True with that probability."""
    return bool(rng.random() < probability)


def person(rng: Rng) -> str:
    """A person who is not: family, middle and given name drawn apart."""
    words = phrases()
    parts = (words["family"], words["middle"], words["given"])
    names = [pick(rng, part.split()) for part in parts]
    if names[1] == names[2]:
        names[1] = "Văn"
    return " ".join(names)
