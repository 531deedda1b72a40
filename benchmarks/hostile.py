"""The whole corpus of bad files: outcome, seconds, peak memory.

    python -m benchmarks.hostile [--through read|convert|watch|upload] [--seed N] [--work FOLDER]

``read`` opens a file and makes all its pages; ``convert`` goes the whole way to records; both give
each file a process of its own. ``watch`` lays all of them into an inbox and ``upload`` sends them
to the desk: there they go through the bulk engine into an archive, which is then looked through
for anything half done (``--reading``: pages are read but not recognised, ten times faster).

A file may be read or refused with a sentence; a crash, a death by signal, more than ``--seconds``,
a leftover, or a file that had to be refused and was read, counts as a finding and makes the exit
status 1.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.hostile_archive import Ways
from benchmarks.hostile_reading import read_only
from pipeline.config import Settings
from pipeline.errors import EngineError, InputError
from pipeline.read import open_source, read_pages, read_text

CORPUS = Path(__file__).parent.parent / "tests" / "hostile" / "corpus.py"


@dataclass(frozen=True)
class Result:
    """What became of one file. ``memory`` is the peak of the process and its children, in MiB."""

    kind: str
    name: str
    outcome: str
    detail: str
    seconds: float
    memory: int


def load_corpus() -> Any:
    """The corpus's module, which lies with the tests."""
    spec = importlib.util.spec_from_file_location("hostile_corpus", CORPUS)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(CORPUS)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def read(path: Path, settings: Settings) -> int:
    """Pages of a file, all of them made."""
    source = open_source(path, settings)
    if source.reading == "text":
        return len(read_text(source))
    return sum(1 for _ in read_pages(source, settings))


def convert(path: Path, settings: Settings) -> int:
    """Letters of a file."""
    from pipeline.trip import convert_file

    return len(convert_file(path, settings).letters)


def attempt(work: Callable[[Path, Settings], int], path: Path) -> str:
    """``read N``, ``refused CODE``, ``engine CODE`` or ``crash …``."""
    try:
        return f"read {work(path, Settings())}"
    except InputError as error:
        return f"refused {error.code}: {error.sentence()}"
    except EngineError as error:
        return f"engine {error.code}: {error.sentence()}"
    except BaseException:  # a finding, whatever it is
        return f"crash {traceback.format_exc()[-1500:]}"


def measure(case: Any, work: Callable[[Path, Settings], int], seconds: int) -> Result:
    """Run one case in a child that is stopped after ``seconds``."""
    started = time.monotonic()
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receiver)
        signal.alarm(seconds)
        os.write(sender, attempt(work, case.path).encode("utf-8", "replace")[:4000])
        os._exit(0)
    os.close(sender)
    with os.fdopen(receiver, "rb") as pipe:
        said = pipe.read().decode("utf-8", "replace")
    _, status, usage = os.wait4(child, 0)
    outcome, _, detail = (said or f"died by signal {os.WTERMSIG(status)}").partition(" ")
    if outcome == "read" and case.refused:
        outcome = "believed"
    return Result(
        case.kind, case.path.name, outcome, detail,
        time.monotonic() - started, usage.ru_maxrss // 1024,
    )  # fmt: skip


def report(results: list[Result]) -> int:
    """Print the figures; the number of findings."""
    kinds = Counter((r.kind, r.outcome) for r in results)
    for kind in dict.fromkeys(r.kind for r in results):
        counts = ", ".join(f"{n} {o}" for (k, o), n in sorted(kinds.items()) if k == kind)
        print(f"{kind:18} {counts}")
    findings = [r for r in results if r.outcome not in {"read", "refused", "engine"}]
    slowest = max(results, key=lambda r: r.seconds)
    fattest = max(results, key=lambda r: r.memory)
    print(f"{len(results)} files, {len(findings)} findings")
    print(f"slowest: {slowest.seconds:.1f} s ({slowest.name})")
    print(f"most memory: {fattest.memory} MiB ({fattest.name})")
    for finding in findings:
        print(f"FINDING {finding.name!r}: {finding.outcome} {finding.detail}")
    return len(findings)


def through_archive(cases: list[Any], options: argparse.Namespace, folder: Path) -> int:
    """All cases through an inbox or the desk; prints the figures, gives the number of findings."""
    limits = Settings().limits.model_copy(update={"seconds_per_file": options.seconds})
    settings = Settings().model_copy(update={"limits": limits})
    started = time.monotonic()
    ways = Ways(folder, settings, read_only if options.reading else None)
    findings, counts = ways.watch(cases) if options.through == "watch" else ways.upload(cases)
    print(", ".join(f"{count} {state}" for state, count in sorted(counts.items())))
    print(f"{counts.total()} files, {len(findings)} findings, {time.monotonic() - started:.0f} s")
    for finding in findings:
        print(f"FINDING {finding}")
    return len(findings)


def main() -> int:
    """Build the corpus, run it, print what happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    ways = ("read", "convert", "watch", "upload")
    parser.add_argument("--through", choices=ways, default="read")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--reading", action="store_true")
    parser.add_argument("--work", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="congvan-hostile-") as temporary:
        folder = options.work or Path(temporary)
        cases = load_corpus().build(folder / "corpus", options.seed)
        if options.through in ("watch", "upload"):
            return bool(through_archive(cases, options, folder))
        work = {"read": read, "convert": convert}[options.through]
        results = [measure(case, work, options.seconds) for case in cases]
    return 1 if report(results) else 0


if __name__ == "__main__":
    sys.exit(main())
