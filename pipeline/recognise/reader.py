"""Tesseract, called once for a whole picture, and its TSV as words.

A reader is a plain function from a picture to TSV, so that tests replay recorded answers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2

from pipeline.config import Settings
from pipeline.errors import EngineError
from pipeline.page import Box, Pixels
from pipeline.recognise.stream import read_table
from pipeline.temporary import temporary_folder
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
    with temporary_folder() as folder:
        path = folder / "page.pgm"
        cv2.imwrite(str(path), picture)
        table = read_table(path, language, mode, settings.limits)
    try:
        return _HEAD + table.decode("utf-8").removeprefix(_HEAD)
    except UnicodeDecodeError as error:
        raise _failed("bad UTF-8") from error


def _failed(reason: str) -> EngineError:
    return EngineError("engine-failed", program="tesseract", reason=reason)


def parse_tsv(tsv: str) -> tuple[Read, ...]:
    """The words of Tesseract's TSV, in its order; blank words are left out.

    Raises:
        EngineError: it is none.
    """
    try:
        return tuple(_words(tsv))
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise _failed("broken TSV") from error


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
