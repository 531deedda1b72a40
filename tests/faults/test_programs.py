"""A reader or a rasteriser that fails costs its file, in time, with the right sentence."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pipeline.clean.orientation import upright
from pipeline.config import Settings
from pipeline.errors import CongvanError, EngineError, EngineMissing, UnreadableInput
from pipeline.read.raster import rasterise
from pipeline.recognise.reader import parse_tsv, tesseract
from tests.faults.programs import PDFTOPPM, TESSERACT, put_first

SETTINGS = Settings.model_validate({"limits": {"seconds_per_page": 1, "memory_mb": 512}})
PAGE = np.full((200, 300), 255, np.uint8)
ROOT = Path(__file__).parents[2]


def children() -> set[int]:
    """Processes whose parent we are, or became."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and fields[0] != "Z":
            found.add(int(stat.parent.name))
    return found


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No folder and no process outlives a fault, and nobody waits for ever."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    before, start = children(), time.monotonic()
    yield
    assert time.monotonic() - start < 240  # a few seconds; what hangs would hang for ever
    assert list(temporary.iterdir()) == []
    deadline = time.monotonic() + 5
    while children() - before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not children() - before


@pytest.mark.faults
@pytest.mark.parametrize("fault", sorted(TESSERACT))
def test_a_reader_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    put_first(tmp_path / "bin", "tesseract", TESSERACT[fault], monkeypatch)
    with pytest.raises(EngineError) as caught:
        parse_tsv(tesseract(PAGE, "vie", 3, SETTINGS))
    assert "tesseract" in caught.value.sentence("en")
    assert "tesseract" in caught.value.sentence("vi")
    assert upright(PAGE, SETTINGS) == 0


@pytest.mark.faults
@pytest.mark.parametrize("fault", sorted(PDFTOPPM))
def test_a_rasteriser_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    put_first(tmp_path / "bin", "pdftoppm", PDFTOPPM[fault], monkeypatch)
    letter = ROOT / "samples" / "letters" / "cong-van-so.pdf"
    with pytest.raises((EngineError, UnreadableInput)) as caught:
        rasterise(letter, 1, 200, SETTINGS)
    assert isinstance(caught.value, CongvanError)
    assert caught.value.sentence("vi") != caught.value.sentence("en")


def test_a_language_that_is_not_installed_is_named() -> None:
    with pytest.raises(EngineMissing, match="tesseract xyz is not installed"):
        tesseract(PAGE, "xyz", 3, SETTINGS)
