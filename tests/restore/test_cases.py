"""What restoring must do, must leave alone, and can't do yet: tests/restore/cases.json."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.restore import Models, load_models, restore_text

CASES = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def models() -> Models:
    return load_models()


@pytest.mark.parametrize(
    ("reading", "raw", "printed"),
    [(kind, raw, printed) for kind in ("eng", "vie", "bare") for raw, printed in CASES[kind]],
)
def test_restores(models: Models, reading: str, raw: str, printed: str) -> None:
    assert restore_text(raw, models, reading=reading).text == printed


@pytest.mark.parametrize(("reading", "text"), CASES["negative"])
def test_leaves_alone(models: Models, reading: str, text: str) -> None:
    restored = restore_text(text, models, reading=reading)
    assert restored.text == text
    assert restored.corrections == ()


@pytest.mark.xfail(strict=True, reason="known failures: a case that passes moves up")
@pytest.mark.parametrize(("reading", "raw", "printed"), CASES["known-failures"])
def test_known_failures(models: Models, reading: str, raw: str, printed: str) -> None:
    assert restore_text(raw, models, reading=reading).text == printed
