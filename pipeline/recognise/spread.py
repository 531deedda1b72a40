"""A line of words as text where every character has its place, by the usual widths of letters."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.page import Line
from pipeline.text import fold

# Widths in ems of Times: enough to divide a word and to know its size.
_WIDTHS = {**dict.fromkeys("ijlt.,:;'!|/ ()-f", 0.29), **dict.fromkeys("mw", 0.75)}
_CAPITALS = {"i": 0.33, "s": 0.56, "m": 0.88, "w": 0.92, "e": 0.61, "t": 0.61, "p": 0.56}


@dataclass(frozen=True, slots=True)
class Spread:
    """A line as text with the place of each character."""

    text: str
    starts: tuple[float, ...]
    ends: tuple[float, ...]
    line: Line
    em: float

    @property
    def cap(self) -> float:
        """Height of a capital: two thirds of an em in Times."""
        return 0.66 * self.em

    def end_of(self, mark: tuple[int, int] | None, width: float) -> float | None:
        """Where a printed word ends: its box may hold writing, but it is ``width`` ems wide."""
        if mark is None:
            return None
        return min(self.ends[mark[1] - 1], self.starts[mark[0]] + width * self.em)

    def piece(self, left: float, right: float) -> str:
        """Characters whose middle lies between two places."""
        middles = ((a + b) / 2 for a, b in zip(self.starts, self.ends, strict=True))
        inside = [c for c, m in zip(self.text, middles, strict=True) if left <= m <= right]
        return "".join(inside).strip()


def spread_line(line: Line) -> Spread:
    """Characters of a line over their words' boxes, by their usual widths."""
    text: list[str] = []
    starts: list[float] = []
    ends: list[float] = []
    for word in line.words:
        widths = [_width(c) for c in word.text]
        x, unit = float(word.box[0]), (word.box[2] - word.box[0]) / (sum(widths) or 1.0)
        if text:
            text.append(" ")
            starts.append(ends[-1])
            ends.append(x)
        for character, width in zip(word.text, widths, strict=True):
            text.append(character)
            starts.append(x)
            x += width * unit
            ends.append(x)
    return Spread("".join(text), tuple(starts), tuple(ends), line, _em(line))


def _width(character: str) -> float:
    """Usual width of a character in ems."""
    plain = fold(character)
    if character.isupper():
        return _CAPITALS.get(plain, 0.68)
    return _WIDTHS.get(plain, 0.48)


def _em(line: Line) -> float:
    """Size of the type in pixels, from the widths of words that were surely read."""
    sizes = [
        (word.box[2] - word.box[0]) / sum(_width(c) for c in word.text)
        for word in line.words
        if word.confidence >= 0.8 and len(word.text) >= 3 and word.text.isalpha()
    ]
    heights = sorted(word.box[3] - word.box[1] for word in line.words)
    by_height = heights[len(heights) // 2] * 1.2
    if not sizes:
        return by_height
    size = sorted(sizes)[len(sizes) // 2]
    return min(max(size, 0.6 * by_height), 1.5 * by_height)
