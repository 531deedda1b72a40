"""Tesseract, called once for a whole picture, and its TSV as words.

A reader is a plain function from a picture to TSV, so that tests replay recorded answers.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2

from pipeline.config import Settings
from pipeline.errors import EngineError, EngineMissing
from pipeline.page import Box, Pixels
from pipeline.programs import run_program
from pipeline.text import printed

Reader = Callable[[Pixels, str, int, Settings], str]
"""picture, Tesseract language, page segmentation mode, settings → TSV."""

_HEAD = (
    "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\t"
    "left\ttop\twidth\theight\tconf\ttext\n"
)


@dataclass(frozen=True, slots=True)
class Read:
    """A word as the reader gave it: its box in the picture, and its line there."""

    text: str
    box: Box
    confidence: float
    line: tuple[int, int, int]


def tesseract(picture: Pixels, language: str, mode: int, settings: Settings) -> str:
    """TSV of ``picture``, read by Tesseract in a fence, one thread, from a file.

    Raises:
        EngineMissing: Tesseract or the language is not installed.
        EngineTimeout: it ran past ``limits.seconds_per_page``.
        EngineError: it failed.
    """
    limits = settings.limits
    with tempfile.TemporaryDirectory(prefix="congvan-") as name:
        path = Path(name) / "page.pgm"
        cv2.imwrite(str(path), picture)
        try:
            out = run_program(
                [
                    "tesseract", path, "-", "-l", language, "--psm", str(mode), "--dpi", "220",
                    "-c", "tessedit_do_invert=0", "-c", "tessedit_create_tsv=1",
                ],
                timeout=limits.seconds_per_page,
                memory_mb=limits.memory_mb,
            )  # fmt: skip
        except EngineError as error:
            if "initialize tesseract" in str(error.values.get("reason")):
                raise EngineMissing("engine-missing", program=f"tesseract {language}") from error
            raise
    try:
        tsv = out.decode("utf-8")
    except UnicodeDecodeError as error:
        raise EngineError("engine-failed", program="tesseract", reason="bad UTF-8") from error
    if not tsv.startswith(_HEAD):
        raise EngineError("engine-failed", program="tesseract", reason="no TSV")
    return tsv


def parse_tsv(tsv: str) -> tuple[Read, ...]:
    """The words of Tesseract's TSV, in its order; blank words are left out.

    Raises:
        EngineError: it is none.
    """
    try:
        return tuple(_words(tsv))
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise EngineError("engine-failed", program="tesseract", reason="broken TSV") from error


def _words(tsv: str) -> Iterator[Read]:
    for row in csv.DictReader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["conf"] is None:
            raise ValueError("a row cut short")
        text = printed((row.get("text") or "").strip())
        if row.get("level") != "5" or not text:
            continue
        x, y, w, h = (int(row[key]) for key in ("left", "top", "width", "height"))
        line = (int(row["block_num"]), int(row["par_num"]), int(row["line_num"]))
        confidence = min(1.0, max(0.0, float(row["conf"]) / 100))
        yield Read(text, (x, y, x + w, y + h), confidence, line)
