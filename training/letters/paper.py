"""A sheet on paper: print, red and pen ink as coverage masks at 300 dpi, then as one picture."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from PIL import Image, ImageDraw

from pipeline.page import Pixels
from training.letters.flow import House
from training.letters.pen import Hand, digit_strokes, draw, signature_strokes
from training.letters.phrases import Rng
from training.letters.sheet import HEIGHT, WIDTH, Sheet
from training.letters.stamps import stamp
from training.letters.typeset import Run, font

DPI = 300
SCALE = DPI / 72
SIZE = (round(HEIGHT * SCALE), round(WIDTH * SCALE))  # rows, columns


def _nothing() -> Pixels:
    return np.zeros(SIZE, np.uint8)


@dataclass
class Inks:
    """Coverage (255 = full) of each ink over a sheet; ``hand`` and ``red_colour`` colour them."""

    hand: Hand
    red_colour: tuple[int, int, int]
    print_: Pixels = field(default_factory=_nothing)
    red: Pixels = field(default_factory=_nothing)
    pen: Pixels = field(default_factory=_nothing)
    blue: Pixels = field(default_factory=_nothing)  # of digital-signature overlays


def ink_sheet(
    rng: Rng, habits: House, sheet: Sheet, writer: Hand, *, overlays: bool = True
) -> Inks:
    """All inks of a sheet at 300 dpi. ``overlays``: paint the marks of digital signatures too."""
    red = (int(rng.integers(185, 230)), int(rng.integers(15, 70)), int(rng.integers(25, 80)))
    inks = Inks(writer, red)
    _print(inks, habits, sheet)
    for line in sheet.lines:
        for run in line.runs:
            if run.ink == "pen":
                _write(rng, inks.pen, run, writer)
    for mark in sheet.marks:
        if mark.kind == "signature":
            _scrawl(rng, inks.pen, mark.box, writer.pen * 1.5)
        elif mark.kind == "paraph":
            _scrawl(rng, inks.pen, mark.box, writer.pen)
        elif mark.kind != "overlay" or overlays:
            stamp(rng, mark, habits.family, writer, inks.red, inks.pen, inks.blue)
    inks.red = _uneven(rng, inks.red)
    return inks


def _print(inks: Inks, habits: House, sheet: Sheet) -> None:
    masks = {"black": Image.new("L", SIZE[::-1]), "red": Image.new("L", SIZE[::-1])}
    brushes = {ink: ImageDraw.Draw(mask) for ink, mask in masks.items()}
    for line in sheet.lines:
        for run in line.runs:
            if run.ink != "pen":
                text = run.text.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))
                place = (round(run.x * SCALE), round(run.y * SCALE))
                face = font(habits.family, run.face, round(run.size * SCALE))
                brushes[run.ink].text(place, text, fill=255, font=face, anchor="ls")
    for x0, y0, x1, y1, width in sheet.rules:
        box = [round(v * SCALE) for v in (x0, y0, x1, y1)]
        brushes["black"].line(box, fill=255, width=max(1, round(width * SCALE)))
    inks.print_ = np.asarray(masks["black"]).copy()
    inks.red = np.asarray(masks["red"]).copy()


def _write(rng: Rng, mask: Pixels, run: Run, writer: Hand) -> None:
    """Digits in the gap that the typist left."""
    height = run.size * float(rng.uniform(0.85, 1.15))
    strokes = digit_strokes(rng, run.text, writer)
    wide = max(float(s[:, 0].max()) for s in strokes) * height
    squeeze = min(1.0, run.width * 1.1 / wide)
    x = run.x + max(0.0, (run.width - wide * squeeze) / 2) + float(rng.normal(0, 0.8))
    y = run.y - height + float(rng.normal(0, 1.0))
    placed = [
        np.stack([(x + s[:, 0] * height * squeeze) * SCALE, (y + s[:, 1] * height) * SCALE], axis=1)
        for s in strokes
    ]
    draw(mask, placed, writer.pen * SCALE, rng)


def _scrawl(rng: Rng, mask: Pixels, box: tuple[float, float, float, float], pen: float) -> None:
    x0, y0, x1, y1 = box
    strokes = [
        np.stack([(x0 + s[:, 0] * (x1 - x0)) * SCALE, (y0 + s[:, 1] * (y1 - y0)) * SCALE], axis=1)
        for s in signature_strokes(rng)
    ]
    draw(mask, strokes, pen * SCALE, rng)


def clouds(rng: Rng, shape: tuple[int, ...], cells: int, low: int, high: int) -> Pixels:
    """Smooth random unevenness between two levels, ``cells`` across the picture's height."""
    columns = max(2, cells * shape[1] // shape[0])
    small = rng.integers(low, high + 1, (max(2, cells), columns)).astype(np.uint8)
    size = (shape[1], shape[0])
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _uneven(rng: Rng, mask: Pixels) -> Pixels:
    """Stamp ink: patches fuller and thinner, with pin-holes."""
    patches = clouds(rng, mask.shape, 60, 130, 255).astype(np.uint16)
    holes = rng.integers(0, 256, (mask.shape[0] // 2, mask.shape[1] // 2)).astype(np.uint8)
    grain = cv2.resize(holes, mask.shape[::-1], interpolation=cv2.INTER_LINEAR)
    out = (mask * patches // 255).astype(np.uint8)
    out[grain < 60] //= 3
    return out


def paint(inks: Inks, paper: Pixels) -> Pixels:
    """Inks on paper (rows, columns, 3; RGB): each ink lets through its own colour of the light."""
    out = paper.astype(np.uint16)
    layers = (
        (inks.pen, inks.hand.colour),
        (inks.red, inks.red_colour),
        (inks.blue, (20, 20, 200)),
        (inks.print_, (26, 24, 26)),
    )
    for mask, colour in layers:
        if not mask.any():
            continue
        rows, columns = np.nonzero(mask)
        box = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        part = mask[box].astype(np.uint16)
        for channel, level in enumerate(colour):
            through = 255 - part * (255 - level) // 255
            out[box][..., channel] = out[box][..., channel] * through // 255
    return out.astype(np.uint8)


def blank_paper(rng: Rng, *, white: bool = False) -> Pixels:
    """A sheet of paper under a scanner's lamp: nearly white, slightly tinted."""
    top = 255 if white else int(rng.integers(242, 256))
    tint = np.array([top, top - int(rng.integers(0, 4)), top - int(rng.integers(0, 7))])
    return np.broadcast_to(tint.astype(np.uint8), (*SIZE, 3)).copy()
