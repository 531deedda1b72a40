"""How sure fields are: never surer for worse reading or more doubt, and bounded."""

import json
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import artefact
from pipeline.page import Word
from pipeline.parse.confidence import LISTED, SIGNS, certainty, field_of, kind_of, models
from pipeline.parse.found import Found
from pipeline.parse.rows import Row
from pipeline.text import fold
from tests.parse.making import LETTER, parsed

RULES = sorted(rule for model in models().values() for rule in model.rules)
shares = st.floats(0, 1)


def found(rule: str, text: str, sure: list[float], doubt: int = 0, support: int = 0) -> Found:
    words = tuple(
        Word(w, (0, 0, 9, 9), p) for w, p in zip(text.split(), sure, strict=True)
    )  # fmt: skip
    row = Row(1, "body", text, fold(text), words, text)
    return Found(text, (row,), rule, doubt, support)


@given(st.sampled_from(RULES), st.lists(shares, min_size=3, max_size=3), shares, st.integers(0, 3))
def test_worse_reading_and_doubts_never_make_surer(
    rule: str, sure: list[float], lower: float, doubt: int
) -> None:
    value = found(rule, "phòng chống dịch", sure, doubt)
    worse = found(rule, "phòng chống dịch", [min(sure[0], lower), *sure[1:]], doubt)
    assert certainty(worse) <= certainty(value)
    assert certainty(replace(value, doubt=doubt + 1)) <= certainty(value)
    assert certainty(value.supported(-1)) <= certainty(value) <= certainty(value.supported(1))
    assert 0 <= certainty(value) <= models()[kind_of(rule)].cap


@given(st.sampled_from([rule for rule in RULES if rule not in LISTED]), shares)
def test_a_word_hardly_read_is_never_sure(rule: str, weakest: float) -> None:
    value = found(rule, "phòng chống dịch", [1.0, weakest, 1.0], support=2)
    assert certainty(value) <= (1 + weakest) / 2 + 1e-9


def test_what_could_not_be_read_has_no_certainty() -> None:
    nothing = replace(found("date-of-header", "ngày ? tháng", [1.0] * 3), value=None)
    field = field_of(nothing)
    assert field is not None
    assert field.confidence == 0


def test_every_kind_of_field_has_a_model_and_no_weight_below_zero() -> None:
    data = json.loads(Path(artefact("fields.json")).read_text(encoding="utf-8"))
    kinds = {
        "type", "code", "number", "notation", "place", "date", "subject", "issuer", "authority",
        "position", "name", "urgency", "recipient", "copy", "other",
    }  # fmt: skip
    assert kinds <= set(data)
    for model in data.values():
        assert len(model["weights"]) == len(SIGNS)
        assert min(model["weights"]) >= 0
        assert max(model["rules"].values(), default=0) <= 0
        assert 0.5 < model["cap"] < 1


def test_a_kind_that_no_fit_has_seen_has_a_certainty_too() -> None:
    stamp = found("secrecy-stamp", "TUYỆT MẬT ĐÂY", [1.0] * 3)
    assert 0.5 < certainty(stamp) < 1
    assert certainty(replace(stamp, doubt=3)) < certainty(stamp)


def test_a_clean_letter_needs_no_review() -> None:
    letter = parsed(LETTER)
    assert letter.review.fields == ()
    assert letter.subject is not None
    assert letter.subject.confidence > 0.9
