"""What a clerk sees of a run: a live bar, and a table at the end."""

from __future__ import annotations

import contextlib
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from pipeline.archive.ledger import Entry
from pipeline.bulk.events import Events
from pipeline.cli.app import printable
from pipeline.letter import Letter

_WINDOW = 60.0
_LINES = 50
_NAME_WIDTH = 48  # a name of 255 bytes must not push the reason off the screen


def stdout() -> Console:
    """Standard output; in a pipe or a file no line is folded, so that programs can read it."""
    return Console() if sys.stdout.isatty() else Console(width=1000)


class BarEvents(Events):
    """A bar: files, pages a minute, time left, failures. Without a terminal: a line a failure."""

    def __init__(self, console: Console, progress: Progress, task: TaskID) -> None:
        self._console, self._progress, self._task = console, progress, task
        self._pages: deque[tuple[float, int]] = deque()
        self._failures = 0
        self._waiting = ""

    def stored(self, entry: Entry, letters: Sequence[Letter], seconds: float, cost: float) -> None:
        """One file further."""
        del entry, seconds, cost
        self._pages.append((time.monotonic(), sum(len(letter.pages) for letter in letters)))
        self._step()

    def failed(self, entry: Entry, why: str, *, final: bool, error: BaseException) -> None:
        """Count it, and name it at once."""
        del error
        if final:
            self._failures += 1
            line = printable(f"{entry.name}{entry.suffix}: {why}")
            self._console.print(line, markup=False, soft_wrap=True)
            self._step()

    def known(self, path: Path, entry: Entry) -> None:
        """A second name of a known file."""
        del path, entry
        self._step()

    def refused(self, path: Path, why: str) -> None:
        """A file that can't be had."""
        self._failures += 1
        self._console.print(printable(f"{path}: {why}"), markup=False, soft_wrap=True)
        self._step()

    def waiting(self, reason: str) -> None:
        """Say it once, until it changes."""
        if reason != self._waiting:
            self._waiting = reason
            self._console.print(printable(f"Waiting: {reason}"), markup=False)

    def tick(self) -> None:
        """Renew the rate."""
        self._progress.update(self._task, rate=self._rate(), failures=self._failures)

    def _step(self) -> None:
        self._waiting = ""
        self._progress.advance(self._task)

    def _rate(self) -> int:
        now = time.monotonic()
        while self._pages and now - self._pages[0][0] > _WINDOW:
            self._pages.popleft()
        if not self._pages:
            return 0
        span = max(now - self._pages[0][0], 1.0)
        return round(60 * sum(count for _, count in self._pages) / span)


class LineEvents(Events):
    """A line for every file: for a watch, that has no end to draw a bar to."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._waiting = ""

    def stored(self, entry: Entry, letters: Sequence[Letter], seconds: float, cost: float) -> None:
        """How a file fared."""
        del cost
        self._waiting = ""
        state = "doubtful" if any(letter.review.needed for letter in letters) else "done"
        self._say(f"{entry.name}{entry.suffix}: {state} in {seconds:.1f} s")

    def failed(self, entry: Entry, why: str, *, final: bool, error: BaseException) -> None:
        """Why it failed."""
        del error
        if final:
            self._say(f"{entry.name}{entry.suffix}: {why}")

    def known(self, path: Path, entry: Entry) -> None:
        """It is there already."""
        self._say(f"{path.name}: the archive has it already, as {entry.name}")

    def refused(self, path: Path, why: str) -> None:
        """It can't be had."""
        self._say(f"{path.name}: {why}")

    def waiting(self, reason: str) -> None:
        """Say it once, until it changes."""
        if reason != self._waiting:
            self._waiting = reason
            self._say(f"Waiting: {reason}")

    def _say(self, line: str) -> None:
        self._console.print(printable(line), markup=False, highlight=False, soft_wrap=True)


@contextlib.contextmanager
def bar(console: Console, total: int) -> Iterator[BarEvents]:
    """The live bar over ``total`` files."""
    columns = (
        TextColumn("{task.completed}/{task.total} files"),
        BarColumn(),
        TextColumn("{task.fields[rate]} pages/min"),
        TimeRemainingColumn(),
        TextColumn("failed: {task.fields[failures]}"),
    )
    hidden = not console.is_terminal
    with Progress(*columns, console=console, disable=hidden, transient=True) as progress:
        task = progress.add_task("convert", total=total, rate=0, failures=0)
        yield BarEvents(console, progress, task)


def summary(
    console: Console,
    counts: Counter[str],
    rows: Sequence[tuple[str, str, str]],
    *,
    seconds: float = 0.0,
) -> None:
    """The table at the end: doubtful and failed files with their reasons, then the counts."""
    if rows:
        table = Table(box=None, pad_edge=False)
        table.add_column("state")
        table.add_column("file", overflow="fold", max_width=_NAME_WIDTH)
        table.add_column("why", overflow="fold")
        for state, name, why in rows[:_LINES]:
            table.add_row(state, Text(printable(name)), Text(printable(why)))
        console.print(table)
        if len(rows) > _LINES:
            console.print(f"… and {len(rows) - _LINES} more: congvan status --all")
    parts = [f"{counts[state]} {state}" for state in ("done", "doubtful", "failed")]
    parts += [f"{counts[state]} {state}" for state in ("queued", "running") if counts[state]]
    took = f" in {seconds:.0f} s" if seconds else ""
    console.print(", ".join(parts) + took, highlight=False)
