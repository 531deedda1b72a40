"""The digit reader: decoding, normalising, and reading what a test can draw."""

from __future__ import annotations

import itertools
import time

import cv2
import numpy as np
import pytest

from pipeline.page import Pixels
from pipeline.recognise.digits import (
    ALPHABET,
    HEIGHT,
    cut_at_slash,
    log_softmax,
    normalise,
    prefix_beam,
    read_strips,
)


def draw(text: str, thickness: int = 3, paper: int = 245) -> Pixels:
    """Figures in single strokes on paper, as a pen would write them."""
    picture = np.full((70, 60 + 34 * len(text)), paper, np.uint8)
    cv2.putText(picture, text, (20, 52), cv2.FONT_HERSHEY_SIMPLEX, 1.5, 30, thickness, cv2.LINE_AA)
    return picture


def collapse(path: tuple[int, ...]) -> str:
    kept = [c for c, _ in itertools.groupby(path)]
    return "".join(ALPHABET[c - 1] for c in kept if c)


def test_prefix_search_sums_all_paths() -> None:
    rng = np.random.default_rng(3)
    frames = log_softmax(rng.normal(0, 2, (4, 1 + len(ALPHABET))))
    frames[:, 4:] = -30.0  # three characters are enough to try every path
    exact: dict[str, float] = {}
    for path in itertools.product(range(4), repeat=4):
        p = float(np.exp(sum(frames[t, c] for t, c in enumerate(path))))
        exact[collapse(path)] = exact.get(collapse(path), 0.0) + p
    found = prefix_beam(frames, beam=200)
    for text, p in exact.items():
        assert found.get(text, 0.0) == pytest.approx(p, abs=1e-3)


def test_repeated_figures_need_a_blank_between() -> None:
    def frame(index: int) -> list[float]:
        return [0.0 if i == index else -12.0 for i in range(1 + len(ALPHABET))]

    one = ALPHABET.index("1") + 1
    touching = log_softmax(np.array([frame(one), frame(one)]))
    apart = log_softmax(np.array([frame(one), frame(0), frame(one)]))
    assert max(prefix_beam(touching).items(), key=lambda x: x[1])[0] == "1"
    assert max(prefix_beam(apart).items(), key=lambda x: x[1])[0] == "11"


def test_a_number_without_its_slash_weighs_less() -> None:
    assert cut_at_slash([("208", 0.5), ("2082/", 0.4)], 0.3)[0][0] == "2082"
    assert cut_at_slash([("208", 0.5), ("2082/", 0.4)])[0][0] == "208"


@pytest.mark.parametrize("paper", [255, 200, 120])
def test_paper_becomes_zero_and_ink_one(paper: int) -> None:
    ink = normalise(draw("15", paper=paper))
    assert ink.shape[0] == HEIGHT
    assert ink.dtype == np.float32
    assert np.median(ink) == 0
    assert ink.max() == pytest.approx(1.0)


def test_an_empty_spot_stays_empty() -> None:
    noise = np.random.default_rng(1).normal(240, 3, (60, 120)).clip(0, 255).astype(np.uint8)
    assert normalise(noise).max() < 0.2
    reading = read_strips([noise])
    assert reading.nbest[0][0] == ""
    assert reading.nbest[0][1] > 0.8


@pytest.mark.parametrize("text", ["5", "23", "430", "2096", "1987", "07"])
def test_clear_figures_are_read(text: str) -> None:
    reading = read_strips([draw(text), draw(text, 2), draw(text, 4)])
    assert reading.nbest[0][0] == text
    assert sum(p for _, p in reading.nbest) <= 1.0 + 1e-6


def test_one_bit_figures_are_read() -> None:
    flat = np.where(draw("2634") < 140, 0, 255).astype(np.uint8)
    assert read_strips([flat]).nbest[0][0] == "2634"


def test_a_spot_takes_no_longer_than_it_may() -> None:
    strips = [draw("2096")] * 3
    read_strips(strips)
    best = min(_seconds(strips) for _ in range(5))
    assert best < 0.15  # 30 ms on a quiet core


def _seconds(strips: list[Pixels]) -> float:
    start = time.process_time()
    read_strips(strips)
    return time.process_time() - start
