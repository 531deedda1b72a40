"""The lexicon: syllables of Vietnamese seen in the corpus, abbreviations and foreign words.

    python -m training.lexicon --corpus FOLDER --places FOLDER

Counts decide, not a dictionary: a word enters when it can be a syllable (phonotactics of
pipeline.text) and was seen, or when it can't and was seen so often that it is no slip. The order
is by count; a word's line is its id in the language model.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipeline.restore.tokens import SPECIALS, UPPER, Kind, case_of, is_plain_word, pieces_of
from pipeline.text import is_syllable, new_tone_style
from training.corpus import corpus_lines
from training.manifest import MODELS, record_artefact
from training.places import formula_lines, place_lines, read_places

SIZE = 16384
FORMULA_ROUNDS = 60


def training_lines(corpus: Path, places: Path) -> Iterator[str]:
    """The text that the lexicon and the language model see: every long line once."""
    seen: set[int] = set()
    for line in corpus_lines(corpus, "train"):
        if len(line) > 30:
            key = hash(line)
            if key in seen:
                continue
            seen.add(key)
        yield line
    gazetteer = read_places(places)
    yield from formula_lines(gazetteer, FORMULA_ROUNDS)
    yield from place_lines(gazetteer)
    yield from place_lines(gazetteer)


def count_words(lines: Iterator[str]) -> tuple[Counter[str], Counter[str]]:
    """Counts of words in lower case, and how often each stood all in capitals."""
    words: Counter[str] = Counter()
    for line in lines:
        words.update(p.text for p in pieces_of(line) if p.kind is Kind.WORD)
    lower: Counter[str] = Counter()
    capitals: Counter[str] = Counter()
    for word, count in words.items():
        if is_plain_word(word):
            key = new_tone_style(word.lower())
            lower[key] += count
            if case_of(word) == UPPER:
                capitals[key] += count
    return lower, capitals


def choose(lower: Counter[str], capitals: Counter[str]) -> list[tuple[str, int]]:
    """The words of the lexicon with their counts, most frequent first."""
    chosen = []
    for word, count in lower.items():
        syllable = is_syllable(word)
        abbreviation = capitals[word] >= 0.9 * count
        least = 2 if syllable else 12 if abbreviation else 60
        if count >= least and len(word) <= 14:
            chosen.append((word, count))
    chosen.sort(key=lambda pair: (-pair[1], pair[0]))
    return chosen[: SIZE - len(SPECIALS)]


def main() -> None:
    """Write models/lexicon.tsv."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--places", type=Path, required=True)
    options = parser.parse_args()
    lower, capitals = count_words(training_lines(options.corpus, options.places))
    rows = [(name, 0) for name in SPECIALS] + choose(lower, capitals)
    path = MODELS / "lexicon.tsv"
    path.write_text("".join(f"{word}\t{count}\n" for word, count in rows), encoding="utf-8")
    record_artefact(
        path,
        source="counts over Vietnamese legal texts (vbpl.vn, Công báo) and the gazetteer",
        licence="facts of language, free of rights",
        command="python -m training.lexicon --corpus FOLDER --places FOLDER",
    )
    print(f"{len(rows)} words")


if __name__ == "__main__":
    main()
