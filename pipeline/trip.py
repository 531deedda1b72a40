"""The whole way of one file: read → clean → recognise → restore → parse."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pipeline import __version__
from pipeline.clean import clean_page
from pipeline.config import Settings
from pipeline.letter import Letter, SourceFile, Step
from pipeline.page import PageText
from pipeline.parse import Register, parse_letters
from pipeline.read import open_source, read_pages, read_text
from pipeline.recognise import recognise_page
from pipeline.restore import load_models, restore_pages

STAGES = ("read", "clean", "recognise", "restore", "parse")


@dataclass(frozen=True, slots=True)
class Converted:
    """A file's letters, and its restored pages with the places of all words.

    ``letter.source.pages`` tells which of the pages belong to which letter.
    """

    source: SourceFile
    letters: tuple[Letter, ...]
    pages: tuple[PageText, ...]


def convert_file(path: Path, settings: Settings, register: Register | None = None) -> Converted:
    """Turn one file into its letters (several when the scan is a bundle).

    Args:
        path: a PDF, TIFF, JPEG, PNG, WebP or text file; it is only read, never changed.
        settings: limits, and how each stage works.
        register: what the archive already knows of neighbouring letters, a witness for numbers.

    Raises:
        InputError: the file can't become a letter; the sentence says why and what to do.
        EngineError: an external program failed on it.
    """
    clock = _Clock()
    with clock.step("read"):
        source = open_source(path, settings)
    raw = tuple(_read(source, settings, clock))
    with clock.step("restore"):
        restored = restore_pages(raw, load_models(), settings)
    with clock.step("parse"):
        letters = parse_letters(
            restored.pages, raw, source, restored.corrections, settings, register
        )
    process = clock.steps(settings)
    signed = tuple(letter.model_copy(update={"process": process}) for letter in letters)
    return Converted(source, signed, restored.pages)


def _read(source: SourceFile, settings: Settings, clock: _Clock) -> Iterator[PageText]:
    """Pages as read, one picture in memory at a time: a 300-page letter needs no more than one."""
    if source.reading == "text":
        yield from read_text(source)
        return
    images = read_pages(source, settings)
    while True:
        with clock.step("read"):
            held = list(islice(images, 1))
        if not held:
            return
        with clock.step("clean"):
            page = clean_page(held.pop(), settings)  # which lets go of the picture half-way
        with clock.step("recognise"):
            text = recognise_page(page, settings)
        del page  # before the next picture is made
        yield text


class _Clock:
    """Seconds spent in each stage, summed over the pages."""

    def __init__(self) -> None:
        self._seconds = dict.fromkeys(STAGES, 0.0)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[name] += time.perf_counter() - start

    def steps(self, settings: Settings) -> tuple[Step, ...]:
        """One step a stage, with the settings that it worked under."""
        options = settings.model_dump()
        return tuple(
            Step(
                step=name,
                version=__version__,
                settings=options.get(name, {}),
                seconds=round(self._seconds[name], 3),
            )
            for name in STAGES
        )
