"""Which letters are made: the samples of the project, and the public benchmark."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from training.letters.make import Order
from training.letters.phrases import Rng, chance, pick, some
from training.letters.scanner import Mode, Scan

SAMPLES = (
    Order(
        "cong-van-so", 24, Scan("colour", 200, (("skew", 0.2), ("noise", 0.1)), quality=55),
        "công văn", "so",
    ),
    Order(
        "cong-van-tinh-nhieu-trang", 62,
        Scan("grey", 200, (("skew", 0.15), ("uneven", 0.2)), quality=45), "công văn", "province",
    ),
    Order(
        "thong-bao-huyen-den-trang", 22, Scan("bilevel", 200, (("skew", 0.25), ("speckle", 0.03))),
        "thông báo", "district",
    ),
    Order(
        "quyet-dinh-ky-so", 12, Scan("colour", 200, (("noise", 0.1),), quality=55),
        "quyết định", "province",
    ),
    Order(
        "cong-van-hoa-toc", 414,
        Scan("colour", 200, (("show_through", 0.3), ("fold", 0.3)), quality=50),
        "công văn", "central",
    ),
)  # fmt: skip
"""The letters in samples/: see samples/README.md."""

DEGREES = (0.25, 0.5, 0.75, 1.0)
KINDS = (
    "clean", "skew", "perspective", "blur", "noise", "speckle", "uneven", "faint", "fold", "border",
    "show_through", "broken", "several", "bundle", "signed", "digital",
)  # fmt: skip
"""Kinds of letters in the benchmark: no defect, one, or several; and what else a file can be."""


def benchmark(letters: int, seed: int) -> Iterator[tuple[str, Order]]:
    """The benchmark's files with their kinds, in all at least ``letters`` letters.

    The degree of defects rises from round to round. A smaller benchmark is the start of a larger.
    """
    number = count = 0
    while count < letters:
        rng = np.random.default_rng([seed, number])
        kind = KINDS[number % len(KINDS)]
        mode, dpi = _picture(rng, kind)
        defects = _defects(rng, kind, DEGREES[number // len(KINDS) % len(DEGREES)])
        turned = int(pick(rng, (90, 180, 270))) if kind == "several" and chance(rng, 0.3) else 0
        order = Order(
            name=f"{number + 1:03}-{kind}",
            seed=seed * 1_000_003 + number,
            scan=Scan(mode, dpi, defects, turned, int(pick(rng, (50, 65, 80)))),
            ending="tiff" if kind not in ("signed", "digital") and chance(rng, 0.1) else "pdf",
            letters=int(pick(rng, (2, 3))) if kind == "bundle" else 1,
            signed=kind == "signed",
            digital=kind == "digital",
        )
        yield kind, order
        number += 1
        count += order.letters


def _picture(rng: Rng, kind: str) -> tuple[Mode, int]:
    if kind == "perspective":
        return "colour", 300
    pictures: tuple[tuple[Mode, int], ...] = (
        ("bilevel", 200), ("bilevel", 200), ("bilevel", 300), ("grey", 200), ("grey", 300),
        ("colour", 200), ("colour", 200), ("colour", 300),
    )  # fmt: skip
    return pick(rng, pictures)


def _defects(rng: Rng, kind: str, degree: float) -> tuple[tuple[str, float], ...]:
    slight = ("skew", round(float(rng.uniform(0, 0.25)), 2))
    if kind in ("clean", "signed", "digital"):
        return ()
    if kind == "bundle":
        return (slight,)
    if kind in ("skew", "perspective"):
        return ((kind, degree),)
    if kind == "several":
        half = degree / 2
        names = some(rng, ("uneven", "noise", "speckle", "blur", "faint", "border"), 3)
        return (slight, *((name, half) for name in names))
    return (slight, (kind, degree))
