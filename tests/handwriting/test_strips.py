"""Strips drawn for training: what they say is on them, whatever was done to their ink."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.recognise.digits import ALPHABET, HEIGHT
from training.digits_allographs import ALLOGRAPHS
from training.digits_glyphs import Pen, draw_digit
from training.digits_hands import Hands
from training.digits_render import make_strip
from training.digits_warp import elastic, stamped, thicken, uneven

FACES = ("Tinos-Regular.ttf",)
HANDS = Hands({}, {}, {}, (), FACES, FACES, varied=True)


@pytest.mark.parametrize("seed", range(12))
def test_strips_have_the_readers_height_and_characters(seed: int) -> None:
    strip = make_strip(HANDS, np.random.default_rng(seed))
    assert strip.ink.shape[0] == HEIGHT
    assert 0 <= strip.ink.min() <= strip.ink.max() <= 1
    assert set(strip.text) <= set(ALPHABET)
    assert not strip.pen or strip.text
    again = make_strip(HANDS, np.random.default_rng(seed))
    assert again.text == strip.text
    assert np.array_equal(again.ink, strip.ink)


def test_every_character_has_an_allograph() -> None:
    assert set(ALLOGRAPHS) == set(ALPHABET)
    for shapes in ALLOGRAPHS.values():
        assert len(set(shapes)) == len(shapes)


def test_a_pulled_figure_keeps_its_paper_and_most_of_its_ink() -> None:
    rng = np.random.default_rng(3)
    figure = draw_digit("4", "rule", 48.0, Pen(4.0, 0.1, 0.0, False), HANDS, rng)
    pulled = elastic(figure, rng, 0.03)
    assert abs(pulled.shape[1] - figure.shape[1]) <= 12
    assert not pulled[:, :2].any()
    assert 0.7 < (pulled > 128).sum() / (figure > 128).sum() < 1.4


def test_pens() -> None:
    rng = np.random.default_rng(4)
    thin = draw_digit("2", "rule", 48.0, Pen(2.0, 0.1, 0.0, False), HANDS, np.random.default_rng(1))
    assert (thicken(thin, rng) > 128).sum() > (thin > 128).sum()
    assert (uneven(thin, rng) <= thin).all()
    pressed = Pen(4.0, 0.1, 0.0, False, swell=0.5)
    even = Pen(4.0, 0.1, 0.0, False)
    assert not np.array_equal(
        draw_digit("3", "rule", 48.0, pressed, HANDS, np.random.default_rng(1)),
        draw_digit("3", "rule", 48.0, even, HANDS, np.random.default_rng(1)),
    )


def test_a_stamp_prints_every_figure() -> None:
    wide = stamped("482", FACES, 40.0, np.random.default_rng(5)).shape[1]
    assert wide > stamped("48", FACES, 40.0, np.random.default_rng(5)).shape[1]
