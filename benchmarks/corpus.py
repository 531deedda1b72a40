"""The public benchmark: ``python -m benchmarks.corpus OUT`` rebuilds it, byte for byte.

OUT gets ``letters/`` (scans), ``gold/`` (text and records), ``boxes/`` and ``kinds.json`` (which
defect each file has). ``corpus.sha256`` beside this module holds the sums of all files for 200
letters of seed 1, and says with which packages and fonts they were made; the command compares.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path

from training.letters.make import Order, make, write
from training.letters.plans import benchmark
from training.letters.typeset import FAMILIES, font_path

MANIFEST = Path(__file__).with_name("corpus.sha256")
LETTERS, SEED = 200, 1
_PACKAGES = ("numpy", "opencv-python", "pillow", "pikepdf", "fonttools")


def build(out: Path, letters: int, seed: int) -> dict[str, str]:
    """Write the benchmark; returns sha256 by path, in order."""
    plan = list(benchmark(letters, seed))
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(_one, [order for _, order in plan], [out] * len(plan), chunksize=2))
    kinds = {order.name: kind for kind, order in plan}
    (out / "kinds.json").write_text(json.dumps(kinds, indent=1) + "\n", encoding="utf-8")
    paths = sorted(p for p in out.rglob("*") if p.is_file())
    return {str(path.relative_to(out)): _sha256(path) for path in paths}


def _one(order: Order, out: Path) -> None:
    write(make(order), order, out)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def made_with() -> dict[str, str]:
    """What the bytes depend on: versions of packages, sums of fonts."""
    found = {f"package {name}": version(name) for name in _PACKAGES}
    for family, faces in FAMILIES.items():
        for face in faces:
            found[f"font {family} {face}"] = _sha256(font_path(family, face))
    return found


def manifest(sums: dict[str, str]) -> str:
    """The manifest: ``# what it was made with``, then lines as ``sha256sum`` writes them."""
    head = [f"# {name}: {value}" for name, value in made_with().items()]
    return "\n".join([*head, *(f"{value}  {name}" for name, value in sums.items())]) + "\n"


def differences(ours: str, theirs: str) -> list[str]:
    """Lines that two manifests don't share, by name."""
    a, b = set(ours.splitlines()), set(theirs.splitlines())
    return sorted({line.split("  ")[-1] for line in a ^ b})


def main(arguments: list[str] | None = None) -> int:
    """Build, and compare with the manifest (or write it)."""
    parser = argparse.ArgumentParser(prog="benchmarks.corpus", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--letters", type=int, default=LETTERS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--write-manifest", action="store_true", help="for maintainers")
    options = parser.parse_args(arguments)
    if options.out.exists() and any(options.out.iterdir()):
        parser.error(f"{options.out} is not empty")
    options.out.mkdir(parents=True, exist_ok=True)
    sums = build(options.out, options.letters, options.seed)
    text = manifest(sums)
    print(f"{len(sums)} files in {options.out}")
    if options.write_manifest:
        MANIFEST.write_text(text, encoding="utf-8")
        return 0
    if (options.letters, options.seed) != (LETTERS, SEED):
        return 0
    wrong = differences(text, MANIFEST.read_text(encoding="utf-8"))
    print("\n".join(f"differs: {name}" for name in wrong) or "every file as in corpus.sha256")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
