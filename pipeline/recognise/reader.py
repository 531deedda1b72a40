"""Tesseract, called once for a whole picture, and its TSV as words.

A reader is a plain function from a picture to TSV, so that tests replay recorded answers.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2

from pipeline.config import Limits, Settings
from pipeline.errors import EngineError, EngineMissing, EngineTimeout
from pipeline.page import Box, Pixels
from pipeline.programs import fenced_programs
from pipeline.recognise.stream import read_table
from pipeline.temporary import temporary_folder
from pipeline.text import printed

Reader = Callable[[Pixels, str, int, Settings], str]
"""picture, Tesseract language, page segmentation mode, settings → TSV."""

BLOCK = 6  # the segmentation mode for one even block: lines that are cut out, nothing to analyse
_OPTIONS = "-c tessedit_do_invert=0 -c tessedit_create_tsv=1"
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

    The model that reads every page is kept running (:mod:`pipeline.recognise.stream`). Another
    one, which only doubtful lines ask for, is started through pytesseract each time: kept, it
    would hold its memory through all the pages that don't need it.

    Raises:
        EngineMissing: Tesseract or the language is not installed.
        EngineTimeout: it ran past ``limits.seconds_per_page``.
        EngineError: it failed.
    """
    with temporary_folder() as folder:
        path = folder / "page.pgm"
        cv2.imwrite(str(path), picture)
        often = language == settings.recognise.language
        read = read_table if often else _read_once
        table = read(path, language, mode, settings.limits)
    try:
        return _HEAD + table.decode("utf-8").removeprefix(_HEAD)
    except UnicodeDecodeError as error:
        raise _failed("bad UTF-8") from error


def _read_once(picture: Path, language: str, mode: int, limits: Limits) -> bytes:
    import pytesseract

    # One thread is four times faster than Tesseract's own choice where cores are shared.
    os.environ["OMP_THREAD_LIMIT"] = "1"
    with fenced_programs(
        ["tesseract"], timeout=limits.seconds_per_page, memory_mb=limits.memory_mb
    ) as programs:
        pytesseract.pytesseract.tesseract_cmd = str(programs / "tesseract")
        try:
            # Not image_to_data: that asks for the version first, and waits for it for ever.
            table: bytes = pytesseract.run_and_get_output(
                str(picture),
                "tsv",
                lang=language,
                config=f"--psm {mode} --dpi 220 {_OPTIONS}",
                timeout=limits.seconds_per_page,
                return_bytes=True,
            )
        except pytesseract.TesseractError as error:
            if "Failed loading language" in error.message:
                raise EngineMissing("engine-missing", program=f"tesseract {language}") from error
            raise _failed(error.message[-200:]) from error
        except (OSError, UnicodeDecodeError) as error:  # it wrote nothing, or cried in no UTF-8
            raise _failed(str(error)) from error
        except RuntimeError as error:
            raise EngineTimeout(
                "engine-timeout",
                program="tesseract",
                seconds=round(limits.seconds_per_page),
                setting="limits.seconds_per_page",
            ) from error
    return table


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
