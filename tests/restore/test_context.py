"""Words that neighbours, phrases and the document ask for where what was read tells little."""

from __future__ import annotations

import pytest

from pipeline.restore import Models, load_models
from pipeline.restore.context import Guess, with_context
from pipeline.restore.lattice import PARAGRAPH, Hypothesis, Slot
from pipeline.restore.models import ENG
from pipeline.restore.phrases import with_phrases
from pipeline.restore.tokens import LOWER, Kind


@pytest.fixture(scope="module")
def models() -> Models:
    return load_models()


def row(models: Models, text: str) -> tuple[list[Slot], list[Guess]]:
    """Slots of a text; ``read?guess`` is a word in doubt, any other stands for itself."""
    slots, guesses = [PARAGRAPH, PARAGRAPH], [Guess(0, 0, doubt=False)] * 2
    for part in text.split():
        read, _, guess = part.partition("?")
        word = models.lexicon.ids[guess or read]
        option = Hypothesis(guess or read, (word,), (LOWER,), 0.0)
        slots.append(Slot(0, 0, len(read), read, Kind.WORD, (option,)))
        guesses.append(Guess(word, word, doubt=bool(guess)))
    return [*slots, PARAGRAPH], [*guesses, Guess(0, 0, doubt=False)]


def texts(slots: list[Slot]) -> list[set[str]]:
    return [{h.text for h in slot.options} for slot in slots[2:-1]]


def test_neighbours_propose_a_word_that_looks_unlike(models: Models) -> None:
    slots, guesses = row(models, "và &?a xuất biện pháp")
    found = texts(with_context(slots, guesses, models, ENG))
    assert "đề" in found[1]
    assert [found[0], *found[2:]] == [{"và"}, {"xuất"}, {"biện"}, {"pháp"}]


def test_the_document_proposes_what_it_said_elsewhere(models: Models) -> None:
    slots, guesses = row(models, "giống sầu riêng quả nhãn giống xdu?xu riêng")
    assert "sầu" in texts(with_context(slots, guesses, models, ENG))[6]
    alone, fewer = row(models, "giống xdu?xu riêng")
    assert "sầu" not in texts(with_context(alone, fewer, models, ENG))[1]


def test_a_phrase_proposes_both_of_two_garbled_words(models: Models) -> None:
    slots, guesses = row(models, "có bac?bậc biet?biết là")
    found = texts(with_phrases(slots, guesses, models, ENG))
    assert "đặc" in found[1]
    assert "biệt" in found[2]
    assert (found[0], found[3]) == ({"có"}, {"là"})


def test_a_phrase_asks_nothing_where_one_word_is_sure(models: Models) -> None:
    slots, guesses = row(models, "có bac?bậc biết là")
    assert with_phrases(slots, guesses, models, ENG) == slots


def test_a_phrase_must_have_the_sure_words_beside_it(models: Models) -> None:
    slots, guesses = row(models, "sở kế hoạch và ddu?dấu tw?từ")
    assert {"đầu"} < texts(with_phrases(slots, guesses, models, ENG))[4]
    assert {"tư"} < texts(with_phrases(slots, guesses, models, ENG))[5]
