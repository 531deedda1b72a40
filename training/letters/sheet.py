"""A sheet before it is inked: printed lines, ruled lines and marks at their places, in points."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from training.letters.typeset import TextLine

WIDTH, HEIGHT = 595.3, 841.9  # A4

MarkKind = Literal["seal", "signature", "paraph", "urgency", "secrecy", "arrival", "overlay"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that is no print: box in points, and what it says."""

    kind: MarkKind
    box: tuple[float, float, float, float]
    words: tuple[str, ...] = ()


@dataclass
class Sheet:
    """One page: printed lines, ruled lines (x0, y0, x1, y1, width) and marks."""

    lines: list[TextLine] = field(default_factory=list)
    rules: list[tuple[float, float, float, float, float]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
