"""How right restored text is, beside the raw reading and simpler methods.

    python -m benchmarks.restore --seed FOLDER --scans FOLDER --readings test.jsonl \
        --letters FOLDER --work FOLDER [--methods raw nearest pyvi congvan "no channel" …]

``--seed`` has ocr.txt and gold.txt; ``--scans`` NAME.pdf and NAME.txt (pages after ``=== page N
===``); ``--readings`` comes from ``training.readings --part test``; ``--letters`` holds clean
texts, for harm: as they come, and as if a Vietnamese model had read them. Tesseract's readings of
the scans are kept in ``--work``. Syllable accuracy, repair and harm are computed as the metrics
say: longest matching blocks, case counts, tone placement does not; a word is harmed if the text
lost it, not if the alignment prefers another column. "Of what was read" leaves out what the
reading doesn't hold (:func:`within_reach`).
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import subprocess
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from benchmarks.restore_methods import PARTS, Method, congvan, nearest, pyvi_method, without
from pipeline.restore import load_models
from pipeline.restore.channel import shape
from pipeline.text import WORD, new_tone_style, nfc

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
    readable: int = 0
    readable_right: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, sample: Sample, restored: str) -> None:
        """Count one sample."""
        gold, raw, got = map(syllables, (sample.gold, sample.raw, restored))
        before, after = found(gold, raw), found(gold, got)
        self.gold += len(gold)
        self.raw_right += len(before)
        self.right += len(after)
        # An alignment may prefer another of two moved blocks: harm is what the text lost.
        fewer = Counter(raw) - Counter(got)
        harmed = [i for i in sorted(before - after) if fewer[gold[i]]]
        self.harmed += len(harmed)
        self.repaired += len(after - before)
        there, right = within_reach(sample.gold, sample.raw, restored)
        self.readable += there
        self.readable_right += right
        self.examples += [" ".join(gold[max(0, i - 3) : i + 2]) for i in harmed]

    def row(self) -> dict[str, float]:
        """Shares: accuracy, repair and harm."""
        wrong = self.gold - self.raw_right
        return {
            "syllables": self.gold,
            "raw": self.raw_right / max(self.gold, 1),
            "accuracy": self.right / max(self.gold, 1),
            "repair": self.repaired / max(wrong, 1),
            "of_read": self.readable_right / max(self.readable, 1),
            "harm": self.harmed / max(self.raw_right, 1),
        }


def syllables(text: str) -> list[str]:
    """Words of a text in new tone placement."""
    return WORD.findall(new_tone_style(nfc(text)))


def found(gold: Sequence[str], got: Sequence[str]) -> set[int]:
    """Places of the gold syllables that an alignment finds."""
    matcher = difflib.SequenceMatcher(None, gold, got, autojunk=False)
    return {b.a + i for b in matcher.get_matching_blocks() for i in range(b.size)}


LINE_READ = 60.0
"""Likeness (%) of a printed line's plain letters to the nearest stretch of the reading."""


EDGE = 8
"""Characters about such a stretch that may belong to its first and last word."""


def within_reach(gold: str, raw: str, restored: str) -> tuple[int, int]:
    """Gold syllables that the reading has in it, and how many of them the output has right.

    A syllable is in the reading if a read word is aligned with it, over the whole page or, where
    columns were read in another order, in the stretch of the page that is most like its line.
    What was never read, and the order itself, no restoring of text can mend.
    """
    reading, output = " ".join(raw.split()), " ".join(new_tone_style(nfc(restored)).split())
    printed = syllables(gold)
    there, right = _aligned(printed, reading.split()), found(printed, syllables(output))
    plain = shape(reading)
    at = 0
    for line in gold.split("\n"):
        words = syllables(line)
        spot = fuzz.partial_ratio_alignment(shape(" ".join(words)), plain, score_cutoff=LINE_READ)
        if spot is not None and len(words) > 1:
            start = max(0, spot.dest_start - EDGE)
            read = reading[start : spot.dest_end + EDGE].split()
            there |= {at + i for i in _aligned(words, read)}
            place = fuzz.partial_ratio_alignment(" ".join(words), output)
            if place is not None:
                start = max(0, place.dest_start - EDGE)
                got = syllables(output[start : place.dest_end + EDGE])
                right |= {at + i for i in found(words, got)}
        at += len(words)
    return len(there), len(there & right)


def _aligned(words: Sequence[str], read: Sequence[str]) -> set[int]:
    """Places of the printed words that some read word stands for, by their plain shapes."""
    a, b = [shape(w) for w in words], [shape(w) for w in read]
    places: set[int] = set()
    for kind, i, j, k, m in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        one_each = j - i == m - k <= 3
        if (
            kind == "equal"
            or one_each
            or (
                kind == "replace"
                and Levenshtein.normalized_similarity("".join(a[i:j]), "".join(b[k:m])) >= 0.5
            )
        ):
            places.update(range(i, j))
    return places


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
        sets["clean letters, taken for vie"] = [
            replace(sample, reading="vie") for sample in sets["clean letters"]
        ]
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
    makers |= {f"no {part}": partial(without, part, models) for part in PARTS}
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
                f"{name:34} {label:11} n {row['syllables']:6.0f}  raw {row['raw']:7.2%}"
                f"  now {row['accuracy']:7.2%}  repair {row['repair']:6.1%}"
                f"  harm {row['harm']:7.3%}  of what was read {row['of_read']:7.2%}",
                flush=True,
            )
            for example in tally.examples[: options.show]:
                print("      ", example)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
