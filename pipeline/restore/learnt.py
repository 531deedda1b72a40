"""Names learnt from clerks: where a misreading that they corrected comes again, it is set right.

The file is written by ``congvan learn --apply`` and by nothing else; what may stand in it, says
:mod:`pipeline.archive.lessons`. A lesson holds word for word only: all words of the misread name
must come again in the same order, so that one name never turns into its neighbour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import ConfigError
from pipeline.restore.tokens import Kind, case_of, pieces_of, with_case
from pipeline.text import nfc

if TYPE_CHECKING:
    from pipeline.restore.choices import Choice

RULE = "learnt"


class Lesson(BaseModel):
    """A name as clerks wrote it, and how it had been read in the letters that they corrected."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    read: tuple[str, ...]
    letters: tuple[str, ...]
    who: tuple[str, ...]
    at: str

    @property
    def score(self) -> float:
        """How sure a repeated misreading is the same name: Laplace's rule of succession.

        One letter gives 0.67, nine give 0.91: a name seen once still goes before a person.
        """
        return (len(self.letters) + 1) / (len(self.letters) + 2)


class Learnt(BaseModel):
    """The file of learnt names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["congvan/learnt/1"] = "congvan/learnt/1"
    names: tuple[Lesson, ...] = ()


def load_learnt(path: Path) -> Learnt:
    """The names of a file; none where there is no file.

    Raises:
        ConfigError: the file is no file of learnt names.
    """
    if not path.is_file():
        return Learnt()
    try:
        return Learnt.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise ConfigError("config-wrong", errors=f"{path}: not a file of learnt names") from error


def words_of(name: str) -> tuple[str, ...]:
    """A name's words and inner marks as the restoration counts them, in lower case.

    >>> words_of("Sở Lao động - Thương binh (Hà Nội);")
    ('sở', 'lao', 'động', '-', 'thương', 'binh', 'hà', 'nội')
    """
    pieces = [p for p in pieces_of(nfc(" ".join(name.split()))) if p.kind is not Kind.SILENT]
    ends = [at for at, piece in enumerate(pieces) if piece.kind >= Kind.NUMBER]
    inner = pieces[ends[0] : ends[-1] + 1] if ends else []
    return tuple(piece.text.lower() for piece in inner)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A misread name, word for word, and the words that belong there."""

    read: tuple[str, ...]
    right: tuple[str, ...]
    score: float


Patterns = dict[str, tuple[Pattern, ...]]
"""By their first word, the longest first."""


def patterns(learnt: Learnt) -> Patterns:
    """All misreadings of some names, ready to be looked up."""
    found: dict[str, list[Pattern]] = {}
    for lesson in learnt.names:
        right = words_of(lesson.name)
        for read in map(words_of, lesson.read):
            if len(read) == len(right) > 1 and read != right:
                found.setdefault(read[0], []).append(Pattern(read, right, lesson.score))
    return {
        first: tuple(sorted(items, key=lambda item: -len(item.read)))
        for first, items in found.items()
    }


def known_patterns(path: str) -> Patterns:
    """The patterns of the settings' file, read again when it has changed; '' has none."""
    if not path:
        return {}
    try:
        stat = Path(path).stat()
    except FileNotFoundError:
        return {}
    return _known(path, stat.st_mtime_ns, stat.st_size)


@cache
def _known(path: str, changed: int, size: int) -> Patterns:
    del changed, size  # they only tell one state of the file from another
    return patterns(load_learnt(Path(path)))


@dataclass(frozen=True, slots=True)
class _Token:
    """One word of a choice, as read and as restored; the place of the choice and of the word."""

    row: int
    at: int
    part: int
    raw: str
    text: str


def use_learnt(
    rows: Sequence[list[Choice]], lines: Sequence[str], known: Patterns
) -> list[list[Choice]]:
    """The choices with every repeated misreading set right, over line ends but not over gaps.

    Args:
        rows: the choices of each line.
        lines: the raw lines; an empty one ends a zone.
        known: see :func:`patterns`.
    """
    done = [list(row) for row in rows]
    if not known:
        return done
    tokens = _tokens(rows, lines)
    at = 0
    while at < len(tokens):
        pattern = _pattern_at(tokens, at, known)
        for token, right in zip(tokens[at:], pattern.right if pattern else (), strict=False):
            if token is not None and pattern is not None and token.text.lower() != right:
                _put(done, token, right, pattern.score)
        at += len(pattern.read) if pattern else 1
    return done


def _pattern_at(tokens: Sequence[_Token | None], at: int, known: Patterns) -> Pattern | None:
    """The longest misreading that stands here, in the text as restored or as read."""
    token = tokens[at]
    if token is None:
        return None
    for first in dict.fromkeys((token.text.lower(), token.raw.lower())):
        for pattern in known.get(first, ()):
            window = tokens[at : at + len(pattern.read)]
            if len(window) < len(pattern.read) or None in window:
                continue
            here = [t for t in window if t is not None]
            if pattern.read in (
                tuple(t.text.lower() for t in here),
                tuple(t.raw.lower() for t in here),
            ):
                return pattern
    return None


def _tokens(rows: Sequence[Sequence[Choice]], lines: Sequence[str]) -> list[_Token | None]:
    return [
        token
        for number, (row, line) in enumerate(zip(rows, lines, strict=True))
        for token in (_of_row(number, row) if line else (None,))
    ]


def _of_row(number: int, row: Sequence[Choice]) -> Iterator[_Token]:
    for at, choice in enumerate(row):
        if choice.slot.kind is Kind.SILENT:
            continue
        parts, raws = choice.text.split(), choice.slot.text.split()
        for part, text in enumerate(parts):
            raw = raws[part] if len(raws) == len(parts) else ""
            yield _Token(number, at, part, raw, text)


def _put(rows: list[list[Choice]], token: _Token, right: str, score: float) -> None:
    """One word of a choice replaced, in the case in which it stands."""
    choice = rows[token.row][token.at]
    parts = choice.text.split()
    parts[token.part] = with_case(right, case_of(parts[token.part]))
    text = " ".join(parts)
    rows[token.row][token.at] = replace(choice, text=text, posterior=score, rule=RULE)
