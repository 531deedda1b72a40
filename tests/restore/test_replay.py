"""Corrections replay exactly and undo exactly, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.letter import Correction
from pipeline.restore import load_models, restore_text
from pipeline.restore.replay import apply_line, replay, undo
from pipeline.text import nfc

PARTS = st.sampled_from(
    ["Uy ban", "nhdn dan", "tinh", "S&", "8¢", "46", "3, 4", "12/UBND-VX", "(29, 6%)", "_Trong",
     "ddthdng", "hợpđồng", "tỉnh thần", "thành phó", "\n", "\n\n", " ", "\t", "./.", "«»", "é",
     "ngh-", "ngh", "iệp", "iép", "tr-", "ường"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(PARTS, max_size=14), st.sampled_from(["eng", "vie", "Vietnamese", "bare"]))
def test_round_trip(parts: list[str], reading: str) -> None:
    raw = nfc(" ".join(parts))
    restored = restore_text(raw, load_models(), reading=reading)
    assert replay({1: raw}, restored.corrections) == {1: restored.text}
    assert undo({1: restored.text}, restored.corrections) == {1: raw}


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_text_keeps_its_lines(raw: str) -> None:
    restored = restore_text(raw, load_models())
    assert restored.text.count("\n") == nfc(raw).count("\n")


def test_a_correction_that_does_not_fit_is_refused() -> None:
    wrong = Correction(line=0, start=0, end=2, before="So", after="Sở", rule="word", score=1)
    with pytest.raises(ValueError, match="doesn't fit"):
        apply_line("Bo Tai chinh", [wrong])
