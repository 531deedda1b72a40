"""How well handwritten numbers and days are read: on scans with gold, and on held-back digits.

    python -m benchmarks.handwriting --scans FOLDER --letters FOLDER --digits FOLDER [--json FILE]

``--scans`` holds NAME.pdf with NAME.json (``number``, ``date``, ``number_handwritten``,
``date_handwritten``); the first page of each goes through reading, cleaning, recognition and
settling, with and without the file's name as a witness. ``--letters`` holds generated letters
(``python -m training.letters many FOLDER``), whose hands are drawn from skeletons that the
reader was not trained on, with their gold. ``--digits`` holds the MNIST test set
and pendigits, whose held-back parts the training never saw. Floors that must hold are in
``FLOORS``; the command fails when a figure falls under its floor.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.clean import clean_page
from pipeline.config import Settings
from pipeline.letter import DigitalSignature, Field
from pipeline.page import PageText, Pixels, Spot, SpotKind
from pipeline.parse.witness import (
    Evidence,
    file_evidence,
    settle_date,
    settle_number,
    signature_evidence,
)
from pipeline.read import open_source, read_pages
from pipeline.recognise import recognise_page
from pipeline.recognise.digits import read_strips
from pipeline.recognise.spots import find_spots
from training.digits_hands import Hands, load_hands

SURE = 0.9
THRESHOLDS = (0.5, 0.7, 0.8, 0.9, 0.95)
FLOORS = {
    "number": 0.9,
    "date": 0.92,
    "sure": 0.98,
    "handwritten digits": 0.985,
    "scanned hands (MNIST)": 0.985,
    "redrawn hands (MNIST)": 0.98,
    "pen paths (pendigits)": 0.975,
    "strings on letters": 0.92,
}
_SCANS = (".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg")


@dataclass(frozen=True)
class Answer:
    """One field of one scan: what it should be, what was given, how surely."""

    name: str
    field: str
    want: str
    got: str | None
    confidence: float
    written: bool
    said_written: bool

    @property
    def right(self) -> bool:
        """Whether the value is that of the gold."""
        return self.got == self.want


def page_spots(
    path: Path,
) -> tuple[dict[SpotKind, Spot], tuple[DigitalSignature, ...], float] | None:
    """The spots of a scan's first page, the file's signatures, processor seconds a spot.

    None when the page is no scan: its text layer is taken as it is.
    """
    settings = Settings()
    source = open_source(path, settings)
    page = clean_page(next(iter(read_pages(source, settings))), settings)
    text: PageText = recognise_page(page, settings)
    if text.reading != "scan":
        return None
    start = time.process_time()
    spots = find_spots(page, text.zones)
    seconds = (time.process_time() - start) / max(1, len(spots))
    marks = " ".join(line.text for z in text.zones if z.kind == "overlay" for line in z.lines)
    seen = tuple(
        DigitalSignature(by="", time=day)
        for day in re.findall(r"\d{1,2}[./]\d{1,2}[./]\d{4}", marks)
    )
    return {s.kind: s for s in spots}, (*source.signatures, *seen), seconds


def settle(
    spots: dict[SpotKind, Spot], signatures: Sequence[DigitalSignature], names: Sequence[Evidence]
) -> dict[str, Field | None]:
    """Number and date as the parser would settle them."""
    return {
        "number": settle_number(spots.get("number"), names, page=1),
        "date": settle_date(
            spots.get("day"), spots.get("month"), spots.get("year"),
            signature_evidence(signatures), page=1,
        ),
    }  # fmt: skip


def pairs(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Scans with their gold: side by side, or as the generator lays them out."""
    made = folder / "gold"
    for path in sorted((made if made.is_dir() else folder).glob("*.json")):
        side = folder / "letters" if made.is_dir() else folder
        scan = next((f for f in sorted(side.glob(f"{path.stem}.*")) if f.suffix in _SCANS), None)
        if scan is not None:
            yield scan, json.loads(path.read_text(encoding="utf-8"))


def on_scans(folder: Path) -> tuple[dict[str, list[Answer]], list[float]]:
    """Answers with and without the file name as a witness, and processor seconds a spot."""
    answers: dict[str, list[Answer]] = {"plain": [], "with file name": []}
    seconds = []
    for scan, gold in pairs(folder):
        read = page_spots(scan)
        if read is None:
            continue
        spots, signatures, taken = read
        seconds.append(taken)
        for way, names in (("plain", ()), ("with file name", file_evidence(scan.name))):
            for field, value in settle(spots, signatures, names).items():
                if not gold.get(field):
                    continue
                got = value.value if value else None
                sure = value.confidence if value else 0.0
                written = bool(gold.get(f"{field}_handwritten"))
                said = bool(value and value.handwritten)
                answer = Answer(scan.stem, field, gold[field], got, sure, written, said)
                answers[way].append(answer)
    return answers, seconds


def on_digits(folder: Path) -> dict[str, float]:
    """Digit error on held-back hands: single digits, and strings drawn as on letters.

    Single digits are read in three crops, as something that must be a number: MNIST as it was
    scanned and drawn again with other pens, and pen paths; ``handwritten digits`` are the first
    and the last together.
    Strings are drawn with everything that can go wrong, slashes and dates among them.
    """
    from rapidfuzz.distance import Levenshtein

    from training.digits_render import make_strip

    hands = load_hands(folder, True)
    wrong = {
        "redrawn hands (MNIST)": _wrong(hands, "thinned", np.random.default_rng(11)),
        "pen paths (pendigits)": _wrong(hands, "path", np.random.default_rng(12)),
        "scanned hands (MNIST)": _wrong(hands, "scanned", np.random.default_rng(13)),
    }
    asked = [wrong[kind] for kind in ("scanned hands (MNIST)", "pen paths (pendigits)")]
    wrong["handwritten digits"] = [flag for flags in asked for flag in flags]
    edits, figures, rng = 0, 0, np.random.default_rng(14)
    for _ in range(800):
        drawn = make_strip(hands, rng)
        if drawn.pen:
            strip = np.round(255 * (1 - drawn.ink)).astype(np.uint8)
            edits += Levenshtein.distance(read_strips([strip]).nbest[0][0], drawn.text)
            figures += len(drawn.text)
    shares = {kind: sum(flags) / len(flags) for kind, flags in wrong.items()}
    return {**shares, "strings on letters": edits / figures}


def _wrong(hands: Hands, source: str, rng: np.random.Generator) -> list[bool]:
    """Of every held-back digit of one source, each once, whether it is misread."""
    from training.digits_glyphs import Pen, draw_digit

    field = {"thinned": "thinned", "path": "paths", "scanned": "scanned"}[source]
    flags = []
    for figure, stock in getattr(hands, field).items():
        for digit in stock:
            only: dict[str, Any] = {field: {figure: [digit]}}
            one = replace(hands, **only)
            pen = Pen(float(rng.uniform(2.5, 6)), float(rng.normal(0.1, 0.1)), 0.01, False)
            glyph = draw_digit(figure, source, 36.0, pen, one, rng)
            flags.append(_number(_crops(glyph)) != figure)
    return flags


def _crops(glyph: Pixels) -> list[Pixels]:
    """A digit on paper, cropped as spots are: a little more or less around it."""
    high, wide = glyph.shape
    paper = np.full((120, wide + 120), 245, np.uint8)
    top = (120 - high) // 2
    paper[top : top + high, 60 : 60 + wide] -= (glyph * 0.8).astype(np.uint8)
    return [
        paper[60 - r : 60 + r, 60 - m : 60 + wide + m] for r, m in ((34, 8), (38, 20), (40, 14))
    ]


def _number(strips: list[Pixels]) -> str:
    """The most probable string of digits."""
    found = [text for text, _ in read_strips(strips).nbest if re.fullmatch(r"\d{1,6}", text)]
    return found[0] if found else ""


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=Path)
    parser.add_argument("--letters", type=Path, help="generated letters with gold")
    parser.add_argument("--digits", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    report: dict[str, object] = {}
    for name, folder in (("scans", options.scans), ("generated letters", options.letters)):
        if not folder:
            continue
        answers, seconds = on_scans(folder)
        ways = answers if name == "scans" else {"plain": answers["plain"]}
        report[name] = {way: _summary(found) for way, found in ways.items()}
        report[f"milliseconds a spot, {name}"] = {
            "median": round(1000 * float(np.median(seconds)), 1),
            "most": round(1000 * max(seconds), 1),
        }
        for a in answers["plain"]:
            mark = "ok " if a.right else "BAD"
            print(f"{mark} {a.name:28} {a.field:7} {a.want:11} {a.got!s:11} {a.confidence:.2f}")
    if options.digits:
        report["digit error"] = on_digits(options.digits)
    print(json.dumps(report, ensure_ascii=False, indent=1))
    if options.json:
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    return _floors(report)


def _summary(answers: Sequence[Answer]) -> dict[str, object]:
    out: dict[str, object] = {}
    for field in ("number", "date"):
        of = [a for a in answers if a.field == field]
        written = [a for a in of if a.written]
        out[field] = {
            "right": sum(a.right for a in of), "of": len(of),
            "written right": sum(a.right for a in written), "written": len(written),
        }  # fmt: skip
    sure = [a for a in answers if a.confidence >= SURE]
    out["sure"] = {"right": sum(a.right for a in sure), "of": len(sure)}
    # Silent errors: what is given at a threshold and wrong.
    out["at threshold"] = {
        f"{t:g}": f"{sum(a.right for a in given)} of {len(given)}"
        for t in THRESHOLDS
        for given in [[a for a in answers if a.got is not None and a.confidence >= t]]
    }
    out["pen or print told"] = {
        "right": sum(a.written == a.said_written for a in answers), "of": len(answers),
    }  # fmt: skip
    return out


def _floors(report: dict[str, object]) -> int:
    """1 when a figure is under its floor."""
    low = []
    scans = report.get("scans")
    if isinstance(scans, dict):
        plain = scans["plain"]
        for field in ("number", "date", "sure"):
            share = plain[field]["right"] / max(1, plain[field]["of"])
            if share < FLOORS[field]:
                low.append(f"{field} {share:.3f} < {FLOORS[field]}")
    errors = report.get("digit error")
    if isinstance(errors, dict):
        low += [f"{k} {e:.4f}" for k, e in errors.items() if 1 - e < FLOORS[k]]
    for line in low:
        print("under the floor:", line)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
