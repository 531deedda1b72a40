"""How right restored text is, beside the raw reading and simpler methods.

    python -m benchmarks.restore --seed FOLDER --scans FOLDER --readings test.jsonl \
        --letters FOLDER --work FOLDER [--methods raw nearest pyvi congvan]

``--seed`` has ocr.txt and gold.txt; ``--scans`` NAME.pdf and NAME.txt (pages after ``=== page N
===``); ``--readings`` comes from ``training.readings --part test``; ``--letters`` holds clean
texts, for harm. Tesseract's readings of the scans are kept in ``--work``. Syllable accuracy, repair
and harm are computed as the metrics say: longest matching blocks, case counts, tone placement does
not.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import subprocess
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from pipeline.restore import Models, load_models, restore_text
from pipeline.restore.channel import shape
from pipeline.text import SYLLABLE, WORD, new_tone_style, nfc, strip_marks

Method = Callable[[str, str], str]
"""(text, reading) → restored text."""

_HANDWRITTEN = re.compile(r"⟦h:.*?⟧|⟦\?⟧")


@dataclass(frozen=True)
class Sample:
    """A text as it was printed and as it was read."""

    name: str
    gold: str
    raw: str
    reading: str


@dataclass
class Tally:
    """Counts of gold syllables."""

    gold: int = 0
    raw_right: int = 0
    right: int = 0
    harmed: int = 0
    repaired: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, sample: Sample, restored: str) -> None:
        """Count one sample."""
        gold, raw, got = map(syllables, (sample.gold, sample.raw, restored))
        before, after = found(gold, raw), found(gold, got)
        self.gold += len(gold)
        self.raw_right += len(before)
        self.right += len(after)
        self.harmed += len(before - after)
        self.repaired += len(after - before)
        self.examples += [" ".join(gold[max(0, i - 3) : i + 2]) for i in sorted(before - after)]

    def row(self) -> dict[str, float]:
        """Shares: accuracy, repair and harm."""
        wrong = self.gold - self.raw_right
        return {
            "syllables": self.gold,
            "raw": self.raw_right / max(self.gold, 1),
            "accuracy": self.right / max(self.gold, 1),
            "repair": self.repaired / max(wrong, 1),
            "harm": self.harmed / max(self.raw_right, 1),
        }


def syllables(text: str) -> list[str]:
    """Words of a text in new tone placement."""
    return WORD.findall(new_tone_style(nfc(text)))


def found(gold: Sequence[str], got: Sequence[str]) -> set[int]:
    """Places of the gold syllables that an alignment finds."""
    matcher = difflib.SequenceMatcher(None, gold, got, autojunk=False)
    return {b.a + i for b in matcher.get_matching_blocks() for i in range(b.size)}


def seed_samples(folder: Path) -> Iterator[Sample]:
    """The letter that the project began with."""
    gold = _HANDWRITTEN.sub(" ", (folder / "gold.txt").read_text(encoding="utf-8"))
    yield Sample("seed", gold, (folder / "ocr.txt").read_text(encoding="utf-8"), "eng")


def scan_samples(folder: Path, work: Path, reader: str) -> Iterator[Sample]:
    """First pages of real scans, read by Tesseract at 300 dpi."""
    for path in sorted(folder.glob("*.pdf")):
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        page = re.split(r"^=== page \d+ ===\s*$", text, flags=re.MULTILINE)[1]
        printed = re.split(r"^--- stamps ---\s*$", page, flags=re.MULTILINE)[0]
        kept = work / f"{path.stem}-1.{reader}.txt"
        if not kept.is_file():
            picture = work / f"{path.stem}-1"
            subprocess.run(
                ["pdftoppm", "-r", "300", "-gray", "-f", "1", "-l", "1", "-singlefile",
                 str(path), str(picture)], check=True,
            )  # fmt: skip
            subprocess.run(
                ["tesseract", f"{picture}.pgm", str(kept.with_suffix("")), "-l", reader],
                check=True, capture_output=True, env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin"},
            )  # fmt: skip
        raw = nfc(kept.read_text(encoding="utf-8").replace("\f", ""))
        yield Sample(path.stem, _HANDWRITTEN.sub(" ", printed), raw, reader)


def rendered_samples(path: Path, reader: str, least: float, most: float) -> Iterator[Sample]:
    """Rendered pages that nothing was fitted on, of a band of noise."""
    pages: dict[int, list[dict[str, object]]] = {}
    with path.open(encoding="utf-8") as file:
        for row in map(json.loads, file):
            if row["reader"] == reader and least <= row["noise"] < most:
                pages.setdefault(row["page"], []).append(row)
    for number, rows in pages.items():
        raw = "\n".join(nfc(" ".join(w for w, _ in row["words"])) for row in rows)  # type: ignore[attr-defined]  # rows of JSON
        yield Sample(str(number), "\n".join(str(row["line"]) for row in rows), raw, reader)


def letter_samples(folder: Path) -> Iterator[Sample]:
    """Clean letters: whatever restoring changes is harm."""
    for path in sorted(folder.glob("*.txt")):
        text = nfc(path.read_text(encoding="utf-8"))
        yield Sample(path.stem, text, text, "clean")


def nearest(models: Models) -> Method:
    """Baseline: each word becomes the nearest lexicon word by plain edit distance."""
    words = [w for w in models.lexicon.words if SYLLABLE.fullmatch(w)]
    cache: dict[str, str] = {}

    def one(match: re.Match[str]) -> str:
        word = match[0]
        if word not in cache:
            hit = process.extractOne(word.lower(), words, scorer=Levenshtein.distance)
            cache[word] = hit[0].capitalize() if word[0].isupper() else hit[0]
        return word if any(c.isdigit() for c in word) else cache[word]

    return lambda text, _: WORD.sub(one, text)


def pyvi_method() -> Method:
    """Baseline: marks stripped, then added again by pyvi, line by line."""
    from pyvi import ViUtils

    def one(line: str) -> str:
        plain = " ".join(strip_marks(shape(w)) if w.isalpha() else w for w in line.split())
        try:
            return str(ViUtils.add_accents(plain))
        except KeyError:  # pyvi's own, on some misread words
            return line

    return lambda text, _: "\n".join(one(x) if x.strip() else x for x in text.split("\n"))


def congvan(models: Models) -> Method:
    """This project's restoring; scans tell their reader, other texts are detected."""

    def one(text: str, reading: str) -> str:
        kind = reading if reading in ("eng", "vie", "Vietnamese") else None
        return restore_text(text, models, reading=kind).text

    return one


def score(samples: Sequence[Sample], method: Method) -> Tally:
    """One method over some samples."""
    tally = Tally()
    for sample in samples:
        tally.add(sample, method(sample.raw, sample.reading))
    return tally


def half_of(name: str) -> str:
    """The half of the scans that a name falls in: one to tune on, one held back."""
    return "tuned" if zlib.crc32(name.encode()) % 2 else "held back"


def sets_of(options: argparse.Namespace) -> dict[str, list[Sample]]:
    """All samples that the options name, by the row they make."""
    sets: dict[str, list[Sample]] = {}
    if options.seed:
        sets["seed (eng)"] = list(seed_samples(options.seed))
    if options.scans:
        for reader in ("eng", "vie", "Vietnamese"):
            for sample in scan_samples(options.scans, options.work, reader):
                sets.setdefault(f"scans {reader}, {half_of(sample.name)}", []).append(sample)
    if options.readings:
        for reader in ("eng", "vie", "Vietnamese"):
            for least, most in ((0, 0.2), (0.2, 0.4), (0.4, 0.6)):
                found_ = list(rendered_samples(options.readings, reader, least, most))
                sets[f"rendered {reader}, noise {least}-{most}"] = found_
    if options.letters:
        sets["clean letters"] = list(letter_samples(options.letters))
    return sets


def main() -> None:
    """Print a table, or one JSON object with ``--json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--seed", "--scans", "--readings", "--letters", "--json"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--work", type=Path, default=Path())
    parser.add_argument("--methods", nargs="+", default=["congvan"])
    parser.add_argument("--only", default="", help="rows whose name has this in it")
    parser.add_argument("--show", type=int, default=0, help="harmed syllables to print a row")
    options = parser.parse_args()
    models = load_models()
    makers: dict[str, Callable[[], Method]] = {
        "raw": lambda: lambda text, _: text,
        "nearest": lambda: nearest(models),
        "pyvi": pyvi_method,
        "congvan": lambda: congvan(models),
    }
    methods = {name: makers[name]() for name in options.methods}
    rows = []
    for name, samples in sets_of(options).items():
        if options.only not in name:
            continue
        for label, method in methods.items():
            tally = score(samples, method)
            row = tally.row()
            rows.append({"set": name, "method": label, **row})
            print(
                f"{name:34} {label:8} n {row['syllables']:6.0f}  raw {row['raw']:7.2%}"
                f"  now {row['accuracy']:7.2%}  repair {row['repair']:6.1%}"
                f"  harm {row['harm']:7.3%}",
                flush=True,
            )
            for example in tally.examples[: options.show]:
                print("      ", example)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
