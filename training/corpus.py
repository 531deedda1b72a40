"""Text to learn from: any folder of ``.txt`` and ``.txt.zst`` files, line by line, NFC.

Lines are dealt into three parts by a hash of their text, so that every command, on every
machine, holds back the same lines: ``train`` for the language model, ``channel`` for pages that
are rendered and read, ``test`` for figures that nothing was fitted on.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pipeline.text import SYLLABLE, is_syllable, nfc

Part = Literal["train", "channel", "test"]

_FIFTIETHS: dict[int, Part] = {0: "test", 1: "channel", 2: "channel"}


def part_of(line: str) -> Part:
    """The part that a line is dealt into, the same on every machine."""
    return _FIFTIETHS.get(zlib.crc32(line.encode()) % 50, "train")


def corpus_lines(folder: Path, part: Part | None = None) -> Iterator[str]:
    """Non-empty lines of all texts in ``folder`` (sorted by name), of one part or of all."""
    for path in sorted(folder.rglob("*")):
        if path.name.endswith((".txt", ".txt.zst")):
            for raw in _open(path):
                line = nfc(" ".join(raw.split()))
                if line and (part is None or part_of(line) == part):
                    yield line


def _open(path: Path) -> Iterator[str]:
    if path.suffix == ".zst":
        import zstandard

        with path.open("rb") as file:
            reader = zstandard.ZstdDecompressor().stream_reader(file)
            yield from io.TextIOWrapper(reader, encoding="utf-8", errors="replace")
    else:
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from file


def is_prose(line: str) -> bool:
    """Whether a line is whole Vietnamese text: no table, no dotted form, no broken spacing."""
    words = SYLLABLE.findall(line)
    if len(words) < 6 or re.search(r"[|=…\t]|\.\.\.", line):
        return False
    good = sum(is_syllable(word) for word in words)
    single = sum(len(word) == 1 for word in words)
    return good >= 0.9 * len(words) and single <= 0.15 * len(words)
