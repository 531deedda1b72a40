"""Every sentence exists in both languages and can be translated back and forth."""

import ast
import pickle
import re
from pathlib import Path

import pytest

import pipeline
from pipeline.errors import CongvanError, EngineTimeout, TooLargeInput
from pipeline.wording import SENTENCES, say, translate

HOUSE = Path(pipeline.__file__).parent


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_both_languages_fill_the_same_values(code: str) -> None:
    english, vietnamese = SENTENCES[code]
    assert set(re.findall(r"\{(\w+)", english)) == set(re.findall(r"\{(\w+)", vietnamese))


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_translation_goes_both_ways(code: str) -> None:
    names = set(re.findall(r"\{(\w+)\}", SENTENCES[code][0]))
    values = {name: f"giá-trị-{number}" for number, name in enumerate(sorted(names), 1)}
    assert translate(say(code, "en", **values), "vi") == say(code, "vi", **values)
    assert translate(say(code, "vi", **values), "en") == say(code, "en", **values)


def test_other_text_is_left_alone() -> None:
    assert translate("Sở Y tế tỉnh", "en") == "Sở Y tế tỉnh"


def test_every_code_that_is_raised_has_a_sentence() -> None:
    used = set()
    for path in HOUSE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        # The desk has a say() of its own for the texts of its pages: only ours counts.
        ours = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            and node.module in ("pipeline.errors", "pipeline.wording")
            for alias in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                first = node.args[0] if node.args else None
                if node.func.id in ours and isinstance(first, ast.Constant):
                    used.add(first.value)
    used = {code for code in used if (isinstance(code, str) and "-" in code) or code == "blank"}
    assert len(used) > 20
    assert used <= set(SENTENCES)


def test_errors_travel_between_processes() -> None:
    error = EngineTimeout("engine-timeout", program="tesseract", seconds=5, setting="x.y")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is EngineTimeout
    assert again.sentence("vi") == error.sentence("vi")
    assert "tesseract" in str(again)


def test_input_errors_are_congvan_errors() -> None:
    assert issubclass(TooLargeInput, CongvanError)
    assert TooLargeInput.exit_code == 1
