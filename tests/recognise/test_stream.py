"""Tesseract kept running: many pictures, one start; no picture pays for another."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from pipeline.config import Settings
from pipeline.recognise import stream, tesseract
from pipeline.recognise.reader import parse_tsv
from tests.recognise.drawing import draw

pytestmark = pytest.mark.tesseract
SETTINGS = Settings()


def _line(text: str) -> np.ndarray:
    return np.ascontiguousarray(draw([(text, 60, 60, "")])[:110, :1200, 2])


def _running() -> list[int]:
    return [kept.process.pid for kept in stream._mine.__dict__.get("streams", {}).values()]


def _text(picture: np.ndarray) -> str:
    return " ".join(word.text for word in parse_tsv(tesseract(picture, "vie", 6, SETTINGS)))


@pytest.fixture(autouse=True)
def fresh() -> None:
    stream._mine.__dict__.clear()


def test_one_start_reads_many_pictures() -> None:
    texts = [
        "Sở Y tế yêu cầu các đơn vị",
        "báo cáo kết quả thực hiện",
        "Sở Y tế yêu cầu các đơn vị",
    ]
    assert [_text(_line(texts[0]))] == texts[:1]
    first = _running()
    assert [_text(_line(text)) for text in texts[1:]] == texts[1:]
    assert _running() == first
    assert len(first) == 1


def test_the_second_model_is_started_once_and_not_kept() -> None:
    read = tesseract(_line("báo cáo kết quả"), "Vietnamese", 6, SETTINGS)
    assert [word.text for word in parse_tsv(read)] == ["báo", "cáo", "kết", "quả"]
    assert _running() == []


def test_a_process_that_died_in_between_is_replaced() -> None:
    _text(_line("Sở Y tế"))
    (first,) = _running()
    os.kill(first, signal.SIGKILL)
    assert _text(_line("Sở Nội vụ")) == "Sở Nội vụ"
    assert _running() != [first]


def test_after_many_pictures_a_new_one_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_MOST", 1)
    assert _text(_line("Sở Nội vụ")) == "Sở Nội vụ"
    assert _running() == []


def test_it_ends_with_its_thread() -> None:
    found: list[int] = []

    def work() -> None:
        _text(_line("Sở Y tế"))
        found.extend(_running())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{found[0]}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{found[0]}").exists()


def test_a_table_is_the_same_whatever_was_read_before() -> None:
    picture = _line("Ủy ban nhân dân các xã, thị trấn")
    alone = tesseract(picture, "vie", 6, SETTINGS)
    tesseract(_line("Quảng Ngãi, ngày 12 tháng 4"), "vie", 6, SETTINGS)
    assert parse_tsv(tesseract(picture, "vie", 6, SETTINGS)) == parse_tsv(alone)
