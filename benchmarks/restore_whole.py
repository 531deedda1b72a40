"""What restoring does to real scans on the whole way: read, cleaned, recognised, restored.

    python -m benchmarks.restore_whole FOLDER [--show 20]

FOLDER holds NAME.pdf and NAME.txt (pages after ``=== page N ===``). Here confidences and second
readings weigh in; ``--show`` prints harmed syllables. Rows: everything, then without second
readings, without confidences, and without the language model, learned channel, document's words
or case model. Repair and harm are counted page by page, as in :mod:`benchmarks.restore`; halves are
its halves. Every correction is replayed and undone. Last, how right words are by confidence.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from benchmarks.restore import Sample, Tally, found, half_of, syllables
from benchmarks.restore_methods import ablated
from pipeline.clean import clean_page
from pipeline.config import Settings
from pipeline.evaluation import gold_pages
from pipeline.page import Line, PageText
from pipeline.read import open_source, read_pages
from pipeline.recognise import recognise_page
from pipeline.restore import load_models, restore_pages
from pipeline.restore.replay import replay, undo

BANDS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 1.0001)
Letters = dict[str, tuple[dict[int, str], tuple[PageText, ...]]]
"""Gold pages and recognised pages of each scan."""


def recognised(folder: Path, settings: Settings) -> Letters:
    """All scans that have gold text."""
    letters: Letters = {}
    for scan in sorted(folder.glob("*.pdf")):
        if scan.with_suffix(".txt").exists():
            images = read_pages(open_source(scan, settings), settings)
            pages = tuple(recognise_page(clean_page(i, settings), settings) for i in images)
            gold = gold_pages(scan.with_suffix(".txt").read_text(encoding="utf-8"))
            letters[scan.stem] = (gold, pages)
    return letters


def changed(page: PageText, *, seconds: bool, confidences: bool) -> PageText:
    """A page without its second readings, or with one confidence for all words."""

    def line(old: Line) -> Line:
        words = old.words if confidences else tuple(replace(w, confidence=0.8) for w in old.words)
        return replace(old, words=words, alternatives=old.alternatives if seconds else ())

    zones = tuple(replace(z, lines=tuple(map(line, z.lines))) for z in page.zones)
    return replace(page, zones=zones)


def variants() -> Iterator[tuple[str, bool, bool, AbstractContextManager[None]]]:
    """(name, second readings, confidences, what is taken out)."""
    yield "congvan", True, True, nullcontext()
    yield "no second readings", False, True, nullcontext()
    yield "no confidences", True, False, nullcontext()
    for part in ("language", "channel", "document", "case"):  # the others ask English readings
        yield f"no {part}", True, True, ablated(part)


def restored(pages: Sequence[PageText], settings: Settings) -> tuple[PageText, ...]:
    """The pages restored; the corrections are replayed and undone on the way."""
    done = restore_pages(pages, load_models(), settings)
    raw = {p.number: p.text for p in pages}
    after = {p.number: p.text for p in done.pages}
    if replay(raw, done.corrections) != after or undo(after, done.corrections) != raw:
        raise ValueError("corrections don't replay")
    return done.pages


def tally(letters: Letters, settings: Settings, *, seconds: bool, confidences: bool) -> list[Tally]:
    """Counts of both halves and of all scans."""
    counts = {"held back": Tally(), "tuned": Tally(), "all": Tally()}
    for name, (gold, pages) in letters.items():
        before = [changed(p, seconds=seconds, confidences=confidences) for p in pages]
        for raw, page in zip(before, restored(before, settings), strict=True):
            sample = Sample(name, gold.get(raw.number, ""), raw.text, "vie")
            counts[half_of(name)].add(sample, page.text)
            counts["all"].add(sample, page.text)
    return list(counts.values())


def reliability(letters: Letters, settings: Settings) -> Iterator[tuple[float, int, float]]:
    """Band of confidence, words, share that the gold has (hand and stamps count as wrong)."""
    judged: list[tuple[float, bool]] = []
    for gold, pages in letters.values():
        for page in restored(pages, settings):
            words = [w for line in page.lines for w in line.words if len(syllables(w.text)) == 1]
            texts = [syllables(w.text)[0] for w in words]
            right = found(texts, syllables(gold.get(page.number, "")))
            judged += [(w.confidence, i in right) for i, w in enumerate(words)]
    for low, high in pairwise(BANDS):
        inside = [right for confidence, right in judged if low <= confidence < high]
        if inside:
            yield low, len(inside), sum(inside) / len(inside)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", type=int, default=0, help="harmed syllables to print")
    options = parser.parse_args()
    settings = Settings()
    letters = recognised(options.folder, settings)
    for name, seconds, confidences, context in variants():
        with context:
            halves = tally(letters, settings, seconds=seconds, confidences=confidences)
        for half, count in zip(("held back", "tuned", "all"), halves, strict=True):
            row = count.row()
            print(f"{name:20} {half:10} n {row['syllables']:5.0f}  raw {row['raw']:7.2%}"
                  f"  now {row['accuracy']:7.2%}  repair {row['repair']:6.1%}"
                  f"  harm {row['harm']:7.3%}  of what was read {row['of_read']:7.2%}",
                  flush=True)  # fmt: skip
        for example in halves[-1].examples[: options.show]:
            print("      ", example)
    for low, words, right in reliability(letters, settings):
        print(f"confidence from {low:.2f}: {words:5d} words, {right:.1%} right")


if __name__ == "__main__":
    main()
