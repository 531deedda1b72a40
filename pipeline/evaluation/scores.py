"""What an evaluation counts: fields, text, silent errors; letter by letter and in all."""

from __future__ import annotations

from dataclasses import dataclass

STRINGS = (
    "doc_type", "code", "number", "notation", "issuer.parent", "issuer.name", "place", "date",
    "subject", "signer.authority", "signer.position", "signer.name", "urgency", "secrecy",
)  # fmt: skip
LISTS = {"recipients": 92.0, "copies_to": 92.0, "citations": 100.0, "deadlines": 100.0}
"""List fields and the similarity (%) at which two items are the same."""


@dataclass(frozen=True, slots=True)
class FieldScore:
    """One field over all letters: values found, values in the gold, values in the records."""

    name: str
    hits: int = 0
    wanted: int = 0
    given: int = 0

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None when no letter has the field."""
        total = self.wanted + self.given
        return 2 * self.hits / total if total else None

    def __add__(self, other: FieldScore) -> FieldScore:
        return FieldScore(
            self.name,
            self.hits + other.hits,
            self.wanted + other.wanted,
            self.given + other.given,
        )


@dataclass(frozen=True, slots=True)
class TextScore:
    """Text against its gold: syllables found, character edits."""

    syllables: int = 0
    matched: int = 0
    characters: int = 0
    edits: int = 0

    @property
    def accuracy(self) -> float | None:
        """Share of gold syllables found, in order."""
        return self.matched / self.syllables if self.syllables else None

    @property
    def cer(self) -> float | None:
        """Character error rate."""
        return self.edits / self.characters if self.characters else None

    def __add__(self, other: TextScore) -> TextScore:
        return TextScore(
            self.syllables + other.syllables,
            self.matched + other.matched,
            self.characters + other.characters,
            self.edits + other.edits,
        )


@dataclass(frozen=True, slots=True)
class SilentError:
    """A wrong value that looked sure."""

    letter: str
    field: str
    given: str
    wanted: str


@dataclass(frozen=True, slots=True)
class LetterScore:
    """One letter; ``missing`` when no record was found for its gold."""

    name: str
    fields: tuple[FieldScore, ...]
    silent: tuple[SilentError, ...]
    text: TextScore | None
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All letters of a gold folder."""

    letters: tuple[LetterScore, ...]

    @property
    def fields(self) -> tuple[FieldScore, ...]:
        """Each field over all letters, in the record's order."""
        total: dict[str, FieldScore] = {}
        for letter in self.letters:
            for score in letter.fields:
                total[score.name] = total.get(score.name, FieldScore(score.name)) + score
        order = (*STRINGS, *LISTS, "percentages", "directives")
        return tuple(total[name] for name in order if name in total)

    @property
    def mean_f1(self) -> float | None:
        """Mean over the fields that some letter has."""
        known = [score.f1 for score in self.fields if score.f1 is not None]
        return sum(known) / len(known) if known else None

    @property
    def silent(self) -> tuple[SilentError, ...]:
        """All silent errors."""
        return tuple(error for letter in self.letters for error in letter.silent)

    @property
    def missing(self) -> tuple[str, ...]:
        """Letters of the gold without a record."""
        return tuple(letter.name for letter in self.letters if letter.missing)

    @property
    def text(self) -> TextScore:
        """The text of all letters that have a gold text."""
        return sum((letter.text for letter in self.letters if letter.text), TextScore())
