"""Pieces of text around what was searched, with the places of the words in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.archive.query import WORDS, Words
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
    for number, page in enumerate(text.split(PAGE_BREAK), start=1):
        spans = sorted(set(matches(page, groups)))
        while spans and len(found) < _MOST:
            start = max(0, spans[0][0] - _AROUND)
            start = page.rfind(" ", 0, start) + 1 if start else 0
            stop = min(len(page), max(spans[0][1], start + 2 * _AROUND) + _AROUND // 2)
            stop = page.find(" ", stop) if page.find(" ", stop) > 0 else len(page)
            here = tuple((a - start, b - start) for a, b in spans if b <= stop)
            found.append(Snippet(number, start, page[start:stop], here))
            spans = [span for span in spans if span[1] > stop]
    return tuple(found)


def matches(page: str, groups: Sequence[Words]) -> Iterator[tuple[int, int]]:
    """(start, end) in ``page`` of every place where one of the groups stands.

    Folding keeps the length of NFC text, so places in the folded text are places in the text.
    """
    tokens = [(m.group(), m.start(), m.end()) for m in WORDS.finditer(fold(page))]
    firsts: dict[str, list[int]] = {}
    for at, (word, _, _) in enumerate(tokens):
        firsts.setdefault(word, []).append(at)
    for group in groups:
        first = group.folded[0]
        if len(group.folded) == 1 and group.prefix:
            starts = [
                at for word, places in firsts.items() if word.startswith(first) for at in places
            ]
        else:
            starts = firsts.get(first, [])
        for at in starts:
            if _stands(tokens, at, group):
                yield tokens[at][1], tokens[at + len(group.folded) - 1][2]


def _stands(tokens: list[tuple[str, int, int]], at: int, group: Words) -> bool:
    if at + len(group.folded) > len(tokens):
        return False
    last = len(group.folded) - 1
    return all(
        tokens[at + i][0] == word
        or (group.prefix and i == last and tokens[at + i][0].startswith(word))
        for i, word in enumerate(group.folded)
    )
