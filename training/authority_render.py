"""Drawn examples of what a pen leaves before a signer's title: KT., TL., TM., TUQ., Q., or else."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.recognise.authority_reader import CLASSES, as_input
from pipeline.recognise.digits import Ink
from training.authority_letters import LETTERS, WIDTHS
from training.digits_glyphs import Pen, allograph, draw_digit, print_text, write
from training.digits_hands import Grey, Hands, Points, Rng
from training.digits_render import scan
from training.digits_warp import elastic, thicken, uneven

SPELLINGS = {
    "KT.": ("KT.", "KT.", "KT.", "KT", "KT", "K/T", "K.T.", "K.T"),
    "TL.": ("TL.", "TL.", "TL.", "TL", "TL", "T/L", "T.L.", "T.L"),
    "TM.": ("TM.", "TM.", "TM.", "TM", "TM", "T/M", "T.M.", "T.M"),
    "TUQ.": ("TUQ.", "TUQ.", "TUQ", "T/UQ", "T.UQ.", "TUQ."),
    "Q.": ("Q.", "Q.", "Q", "Q/"),
}
_SHARES = (0.26, 0.15, 0.12, 0.1, 0.08, 0.29)
_OTHER_WORDS = (
    "T K L M TK LT MT KL TN TH VP PV P. K. T. TT KH NT HT LK N TP TY KP KI IT KL. FT TI TLM "
    "nhan ky Luu sao gap da xem thu Ha Lan Tu Ng ng th tr k t l m q u ok v x"
).split()
_PRINTED = ("GIÁM ĐỐC", "CHỦ TỊCH", "PHÓ GIÁM ĐỐC", "PHÓ CHỦ TỊCH", "CHÁNH VĂN PHÒNG", "CỤC TRƯỞNG",
            "HIỆU TRƯỞNG", "TRƯỞNG BAN")  # fmt: skip
_HIGH, _WIDE = 150, 420


@dataclass(frozen=True)
class Allographs:
    """The letters' drawings of one split."""

    letters: dict[str, tuple[str, ...]]


def allographs(held_back: bool) -> Allographs:
    """Every fifth drawing of a letter, from its second on, is held back."""
    kept = {
        letter: tuple(d for i, d in enumerate(drawings) if (i % 5 == 1) == held_back)
        for letter, drawings in LETTERS.items()
    }
    return Allographs({letter: kept[letter] or LETTERS[letter] for letter in LETTERS})


def draw_example(hands: Hands, shapes: Allographs, rng: Rng) -> tuple[Ink, int]:
    """One example as the network sees it, and its class."""
    label = int(rng.choice(len(CLASSES), p=_SHARES))
    canvas = np.zeros((_HIGH, _WIDE), np.uint8)
    tall = float(rng.uniform(30, 62))
    spelling = SPELLINGS.get(CLASSES[label])
    if spelling:
        glyph = _letters(str(rng.choice(spelling)), tall, hands, shapes, rng)
    else:
        glyph = _something(tall, hands, shapes, rng)
    box = _put(canvas, glyph, rng)
    _neighbours(canvas, box, tall, hands, rng)
    return _through_scanner(canvas, box, rng), label


def _pen(tall: float, rng: Rng) -> Pen:
    return Pen(
        width=max(1.6, tall * (0.035 + 0.12 * rng.beta(1.2, 3))),
        slant=float(rng.normal(0.12, 0.18)),
        wobble=float(rng.uniform(0, 0.03)),
        skips=bool(rng.random() < 0.15),
        swell=float(rng.uniform(0.1, 0.4)) if rng.random() < 0.2 else 0.0,
    )


def _letters(text: str, tall: float, hands: Hands, shapes: Allographs, rng: Rng) -> Grey:
    """Capitals in one hand, drawn by rule or in a handwriting typeface."""
    if hands.hand_faces and rng.random() < 0.35:
        face = hands.hand_faces[rng.integers(len(hands.hand_faces))]
        return elastic(print_text(text, face, tall * 1.3, rng.normal(0.05, 0.12)), rng, 0.02)
    pen = _pen(tall, rng)
    pull = float(rng.uniform(0.01, 0.05)) if rng.random() < 0.7 else 0.0
    apart = rng.uniform(-0.16, 0.22)
    sheet, x, base = np.zeros((_HIGH, _WIDE), np.uint8), 12.0, 110.0
    for letter in text:
        high = tall * rng.uniform(0.85, 1.15) * (1.2 if letter == "/" else 1.0)
        drawings = shapes.letters[letter]
        width = WIDTHS[letter] * rng.uniform(0.65, 1.25)
        strokes = allograph(drawings[rng.integers(len(drawings))], width)
        if rng.random() < 0.06:
            strokes = [np.concatenate(strokes)]  # the pen was not lifted
        glyph = write(strokes, high, pen, rng)
        if pull and letter not in "./":
            glyph = elastic(glyph, rng, pull)
        _lay(sheet, glyph, x, base + rng.normal(0, 0.05) * tall - glyph.shape[0])
        x = max(4.0, x + glyph.shape[1] + apart * tall - 2 * pen.width)
    return _finish(sheet, rng)


def _finish(sheet: Grey, rng: Rng) -> Grey:
    if rng.random() < 0.08:
        sheet = thicken(sheet, rng)
    sheet = uneven(sheet, rng) if rng.random() < 0.25 else sheet
    rows, columns = np.flatnonzero(sheet.max(1) > 60), np.flatnonzero(sheet.max(0) > 60)
    if len(rows) == 0:
        return np.zeros((20, 20), np.uint8)
    return sheet[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _something(tall: float, hands: Hands, shapes: Allographs, rng: Rng) -> Grey:
    """What is no authority: strokes of a signature, a rim, print, figures, other words."""
    kind = rng.random()
    if kind < 0.3:
        strokes = write(_flourish(rng), tall * rng.uniform(0.6, 1.6), _pen(tall, rng), rng)
        return _finish(_padded(strokes), rng)
    if kind < 0.42:
        return _rim(tall, hands, rng)
    if kind < 0.52:
        words = str(rng.choice(_PRINTED))
        start = int(rng.integers(0, len(words) - 2))
        face = hands.print_faces[rng.integers(len(hands.print_faces))]
        return print_text(words[start : start + int(rng.integers(1, 5))].strip() or "Đ", face, tall)
    return _other_writing(tall, hands, shapes, rng)


def _other_writing(tall: float, hands: Hands, shapes: Allographs, rng: Rng) -> Grey:
    """Figures, a letter alone, other letters together, other words."""
    kind = rng.random()
    if kind < 0.27:
        figures = "".join(rng.choice(list("0123456789"), int(rng.integers(1, 4))))
        source = str(rng.choice(["scanned", "thinned", "path", "rule", "face"]))
        pen = _pen(tall, rng)
        return _beside([draw_digit(figure, source, tall, pen, hands, rng) for figure in figures])
    if kind < 0.5:
        letter = str(rng.choice(list("KTLMU")))
        return _letters(letter + str(rng.choice(["", "."])), tall, hands, shapes, rng)
    if kind < 0.66 or not hands.hand_faces:
        mixed = "".join(rng.choice(list("KTLMUQ"), int(rng.integers(2, 5))))
        known = {s.replace("/", "").replace(".", "") for of in SPELLINGS.values() for s in of}
        return _letters("LK" if mixed in known else mixed, tall, hands, shapes, rng)
    face = hands.hand_faces[rng.integers(len(hands.hand_faces))]
    return print_text(str(rng.choice(_OTHER_WORDS)), face, tall * 1.2, rng.normal(0, 0.15))


def _padded(glyph: Grey) -> Grey:
    return np.pad(glyph, 4)[:_HIGH, :_WIDE]


def _flourish(rng: Rng) -> list[Points]:
    """A stroke that wanders, as signatures and initials do, in unit height."""
    strokes = []
    for _ in range(int(rng.integers(1, 4))):
        points = rng.uniform(0, 1, (int(rng.integers(2, 9)), 2)) * (rng.uniform(0.4, 2.2), 1.0)
        if rng.random() < 0.5:
            points = points[np.argsort(points[:, 0] + rng.normal(0, 0.3, len(points)))]
        strokes.append(points)
    return strokes


def _rim(tall: float, hands: Hands, rng: Rng) -> Grey:
    """A piece of a seal's rim: arcs, with letters between them."""
    sheet = np.zeros((_HIGH, _WIDE), np.uint8)
    centre = (int(rng.integers(-60, 480)), int(rng.choice([-60, 210]) + rng.integers(-60, 60)))
    radius = int(rng.integers(110, 240))
    for gap in (0, int(rng.integers(5, 10)), int(rng.integers(30, 50)))[: int(rng.integers(1, 4))]:
        cv2.circle(sheet, centre, max(20, radius - gap), 255, int(rng.integers(1, 4)), cv2.LINE_AA)
    if rng.random() < 0.6:
        face = hands.print_faces[rng.integers(len(hands.print_faces))]
        words = print_text(str(rng.choice(["SỞ", "NAM", "VIỆT", "TỈNH", "Y TẾ"])), face, tall * 0.7)
        _lay(sheet, words, float(rng.integers(0, 300)), float(rng.integers(0, 80)))
    left, top = int(rng.integers(0, 250)), int(rng.integers(0, 70))
    return _finish(sheet[top : top + round(tall * 1.5), left : left + round(tall * 2.5)], rng)


def _beside(parts: list[Grey]) -> Grey:
    high = max(part.shape[0] for part in parts)
    return np.hstack([np.pad(p, ((high - p.shape[0], 0), (0, 0))) for p in parts])[:, :_WIDE]


def _lay(sheet: Grey, glyph: Grey, x: float, y: float) -> None:
    top, left = max(0, round(y)), max(0, round(x))
    glyph = glyph[: max(0, sheet.shape[0] - top), : max(0, sheet.shape[1] - left)]
    here = sheet[top : top + glyph.shape[0], left : left + glyph.shape[1]]
    np.maximum(here, glyph, out=here)


def _put(canvas: Grey, glyph: Grey, rng: Rng) -> tuple[int, int, int, int]:
    """Lay the writing on the canvas; its box (x0, y0, x1, y1)."""
    glyph = glyph[: _HIGH - 20, : _WIDE - 100]
    x, y = int(rng.integers(40, 90)), (_HIGH - glyph.shape[0]) // 2
    _lay(canvas, glyph, x, y)
    return x, y, x + glyph.shape[1], y + glyph.shape[0]


def _neighbours(
    canvas: Grey, box: tuple[int, int, int, int], tall: float, hands: Hands, rng: Rng
) -> None:
    """The title to the right, a stamped title below that the pen may touch, a rim, a stroke."""
    x0, _, x1, y1 = box
    face = hands.print_faces[rng.integers(len(hands.print_faces))]
    cap = tall / rng.uniform(0.9, 1.5)
    if rng.random() < 0.6:
        title = print_text(str(rng.choice(_PRINTED)), face, cap / 0.66)
        _lay(canvas, title, x1 + rng.uniform(0.02, 0.6) * cap, y1 - title.shape[0])
    if rng.random() < 0.45:
        below = print_text(str(rng.choice(_PRINTED)), face, cap / 0.66)
        below = (below * rng.uniform(0.15, 1.0)).astype(np.uint8)
        _lay(
            canvas,
            below,
            max(0.0, x0 + rng.uniform(-1.5, 1) * cap),
            y1 - rng.uniform(-0.5, 0.25) * cap,
        )
    if rng.random() < 0.12:
        pale = int(rng.integers(60, 256))
        centre = (int(rng.integers(0, 300)), _HIGH + int(rng.integers(20, 120)))
        cv2.circle(canvas, centre, int(rng.integers(90, 150)), pale, 2, cv2.LINE_AA)
    if rng.random() < 0.08:
        ends = rng.integers(0, (_WIDE, _HIGH), (2, 2))
        cv2.line(canvas, ends[0].tolist(), ends[1].tolist(), 255, int(rng.integers(1, 4)))


def _through_scanner(canvas: Grey, box: tuple[int, int, int, int], rng: Rng) -> Ink:
    """The writing cut out as the reader cuts it, its box a little off, as scanned."""
    x0, y0, x1, y1 = box
    tall = y1 - y0
    left, top, right, bottom = (rng.uniform(0.02, 0.3, 4) * max(tall, 20)).round().astype(int)
    cut = canvas[max(0, y0 - top) : y1 + bottom, max(0, x0 - left) : x1 + right]
    return as_input(scan(cut, rng))
