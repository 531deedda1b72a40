"""Pages of text, rendered, degraded as scans are, and read by Tesseract: pairs to learn from.

    python -m training.readings --corpus FOLDER --places FOLDER --out readings.jsonl --pages 100

Each output line is one printed line: ``{"reader", "noise", "page", "line", "words": [[text,
confidence]]}``. Words go to printed lines by their boxes, so no text alignment can hide an error.
Deterministic for one seed but for Tesseract's own version.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.page import Pixels
from training.corpus import Part, corpus_lines, is_prose
from training.places import formula_lines, read_places

WIDTH, HEIGHT = 2480, 3508  # A4 at 300 dpi
MARGIN = 300
FONTS = (
    ("Tinos-Regular", "Tinos-Italic", "Tinos-Bold", "Tinos-BoldItalic"),
    ("texgyretermes-regular", "texgyretermes-italic", "texgyretermes-bold",
     "texgyretermes-bolditalic"),
    ("FreeSerif", "FreeSerifItalic", "FreeSerifBold", "FreeSerifBoldItalic"),
)  # fmt: skip
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/share/texmf/fonts"))
READERS = {"eng": "eng", "vie": "vie", "Vietnamese": "Vietnamese"}


@dataclass(frozen=True)
class Printed:
    """A rendered page: grey pixels, and each line's text with its baseline band in pixels."""

    pixels: Pixels
    lines: tuple[tuple[str, int, int], ...]


def font_file(name: str) -> Path:
    """Where a font lies on this machine (Debian: fonts-croscore, fonts-texgyre, fonts-freefont)."""
    for folder in FONT_FOLDERS:
        for path in sorted(folder.rglob(f"{name}.*")):
            if path.suffix in (".ttf", ".otf"):
                return path
    raise FileNotFoundError(name)


def render(texts: Sequence[str], chance: random.Random) -> Printed:
    """Texts set in lines like a letter's body; some in italics, bold or capitals."""
    family = chance.choices(FONTS, weights=(6, 3, 1))[0]
    size = chance.choice((54, 54, 58, 58, 50))
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    draw = ImageDraw.Draw(image)
    lines: list[tuple[str, int, int]] = []
    top = MARGIN
    pitch = round(size * chance.uniform(1.25, 1.6))
    for text in texts:
        style = chance.choices((0, 1, 2, 3), weights=(14, 2, 2, 1))[0]
        font = ImageFont.truetype(str(font_file(family[style])), size)
        shown = text.upper() if chance.random() < 0.05 else text
        for line in _wrap(shown, font, draw):
            if top + pitch > HEIGHT - MARGIN:
                return Printed(np.asarray(image), tuple(lines))
            draw.text((MARGIN, top), line, fill=chance.randint(0, 50), font=font)
            lines.append((line, top, top + pitch))
            top += pitch
    return Printed(np.asarray(image), tuple(lines))


def _wrap(text: str, font: ImageFont.FreeTypeFont, draw: ImageDraw.ImageDraw) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and draw.textlength(longer, font=font) > WIDTH - 2 * MARGIN:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


def degrade(page: Pixels, noise: float, back: Pixels | None, chance: random.Random) -> Pixels:
    """A page as a scanner and a fax leave it; ``noise`` 0 (new) .. 1 (unreadable)."""
    grain = np.random.default_rng(chance.getrandbits(32))
    picture = page.astype(np.float32)
    if back is not None and chance.random() < 0.25:  # the reverse side of thin paper
        picture -= (255 - back[:, ::-1].astype(np.float32)) * chance.uniform(0.05, 0.25)
    scale = chance.choices((1.0, 2 / 3, 1 / 2), weights=(9, 7, 4))[0]  # 300, 200, 150 dpi
    if scale < 1:
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        picture = np.asarray(small, dtype=np.float32)
    blur = (0.4 + 1.6 * noise) * scale * chance.uniform(0.6, 1.3)
    picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), max(0.3, blur)), dtype=np.float32)
    coarse = grain.normal(0, 1, (picture.shape[0] // 3 + 1, picture.shape[1] // 3 + 1))
    uneven = cv2.resize(coarse.astype(np.float32), picture.shape[::-1])
    picture += uneven * 30 * noise + grain.normal(0, 6 + 28 * noise, picture.shape)
    if chance.random() < 0.5:  # 1 bit, from too thin to too thick
        picture = np.where(picture < chance.uniform(110, 190), 0.0, 255.0).astype(np.float32)
        salt = grain.random(picture.shape)
        picture[salt < 0.004 * noise] = 0
        picture[salt > 1 - 0.01 * noise] = 255
    return np.clip(picture, 0, 255).astype(np.uint8)


def tilt(page: Pixels, degrees: float) -> tuple[Pixels, NDArray[np.float64]]:
    """The page turned about its middle, and the 2 × 3 matrix that turns points back."""
    height, width = page.shape[:2]
    middle = (width / 2, height / 2)
    turned = cv2.warpAffine(
        page, cv2.getRotationMatrix2D(middle, degrees, 1), (width, height), borderValue=255
    )
    back = np.asarray(cv2.getRotationMatrix2D(middle, -degrees, 1), dtype=np.float64)
    return np.asarray(turned, dtype=np.uint8), back


def read(page: Pixels, reader: str, dpi: int) -> list[tuple[str, float, float, float]]:
    """Tesseract's words: (text, confidence 0..1, middle x, middle y)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        cv2.imwrite(str(path), page)
        out = subprocess.run(
            ["tesseract", str(path), "-", "-l", reader, "--psm", "6", "--dpi", str(dpi), "tsv"],
            capture_output=True, check=True, env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin"},
        ).stdout.decode()  # fmt: skip
    words = []
    for row in out.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) == 12 and cells[0] == "5" and cells[11].strip():
            x, y, w, h = map(int, cells[6:10])
            words.append((cells[11].strip(), float(cells[10]) / 100, x + w / 2, y + h / 2))
    return words


def read_page(
    printed: Printed, back: Pixels | None, noise: float, readers: Sequence[str],
    chance: random.Random,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """One degraded copy of a page, read by each reader, line by line."""
    dirty, unturn = tilt(degrade(printed.pixels, noise, back, chance), chance.gauss(0, 0.35))
    scale = dirty.shape[0] / printed.pixels.shape[0]
    for reader in readers:
        found: list[list[list[object]]] = [[] for _ in printed.lines]
        for text, confidence, x, y in read(dirty, READERS[reader], round(300 * scale)):
            height = float((unturn @ np.array([x, y, 1.0]))[1]) / scale
            for slot, (_, top, bottom) in zip(found, printed.lines, strict=True):
                if top <= height < bottom:
                    slot.append([text, round(confidence, 3)])
        for (line, _, _), words in zip(printed.lines, found, strict=True):
            yield {"reader": reader, "noise": round(noise, 2), "line": line, "words": words}


def texts_of(corpus: Path, places: Path, part: Part, seed: int) -> list[str]:
    """Prose of one part of the corpus with letter formulas among it, shuffled."""
    chance = random.Random(seed)
    prose = [line for line in corpus_lines(corpus, part) if is_prose(line) and len(line) < 1200]
    formulas = list(formula_lines(read_places(places), 12, seed))
    chance.shuffle(prose)
    mixed = prose[: 4 * len(formulas)] + formulas
    chance.shuffle(mixed)
    return mixed


def main() -> None:
    """Write the readings of ``--pages`` pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--places", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--part", choices=("channel", "test"), default="channel")
    parser.add_argument("--readers", nargs="+", choices=sorted(READERS), default=sorted(READERS))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    texts = iter(texts_of(options.corpus, options.places, options.part, options.seed))
    chance = random.Random(options.seed)
    back: Pixels | None = None
    with options.out.open("w", encoding="utf-8") as file:
        for number in range(options.pages):
            printed = render([next(texts) for _ in range(24)], chance)
            noise = 0.75 * chance.random() ** 1.3
            for row in read_page(printed, back, noise, options.readers, chance):
                file.write(json.dumps({"page": number, **row}, ensure_ascii=False) + "\n")
            file.flush()
            back = printed.pixels
            print(f"page {number + 1}: noise {noise:.2f}", flush=True)


if __name__ == "__main__":
    main()
