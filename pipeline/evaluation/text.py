"""Text against its gold: syllables found in order, character edits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from rapidfuzz.distance import Levenshtein

from pipeline.evaluation.scores import TextScore
from pipeline.text import new_tone_style, nfc

_PAGE = re.compile(r"^=== page (\d+) ===\s*$", re.MULTILINE)
_STAMPS = re.compile(r"^--- stamps ---\s*$", re.MULTILINE)
_NOT_PRINTED = re.compile(r"⟦h:.*?⟧|⟦\?⟧")


def gold_pages(text: str) -> dict[int, str]:
    """Printed text of a gold file by page number; a file without page lines is page 0 = all."""
    parts = _PAGE.split(text)
    numbered = (
        zip(map(int, parts[1::2]), parts[2::2], strict=True) if len(parts) > 1 else [(0, text)]
    )
    return {number: _NOT_PRINTED.sub(" ", _STAMPS.split(page)[0]) for number, page in numbered}


def score_pages(gold: dict[int, str], given: dict[int, str]) -> TextScore:
    """Page by page; page 0 of the gold is compared with the whole text."""
    whole = "\n".join(text for _, text in sorted(given.items()))
    scores = (
        score_text(page, whole if number == 0 else given.get(number, ""))
        for number, page in gold.items()
    )
    return sum(scores, TextScore())


def score_text(gold: str, given: str) -> TextScore:
    """One text against its gold.

    >>> score_text("Sở Y tế tỉnh Hoà Bình", "Sở Y tê tỉnh Hòa Bình").accuracy
    0.8333333333333334
    """
    wanted, got = _syllables(gold), _syllables(given)
    gold_characters, characters = _folded(gold), _folded(given)
    return TextScore(
        len(wanted),
        matched(wanted, got),
        len(gold_characters),
        Levenshtein.distance(gold_characters, characters),
    )


def _syllables(text: str) -> list[str]:
    return re.findall(r"\w+", new_tone_style(text))


def _folded(text: str) -> str:
    return " ".join(nfc(text).split())


def matched(wanted: Sequence[str], given: Sequence[str]) -> int:
    """How many items an alignment of longest matching blocks finds."""
    blocks = SequenceMatcher(None, wanted, given, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks)
