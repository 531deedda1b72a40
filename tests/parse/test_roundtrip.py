"""A letter that was composed, set and printed as text parses back to what was composed."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.page import PageText
from pipeline.text import same_key
from tests.parse.making import letter_of, page_of, value
from training.letters.content import compose
from training.letters.draft import Draft
from training.letters.gold import record
from training.letters.layout import lay_out
from training.letters.plain import plain_text

SINGLE = (
    "doc_type", "code", "number", "notation", "place", "date", "subject", "issuer.parent",
    "issuer.name", "signer.authority", "signer.position", "signer.name",
)  # fmt: skip


def printed(seed: int, noise: float = 0.0) -> tuple[Draft, str]:
    draft = compose(np.random.default_rng([seed, 0]))
    sheets = lay_out(np.random.default_rng([seed, 1]), draft)[1]
    return draft, plain_text(sheets, np.random.default_rng([seed, 2]), noise)


def pages_of(text: str) -> list[PageText]:
    return [replace(page_of(t), number=n) for n, t in enumerate(text.split("\f"), 1)]


def keys(items: list[object]) -> list[str]:
    return [same_key(str(item)) for item in items]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 5000))
def test_a_printed_letter_parses_back_to_itself(seed: int) -> None:
    draft, text = printed(seed)
    gold = record(draft)
    letter = letter_of(*pages_of(text))
    for name in SINGLE:
        wanted: object = gold
        found: object = letter
        for part in name.split("."):
            wanted = wanted.get(part) if isinstance(wanted, dict) else None
            found = getattr(found, part)
        assert same_key(str(value(found) or "")) == same_key(str(wanted or "")), name
    assert keys([f.value for f in letter.recipients]) == keys(gold["recipients"])
    assert keys([f.value for f in letter.copies_to]) == keys(gold["copies_to"])
    assert sorted(c.code for c in letter.citations) == sorted(gold["citations"])
    assert [d.label for d in letter.directives] == [d["label"] for d in gold["directives"]]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 5000), st.floats(0.2, 2.0))
def test_misread_letters_give_records_all_the_same(seed: int, noise: float) -> None:
    _, text = printed(seed, noise)
    letter = letter_of(*pages_of(text))
    assert type(letter).model_validate_json(letter.to_json()) == letter


def test_noise_of_one_seed_is_the_same_every_time() -> None:
    assert printed(7, 1.0) == printed(7, 1.0)
    assert printed(7, 1.0)[1] != printed(7)[1]
