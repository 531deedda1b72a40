"""The search language: what a clerk types, as a small tree, and the tree in each database's own.

``trụ sở`` both words · ``"trụ sở làm việc"`` in this order · ``tuyến*`` words that begin so ·
``~trực`` also words that look alike (a remaining OCR error) · ``A OR B`` · ``-A`` or ``NOT A``
without · parentheses. Accents never matter for finding, only for the order of the results.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TypeAlias

from pipeline.errors import UsageError
from pipeline.text import fold, nfc

_DEEPEST = 12  # FTS5 gives up at about 20 pairs of parentheses
_TERM_CHARS = 500  # PostgreSQL takes 2,046 bytes, SQLite any length

WORDS = re.compile(r"[^\W_]+")
"""What the index holds: runs of letters and digits, folded."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words that follow each other; ``raw`` as typed, ``folded`` as the index holds them."""

    raw: tuple[str, ...]
    folded: tuple[str, ...]
    prefix: bool = False
    fuzzy: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """Every part, and none of ``without``."""

    parts: tuple[Query, ...]
    without: tuple[Query, ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part."""

    parts: tuple[Query, ...]


Query: TypeAlias = Words | All | Any

_TOKEN = re.compile(r'\s*(?:(?P<mark>[()|])|(?P<minus>-)?(?P<word>~?"[^"]*"?\*?|[^\s()|"]+))')


def index_words(text: str) -> list[str]:
    """The words of a text as the index holds them, in order."""
    return WORDS.findall(fold(nfc(text)))


def parse_query(text: str) -> Query | None:
    """The tree of a query; None when there is no word in it.

    >>> parse_query('71/TB-UBND -"khẩn"').parts[0].folded
    ('71', 'tb', 'ubnd')

    Raises:
        UsageError: only exclusions (``-A``), an exclusion beside OR, or parentheses nested deeper
            than a database's own parser bears.
    """
    tokens = [match for match in _TOKEN.finditer(nfc(text)) if match.group().strip()]
    opened = accumulate({"(": 1, ")": -1}.get(token["mark"] or "", 0) for token in tokens)
    if max(opened, default=0) > _DEEPEST:
        raise UsageError("search-too-deep", limit=_DEEPEST)
    tree, _ = _any(tokens, 0)
    return tree


def _any(tokens: list[re.Match[str]], at: int) -> tuple[Query | None, int]:
    """Alternatives: conjunctions with OR between."""
    parts: list[Query] = []
    while True:
        part, at = _all(tokens, at)
        if part is not None:
            parts.append(part)
        if at < len(tokens) and _is_or(tokens[at]):
            at += 1
            continue
        break
    if not parts:
        return None, at
    return (parts[0] if len(parts) == 1 else Any(tuple(parts))), at


def _all(tokens: list[re.Match[str]], at: int) -> tuple[Query | None, int]:
    """A conjunction: words and groups beside each other, up to OR or a closing parenthesis."""
    parts: list[Query] = []
    without: list[Query] = []
    negative = False
    while at < len(tokens) and not _is_or(tokens[at]) and tokens[at]["mark"] != ")":
        token = tokens[at]
        at += 1
        word = token["word"] or ""
        if word in ("NOT", "AND"):
            negative = word == "NOT"
            continue
        if token["mark"] == "(":
            part, at = _any(tokens, at)
            at += 1  # the closing parenthesis, or the end
        else:
            part = _words(word)
        if part is not None:
            (without if negative or token["minus"] else parts).append(part)
        negative = False
    if without and not parts:
        raise UsageError("search-only-without")
    if not parts:
        return None, at
    if len(parts) == 1 and not without:
        return parts[0], at
    return All(tuple(parts), tuple(without)), at


def _is_or(token: re.Match[str]) -> bool:
    return token["mark"] == "|" or token["word"] == "OR"


def _words(typed: str) -> Words | None:
    raw = tuple(WORDS.findall(typed))
    if not raw:
        return None
    folded = tuple(fold(word) for word in raw)
    fuzzy = typed.startswith("~") or typed.endswith("~")
    return Words(raw, folded, typed.endswith("*"), fuzzy)


def leaves(query: Query) -> list[Words]:
    """The word groups that a result should show (not the excluded ones)."""
    if isinstance(query, Words):
        return [query]
    return [leaf for part in query.parts for leaf in leaves(part)]


Alike: TypeAlias = Callable[[str], list[str]]


def expand(query: Query, alike: Alike, begins: Alike) -> Query:
    """Fuzzy words and beginnings of words replaced by the index's words that they stand for.

    ``begins`` gives no word where there are too many: the database looks for the beginning then.
    """
    if isinstance(query, All):
        parts = tuple(expand(part, alike, begins) for part in query.parts)
        return All(parts, tuple(expand(part, alike, begins) for part in query.without))
    if isinstance(query, Any):
        return Any(tuple(expand(part, alike, begins) for part in query.parts))
    if query.prefix and (words := begins(query.folded[-1])):
        raw, folded = query.raw[:-1], query.folded[:-1]
        return Any(tuple(Words((*raw, word), (*folded, word)) for word in words))
    if not query.fuzzy:
        return query
    each: list[Query] = []
    for raw_word, word in zip(query.raw, query.folded, strict=True):
        variants = [Words((raw_word,), (word,))]
        variants += [Words((other,), (other,)) for other in alike(word) if other != word]
        each.append(Any(tuple(variants)))
    return each[0] if len(each) == 1 else All(tuple(each))


def as_phrase(query: Query) -> Words | None:
    """A plain list of words as one phrase, for ranking; None for anything else."""
    if not isinstance(query, All) or query.without:
        return None
    if not all(isinstance(part, Words) and not part.fuzzy for part in query.parts):
        return None
    groups = leaves(query)
    raw = tuple(word for group in groups for word in group.raw)
    folded = tuple(word for group in groups for word in group.folded)
    return replace(groups[-1], raw=raw, folded=folded)


def loosened(query: Query) -> Query:
    """A query that finds all that ``query`` does and is read fast: no order, no exclusions."""
    if isinstance(query, Words):
        words = zip(query.raw, query.folded, strict=True)
        parts = [Words((raw,), (folded,)) for raw, folded in words]
        parts[-1] = replace(parts[-1], prefix=query.prefix)
        return parts[0] if len(parts) == 1 else All(tuple(parts))
    parts_of = tuple(map(loosened, query.parts))
    return Any(parts_of) if isinstance(query, Any) else All(parts_of)


def holds(query: Query, words: Sequence[str]) -> bool:
    """Whether a query finds a text of these words (as :func:`index_words` gives them).

    >>> holds(parse_query('"tru so" -"khan"'), index_words("Về trụ sở làm việc"))
    True
    """
    return _holds(query, f" {' '.join(words)} ")


def _holds(query: Query, spaced: str) -> bool:
    if isinstance(query, Words):
        return f" {' '.join(query.folded)}" + ("" if query.prefix else " ") in spaced
    if isinstance(query, Any):
        return any(_holds(part, spaced) for part in query.parts)
    if any(_holds(part, spaced) for part in query.without):
        return False
    return all(_holds(part, spaced) for part in query.parts)


def to_fts5(query: Query) -> str:
    """The tree as SQLite's FTS5 has it."""
    if isinstance(query, Words):
        return f'"{" ".join(query.folded)}"' + (" *" if query.prefix else "")
    if isinstance(query, Any):
        return "(" + " OR ".join(map(to_fts5, query.parts)) + ")"
    found = "(" + " AND ".join(map(to_fts5, query.parts)) + ")"
    if query.without:
        found = f"({found} NOT ({' OR '.join(map(to_fts5, query.without))}))"
    return found


def as_term(word: str) -> str:
    """A word as PostgreSQL's index holds it: the beginning of one that is endless."""
    return word[:_TERM_CHARS]


def to_tsquery(query: Query, weight: str = "") -> str:
    """The tree as PostgreSQL's tsquery has it; ``weight`` ``A`` looks in titles only."""
    if isinstance(query, Words):
        marks = [weight] * len(query.folded)
        if query.prefix:
            marks[-1] = f"*{weight}"
        words = zip(map(as_term, query.folded), marks, strict=True)
        return "(" + " <-> ".join(f"'{w}'" + (f":{m}" if m else "") for w, m in words) + ")"
    if isinstance(query, Any):
        return "(" + " | ".join(to_tsquery(part, weight) for part in query.parts) + ")"
    parts = [to_tsquery(part, weight) for part in query.parts]
    parts += [f"!{to_tsquery(part)}" for part in query.without]
    return "(" + " & ".join(parts) + ")"
