"""A letter as a reader's plain text: columns merged on one line, letters misread."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipeline.config import artefact
from pipeline.text import strip_marks
from training.letters.phrases import Rng, chance, pick
from training.letters.sheet import Sheet
from training.letters.typeset import TextLine

_LEVEL = 5.0  # points between baselines that a reader takes for one line
_GAP = 19.0  # points of white that it takes for an empty line
_PEN = "4 7 #A H { ( l t f J? ⁄ Ê % ſ".split()
_OFTEN = {"handwriting": 0.35, "capital": 0.06, "speck": 0.04}


def plain_text(sheets: Sequence[Sheet], rng: Rng, noise: float = 0.0) -> str:
    """The letter's lines as a page reader without zones gives them.

    Args:
        sheets: the letter as it was set.
        rng: where chance comes from.
        noise: 0 = every letter as printed, handwriting too; 1 = a poor scan.
    """
    pages = ("\n".join(_lines(sheet, rng, noise)) for sheet in sheets)
    return "\f".join(pages) + "\n"


def _lines(sheet: Sheet, rng: Rng, noise: float) -> Iterator[str]:
    levels: list[list[TextLine]] = []
    for line in sorted(sheet.lines, key=lambda line: line.runs[0].y):
        if levels and line.runs[0].y - levels[-1][0].runs[0].y < _LEVEL:
            levels[-1].append(line)
        else:
            levels.append([line])
    before = None
    for level in levels:
        y = level[0].runs[0].y
        if before is not None and y - before > _GAP * 1.25:
            yield ""
        before = y
        parts = sorted(level, key=lambda line: line.runs[0].x)
        yield " ".join(_line(part, rng, noise) for part in parts)


def _line(line: TextLine, rng: Rng, noise: float) -> str:
    out = ""
    for run in line.runs:
        text = run.text
        if noise and run.ink == "pen":
            text = _written(text, rng)
        elif noise:
            text = misread(text, rng, noise)
        out += text if run.glued or not out else f" {text}"
    if noise and chance(rng, _OFTEN["speck"] * noise):
        out += f" {pick(rng, ('_', '|', 'ˆ', '`', '“', '~', '›'))}"
    return out


def _written(text: str, rng: Rng) -> str:
    """Handwritten digits as a reader of print gives them: seldom right, seldom digits at all."""
    if chance(rng, _OFTEN["handwriting"]):
        return text
    return "".join(pick(rng, _PEN) if chance(rng, 0.6) else c for c in text)


@lru_cache(maxsize=1)
def _confusions() -> dict[str, tuple[tuple[str, float], ...]]:
    """What single letters are read as, and how often (nats → share), printed ones left out."""
    segments = json.loads(artefact("channel_vie.json").read_text(encoding="utf-8"))["segments"]
    return {
        printed: tuple((r, math.exp(-cost)) for r, cost in read.items() if r != printed)
        for printed, read in segments.items()
        if len(printed) == 1 and printed.strip()
    }


def misread(word: str, rng: Rng, noise: float) -> str:
    """A word with the confusions of the reader's channel, capitals often without their marks."""
    if word.isupper() and not word.isascii() and chance(rng, _OFTEN["capital"] * noise * 4):
        word = strip_marks(word).replace("Đ", "D")
    out = []
    for character in word:
        options = _confusions().get(character, ())
        draw, taken = float(rng.random()), character
        for read, share in options:
            draw -= min(0.2, share * 2.5 * noise)
            if draw < 0:
                taken = read
                break
        out.append(taken)
    return "".join(out) or word
