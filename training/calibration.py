"""How far a posterior is to be believed: isotonic regression on rendered pages.

    python -m training.calibration --readings readings.jsonl      (after the other artefacts)

Decoding multiplies costs that are no independent witnesses, so its posteriors are too sure. Here
they are set against what was right on pages of the ``channel`` part; models/calibration.json holds
knots (posterior, share right) a kind of reading, joined by straight lines.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.restore import rendered_samples
from benchmarks.restore_figures import judged
from pipeline.restore.models import ENG, VIE, VIETNAMESE, load_models
from training.manifest import MODELS, record_artefact

EDGES = (0.0, 0.3, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.9995, 1.0)


def knots(pairs: list[tuple[float, bool]]) -> list[list[float]]:
    """Mean posterior and share right of each band, pooled until they rise (PAV)."""
    blocks: list[list[float]] = []  # [count, sum of posteriors, right]
    for low, high in pairwise(EDGES):
        inside = [p for p in pairs if low <= p[0] < high or (high == 1.0 == p[0])]
        if not inside:
            continue
        # Two imagined words, one right, keep small bands from saying 0 or 1.
        blocks.append([len(inside) + 2, sum(p for p, _ in inside) + low + high,
                       sum(right for _, right in inside) + 1.0])  # fmt: skip
        while len(blocks) > 1 and blocks[-2][2] / blocks[-2][0] >= blocks[-1][2] / blocks[-1][0]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    points = [[round(p / n, 4), round(right / n, 4)] for n, p, right in blocks]
    return [[0.0, 0.0], *points, [1.0, points[-1][1] if points else 1.0]]


def main() -> None:
    """Write models/calibration.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readings", type=Path, required=True)
    options = parser.parse_args()
    models = replace(load_models(), calibration={})
    content = {}
    for reader in (ENG, VIE, VIETNAMESE):
        samples = list(rendered_samples(options.readings, reader, 0, 0.6))
        pairs = [pair for sample in samples for pair in judged(sample, models)]
        content[reader] = knots(pairs)
        print(reader, len(pairs), f"{np.mean([right for _, right in pairs]):.2%}", content[reader])
    path = MODELS / "calibration.json"
    path.write_text(json.dumps(content) + "\n", encoding="utf-8")
    record_artefact(
        path,
        source="rendered pages read by Tesseract 5.3, restored, set against what was printed",
        licence="Apache-2.0, made for this project",
        command="python -m training.calibration --readings readings.jsonl",
    )


if __name__ == "__main__":
    main()
