"""Calibration, speed and plots of restoring, beside benchmarks.restore.

    python -m benchmarks.restore_figures --readings test.jsonl --seed FOLDER --rows rows.json \
        --plots docs

``--rows`` is what ``benchmarks.restore --json`` wrote.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.restore import Sample, found, rendered_samples, syllables
from pipeline.restore import Models, load_models, restore_text
from pipeline.restore.restoring import restore_lines
from pipeline.restore.tokens import Kind

BANDS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 1.0001)


def judged(sample: Sample, models: Models) -> list[tuple[float, bool]]:
    """(posterior, right) of every restored word that stands in a printed line."""
    lines = sample.raw.split("\n")
    rows = restore_lines(lines, models, [sample.reading] * len(lines), 0.5)
    out = []
    for row, line in zip(rows, sample.gold.split("\n"), strict=True):
        words = [c for c in row if c.slot.kind is Kind.WORD and " " not in c.text]
        texts = [" ".join(syllables(c.text)) for c in words]
        right = found(texts, syllables(line))
        out += [(c.posterior, i in right) for i, c in enumerate(words)]
    return out


def calibration(samples: Sequence[Sample], models: Models) -> list[dict[str, float]]:
    """Share of right words in each band of posterior."""
    pairs = [pair for sample in samples for pair in judged(sample, models)]
    rows = []
    for low, high in pairwise(BANDS):
        inside = [right for posterior, right in pairs if low <= posterior < high]
        if inside:
            rows.append({"from": low, "words": len(inside), "right": sum(inside) / len(inside)})
    return rows


def plot(rows: Sequence[dict[str, Any]], folder: Path) -> None:
    """restore-methods.png and restore-noise.png."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    sets = ["seed (eng)", "scans eng, held back", "scans vie, held back"]
    methods = ["raw", *sorted({r["method"] for r in rows})]
    figure, axes = plt.subplots(figsize=(8, 4))
    for n, method in enumerate(methods):
        shown = [
            next(r for r in rows if r["set"] == s and (method in ("raw", r["method"])))
            for s in sets
        ]
        heights = [r["raw" if method == "raw" else "accuracy"] * 100 for r in shown]
        axes.bar([x + n * 0.2 for x in range(len(sets))], heights, 0.19, label=method)
    axes.set_xticks([x + 0.3 for x in range(len(sets))], sets)
    axes.set_ylabel("syllables right, %")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4, frameon=False)
    figure.savefig(folder / "restore-methods.png", dpi=110, bbox_inches="tight")
    figure, axes = plt.subplots(figsize=(8, 4))
    for reader in ("eng", "vie", "Vietnamese"):
        line = [
            r for r in rows
            if r["set"].startswith(f"rendered {reader},") and r["method"] == "congvan"
        ]  # fmt: skip
        noise = [r["set"].rsplit(" ", 1)[1] for r in line]
        axes.plot(
            noise, [r["accuracy"] * 100 for r in line], marker="o", label=f"{reader}, restored"
        )
        axes.plot(noise, [r["raw"] * 100 for r in line], "--", marker=".", label=f"{reader}, raw")
    axes.set_xlabel("noise of the rendered page")
    axes.set_ylabel("syllables right, %")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False)
    figure.savefig(folder / "restore-noise.png", dpi=110, bbox_inches="tight")


def main() -> None:
    """Print calibration, load time, speed and memory; draw the plots."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--readings", "--seed", "--rows", "--plots"):
        parser.add_argument(name, type=Path, required=True)
    options = parser.parse_args()
    start = time.process_time()
    models = load_models()
    models.speller("eng")
    print(f"load: {time.process_time() - start:.2f} s of processor time")
    text = (options.seed / "ocr.txt").read_text(encoding="utf-8")
    start = time.process_time()
    restore_text(text, models)
    seconds = time.process_time() - start
    print(f"cold: {len(syllables(text)) / seconds:.0f} syllables a second of processor time")
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    for reader in ("eng", "vie"):
        for row in calibration(list(rendered_samples(options.readings, reader, 0, 0.6)), models):
            print(f"{reader} posterior from {row['from']:.2f}: {row['words']:5d} words, "
                  f"{row['right']:.1%} right")  # fmt: skip
    plot(json.loads(options.rows.read_text(encoding="utf-8")), options.plots)


if __name__ == "__main__":
    main()
