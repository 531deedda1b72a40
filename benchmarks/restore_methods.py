"""Ways to restore a text that are measured beside each other: this one, simpler ones, ablations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from pipeline.restore import Models, restore_text, restoring
from pipeline.restore import models as artefacts
from pipeline.restore.channel import Channel, Speller, channel_of, make_speller, shape
from pipeline.restore.decode import Posteriors, Weights
from pipeline.restore.document import plain_costs
from pipeline.restore.lattice import Floats, Ids, Lattice, Slot
from pipeline.restore.lexicon import Lexicon
from pipeline.text import SYLLABLE, WORD, strip_marks

Method = Callable[[str, str], str]
"""(text, reading) → restored text."""


def nearest(models: Models) -> Method:
    """Baseline: each word becomes the nearest lexicon word by plain edit distance."""
    words = [w for w in models.lexicon.words if SYLLABLE.fullmatch(w)]
    cache: dict[str, str] = {}

    def one(match: re.Match[str]) -> str:
        word = match[0]
        if word not in cache:
            hit = process.extractOne(word.lower(), words, scorer=Levenshtein.distance)
            cache[word] = hit[0].capitalize() if word[0].isupper() else hit[0]
        return word if any(c.isdigit() for c in word) else cache[word]

    return lambda text, _: WORD.sub(one, text)


def pyvi_method() -> Method:
    """Baseline: marks stripped, then added again by pyvi, line by line."""
    from pyvi import ViUtils

    def one(line: str) -> str:
        plain = " ".join(strip_marks(shape(w)) if w.isalpha() else w for w in line.split())
        try:
            return str(ViUtils.add_accents(plain))
        except KeyError:  # pyvi's own, on some misread words
            return line

    return lambda text, _: "\n".join(one(x) if x.strip() else x for x in text.split("\n"))


def congvan(models: Models) -> Method:
    """This project's restoring; scans tell their reader, other texts are detected."""

    def one(text: str, reading: str) -> str:
        kind = reading if reading in ("eng", "vie", "Vietnamese") else None
        return restore_text(text, models, reading=kind).text

    return one


def without(part: str, models: Models) -> Method:
    """This project's restoring with one part taken out: see :func:`ablated`."""

    def one(text: str, reading: str) -> str:
        with ablated(part):
            return congvan(models)(text, reading)

    return one


PARTS = ("language", "channel", "document", "case", "neighbours", "phrases")


@contextmanager
def ablated(part: str) -> Iterator[None]:
    """Restoring without its language model, learned channel, document's words or case model.

    Or without what the neighbours of doubtful words, or phrases, propose.
    """
    if part == "channel":
        swap = mock.patch.multiple(artefacts, _speller=_likeness_speller)
    elif part == "document":
        swap = mock.patch.multiple(restoring, own_words=_no_words)
    elif part == "neighbours":
        swap = mock.patch.multiple(restoring, with_context=_as_before)
    elif part == "phrases":
        swap = mock.patch.multiple(restoring, with_phrases=_as_before)
    else:
        weights = Weights(language=0.0, case=0.0) if part == "language" else Weights(case=0.0)
        spread = dict.fromkeys(restoring.WEIGHTS, weights)
        swap = mock.patch.multiple(restoring, WEIGHTS=spread, CAREFUL_WEIGHTS=weights)
    with swap:
        yield


def _as_before(slots: list[Slot], *_: object) -> list[Slot]:
    return slots


def _no_words(
    lattice: Lattice, posteriors: Posteriors
) -> Callable[[Ids, Ids, Ids, Floats], Floats]:
    del lattice, posteriors
    return plain_costs


def _likeness_speller(lexicon: Lexicon, folder: object, reading: str) -> Speller:
    """A channel that was never trained: characters cost by their likeness alone."""
    del folder, reading
    letters = sorted({c for word in lexicon.words for c in word if c.isalpha()})
    read = [*letters, *"0123456789&@$\u00a2\u00a7\u20ac"]
    untrained: Channel = channel_of({c: {c: 0.2} for c in read}, {}, 9.0, 7.0)
    return make_speller(untrained, lexicon)
