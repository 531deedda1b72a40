"""Keywords (TT 02/2019) and the short abstract, both of the letter's own words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache

from pipeline.config import artefact
from pipeline.letter import Directive
from pipeline.text import SYLLABLE, new_tone_style

_MOST = 8
_IN_SUBJECT = 4.0  # a word of the subject tells more than one of the body
_CLAUSE = re.compile(r"^.{20,160}?(?=[;.:,]\s|$)")
_DIRECTIVES = 3


@cache
def _weights() -> dict[str, float]:
    """Compound words and their inverse document frequency, from ``models/keywords.tsv``."""
    rows = artefact("keywords.tsv").read_text(encoding="utf-8").splitlines()
    return {word: float(weight) for word, weight in (row.split("\t") for row in rows)}


def keywords_of(subject: str, body: str) -> tuple[str, ...]:
    """The most telling compound words of a letter, best first.

    Known compounds are matched longest first (the words and their weights were counted with
    pyvi's segmentation), weighed by tf × idf, the subject four times.
    """
    scores: defaultdict[str, float] = defaultdict(float)
    for text, factor in ((subject, _IN_SUBJECT), (body, 1.0)):
        for word in _compounds(text):
            scores[word] += factor * _weights()[word]
    return tuple(word for word, _ in sorted(scores.items(), key=lambda s: (-s[1], s[0]))[:_MOST])


@lru_cache(maxsize=16384)
def _new_style(syllable: str) -> str:
    return new_tone_style(syllable)


@cache
def _lengths() -> dict[str, list[int]]:
    """Lengths in syllables of the compounds that a syllable begins, the longest first."""
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for word in _weights():
        syllables = word.split(" ")
        lengths[syllables[0]].add(len(syllables))
    return {first: sorted(each, reverse=True) for first, each in lengths.items()}


def _compounds(text: str) -> list[str]:
    known, lengths = _weights(), _lengths()
    syllables = list(map(_new_style, SYLLABLE.findall(text.lower())))
    found = []
    at = 0
    while at < len(syllables):
        for length in lengths.get(syllables[at], ()):
            word = " ".join(syllables[at : at + length])
            if word in known:
                found.append(word)
                at += length
                break
        else:
            at += 1
    return found


def abstract_of(subject: str | None, directives: Sequence[Directive]) -> str | None:
    """One line: the subject, then the first clauses of the first directives."""
    if not subject:
        return None
    clauses = []
    for directive in directives[:_DIRECTIVES]:
        match = _CLAUSE.match(directive.text)
        clauses.append(f"{directive.label}. {match[0] if match else directive.text[:160]}")
    return " — ".join((subject, *clauses))
