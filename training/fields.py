"""How far a field of the record is to be believed: models/fields.json.

    python -m training.fields collect SAMPLES.jsonl [--texts N] [--scans FOLDER] [--real FOLDER]…
    python -m training.fields fit SAMPLES.jsonl… --figure FIGURE.png

``collect`` parses letters whose truth is known and notes, for each value, what the parser saw of
it and whether it is right. Letters: generated ones as noisy text (:mod:`training.letters.plain`),
generated scans (FOLDER of ``python -m training.letters many``), and real ones (folders with
NAME.txt or NAME.pdf beside NAME.json). Every second letter is held out of the fit.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from rapidfuzz import fuzz

from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.page import PageText
from pipeline.parse.bundle import letters_in_pages
from pipeline.parse.confidence import signs_of
from pipeline.parse.found import Found
from pipeline.parse.rows import rows_of
from pipeline.parse.sections import sections_of
from pipeline.parse.taken import Taken, take
from pipeline.text import same_key
from pipeline.trip import convert_file
from training.fields_fit import write_models
from training.letters.content import compose
from training.letters.gold import record
from training.letters.layout import lay_out
from training.letters.plain import plain_text

_SAME = 92.0  # % of similarity at which two items of a list are one
_LISTS = ("recipients", "copies_to")
# For these, a gold without a value says that it can't be read; for others, that it isn't known.
_UNREADABLE = ("code", "number", "date")
_WHOLE_DAY = 10
_SEED = 20_250
Judged = tuple[str, Found, bool]


@dataclass(frozen=True)
class Sample:
    """A value that a rule took, and whether it is right. ``group`` is where its letter is from."""

    group: str
    letter: str
    held: bool
    field: str
    rule: str
    signs: tuple[float, ...]
    right: bool


def samples_of(pages: Sequence[PageText], gold: dict[str, Any]) -> Iterator[Judged]:
    """The first letter's values as (field, what was found, whether it is right)."""
    groups = letters_in_pages(pages)
    if not groups:
        return
    own = [pages[i] for i in groups[0]]
    taken = take(sections_of(rows_of(own, own)))
    written = any(page.spots for page in own)  # then the digit reader settles number and date
    for field, found, right in _single(taken, gold):
        if not (written and field in _UNREADABLE):
            yield field, found, right
    for name, items in zip(_LISTS, (taken.recipients, taken.copies), strict=True):
        if name in gold:
            wanted = [same_key(str(item)) for item in gold[name] or []]
            for found in items:
                key = same_key(found.value or "")
                yield name, found, any(fuzz.ratio(key, want) >= _SAME for want in wanted)


def _single(taken: Taken, gold: dict[str, Any]) -> Iterator[Judged]:
    for name, found in taken.single.items():
        if found is None or not found.value or name.split(".")[0] not in gold:
            continue
        if name == "date" and len(found.value) < _WHOLE_DAY:
            continue  # a part of a date is never given as sure
        wanted: Any = gold
        for part in name.split("."):
            wanted = (wanted or {}).get(part)
        if wanted or name in _UNREADABLE:
            yield name, found, same_key(str(wanted or "")) == same_key(found.value)


def generated_texts(count: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Letters as noisy text: a name, the text, the truth."""
    for number in range(count):
        words, layout, ink = (np.random.default_rng([_SEED, number, k]) for k in range(3))
        draft = compose(words)
        sheets = lay_out(layout, draft)[1]
        yield f"text-{number}", plain_text(sheets, ink, float(ink.uniform(0.1, 1.2))), record(draft)


def collected(group: str, path: Path, gold: dict[str, Any], name: str) -> Iterator[Sample]:
    """The samples of one file; none when it is refused."""
    try:
        pages = convert_file(path, Settings()).pages
    except InputError as error:
        print(f"{name}: {error}")
        return
    held = hashlib.sha256(name.encode()).digest()[0] % 2 == 1
    for field, found, right in samples_of(pages, gold):
        yield Sample(group, name, held, field, found.rule, signs_of(found), right)


def all_samples(options: argparse.Namespace) -> Iterator[Sample]:
    """From texts, scans and real letters."""
    with TemporaryDirectory() as folder:
        for name, text, gold in generated_texts(options.texts):
            path = Path(folder, f"{name}.txt")
            path.write_text(text, encoding="utf-8")
            yield from collected("texts", path, gold, name)
    if options.scans:
        for path in sorted((options.scans / "letters").iterdir()):
            gold = _gold(options.scans / "gold" / f"{path.stem}.json")
            yield from collected("scans", path, gold, path.stem)
    for real in options.real:
        for record_path in sorted(real.glob("*.json")):
            scan, text = record_path.with_suffix(".pdf"), record_path.with_suffix(".txt")
            source = scan if scan.is_file() else text
            yield from collected("real", source, _gold(record_path), record_path.stem)


def _gold(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def write(path: Path, samples: Iterable[Sample]) -> None:
    """One JSON object a line."""
    with path.open("w", encoding="utf-8") as out:
        for sample in samples:
            out.write(json.dumps(asdict(sample), ensure_ascii=False) + "\n")
            out.flush()


def main() -> None:
    """Collect samples, or fit the models to them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=("collect", "fit"))
    parser.add_argument("samples", type=Path, nargs="+", help="one to write, or some to fit")
    parser.add_argument("--texts", type=int, default=400, help="generated letters as text")
    parser.add_argument("--scans", type=Path, help="folder of training.letters many")
    parser.add_argument("--real", type=Path, nargs="*", default=[], help="folders with gold")
    parser.add_argument("--figure", type=Path, default=Path("docs/record-confidence.png"))
    options = parser.parse_args()
    if options.step == "collect":
        write(options.samples[0], all_samples(options))
        return
    rows = [row for path in options.samples for row in path.read_text("utf-8").splitlines()]
    write_models([json.loads(row) for row in rows], options.figure)


if __name__ == "__main__":
    main()
