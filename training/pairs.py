"""Builds models/pairs.tsv: pairs of syllables that administrative text spells in one way.

    python -m training.pairs --corpus FOLDER

Of all pairs with the same letters, accents apart, one makes up nearly all that the corpus has:
``hướng dẫn``, never ``hướng đẫn``. Where the parser meets another spelling of such a pair, a
letter was misread.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from itertools import islice, pairwise
from pathlib import Path

from pipeline.text import SYLLABLE, fold, is_syllable, new_tone_style
from training.corpus import corpus_lines, is_prose
from training.manifest import MODELS, record_artefact

_LEAST = 40  # times that a pair must stand in the corpus
_SHARE = 0.99  # of all pairs with its letters


def spelled_once(lines: list[str]) -> dict[str, int]:
    """Pairs of syllables that have (nearly) one spelling, with their counts."""
    counts: Counter[str] = Counter()
    for line in lines:
        words = new_tone_style(line.lower())
        for phrase in words.replace(";", ",").replace(".", ",").split(","):
            counts.update(map(" ".join, pairwise(SYLLABLE.findall(phrase))))
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for pair in counts:
        alike[fold(pair)].append(pair)
    kept = {}
    for pairs in alike.values():
        best = max(pairs, key=counts.__getitem__)
        total = sum(counts[pair] for pair in pairs)
        marked = best != fold(best) and all(map(is_syllable, best.split()))
        if marked and counts[best] >= max(_LEAST, _SHARE * total):
            kept[best] = counts[best]
    return kept


def main() -> None:
    """Build the list from a folder of text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--lines", type=int, default=600_000)
    parser.add_argument("--most", type=int, default=6000, help="pairs to keep, the commonest")
    parser.add_argument("--out", type=Path, default=MODELS / "pairs.tsv")
    options = parser.parse_args()
    prose = filter(is_prose, corpus_lines(options.corpus, "train"))
    pairs = spelled_once(list(islice(islice(prose, 0, None, 2), options.lines)))
    commonest = sorted(pairs, key=lambda pair: -pairs[pair])[: options.most]
    options.out.write_text("".join(f"{pair}\n" for pair in sorted(commonest)), encoding="utf-8")
    record_artefact(
        options.out,
        source="counts over a public corpus of Vietnamese legal texts",
        licence="Apache-2.0",
        command="python -m training.pairs --corpus FOLDER",
    )
    print(f"{len(commonest)} of {len(pairs)} pairs in {options.out}")


if __name__ == "__main__":
    main()
