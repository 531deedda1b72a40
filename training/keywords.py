"""Builds models/keywords.tsv: compound words of administrative text and how telling each one is.

    python -m training.keywords --corpus FOLDER [--lines 40000]

pyvi segments and tags the corpus; nouns of several syllables are kept with their inverse
document frequency (a document is a run of 20 lines). Done here once, because pyvi takes seconds
to load and hundreds of megabytes to run: a worker then only looks words up.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from itertools import islice
from pathlib import Path

from pipeline.text import is_syllable, new_tone_style
from training.corpus import corpus_lines, is_prose
from training.manifest import MODELS, record_artefact

_DOCUMENT = 20  # lines
_LEAST = 4  # documents that a word must stand in
_COMMON = 0.1  # share of documents above which a word tells nothing
_NOUNS = frozenset({"N", "Np", "Nc", "Nu", "Ny"})


def compounds(lines: list[str]) -> tuple[set[str], set[str]]:
    """All compound words of a document, and those that are nouns there, in lower case."""
    from pyvi import ViPosTagger, ViTokenizer

    found, nouns = set(), set()
    for line in lines:
        words, tags = ViPosTagger.postagging(ViTokenizer.tokenize(line))
        for word, tag in zip(words, tags, strict=True):
            syllables = new_tone_style(word.lower()).split("_")
            if 2 <= len(syllables) <= 4 and all(map(is_syllable, syllables)):
                found.add(" ".join(syllables))
                if tag in _NOUNS:
                    nouns.add(" ".join(syllables))
    return found, nouns


def main() -> None:
    """Build the list from a folder of text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--out", type=Path, default=MODELS / "keywords.tsv")
    options = parser.parse_args()
    prose = filter(is_prose, corpus_lines(options.corpus, "train"))
    # Every fifth line, so that the lines come from all over the corpus.
    lines = list(islice(islice(prose, 0, None, 5), options.lines))
    counts: Counter[str] = Counter()
    as_noun: Counter[str] = Counter()
    documents = [lines[i : i + _DOCUMENT] for i in range(0, len(lines), _DOCUMENT)]
    for number, document in enumerate(documents, 1):
        words, nouns = compounds(document)
        counts.update(words)
        as_noun.update(nouns)
        if number % 200 == 0:
            print(f"{number} of {len(documents)} documents, {len(counts)} words")
    kept = {
        word: math.log(len(documents) / count)
        for word, count in counts.items()
        if _LEAST <= count <= _COMMON * len(documents) and as_noun[word] >= count / 2
    }
    rows = (f"{word}\t{weight:.2f}\n" for word, weight in sorted(kept.items()))
    options.out.write_text("".join(rows), encoding="utf-8")
    record_artefact(
        options.out,
        source="counts over a public corpus of Vietnamese legal texts, segmented by pyvi",
        licence="Apache-2.0",
        command="python -m training.keywords --corpus FOLDER",
    )
    print(f"{len(kept)} words in {options.out}")


if __name__ == "__main__":
    main()
