"""How good records are: compared with gold that people typed, field by field and page by page.

The gold format is a folder with ``NAME.json`` (the record a careful clerk would type) and, for
the text, ``NAME.txt`` (printed lines in canonical reading order; pages after ``=== page N ===``;
handwriting as ``⟦h:…⟧``, unreadable as ``⟦?⟧``; stamps after ``--- stamps ---`` are no text).

Definitions:

- *Syllable accuracy*: gold syllables that a longest-matching-blocks alignment finds in the
  output, over gold syllables; case counts, old and new tone placement are equal.
- *CER*: character edit distance over gold characters, white space folded.
- *F1* of a field: a string counts when it is equal after case, spaces, tone placement and end
  marks are set aside; recipients, copies and directives match at 92 % similarity (directives
  also by label), citations and deadlines exactly, percentages in order.
- *Silent error*: a wrong string given with confidence ≥ 0.9, or without a confidence. It is the
  figure that matters most: wrong, and nobody is told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from pipeline.text import new_tone_style, nfc, same_key

STRINGS = (
    "doc_type", "code", "number", "notation", "issuer.parent", "issuer.name", "place", "date",
    "subject", "signer.authority", "signer.position", "signer.name", "urgency", "secrecy",
)  # fmt: skip
LISTS = {"recipients": 92.0, "copies_to": 92.0, "citations": 100.0, "deadlines": 100.0}
"""List fields and the similarity (%) at which two items are the same."""

# For these, null in the gold means that the letter has none; for the others, that the gold
# doesn't say (a name that was cut off), and then nothing is scored.
_MAY_BE_ABSENT = {"urgency", "secrecy", "issuer.parent", "signer.authority"}
_SURE = 0.9
_SAME_TEXT = 92.0

_PAGE = re.compile(r"^=== page (\d+) ===\s*$", re.MULTILINE)
_STAMPS = re.compile(r"^--- stamps ---\s*$", re.MULTILINE)
_NOT_PRINTED = re.compile(r"⟦h:.*?⟧|⟦\?⟧")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


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


def evaluate(gold_dir: Path, records_dir: Path) -> Evaluation:
    """Compare the records of a folder (``NAME.json``) with the gold of the same names.

    Raises:
        OSError: a folder can't be read.
        ValueError: a gold file or a record is no JSON object.
    """
    return Evaluation(
        tuple(_letter(gold, records_dir / gold.name) for gold in sorted(gold_dir.glob("*.json")))
    )


def _letter(gold_path: Path, record_path: Path) -> LetterScore:
    name = gold_path.stem
    gold = _object(gold_path)
    missing = not record_path.exists()
    record = {} if missing else _object(record_path)
    fields, silent = score_fields(name, gold, record)
    text_path = gold_path.with_suffix(".txt")
    text = None
    if text_path.exists():
        pages = {int(p["number"]): str(p["text"]) for p in record.get("pages") or []}
        text = score_pages(gold_pages(text_path.read_text(encoding="utf-8")), pages)
    return LetterScore(name, fields, silent, text, missing)


def _object(path: Path) -> dict[str, Any]:
    value = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(value, dict):
        raise ValueError(f"{path} holds no JSON object")
    return value


# --- Text ---------------------------------------------------------------------------------------


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
        _matched(wanted, got),
        len(gold_characters),
        Levenshtein.distance(gold_characters, characters),
    )


def _syllables(text: str) -> list[str]:
    return re.findall(r"\w+", new_tone_style(text))


def _folded(text: str) -> str:
    return " ".join(nfc(text).split())


def _matched(wanted: Sequence[str], given: Sequence[str]) -> int:
    blocks = SequenceMatcher(None, wanted, given, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks)


# --- Fields -------------------------------------------------------------------------------------


def score_fields(
    name: str, gold: dict[str, Any], record: dict[str, Any]
) -> tuple[tuple[FieldScore, ...], tuple[SilentError, ...]]:
    """All fields that the gold speaks of; gold may leave out what it doesn't know."""
    scores: list[FieldScore] = []
    silent: list[SilentError] = []
    for field in STRINGS:
        if field.split(".")[0] in gold:
            score, wrong = _string(name, field, gold, record)
            scores += score
            silent += wrong
    for field, least in LISTS.items():
        if field in gold:
            wanted, given = _items(gold.get(field)), _items(record.get(field))
            hits = _pairs(wanted, given, least)
            scores.append(FieldScore(field, hits, len(wanted), len(given)))
    if "percentages" in gold:
        scores.append(_percentages(gold, record))
    if "directives" in gold:
        scores.append(_directives(gold, record))
    return tuple(scores), tuple(silent)


def _string(
    name: str, field: str, gold: dict[str, Any], record: dict[str, Any]
) -> tuple[list[FieldScore], list[SilentError]]:
    wanted_raw, _ = _value(gold, field)
    given_raw, confidence = _value(record, field)
    wanted, given = same_key(wanted_raw), same_key(given_raw)
    if not wanted and field not in _MAY_BE_ABSENT:
        return [], []
    hit = int(bool(wanted) and wanted == given)
    scores = [FieldScore(field, hit, int(bool(wanted)), int(bool(given)))]
    sure = confidence is None or confidence >= _SURE
    if given and given != wanted and sure:
        return scores, [SilentError(name, field, given_raw, wanted_raw)]
    return scores, []


def _value(record: dict[str, Any], field: str) -> tuple[str, float | None]:
    """The value as text ("" = none) and its confidence; gold holds bare strings."""
    node: Any = record
    for part in field.split("."):
        node = node.get(part) if isinstance(node, dict) else None
    confidence = None
    if isinstance(node, dict) and "value" in node:
        node, confidence = node["value"], node.get("confidence")
    return ("" if node is None else str(node)), confidence


def _items(values: Sequence[Any] | None) -> list[str]:
    """List items as keys, whether bare strings (gold), fields or citations; dates as ISO."""
    out = []
    for item in values or []:
        value = item
        if isinstance(item, dict):
            value = item.get("value") or item.get("code")
        if value:
            out.append(_iso(same_key(str(value))))
    return out


def _iso(text: str) -> str:
    match = _DAY.fullmatch(text)
    return f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}" if match else text


def _pairs(wanted: Sequence[str], given: Sequence[str], least: float) -> int:
    """Gold items that find a partner of their own, the most similar first."""
    left, hits = list(given), 0
    for item in wanted:
        best = max(left, key=lambda other: fuzz.ratio(item, other), default=None)
        if best is not None and fuzz.ratio(item, best) >= least:
            left.remove(best)
            hits += 1
    return hits


def _percentages(gold: dict[str, Any], record: dict[str, Any]) -> FieldScore:
    wanted, given = (
        [str(float(p["value"])) for p in source.get("percentages") or []]
        for source in (gold, record)
    )
    return FieldScore("percentages", _matched(wanted, given), len(wanted), len(given))


def _directives(gold: dict[str, Any], record: dict[str, Any]) -> FieldScore:
    wanted, left = list(_orders(gold)), list(_orders(record))
    given, hits = len(left), 0
    for label, text in wanted:
        for candidate in left:
            if candidate[0] == label and fuzz.ratio(text, candidate[1]) >= _SAME_TEXT:
                left.remove(candidate)
                hits += 1
                break
    return FieldScore("directives", hits, len(wanted), given)


def _orders(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Labels (``Điều 1`` and ``1`` are one) and texts of the numbered items."""
    for item in record.get("directives") or []:
        label = same_key(str(item.get("label", ""))).removeprefix("điều ")
        yield label, same_key(str(item.get("text") or ""))
