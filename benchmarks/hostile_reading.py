"""A short way of a bad file: every page is really read, but nothing is recognised."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pipeline.config import Settings
from pipeline.letter import Letter, Page, Source
from pipeline.page import PageText
from pipeline.read import open_source, read_pages, read_text


def read_only(path: Path, settings: Settings) -> Any:
    """As pipeline.trip.convert_file, with empty pages.

    Raises:
        InputError: the file can't be read.
    """
    source = open_source(path, settings)
    pages = list(range(1, 1 + sum(1 for _ in _pages(source, settings))))
    origin = Source(
        file=path.name, sha256=source.sha256, media_type=source.media_type, pages=tuple(pages),
        reading="text",
    )  # fmt: skip
    letter = Letter(id="new", source=origin, pages=tuple(Page(number=n, text="") for n in pages))
    # Said to be text, so that no searchable PDF is made of it.
    return SimpleNamespace(
        source=SimpleNamespace(reading="text"),
        letters=(letter,),
        pages=tuple(PageText(n, (), reading="text") for n in pages),
    )


def _pages(source: Any, settings: Settings) -> Any:
    return read_text(source) if source.reading == "text" else read_pages(source, settings)
