"""Measure the record: field F1, silent errors, reliability and speed on texts with gold records.

    python -m benchmarks.parse GOLD_FOLDER SCORE_PY [--raw]

GOLD_FOLDER holds ``NAME.txt`` beside ``NAME.json``; SCORE_PY is the measuring stick, a script with
``score_fields``, ``f1``, ``value``, ``plain`` and ``STRINGS``. Letters with even and odd numbers
are reported apart. ``--raw`` leaves restoring out. The reliability table counts a value as wrong
also where the gold has none (an unreadable number that was given all the same).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.letter import Letter
from pipeline.parse import parse_letters
from pipeline.read import open_source, read_text
from pipeline.restore import load_models, restore_pages
from pipeline.text import fold, same_key

_BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.01)


@dataclass(frozen=True)
class Read:
    """One letter's gold record and ours (empty when the text was refused)."""

    name: str
    gold: dict[str, Any]
    record: dict[str, Any]
    seconds: float


def read_letter(path: Path, settings: Settings, *, restore: bool) -> Read:
    """Parse one text; ``seconds`` of one core for the parser alone, the faster of two runs."""
    source = open_source(path, settings)
    raw = read_text(source)
    restored = restore_pages(raw, load_models(), settings) if restore else None
    pages = restored.pages if restored else raw
    corrections = restored.corrections if restored else ()
    gold = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    letters: Sequence[Letter] = ()
    seconds = float("inf")
    for _ in range(2):
        for remembered in (fold, same_key):  # a letter's own lines are not met again
            remembered.cache_clear()
        start = time.process_time()
        try:
            letters = parse_letters(pages, raw, source, corrections, settings)
        except InputError as error:
            print(f"{path.stem}: {error}")
        seconds = min(seconds, time.process_time() - start)
    record = json.loads(letters[0].to_json()) if letters else {}
    return Read(path.stem, gold, record, seconds)


def report(title: str, letters: Sequence[Read], score: ModuleType) -> None:
    """Print every field's F1, their mean, and the wrong values given as sure."""
    tally: dict[str, Any] = {}
    for letter in letters:
        score.score_fields(letter.gold, letter.record, tally)
    silent = tally.pop("silent_errors", [])
    fields = {name: (score.f1(t), t) for name, t in sorted(tally.items())}
    known = [f for f, _ in fields.values() if f is not None]
    given = sum(t[2] for name, (_, t) in fields.items() if name in score.STRINGS)
    print(f"\n{title}: {len(letters)} letters, mean field F1 {sum(known) / len(known):.3f}")
    for name, (f, (hits, wanted, offered)) in fields.items():
        if f is not None:
            print(f"  {name:18} {f:.3f}  {hits} of {wanted} wanted, {offered} given")
    print(f"  silent errors: {len(silent)} of {given} given ({len(silent) / max(1, given):.1%})")
    for line in silent:
        print(f"    {line}")


def reliability(letters: Sequence[Read], score: ModuleType) -> None:
    """Print, for each band of confidence, how often the values in it are right."""
    pairs: list[tuple[float, bool]] = []
    for letter in letters:
        for name in score.STRINGS:
            want, _ = score.value(letter.gold, name)
            got, confidence = score.value(letter.record, name)
            if got and confidence is not None and name.split(".")[0] in letter.gold:
                pairs.append((confidence, score.plain(str(want or "")) == score.plain(str(got))))
    print("\nconfidence     values  stated  right")
    for low, high in pairwise(_BINS):
        inside = [(c, right) for c, right in pairs if low <= c < high]
        if inside:
            stated = sum(c for c, _ in inside) / len(inside)
            right = sum(r for _, r in inside) / len(inside)
            print(f"{low:.2f} to {min(high, 1):.2f}   {len(inside):6}  {stated:6.3f}  {right:5.3f}")


def load_score(path: Path) -> ModuleType:
    """The measuring stick as a module."""
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no Python script")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Measure a folder and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("gold", type=Path)
    parser.add_argument("score", type=Path)
    parser.add_argument("--raw", action="store_true", help="parse the text without restoring it")
    options = parser.parse_args()
    score, settings = load_score(options.score), Settings()
    paths = sorted(p for p in options.gold.glob("*.txt") if p.with_suffix(".json").is_file())
    letters = [read_letter(path, settings, restore=not options.raw) for path in paths]
    odd = [x for x in letters if int((re.findall(r"\d+", x.name) or ["0"])[-1]) % 2]
    even = [x for x in letters if x not in odd]
    for title, half in (("even numbers", even), ("odd numbers", odd), ("all", letters)):
        if half:
            report(title, half, score)
    reliability(letters, score)
    seconds = sum(x.seconds for x in letters)
    print(f"\nparsing alone: {len(letters) / seconds:.0f} letters/s on one core")


if __name__ == "__main__":
    main()
