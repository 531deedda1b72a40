"""Strips as the reader will see them: digits between printed neighbours, through a scanner.

Everything is drawn at twice the reader's height, then softened, soiled, compressed or cut to one
bit, and normalised by the reader's own code.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.recognise.digits import Ink, normalise
from training.digits_glyphs import Pen, draw_digit, print_text
from training.digits_hands import Grey, Hands, Rng
from training.digits_warp import elastic, stamped, thicken, uneven

TALL = 72  # rows of the drawing

# What stands before and after the place on real letters, and bits of it.
BEFORE = tuple("Số: Số SỐ: ố: : ngày gày ày y tháng áng ng năm Ngày Ngày: m".split())
AFTER = (
    "UBND",
    "SYT",
    "QĐ",
    "STC",
    "BC",
    "CV",
    "TB",
    "KH",
    "BYT",
    "GM",
    "HĐND",
    "CT",
    "TTr",
    "BGD",
    "VP",
)
MONTHS = ("tháng", "thán", "th", "t", "năm", "nă", "n", "th")


@dataclass(frozen=True)
class Strip:
    """A drawn strip: its ink, what it says, and whether a pen wrote the digits."""

    ink: Ink
    text: str
    pen: bool


def make_strip(hands: Hands, rng: Rng, text: str | None = None) -> Strip:
    """One strip of a random kind; ``text`` fixes the digits (tests of calibration)."""
    by_pen = bool(rng.random() < 0.8)
    if text is None:
        text = _random_text(rng)
    canvas = _Canvas(rng)
    zoom = rng.uniform(1.2, 1.9) if rng.random() < 0.15 else 1.0
    cap = TALL / 2.2 * rng.uniform(0.72, 1.12) * zoom
    height = cap * (float(np.clip(rng.normal(1.15, 0.2), 0.75, 1.75)) if by_pen else 1.0)
    height = min(height, TALL * 0.86)
    face = hands.print_faces[rng.integers(len(hands.print_faces))]
    close = rng.random() < 0.5
    canvas.base = TALL / 2 + cap / 2 + rng.normal(0, 0.08) * cap
    # Crops keep the writing whole, but for a hair.
    canvas.base = float(np.clip(canvas.base, height + 0.04 * TALL, TALL * 0.95))
    if rng.random() < 0.75:
        canvas.put(_type(BEFORE, face, cap, rng), canvas.base, descends=True)
        canvas.gap(rng.uniform(-0.1, 0.25) * cap if close else rng.uniform(0.1, 1.5) * cap)
    start = canvas.x
    if by_pen:
        _write_digits(canvas, text, height, cap, hands, rng)
    elif text and hands.stamp_faces and rng.random() < 0.25:
        canvas.put(stamped(text, hands.stamp_faces, cap / 0.72, rng), canvas.base + 0.1 * cap)
    elif text:
        canvas.put(print_text(text, face, cap / 0.66), canvas.base)
    stop = canvas.x
    text += _after(canvas, face, cap, close, rng, slash_allowed="/" not in text)
    picture = canvas.crop(start, stop, cap)
    if rng.random() < 0.25:
        _rule(picture, cap, rng)
    return Strip(scan(picture, rng), text, by_pen and bool(text))


def _random_text(rng: Rng) -> str:
    kind = rng.random()
    if kind < 0.06:
        return ""
    if kind < 0.12:
        day, month = int(rng.integers(1, 32)), int(rng.integers(1, 13))
        year = str(rng.integers(1999, 2032))
        d = f"{day:02}" if rng.random() < 0.6 else str(day)
        m = f"{month:02}" if rng.random() < 0.5 else str(month)
        return f"{d}/{m}/{year if rng.random() < 0.7 else year[2:]}"
    if kind < 0.34:  # days and months
        return f"{rng.integers(1, 32):02}" if rng.random() < 0.7 else str(rng.integers(1, 32))
    length = int(rng.choice([1, 2, 3, 4, 5, 6], p=[0.14, 0.2, 0.26, 0.29, 0.07, 0.04]))
    # The figures that are hardest to tell in a hand come more often.
    digits = "".join(rng.choice(list("0123456789147"), length))
    if rng.random() < 0.04:
        digits += str(rng.choice(list("abcde")))
    return digits


def _write_digits(
    canvas: _Canvas, text: str, height: float, cap: float, hands: Hands, rng: Rng
) -> None:
    """A string in one hand: one pen, one slant, figures that rise, sink and touch."""
    hard = rng.random() < 0.4  # a hand or pen far from the usual; more of them would blur the rest
    pen = Pen(
        width=max(2.0, cap * (0.06 + (0.19 if hard else 0.16) * rng.beta(1, 2))),
        slant=float(rng.normal(0.15, 0.22 if hard else 0.17)),
        wobble=float(rng.uniform(0, 0.035)),
        skips=bool(rng.random() < 0.15),
        swell=float(rng.uniform(0.1, 0.5)) if rng.random() < 0.25 else 0.0,
    )
    mixed = rng.random() < 0.2
    source = _source(rng)
    # Figures that overlap can be told apart only if the pen is thin.
    spread = rng.uniform(-0.1 if hard and pen.width < 0.12 * cap else -0.05, 0.2)
    pull = float(rng.uniform(0.01, 0.05 if hard else 0.03)) if rng.random() < 0.6 else 0.0
    narrow = float(rng.uniform(0.7, 0.95)) if hard and rng.random() < 0.3 else 1.0
    felt, dry = hard and rng.random() < 0.12, hard and rng.random() < 0.3
    drift, y = rng.normal(0, 0.03), canvas.base + rng.normal(0.02, 0.12) * cap
    for figure in text:
        if mixed:
            source = _source(rng)
        tall = height * rng.uniform(0.88, 1.12) * (1.15 if figure in "/" else 1.0)
        tall *= 0.7 if figure in "ace" else 1.0
        hand = pen
        if figure == "/":
            hand = Pen(pen.width, max(0.15, pen.slant), pen.wobble, False)
        glyph = draw_digit(figure, source, tall, hand, hands, rng)
        glyph = _in_ink(glyph, pull if figure != "/" else 0.0, narrow, felt, dry, rng)
        y += drift * cap
        sink = rng.uniform(0, 0.35) * cap if figure in "79" and rng.random() < 0.3 else 0.0
        canvas.put(glyph, y + rng.normal(0, 0.05) * cap + sink)
        canvas.gap(rng.normal(spread, 0.06) * height - pen.width)


def _in_ink(glyph: Grey, pull: float, narrow: float, felt: bool, dry: bool, rng: Rng) -> Grey:
    """A figure with what this hand and this pen do to each of its figures."""
    if pull:
        glyph = elastic(glyph, rng, pull)
    if narrow < 1:
        wide = max(3, round(narrow * glyph.shape[1]))
        size = (wide, glyph.shape[0])
        glyph = np.asarray(cv2.resize(glyph, size, interpolation=cv2.INTER_AREA), np.uint8)
    if felt:
        glyph = thicken(glyph, rng)
    return uneven(glyph, rng) if dry else glyph


def _source(rng: Rng) -> str:
    sources = ["scanned", "thinned", "path", "rule", "face"]
    return str(rng.choice(sources, p=[0.06, 0.32, 0.26, 0.25, 0.11]))


def _type(words: tuple[str, ...], face: str, cap: float, rng: Rng) -> Grey:
    return print_text(str(rng.choice(words)).strip(), face, cap / 0.66)


def _after(
    canvas: _Canvas, face: str, cap: float, close: bool, rng: Rng, slash_allowed: bool
) -> str:
    """What follows: a slash and a symbol, or tháng and năm; returns what is to be read of it."""
    kind = rng.random()
    if kind < 0.25:
        return ""
    canvas.gap(rng.uniform(-0.08, 0.25) * cap if close else rng.uniform(0.15, 1.2) * cap)
    if kind < 0.62 and slash_allowed:
        after = "/" + str(rng.choice(AFTER))
        if rng.random() < 0.6:
            after += str(rng.choice(["-", " - "])) + str(rng.choice(AFTER))
        said = "/"
        if rng.random() < 0.08:
            said = f"/{rng.integers(1999, 2032)}/"
            after = said + after[1:]
        canvas.put(print_text(after, face, cap / 0.66), canvas.base + 0.02 * cap)
        canvas.keep = canvas.x
        return said
    canvas.put(_type(MONTHS, face, cap, rng), canvas.base, descends=True)
    return ""


class _Canvas:
    """Ink laid from left to right on one line."""

    def __init__(self, rng: Rng) -> None:
        self.ink = np.zeros((TALL, 1400), np.uint8)
        self.x = 60.0
        self.base = TALL / 2.0
        self.keep = 0.0
        self.first = self.x
        self._rng = rng

    def put(self, glyph: Grey, base: float, descends: bool = False) -> None:
        """Lay a picture with its foot on ``base``; ``descends``: type with a tail below it."""
        height, width = glyph.shape
        foot = base + (0.16 * height if descends and height > 0.9 * self.base * 0.5 else 0.0)
        # Writing stays on the strip, but for a hair.
        top, left = round(min(max(foot - height, -3), TALL + 3 - height)), round(self.x)
        y0, y1 = max(0, top), min(TALL, top + height)
        x1 = min(self.ink.shape[1], left + width)
        if y1 > y0 and x1 > left >= 0:
            here = self.ink[y0:y1, left:x1]
            np.maximum(here, glyph[y0 - top : y1 - top, : x1 - left], out=here)
        self.x += width

    def gap(self, width: float) -> None:
        self.x = max(0.0, self.x + width)

    def crop(self, start: float, stop: float, cap: float) -> Grey:
        """The place with some of its neighbours, never cutting the digits or a slash to read."""
        rng = self._rng
        left = max(0, round(start - rng.uniform(0.05, 1.6 if rng.random() < 0.8 else 3.5) * cap))
        tail = self.x - stop
        right = (
            self.x + 8
            if tail <= 0
            else stop + rng.uniform(0.1, 1.6 if rng.random() < 0.6 else 7) * cap
        )
        if self.keep:
            # The slash (with its year) is to be read, so it must be seen whole.
            right = max(right, min(self.keep, stop + 3 * cap))
        return self.ink[:, left : max(left + 24, round(right) + int(rng.integers(2, 10)))].copy()


def _rule(picture: Grey, cap: float, rng: Rng) -> None:
    """A dotted or drawn line under the writing."""
    # Mostly under the figures, sometimes through them.
    rise = rng.uniform(-0.1, 0.4) if rng.random() < 0.85 else rng.uniform(-0.6, -0.1)
    y = round(TALL / 2 + cap / 2 + rise * cap)
    dark = int(rng.integers(90, 255))
    if rng.random() < 0.7:
        step = int(rng.integers(4, 11))
        for x in range(int(rng.integers(0, step)), picture.shape[1], step):
            cv2.circle(picture, (x, y), int(rng.integers(0, 2)), dark, -1, cv2.LINE_AA)
    elif rng.random() < 0.6:
        cv2.line(picture, (0, y), (picture.shape[1], y + int(rng.integers(-2, 3))), dark, 1)


def scan(ink: Grey, rng: Rng) -> Ink:
    """Ink on paper through a scanner, then normalised as the reader does."""
    paper, dark = rng.uniform(205, 255), rng.uniform(10, 130)
    soft = cv2.GaussianBlur(ink, (0, 0), float(rng.uniform(0.4, 1.6))).astype(np.float32) / 255
    grey = paper - (paper - dark) * soft
    scale = rng.uniform(0.5, 1.0)
    small = np.asarray(
        cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.float32
    )
    small += rng.normal(0, rng.uniform(0.5, 7), small.shape).astype(np.float32)
    if rng.random() < 0.2:
        small += np.linspace(0, rng.uniform(-35, 35), small.shape[1], dtype=np.float32)
    page = np.clip(small, 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        # Few pixels dark enough: broken strokes; most of them: filled loops.
        level = dark + (paper - dark) * rng.uniform(0.53, 0.82)
        page = np.where(page < level, 0, 255).astype(np.uint8)
        for _ in range(int(rng.poisson(1.0))):
            y, x = int(rng.integers(page.shape[0])), int(rng.integers(page.shape[1]))
            cv2.circle(page, (x, y), int(rng.integers(0, 2)), int(rng.choice([0, 0, 255])), -1)
    elif rng.random() < 0.5:
        quality = int(rng.integers(30, 90))
        _, code = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])
        decoded = cv2.imdecode(code, cv2.IMREAD_GRAYSCALE)
        assert decoded is not None, "our own JPEG"  # noqa: S101 - tells the type
        page = np.asarray(decoded, dtype=np.uint8)
    return normalise(page)
