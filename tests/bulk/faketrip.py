"""A fast trip for tests of the machinery: a text file's words tell what befalls it.

``crash`` kills its worker, ``hang`` never ends, ``eat`` wants all memory, ``break`` raises, and
``empty`` is refused; ``slow`` takes its time; ``once:PATH`` kills its worker the first time.
"""

from __future__ import annotations

import hashlib
import os
import signal
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pipeline.config import Settings
from pipeline.errors import UnreadableInput
from pipeline.letter import Field, Letter, Page, Review, Source
from pipeline.page import Line, PageText, Word, Zone


def trip(path: Path, settings: Settings) -> Any:
    """As pipeline.trip.convert_file, without reading any picture."""
    del settings
    data = path.read_bytes()
    text = data.decode("utf-8").strip()
    _befall(text)
    letters, pages = [], []
    for number, part in enumerate(text.split("\f"), start=1):
        line = Line(tuple(Word(w, (0, 0, 9, 9), 0.9) for w in part.split()), (0, 0, 9, 9))
        page = PageText(number, (Zone("unknown", (0, 0, 9, 9), (line,)),), reading="text")
        source = Source(
            file=path.name, sha256=hashlib.sha256(data).hexdigest(), media_type="text/plain",
            pages=(number,), reading="text",
        )  # fmt: skip
        letters.append(
            Letter(
                id="new", source=source, pages=(Page(number=number, text=page.text),),
                subject=Field(value=part.split("\n")[0], confidence=0.9),
                review=Review(needed="doubt" in part, reasons=("doubt",) * ("doubt" in part)),
            )
        )  # fmt: skip
        pages.append(page)
    return SimpleNamespace(
        source=SimpleNamespace(reading="text"), letters=tuple(letters), pages=tuple(pages)
    )


def _befall(text: str) -> None:
    word = text.split(maxsplit=1)[0] if text.split() else "empty"
    if word == "empty":
        raise UnreadableInput("file-empty")
    if word == "crash":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "hang":
        time.sleep(600)
    if word == "eat":
        bytearray(64 * 1024**3)
    if word == "break":
        raise RuntimeError("out of order")
    if word == "slow":
        time.sleep(0.2)
    if word.startswith("once:"):
        mark = Path(word[5:])
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
