"""The language model: trigrams with interpolated Kneser-Ney smoothing, and a model of case.

    python -m training.ngrams --corpus FOLDER --places FOLDER        (after training.lexicon)

Tables are sorted uint64 arrays, read through a memory map by pipeline.restore.language:
the key in the high bits, costs (−ln p in steps of 1/128) in the low ones.

- bigrams.npy:  v (14) w (14) | cost of w after v (12) | cost of backing off from v w (12)
- trigrams.npy: u v w (42) | cost (12); those seen ``LEAST`` times or more
- unigrams.npy: float32 (words, 2): cost of a word, cost of backing off from it
- cases.npy:    v (14) its case (3) w (14) | cost of lower, title, upper (8 each, steps of 1/24)
- word_cases.npy: uint8 (words, 5, 3): the same after each kind of neighbour, when v is unknown

Method: Chen & Goodman, An Empirical Study of Smoothing Techniques (1998), interpolated
Kneser-Ney with one discount an order; pruned mass goes back to the lower order. Slips of the
corpus are not counted (training.slips).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.restore.tokens import (
    AFTER_OTHER,
    AFTER_STOP,
    SPECIALS,
    Kind,
    case_of,
    is_plain_word,
    pieces_of,
)  # fmt: skip
from pipeline.text import new_tone_style
from training.lexicon import SIZE, training_lines
from training.manifest import MODELS, record_artefact
from training.slips import plain_ids, slips

Ids = NDArray[np.uint64]
Floats = NDArray[np.float64]

LEAST = 1
DISCOUNT = 0.75
BITS = np.uint64(14)
STEPS = 128
CASE_STEPS = 24
CASE_LEAST = 1


def encode(lines: Iterator[str], words: dict[str, int]) -> tuple[Ids, NDArray[np.uint8]]:
    """The whole text as one row of ids, and the case (or kind of neighbour) of each."""
    ids: list[int] = [int(Kind.STOP)]
    cases: list[int] = [AFTER_STOP]
    known: dict[str, tuple[int, int]] = {}
    for line in lines:
        if not line[0].islower() and ids[-1] != Kind.STOP:  # a new paragraph
            ids.append(int(Kind.STOP))
            cases.append(AFTER_STOP)
        for piece in pieces_of(line):
            if piece.kind is Kind.WORD:
                pair = known.get(piece.text)
                if pair is None:
                    number = words.get(new_tone_style(piece.text.lower()), int(Kind.UNKNOWN))
                    plain = is_plain_word(piece.text)
                    pair = (number, case_of(piece.text) if plain else AFTER_OTHER)
                    known[piece.text] = pair
                ids.append(pair[0])
                cases.append(pair[1])
            elif piece.kind is not Kind.SILENT:
                ids.append(int(piece.kind))
                cases.append(AFTER_STOP if piece.kind <= Kind.PAUSE else AFTER_OTHER)
    return np.array(ids, dtype=np.uint64), np.array(cases, dtype=np.uint8)


def _runs(keys: Ids) -> tuple[Ids, NDArray[np.int64]]:
    values, counts = np.unique(keys, return_counts=True)
    return values.astype(np.uint64), counts.astype(np.int64)


def _steps(probability: Floats, steps: int, bits: int) -> Ids:
    cost = -np.log(np.maximum(probability, 1e-30)) * steps
    return np.asarray(np.clip(np.rint(cost), 0, 2**bits - 1), dtype=np.uint64)


def unigram_model(bigrams: Ids) -> Floats:
    """Continuation probabilities of words (how many words they follow), mixed with uniform."""
    follows = np.bincount((bigrams & np.uint64(SIZE - 1)).astype(np.int64), minlength=SIZE)
    seen = follows > 0
    total = follows.sum()
    left = DISCOUNT * seen.sum() / total
    shares: Floats = np.maximum(follows - DISCOUNT, 0) / total + left / SIZE
    return shares


def bigram_model(
    bigrams: Ids, weights: NDArray[np.int64], unigrams: Floats
) -> tuple[Floats, Floats]:
    """Probability of each bigram, and each first word's weight of backing off."""
    first = (bigrams >> BITS).astype(np.int64)
    second = (bigrams & np.uint64(SIZE - 1)).astype(np.int64)
    totals = np.bincount(first, weights=weights, minlength=SIZE)
    kinds = np.bincount(first, minlength=SIZE)
    backing = np.where(totals > 0, DISCOUNT * kinds / np.maximum(totals, 1), 1.0)
    main = np.maximum(weights - DISCOUNT, 0) / totals[first]
    return main + backing[first] * unigrams[second], backing


def trigram_model(
    trigrams: Ids, counts: NDArray[np.int64], bigrams: Ids, lower: Floats
) -> tuple[Ids, Floats, Floats]:
    """Kept trigrams, their probabilities, and each bigram context's weight of backing off."""
    context = np.searchsorted(bigrams, trigrams >> BITS)
    ending = np.searchsorted(bigrams, trigrams & np.uint64(SIZE * SIZE - 1))
    totals = np.bincount(context, weights=counts, minlength=len(bigrams))
    kept = counts >= LEAST
    main = np.maximum(counts - DISCOUNT, 0) / totals[context]
    spent = np.bincount(context[kept], weights=main[kept], minlength=len(bigrams))
    backing = np.where(totals > 0, np.maximum(1 - spent, 1e-4), 1.0)
    probability = main + backing[context] * lower[ending]
    return trigrams[kept], probability[kept], backing


def case_tables(ids: Ids, cases: NDArray[np.uint8]) -> tuple[Ids, NDArray[np.uint8]]:
    """Costs of lower, title and upper case after a neighbour and its case; and by word alone."""
    word = (ids >= len(SPECIALS)) & (cases <= 2)
    here = np.nonzero(word[1:])[0] + 1
    now, then = ids[here], ids[here - 1]
    case, before = cases[here].astype(np.int64), cases[here - 1].astype(np.uint64)
    overall = np.full((5, 3), 0.5)
    np.add.at(overall, (before.astype(np.int64), case), 1)
    overall /= overall.sum(axis=1, keepdims=True)
    by_word = np.zeros((SIZE, 5, 3))
    np.add.at(by_word, (now.astype(np.int64), before.astype(np.int64), case), 1)
    word_given = (by_word + 2 * overall) / (by_word.sum(axis=2, keepdims=True) + 2)
    key = (((then << np.uint64(3)) | before) << BITS) | now
    values, place, counts = np.unique(key, return_inverse=True, return_counts=True)
    table = np.zeros((len(values), 3))
    np.add.at(table, (place, case), 1)
    lower = word_given[
        (values & np.uint64(SIZE - 1)).astype(np.int64),
        ((values >> BITS) & np.uint64(7)).astype(np.int64),
    ]
    mixed = (table + 2 * lower) / (counts[:, None] + 2)
    # Kept where the neighbour tells more than the word alone does.
    differs = np.abs(np.log(mixed) - np.log(lower)).max(axis=1) > 0.3
    kept = differs & (counts >= CASE_LEAST)
    packed = values[kept]
    for column in range(3):
        packed = (packed << np.uint64(8)) | _steps(mixed[kept, column], CASE_STEPS, 8)
    return packed, _steps(word_given, CASE_STEPS, 8).astype(np.uint8)


def count(ids: Ids, plain: Ids) -> tuple[Ids, NDArray[np.int64], Ids, NDArray[np.int64]]:
    """Bigrams and trigrams of one encoded text with their counts, slips left out."""
    after_stop = ids[:-1] == Kind.STOP  # nothing before a stop matters
    pairs = (ids[:-1] << BITS) | ids[1:]
    bigrams, counts = _runs(pairs)
    trigrams, triple_counts = _runs(((pairs[:-1] << BITS) | ids[2:])[~after_stop[1:]])
    good = ~slips(bigrams, counts, 2, int(BITS), plain)
    bigrams, counts = bigrams[good], counts[good]
    kept = ~slips(trigrams, triple_counts, 3, int(BITS), plain)
    kept &= np.isin(trigrams >> BITS, bigrams)
    kept &= np.isin(trigrams & np.uint64(SIZE * SIZE - 1), bigrams)
    return bigrams, counts, trigrams[kept], triple_counts[kept]


def build(ids: Ids, plain: Ids) -> dict[str, NDArray[np.generic]]:
    """All n-gram tables of one encoded text."""
    bigrams, counts, trigrams, triple_counts = count(ids, plain)
    # Kneser-Ney: a bigram weighs by how many words it follows; after a stop by its count.
    follows = np.bincount(
        np.searchsorted(bigrams, trigrams & np.uint64(SIZE * SIZE - 1)), minlength=len(bigrams)
    )
    open_ended = (bigrams >> BITS) == Kind.STOP
    weights = np.where(open_ended | (follows == 0), counts, follows)
    unigrams = unigram_model(bigrams)
    lower, backing = bigram_model(bigrams, weights, unigrams)
    kept, probability, context = trigram_model(trigrams, triple_counts, bigrams, lower)
    twelve = np.uint64(12)
    packed = (bigrams << np.uint64(24)) | (_steps(lower, STEPS, 12) << twelve)
    packed |= _steps(context, STEPS, 12)
    useful = (counts >= 2) | (context < 0.999)
    single = np.stack([-np.log(unigrams), -np.log(np.minimum(backing, 1))], axis=1)
    return {
        "bigrams": packed[useful],
        "trigrams": (kept << twelve) | _steps(probability, STEPS, 12),
        "unigrams": single.astype(np.float32),
    }


def main() -> None:
    """Write models/{unigrams,bigrams,trigrams,cases,word_cases}.npy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--places", type=Path, required=True)
    options = parser.parse_args()
    rows = (MODELS / "lexicon.tsv").read_text(encoding="utf-8").splitlines()
    words = {row.split("\t")[0]: number for number, row in enumerate(rows)}
    ids, cases = encode(training_lines(options.corpus, options.places), words)
    tables = build(ids, plain_ids(list(words), SIZE))
    tables["cases"], tables["word_cases"] = case_tables(ids, cases)
    for name, table in tables.items():
        path = MODELS / f"{name}.npy"
        np.save(path, table)
        record_artefact(
            path,
            source="counts over Vietnamese legal texts (vbpl.vn, Công báo) and letter formulas",
            licence="facts of language, free of rights",
            command="python -m training.ngrams --corpus FOLDER --places FOLDER",
        )
        print(f"{name}: {table.shape} {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
