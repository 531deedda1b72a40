"""``python -m training.letters``: make letters of the generator.

``samples [SAMPLES]`` rebuilds the project's sample letters; ``many OUT --letters N --seed S``
makes a corpus with every kind of defect.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from training.letters.make import Order, make, write
from training.letters.plans import SAMPLES, benchmark


def main(arguments: list[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="training.letters", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    samples = commands.add_parser("samples", help="rebuild the sample letters")
    samples.add_argument("out", type=Path, nargs="?", default=Path("samples"))
    many = commands.add_parser("many", help="make a corpus: OUT/letters and OUT/gold")
    many.add_argument("out", type=Path)
    many.add_argument("--letters", type=int, default=20)
    many.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    orders: tuple[Order, ...] = SAMPLES
    if options.command == "many":
        orders = tuple(order for _, order in benchmark(options.letters, options.seed))
    for order in orders:
        path = write(make(order), order, options.out)
        print(path)


if __name__ == "__main__":
    main()
