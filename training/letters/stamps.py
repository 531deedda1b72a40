"""Rubber: round seals, urgency and secrecy stamps, arrival stamps; and overlays of signatures."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw

from pipeline.page import Pixels
from training.letters.pen import Hand, digit_strokes, draw
from training.letters.phrases import Rng, chance
from training.letters.sheet import Mark
from training.letters.typeset import Face, advance, font

SCALE = 300 / 72


def stamp(
    rng: Rng, mark: Mark, family: str, writer: Hand, red: Pixels, pen: Pixels, blue: Pixels
) -> None:
    """One mark into the masks of its inks."""
    if mark.kind == "seal":
        angle = float(rng.normal(0, 12))
        box = tuple(v + float(rng.normal(0, 4)) for v in mark.box)
        side = round((box[2] - box[0]) * SCALE)
        press(red, seal(family, mark.words, max(side, 60)), box[0] * SCALE, box[1] * SCALE, angle)
    elif mark.kind in ("urgency", "secrecy"):
        arrow = mark.kind == "urgency" and chance(rng, 0.3)
        tile = _arrow(family, mark) if arrow else _boxed(family, mark)
        angle = float(rng.uniform(20, 40)) if arrow else float(rng.normal(0, 2))
        press(red, tile, mark.box[0] * SCALE, mark.box[1] * SCALE, angle)
    elif mark.kind == "arrival":
        _arrival(rng, mark, family, writer, red if chance(rng, 0.6) else blue, pen)
    elif mark.kind == "overlay":
        _overlay(mark, family, red, blue)


def press(mask: Pixels, tile: Pixels, x: float, y: float, angle: float) -> None:
    """A tile turned by an angle (degrees, anticlockwise) into a mask, where both have ink."""
    turned = np.asarray(Image.fromarray(tile).rotate(angle, Image.Resampling.BILINEAR, expand=True))
    grow_x, grow_y = turned.shape[1] - tile.shape[1], turned.shape[0] - tile.shape[0]
    left, top = round(x) - grow_x // 2, round(y) - grow_y // 2
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(mask.shape[1], left + turned.shape[1]), min(mask.shape[0], top + turned.shape[0])
    if x1 > x0 and y1 > y0:
        part = turned[y0 - top : y1 - top, x0 - left : x1 - left]
        mask[y0:y1, x0:x1] = np.maximum(mask[y0:y1, x0:x1], part)


def seal(family: str, words: tuple[str, ...], side: int) -> Pixels:
    """A round seal as a coverage tile: double ring, text on the ring, a star, the middle."""
    tile = np.zeros((side, side), np.uint8)
    centre, radius = (side // 2, side // 2), side / 2 - 4
    for share, width in ((1.0, 0.022), (0.93, 0.008), (0.62, 0.01)):
        cv2.circle(
            tile, centre, round(radius * share), 255, max(1, round(radius * width)), cv2.LINE_AA
        )
    above, below, middle = words
    _around(tile, family, above, radius, top=True)
    if below:
        _around(tile, family, below, radius, top=False)
    _star(
        tile,
        (side / 2, side / 2 + radius * 0.78) if not below else (side / 2, side / 2 - radius * 0.4),
        radius * 0.08,
    )
    if not middle:
        _star(tile, (side / 2, side / 2), radius * 0.3)
        cv2.circle(tile, centre, round(radius * 0.45), 255, max(1, side // 90), cv2.LINE_AA)
        return tile
    _middle(tile, family, middle, radius)
    return tile


def _around(tile: Pixels, family: str, text: str, radius: float, *, top: bool) -> None:
    """Letters on the ring, each turned on its own."""
    widest = math.radians(240 if top else 110)
    band = radius * 0.775
    size = min(radius * 0.2, widest * band / max(0.1, advance(family, "bold", text) * 1.12))
    face = font(family, "bold", max(6, round(size)))
    total = face.getlength(text) * 1.12 / band
    at = -total / 2
    for character in text:
        wide = face.getlength(character) * 1.12 / band
        angle = at + wide / 2
        at += wide
        if character == " ":
            continue
        box = round(size * 1.8)
        letter = Image.new("L", (box, box))
        ImageDraw.Draw(letter).text(
            (box / 2, box / 2 + size * 0.34), character, 255, face, anchor="ms"
        )
        turn = -math.degrees(angle) if top else math.degrees(angle)
        direction = -1 if top else 1
        x = tile.shape[1] / 2 + band * math.sin(angle) - box / 2
        y = tile.shape[0] / 2 + direction * band * math.cos(angle) - box / 2
        press(tile, np.asarray(letter), x, y, turn)


def _star(tile: Pixels, centre: tuple[float, float], radius: float) -> None:
    points = []
    for k in range(10):
        r = radius if k % 2 == 0 else radius * 0.4
        angle = math.pi * k / 5
        points.append((centre[0] + r * math.sin(angle), centre[1] - r * math.cos(angle)))
    fixed = np.round(np.array(points) * 16).astype(np.int32)
    cv2.fillPoly(tile, [fixed], 255, cv2.LINE_AA, shift=4)


def _middle(tile: Pixels, family: str, text: str, radius: float) -> None:
    words = text.split()
    count = 1 if len(words) < 3 else 2 if len(words) < 6 else 3
    per = math.ceil(len(words) / count)
    lines = [" ".join(words[i : i + per]) for i in range(0, len(words), per)]
    widest = max(advance(family, "bold", line) for line in lines)
    size = min(radius * 0.24, radius * 1.0 / widest)
    image = Image.fromarray(tile)
    brush = ImageDraw.Draw(image)
    face = font(family, "bold", max(6, round(size)))
    y = tile.shape[0] / 2 - size * 1.15 * (len(lines) - 1) / 2 + size * 0.35
    for line in lines:
        brush.text((tile.shape[1] / 2, y), line, 255, face, anchor="ms")
        y += size * 1.15
    tile[:] = np.asarray(image)


def _tile(width: float, height: float) -> Image.Image:
    return Image.new("L", (round(width * SCALE), round(height * SCALE)))


def _boxed(family: str, mark: Mark) -> Pixels:
    x0, y0, x1, y1 = mark.box
    tile = _tile(x1 - x0, y1 - y0)
    brush = ImageDraw.Draw(tile)
    brush.rectangle((3, 3, tile.width - 4, tile.height - 4), outline=255, width=6)
    brush.rectangle((13, 13, tile.width - 14, tile.height - 14), outline=255, width=2)
    room = tile.width - 40
    size = min(15 * SCALE, room / advance(family, "bold", mark.words[0]))
    face = font(family, "bold", round(size))
    brush.text(
        (tile.width / 2, tile.height / 2 + size * 0.33), mark.words[0], 255, face, anchor="ms"
    )
    return np.asarray(tile)


def _arrow(family: str, mark: Mark) -> Pixels:
    """An open arrow with the word along it."""
    x0, y0, x1, y1 = mark.box
    tile = _tile(x1 - x0 + 26, y1 - y0 + 14)
    w, h = tile.size
    brush = ImageDraw.Draw(tile)
    outline = [(4, h // 4), (w - 100, h // 4), (w - 100, 4), (w - 4, h // 2), (w - 100, h - 4),
               (w - 100, 3 * h // 4), (4, 3 * h // 4), (4, h // 4)]  # fmt: skip
    brush.line(outline, fill=255, width=5)
    size = min(13 * SCALE, (w - 120) / advance(family, "bold", mark.words[0]))
    brush.text(
        (w / 2 - 40, h / 2 + size * 0.33),
        mark.words[0],
        255,
        font(family, "bold", round(size)),
        anchor="ms",
    )
    return np.asarray(tile)


@dataclass(frozen=True, slots=True)
class _Label:
    """Text on a stamp: its place in points from the stamp's corner, and where that point is."""

    text: str
    size: float
    at: tuple[float, float]
    anchor: str = "ls"
    face: Face = "regular"


def _put(brush: ImageDraw.ImageDraw, family: str, label: _Label) -> None:
    at = (label.at[0] * SCALE, label.at[1] * SCALE)
    face = font(family, label.face, round(label.size * SCALE))
    brush.text(at, label.text, 255, face, anchor=label.anchor)


def _arrival(rng: Rng, mark: Mark, family: str, writer: Hand, ink: Pixels, pen: Pixels) -> None:
    """CÔNG VĂN ĐẾN: a ruled box, the number and day by hand."""
    office, number, day = mark.words
    x0, y0, x1, y1 = mark.box
    tile = _tile(x1 - x0, y1 - y0)
    brush = ImageDraw.Draw(tile)
    brush.rectangle((2, 2, tile.width - 3, tile.height - 3), outline=255, width=4)
    brush.line((2, 14 * SCALE, tile.width - 3, 14 * SCALE), fill=255, width=3)
    for label in (
        _Label(office, 8.5, ((x1 - x0) / 2, 11.5), "ms", "bold"),
        _Label("ĐẾN", 12, (5, 34), face="bold"),
        _Label("Số:..........................", 9.5, (36, 26)),
        _Label("Ngày:......................", 9.5, (36, 41)),
    ):
        _put(brush, family, label)
    press(ink, np.asarray(tile), x0 * SCALE, y0 * SCALE, float(rng.normal(0, 1.5)))
    for text, x, y in ((number, 56.0, 13.5), (day, 62.0, 28.5)):
        strokes = [
            np.stack([(x0 + x + s[:, 0] * 12) * SCALE, (y0 + y + s[:, 1] * 12) * SCALE], axis=1)
            for s in digit_strokes(rng, text, writer)
        ]
        draw(pen, strokes, writer.pen * SCALE * 0.8, rng)


def overlay_lines(mark: Mark) -> list[str]:
    """The lines of a digital signature's visible mark."""
    by, organisation, email, time = mark.words
    if organisation:
        return [f"Ký bởi: {by}", f"Cơ quan: {organisation}", f"Thời gian ký: {time}"]
    return [by, *([email] if email else []), time]


def _overlay(mark: Mark, family: str, red: Pixels, blue: Pixels) -> None:
    """A small seal and the signer's lines beside it, in the top margin."""
    x0, y0, x1, _ = mark.box
    tile = seal(family, (mark.words[0].upper(), "", ""), round(40 * SCALE))
    press(red, tile, x0 * SCALE, y0 * SCALE, 0.0)
    image = Image.new("L", (round((x1 - x0 - 42) * SCALE), round(40 * SCALE)))
    brush = ImageDraw.Draw(image)
    for number, line in enumerate(overlay_lines(mark)):
        size = min(7.0, (x1 - x0 - 44) / advance(family, "regular", line))
        _put(brush, family, _Label(line, size, (1, 9 + number * 9)))
    press(blue, np.asarray(image), (x0 + 42) * SCALE, y0 * SCALE, 0.0)
