"""How well and how fast pages are read: ``python -m benchmarks.read FOLDER``.

FOLDER holds scans with their exact text beside them (NAME.pdf, NAME.txt with ``=== page N ===``
lines). Figures: syllables found and character errors in canonical order, page by page, as read
and as restored; the share of each zone's syllables that are right; CPU seconds a page by stage
(children counted), peak memory of the process and of its largest child. ``--peers`` runs plain
Tesseract and OCRmyPDF on the same files first. With ``--pictures OUT`` the layers of each first
page are written for looking at.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import resource
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2

from benchmarks.evaluate_peers import PEERS, run_peer
from pipeline.clean import clean_page
from pipeline.config import Settings
from pipeline.evaluation import TextScore, gold_pages, score_pages
from pipeline.page import CleanPage, PageText
from pipeline.read import open_source, read_pages
from pipeline.recognise import recognise_page
from pipeline.restore import load_models, restore_pages

STAGES = ("read", "clean", "recognise", "restore")


@dataclass
class Tally:
    """Seconds by stage, pages, and syllables given and right by zone."""

    cpu: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STAGES, 0.0))
    pages: int = 0
    given: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="benchmarks.read", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--no-second", action="store_true", help="without second readings")
    parser.add_argument("--pictures", type=Path, metavar="OUT")
    options = parser.parse_args(arguments)
    scans = sorted(p for p in options.folder.glob("*.pdf") if p.with_suffix(".txt").exists())
    if options.peers:
        _peers(scans)
    settings = Settings()
    if options.no_second:
        plain = settings.recognise.model_copy(update={"second_readings": False})
        settings = settings.model_copy(update={"recognise": plain})
    _ours(scans, settings, options.pictures)


def _gold(scan: Path) -> dict[int, str]:
    return gold_pages(scan.with_suffix(".txt").read_text(encoding="utf-8"))


def _peers(scans: Sequence[Path]) -> None:
    print("| tool | syllables % | CER % | pages/min |\n|---|---|---|---|")
    for tool in PEERS:
        with TemporaryDirectory() as work:
            run = run_peer(tool, list(scans), Path(work))
        total = sum((score_pages(_gold(s), run.pages[s.stem]) for s in scans), TextScore())
        pages = sum(len(_gold(s)) for s in scans)
        print(f"| {tool} | {_figures(total)} | {60 * pages / run.seconds:.1f} |", flush=True)


def _ours(scans: Sequence[Path], settings: Settings, pictures: Path | None) -> None:
    tally = Tally()
    raw, restored = TextScore(), TextScore()
    models = load_models()
    start = time.monotonic()
    print("| letter | read: syllables % | CER % | restored: syllables % | CER % |")
    print("|---|---|---|---|---|")
    for scan in scans:
        pages = _read(scan, settings, tally, pictures)
        clock = _cpu()
        fixed = restore_pages(pages, models, settings).pages
        tally.cpu["restore"] += _cpu() - clock
        gold = _gold(scan)
        before = score_pages(gold, {p.number: p.text for p in pages})
        after = score_pages(gold, {p.number: p.text for p in fixed})
        raw, restored = raw + before, restored + after
        for page in fixed:
            _count_zones(page, gold.get(page.number, ""), tally)
        print(f"| {scan.stem} | {_figures(before)} | {_figures(after)} |", flush=True)
    seconds = time.monotonic() - start
    print(f"| all | {_figures(raw)} | {_figures(restored)} |\n")
    print("| zone | syllables given | right % |\n|---|---|---|")
    for kind, given in tally.given.most_common():
        print(f"| {kind} | {given} | {100 * tally.right[kind] / given:.1f} |")
    stages = ", ".join(f"{name} {tally.cpu[name] / tally.pages:.2f}" for name in STAGES)
    print(f"\nCPU seconds a page: {stages}")
    print(f"Pages a minute, one process: {60 * tally.pages / seconds:.1f}")
    for who, whose in (("process", resource.RUSAGE_SELF), ("child", resource.RUSAGE_CHILDREN)):
        print(f"Peak memory of the {who}: {resource.getrusage(whose).ru_maxrss / 1024:.0f} MiB")


def _read(
    scan: Path, settings: Settings, tally: Tally, pictures: Path | None
) -> tuple[PageText, ...]:
    clock = _cpu()
    images = read_pages(open_source(scan, settings), settings)
    pages: list[PageText] = []
    while (image := next(images, None)) is not None:
        tally.cpu["read"] += _cpu() - clock
        clock = _cpu()
        page = clean_page(image, settings)
        tally.cpu["clean"] += _cpu() - clock
        clock = _cpu()
        pages.append(recognise_page(page, settings))
        tally.cpu["recognise"] += _cpu() - clock
        tally.pages += 1
        if pictures and len(pages) == 1:
            _draw(page, pictures / scan.stem)
        clock = _cpu()
    return tuple(pages)


def _draw(page: CleanPage, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    layers = {"before": page.colour, "black": page.black, "red": page.red, "blue": page.blue}
    for name, layer in layers.items():
        if layer is not None:
            cv2.imwrite(f"{path}-{name}.png", layer)


def _cpu() -> float:
    """CPU seconds of this process and its children, living ones too: Tesseract is kept running."""
    ticks = 0
    for children in Path("/proc/self/task").glob("*/children"):
        for child in children.read_text("utf-8").split():
            with suppress(OSError):
                fields = Path(f"/proc/{child}/stat").read_text("utf-8").rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
    return sum(os.times()[:4]) + ticks / os.sysconf("SC_CLK_TCK")


def _syllables(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _count_zones(page: PageText, gold: str, tally: Tally) -> None:
    """Which of a page's syllables the gold text has, by zone."""
    kinds: list[str] = []
    given: list[str] = []
    lines = set(page.lines)
    for zone in page.zones:
        for line in zone.lines:
            if line in lines:
                found = _syllables(line.text)
                given += found
                kinds += [zone.kind] * len(found)
    matcher = difflib.SequenceMatcher(None, _syllables(gold), given, autojunk=False)
    tally.given.update(kinds)
    for block in matcher.get_matching_blocks():
        tally.right.update(kinds[block.b : block.b + block.size])


def _figures(score: TextScore) -> str:
    return f"{100 * (score.accuracy or 0):.2f} | {100 * (score.cer or 0):.2f}"


if __name__ == "__main__":
    main()
