"""One letter from its seed to its files: scan, text, record and boxes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.page import Pixels
from training.letters.content import compose
from training.letters.draft import Draft
from training.letters.files import write_pdf, write_picture, write_tiff
from training.letters.flow import House
from training.letters.gold import boxes, gold_text, record
from training.letters.layout import lay_out
from training.letters.paper import blank_paper, ink_sheet, paint
from training.letters.pen import hand
from training.letters.phrases import Rng
from training.letters.scanner import Matrix, Scan, scan
from training.letters.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Order:
    """What to make: a name, a seed, how it is scanned; type and office where asked for."""

    name: str
    seed: int
    scan: Scan
    doc_type: str | None = None
    kind: str | None = None
    ending: str = "pdf"  # pdf | tiff | png | jpg


@dataclass(frozen=True)
class Made:
    """A letter with its truth and its scanned pages."""

    draft: Draft
    habits: House
    sheets: list[Sheet]
    images: list[Pixels]
    matrices: list[Matrix]


def make(order: Order) -> Made:
    """Compose, set, ink and scan a letter.

    Content, layout, ink and scanner draw from streams of their own, so that one letter can be
    scanned in several ways.
    """
    words, layout, ink, light = (np.random.default_rng([order.seed, part]) for part in range(4))
    draft = compose(words, order.doc_type, order.kind)
    habits, sheets = lay_out(layout, draft)
    images, matrices = [], []
    for image in painted(ink, habits, sheets):
        spoiled, matrix = scan(image, order.scan, light)
        images.append(spoiled)
        matrices.append(matrix)
    return Made(draft, habits, sheets, images, matrices)


def painted(rng: Rng, habits: House, sheets: list[Sheet]) -> list[Pixels]:
    """All sheets as RGB pictures at 300 dpi, signed by one pen."""
    writer = hand(rng)
    return [paint(ink_sheet(rng, habits, sheet, writer), blank_paper(rng)) for sheet in sheets]


def write(made: Made, order: Order, letters: Path, gold: Path) -> Path:
    """The scan into ``letters``; text, record and boxes into ``gold``. Returns the scan."""
    letters.mkdir(parents=True, exist_ok=True)
    gold.mkdir(parents=True, exist_ok=True)
    path = letters / f"{order.name}.{order.ending}"
    hows = [order.scan] * len(made.images)
    if order.ending == "pdf":
        write_pdf(path, made.images, hows)
    elif order.ending == "tiff":
        write_tiff(path, made.images, hows)
    else:
        write_picture(path, made.images[0], order.scan)
    (gold / f"{order.name}.txt").write_text(gold_text(made.sheets), encoding="utf-8")
    _write_json(gold / f"{order.name}.json", record(made.draft))
    boxed = gold.parent / "boxes"  # apart: every *.json in gold is a record
    boxed.mkdir(exist_ok=True)
    truth = boxes(made.sheets, made.matrices) | {
        "dpi": order.scan.dpi,
        "rotation": order.scan.rotation,
    }
    text = json.dumps(truth, ensure_ascii=False, separators=(",", ":"))
    (boxed / f"{order.name}.boxes.json").write_text(text + "\n", encoding="utf-8")
    return path


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
