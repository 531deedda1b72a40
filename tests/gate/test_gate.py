"""The gate: the whole trip over samples/, scored against gold; figures only ever rise.

``floors.json`` holds the least figure of each measure. A change that lowers one must not be
merged; a change that raises one raises its floor: ``python -m tests.gate.test_gate``. They were
measured with Tesseract 5.3.0 and ``vie`` of Debian 12.
"""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pipeline.config import Settings
from pipeline.evaluation import Evaluation, evaluate
from pipeline.trip import convert_file

SAMPLES = Path(__file__).parents[2] / "samples"
FLOORS = Path(__file__).with_name("floors.json")
_STEP = 0.0005  # figures are kept to a tenth of a percent

pytestmark = pytest.mark.tesseract


@cache
def scored() -> Evaluation:
    """All samples converted and compared with their gold."""
    with TemporaryDirectory() as records:
        for path in sorted((SAMPLES / "letters").iterdir()):
            for number, letter in enumerate(convert_file(path, Settings()).letters, 1):
                name = path.stem if number == 1 else f"{path.stem}-{number}"
                Path(records, f"{name}.json").write_text(letter.to_json(), encoding="utf-8")
        return evaluate(SAMPLES / "gold", Path(records))


def figures() -> dict[str, float]:
    """Every measure: higher is better, but for ``silent errors``."""
    found = scored()
    out = {f"F1 {s.name}": s.f1 for s in found.fields if s.f1 is not None}
    accuracies = {f"syllables {one.name}": one.text for one in found.letters}
    out |= {name: text.accuracy for name, text in accuracies.items() if text and text.accuracy}
    out["mean F1"] = found.mean_f1 or 0.0
    return {name: round(value, 3) for name, value in out.items()} | {
        "silent errors": float(len(found.silent))
    }


def floors() -> dict[str, float]:
    loaded = json.loads(FLOORS.read_text(encoding="utf-8"))
    return {str(name): float(value) for name, value in loaded.items()}


@pytest.mark.parametrize("name", [name for name in floors() if name != "silent errors"])
def test_no_figure_falls_below_its_floor(name: str) -> None:
    assert figures()[name] >= floors()[name] - _STEP


def test_no_new_silent_error() -> None:
    assert len(scored().silent) <= floors()["silent errors"], scored().silent


def test_every_sample_becomes_a_letter() -> None:
    assert scored().missing == ()


def raise_floors() -> None:
    """Write the figures that are better than their floors."""
    old = floors() if FLOORS.exists() else {}
    new = dict(sorted(figures().items()))
    for name, value in new.items():
        keep = min if name == "silent errors" else max
        new[name] = keep(value, old.get(name, value))
    FLOORS.write_text(json.dumps(new, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise_floors()
