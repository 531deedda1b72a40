"""Pieces of text around what was searched, with the places of the words in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from heapq import merge

from pipeline.archive.query import Words
from pipeline.archive.results import Snippet
from pipeline.archive.rows import PAGE_BREAK
from pipeline.text import fold

_AROUND = 70
_MOST = 3


def snippets_of(text: str, groups: Sequence[Words]) -> tuple[Snippet, ...]:
    """Up to three snippets of a letter's text (pages joined by form feeds)."""
    found: list[Snippet] = []
    if not groups:
        return ()
    patterns = [pattern_of(group) for group in dict.fromkeys(groups)]
    for number, page in enumerate(text.split(PAGE_BREAK), start=1):
        if len(found) == _MOST:
            break
        spans = matches(page, patterns)
        span = next(spans, None)
        while span and len(found) < _MOST:
            start = max(0, span[0] - _AROUND)
            start = page.rfind(" ", 0, start) + 1 if start else 0
            stop = min(len(page), max(span[1], start + 2 * _AROUND) + _AROUND // 2)
            stop = page.find(" ", stop) if page.find(" ", stop) > 0 else len(page)
            marks: list[tuple[int, int]] = []
            while span and span[1] <= stop:
                marks.append((span[0] - start, span[1] - start))
                span = next(spans, None)
            found.append(Snippet(number, start, page[start:stop], tuple(dict.fromkeys(marks))))
    return tuple(found)


def pattern_of(group: Words) -> re.Pattern[str]:
    """Where a group of words stands in folded text."""
    words = r"[\W_]+".join(map(re.escape, group.folded))
    return re.compile(rf"(?<![^\W_]){words}" + (r"[^\W_]*" if group.prefix else r"(?![^\W_])"))


def matches(page: str, patterns: Sequence[re.Pattern[str]]) -> Iterator[tuple[int, int]]:
    """(start, end) in ``page`` of every place where one of the groups stands, in their order.

    Folding keeps the length of NFC text, so places in the folded text are places in the text.
    """
    folded = fold(page)
    return merge(*((match.span() for match in pattern.finditer(folded)) for pattern in patterns))
