"""The phrases that letters are made of: formulas, agencies, places, and words that go together.

    python -m training.phrases --places FOLDER                (after training.ngrams)

models/phrases.tsv holds a phrase in small letters and its plain letters, one a line, sorted.
Formulas come from ``formulas.txt`` (what stands between placeholders, marks and numbers),
agencies from ``agencies.tsv``, places from the gazetteer; pairs of words that go together (``đặc
biệt``) from the language model: the second follows the first ``OFTEN`` times or more, and in a
share of ``BOUND`` or more.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from pipeline.restore.language import load_language_model
from pipeline.restore.lexicon import Lexicon, load_lexicon
from pipeline.restore.tokens import SPECIALS, Kind, is_plain_word, pieces_of
from pipeline.text import fold, is_syllable, new_tone_style
from training.gazetteer import AGENCIES
from training.manifest import MODELS, record_artefact
from training.places import read_formulas, read_places

OFTEN, BOUND = 80, 0.03
LONGEST = 7
"""Words of the longest phrase; longer ones are cut into phrases that overlap by half."""
_GAP = re.compile(r"\{[^}]+\}|…")


def runs(line: str) -> Iterator[tuple[str, ...]]:
    """Words of a line that stand together, two or more, in small letters.

    >>> list(runs("Kính gửi: {sở}, Ủy ban nhân dân"))
    [('kính', 'gửi'), ('ủy', 'ban', 'nhân', 'dân')]
    """
    for part in _GAP.split(line):
        row: list[str] = []
        for piece in [*pieces_of(part), None]:
            if piece is not None and piece.kind is Kind.WORD and is_plain_word(piece.text):
                row.append(new_tone_style(piece.text.lower()))
            else:
                if len(row) > 1:
                    yield tuple(row)
                row = []


def pairs(lexicon: Lexicon, folder: Path) -> Iterator[tuple[str, ...]]:
    """Syllables that go together: the second is what often follows the first."""
    model = load_language_model(folder)
    rows = (folder / "lexicon.tsv").read_text(encoding="utf-8").splitlines()
    counts = [int(row.split("\t")[1]) for row in rows]
    for number in range(len(SPECIALS), len(lexicon.words)):
        word = lexicon.words[number]
        count = counts[number]
        if count < OFTEN or not is_syllable(word):
            continue
        after, costs = model.followers(number, len(lexicon.words))
        share = np.exp(-costs)
        for other in after[(share >= BOUND) & (share * count >= OFTEN)].tolist():
            if is_syllable(lexicon.words[other]):
                yield word, lexicon.words[other]


def phrases(places: Path, folder: Path) -> list[str]:
    """All phrases whose words the lexicon has, sorted."""
    lexicon = load_lexicon(folder / "lexicon.tsv")
    formulas, lists = read_formulas()
    lines = [*formulas, *(name for names in lists.values() for name in names)]
    agencies = AGENCIES.read_text(encoding="utf-8").splitlines()
    lines += [row.split("\t")[0] for row in agencies if not row.startswith("#")]
    for place in read_places(places):  # communes are too many, and too like each other
        lines += [name[:1].lower() + name[1:] for name in (place.district, place.province)]
    found = {run for line in lines for run in runs(line)} | set(pairs(lexicon, folder))
    cut = {
        run[start : start + LONGEST]
        for run in found
        for start in range(0, max(1, len(run) - LONGEST // 2), LONGEST // 2 + 1)
    }
    return sorted(
        " ".join(run) for run in cut if len(run) > 1 and all(w in lexicon.ids for w in run)
    )


def main() -> None:
    """Write models/phrases.tsv."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", type=Path, required=True)
    options = parser.parse_args()
    path = MODELS / "phrases.tsv"
    rows = phrases(options.places, MODELS)
    path.write_text("".join(f"{row}\t{fold(row)}\n" for row in rows), encoding="utf-8")
    record_artefact(
        path,
        source="formulas and agencies written for this project, lists of places, the n-grams",
        licence="Apache-2.0",
        command="python -m training.phrases --places FOLDER",
    )
    print(f"{len(rows)} phrases, {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
