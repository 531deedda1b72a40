"""Which second readings of doubtful lines pay: ``python -m benchmarks.second FOLDER``.

FOLDER holds scans with their exact text beside them (NAME.pdf, NAME.txt). Every doubtful line of
the header, title and signature is read in each way, alone; what counts is the number of wrong
characters, on how many lines a way beats both readings that a page gets, and its seconds a line.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from pipeline.clean import clean_page
from pipeline.config import Settings
from pipeline.errors import CongvanError
from pipeline.page import Line, Pixels
from pipeline.read import open_source, read_pages
from pipeline.recognise import pages, recognise_page, second
from pipeline.recognise.reader import BLOCK, parse_tsv, tesseract
from pipeline.text import nfc

ZONES = ("header_left", "header_right", "title", "signature")
LINE = 7  # Tesseract's mode for one line
MODEL = "vie"


def scaled(factor: float) -> Callable[[Pixels], Pixels]:
    """A way to make a picture smaller or larger."""
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC

    def act(picture: Pixels) -> Pixels:
        return np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=how))

    return act


def otsu(picture: Pixels) -> Pixels:
    """Two values, by one threshold."""
    return np.asarray(cv2.threshold(picture, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1])


def adaptive(picture: Pixels) -> Pixels:
    """Two values, by a threshold of each place."""
    way = cv2.ADAPTIVE_THRESH_GAUSSIAN_C
    return np.asarray(cv2.adaptiveThreshold(picture, 255, way, cv2.THRESH_BINARY, 31, 12))


WAYS: dict[str, tuple[Callable[[Pixels], Pixels], str, int]] = {
    "smaller, block": (scaled(0.8), MODEL, BLOCK),
    "script model, block": (scaled(1.0), second.SCRIPT, BLOCK),
    "single line": (scaled(1.0), MODEL, LINE),
    "single line, smaller": (scaled(0.8), MODEL, LINE),
    "single line, larger": (scaled(1.4), MODEL, LINE),
    "single line, script model": (scaled(1.0), second.SCRIPT, LINE),
    "binarized by Otsu": (otsu, MODEL, BLOCK),
    "binarized by place": (adaptive, MODEL, BLOCK),
}


def doubtful_lines(path: Path, settings: Settings) -> Iterator[tuple[Line, Pixels]]:
    """The doubtful lines of a file's fields, each with the strip that would be read again."""
    held: list[tuple[Any, ...]] = []

    def spy(*given: Any) -> Any:
        held.append(given)
        return second.add_alternatives(*given)

    with patch.object(pages, "add_alternatives", spy):
        for image in read_pages(open_source(path, settings), settings):
            recognise_page(clean_page(image, settings), settings)
    for zones, _, black, letter, *_ in held:
        for line in (x for zone in zones if zone.kind in ZONES for x in zone.lines):
            if not line.alternatives and second.is_doubtful(line, settings.recognise.second_below):
                strip = second.line_strip(line, black, round(0.7 * letter)).pixels
                yield (
                    line,
                    cv2.copyMakeBorder(
                        strip, 20, 20, 20, 20, cv2.BORDER_CONSTANT, value=(255,)
                    ).astype(np.uint8),
                )


def compare(files: Sequence[tuple[Path, Path]], settings: Settings) -> None:
    """Read all of it in all ways, and print the table."""
    wrong, wins, lines = Counter[str](), Counter[str](), 0
    seconds = dict.fromkeys(WAYS, 0.0)
    for path, truth in files:
        gold = [nfc(row.strip()) for row in truth.read_text("utf-8").splitlines() if row.strip()]
        try:
            for line, strip in doubtful_lines(path, settings):
                read = {"as first read": line.text}
                for name, (prepare, model, mode) in WAYS.items():
                    start = time.perf_counter()
                    found = parse_tsv(tesseract(prepare(strip), model, mode, settings))
                    seconds[name] += time.perf_counter() - start
                    read[name] = " ".join(word.text for word in found)
                texts = list(read.values())
                true = min(gold, key=lambda row: min(Levenshtein.distance(row, t) for t in texts))
                errors = {name: Levenshtein.distance(true, text) for name, text in read.items()}
                if min(errors.values()) > len(true) / 2:
                    continue  # no line of the truth: a stamp, a scrawl
                lines += 1
                wrong.update(errors)
                best = min(errors["as first read"], *(errors[name] for name in list(WAYS)[:2]))
                wins.update(name for name, count in errors.items() if count < best)
        except CongvanError as error:
            print(f"{path.name}: {error.sentence('en')}")
    print(f"{lines} lines\n{'way':<28}{'wrong':>7}{'wins':>6}{'s a line':>10}")
    for name in ("as first read", *WAYS):
        cost = seconds.get(name, 0.0) / max(1, lines)
        print(f"{name:<28}{wrong[name]:>7}{wins[name]:>6}{cost:>10.3f}")


def main() -> None:
    """Find the files and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    scans = sorted(path for path in folder.rglob("*") if path.suffix in {".pdf", ".tiff", ".jpg"})
    truths = {path.stem: path for path in folder.rglob("*.txt")}
    compare([(path, truths[path.stem]) for path in scans if path.stem in truths], Settings())


if __name__ == "__main__":
    main()
