"""From an order to files: scan, exact text, record and boxes of one letter or of a bundle."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pikepdf

from pipeline.page import Pixels
from training.letters.content import compose
from training.letters.draft import Draft
from training.letters.files import add_scan, write_picture, write_tiff
from training.letters.flow import House
from training.letters.gold import boxes, gold_text, record
from training.letters.layout import lay_out
from training.letters.paper import Inks, blank_paper, ink_sheet, paint
from training.letters.pdftext import FAMILY, add_overlays, born_digital
from training.letters.pen import hand
from training.letters.scanner import Matrix, Scan, scan, show_through
from training.letters.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Order:
    """What to make: a name, a seed, how it is scanned; type and office where asked for.

    ``letters`` > 1 is a bundle: both sides of each sheet scanned in one go, blank reverse sides
    too. ``signed``: marks of digital signatures lie over the scan as PDF text, not as pixels.
    ``digital``: no scan at all, a PDF of real text.
    """

    name: str
    seed: int
    scan: Scan
    doc_type: str | None = None
    kind: str | None = None
    ending: str = "pdf"  # pdf | tiff | png | jpg
    letters: int = 1
    signed: bool = False
    digital: bool = False


@dataclass(frozen=True)
class Made:
    """A letter with its truth; its pages begin at ``first`` in the file."""

    draft: Draft
    habits: House
    sheets: list[Sheet]
    inks: list[Inks]
    images: list[Pixels]
    matrices: list[Matrix]
    first: int = 1


def make(order: Order) -> list[Made]:
    """All letters of an order, scanned."""
    made: list[Made] = []
    page = 1
    for number in range(order.letters):
        one = _make_one(order, number)
        made.append(replace(one, first=page))
        page += len(one.images)
    return made


def _make_one(order: Order, number: int) -> Made:
    """Compose, set, ink and scan a letter.

    Content, layout, ink and scanner draw from streams of their own, so that one letter can be
    scanned in several ways.
    """
    words, layout, ink, light = (
        np.random.default_rng([order.seed, part, number] if number else [order.seed, part])
        for part in range(4)
    )
    draft = compose(words, order.doc_type, order.kind)
    habits, sheets = lay_out(layout, draft, FAMILY if order.digital else None)
    writer = hand(ink)
    painted = not (order.signed or order.digital)
    inks = [ink_sheet(ink, habits, sheet, writer, overlays=painted) for sheet in sheets]
    images, matrices = [], []
    if not order.digital:
        fronts = [paint(layers, blank_paper(ink)) for layers in inks]
        if order.letters > 1 and len(fronts) % 2:
            fronts.append(show_through(blank_paper(ink), 0.25, light, fronts[-1]))
        for image in fronts:
            spoiled, matrix = scan(image, order.scan, light)
            images.append(spoiled)
            matrices.append(matrix)
    return Made(draft, habits, sheets, inks, images, matrices)


def write(made: list[Made], order: Order, out: Path) -> Path:
    """The scan into ``out/letters``, its truth into ``out/gold`` and ``out/boxes``.

    The letters of a bundle are NAME, NAME-2, NAME-3 …, their pages numbered as in the file.
    """
    for folder in ("letters", "gold", "boxes"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    path = out / "letters" / f"{order.name}.{order.ending}"
    _write_file(path, made, order)
    for number, one in enumerate(made, 1):
        name = order.name if number == 1 else f"{order.name}-{number}"
        text = gold_text(one.sheets, one.first)
        (out / "gold" / f"{name}.txt").write_text(text, encoding="utf-8")
        _write_json(out / "gold" / f"{name}.json", record(one.draft), indent=1)
        if not order.digital:
            truth = boxes(one.sheets, one.matrices[: len(one.sheets)], one.first)
            truth |= {"dpi": order.scan.dpi, "rotation": order.scan.rotation}
            _write_json(out / "boxes" / f"{name}.boxes.json", truth)
    return path


def _write_file(path: Path, made: list[Made], order: Order) -> None:
    images = [image for one in made for image in one.images]
    if order.ending == "tiff":
        write_tiff(path, images, order.scan)
    elif order.ending != "pdf":
        write_picture(path, images[0], order.scan)
    else:
        pdf = pikepdf.new()
        for one in made:
            if order.digital:
                born_digital(pdf, one.sheets, one.inks)
            for image in one.images:
                add_scan(pdf, image, order.scan)
            marks = [mark for mark in one.sheets[0].marks if mark.kind == "overlay"]
            if marks and (order.signed or order.digital):
                add_overlays(pdf, one.first - 1, marks)
        pdf.save(path, deterministic_id=True)


def _write_json(path: Path, value: object, indent: int | None = None) -> None:
    separators = None if indent else (",", ":")
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
    path.write_text(text + "\n", encoding="utf-8")
