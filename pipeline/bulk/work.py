"""What a worker does with one file: convert it, and write its searchable PDF.

A worker never touches the database (nor loads what would). It lays PDFs into the archive's
staging folder and sends the rest home; the process that owns the run stores it. So a worker may
die at any moment and costs nothing but its own file's time.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from pipeline import __version__
from pipeline.config import Settings
from pipeline.errors import EngineError
from pipeline.letter import Letter, Step
from pipeline.page import PageText
from pipeline.temporary import settle_temporary, sweep_temporary

if TYPE_CHECKING:
    from pipeline.trip import Converted

Trip: TypeAlias = "Callable[[Path, Settings], Converted]"

_PR_SET_PDEATHSIG = 1
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Task:
    """One file of the ledger to convert; everything in it can be pickled.

    ``trip`` goes the way of the file; None = :func:`pipeline.trip.convert_file` with the confirmed
    letters that the run wrote to ``register``. Where the
    original can't be reached, a cluster's worker fetches ``source`` (a URL) and checks ``sha256``.
    """

    file_id: int
    name: str
    original: Path
    staging: Path
    settings: Settings
    trip: Trip | None = None
    sha256: str = ""
    source: str | None = None
    register: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task: letters with their pages, and the PDF of each (or None).

    A PDF is staged in the archive, or comes as bytes from a machine that may not share its folder.
    """

    parts: tuple[tuple[Letter, tuple[PageText, ...]], ...]
    pdfs: tuple[Path | bytes | None, ...]
    seconds: float


def convert(task: Task) -> Outcome:
    """Convert a file and stage its PDFs.

    Raises:
        InputError: the file can't become a letter.
        EngineError: an external program failed on it.
    """
    try:
        return _convert(task)
    finally:
        _give_back()


def _give_back() -> None:
    """Return the heap's free memory to the system, where the C library can (glibc; 1 to 3 ms).

    A page's pictures leave holes as large as themselves: without this a worker keeps 25 MiB or not,
    as it happens, and a leak could not be told from them.
    """
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)


def _convert(task: Task) -> Outcome:
    start = time.perf_counter()
    converted = (task.trip or _trip(task))(task.original, task.settings)
    parts: list[tuple[Letter, tuple[PageText, ...]]] = []
    pdfs: list[Path | None] = []
    pictured = task.settings.export.pdf and converted.source.reading != "text"
    for number, letter in enumerate(converted.letters, start=1):
        pages = _pages_of(letter, converted)
        staged = task.staging / f"{task.file_id}-{number}.pdf" if pictured else None
        pdfs.append(staged)
        parts.append((_with_pdf(task, letter, pages, staged) if staged else letter, pages))
    return Outcome(tuple(parts), tuple(pdfs), time.perf_counter() - start)


def _with_pdf(task: Task, letter: Letter, pages: Sequence[PageText], staged: Path) -> Letter:
    """Stage a letter's PDF; the letter with a note in its process of what became of it.

    A PDF that can't be made must not cost the record: the letter is marked for review instead.
    """
    from pipeline.export.pdf import write_pdf

    start = time.perf_counter()
    try:
        flavour = write_pdf(task.original, letter, pages, staged, task.settings)
        made = f"PDF/A-{flavour}" if flavour else "PDF, not PDF/A"
    except EngineError as error:
        why = error.sentence(task.settings.language)
        reasons = (*letter.review.reasons, why)
        review = letter.review.model_copy(update={"needed": True, "reasons": reasons})
        letter, made = letter.model_copy(update={"review": review}), "none"
    seconds = round(time.perf_counter() - start, 3)
    step = Step(step="pdf", version=__version__, settings={"made": made}, seconds=seconds)
    return letter.model_copy(update={"process": (*letter.process, step)})


def _trip(task: Task) -> Trip:
    """The real way. Only workers load it: the models and engines are no use to the command."""
    from pipeline.bulk.register import confirmed
    from pipeline.trip import convert_file

    if task.register is None:
        return convert_file
    return partial(convert_file, register=confirmed(task.register, task.sha256))


def _pages_of(letter: Letter, converted: Converted) -> tuple[PageText, ...]:
    """The pages of one letter of a bundle."""
    if len(converted.letters) == 1 or not letter.source.pages:
        return converted.pages
    return tuple(page for page in converted.pages if page.number in letter.source.pages)


def prepare_worker(memory_mb: int, environment: Mapping[str, str]) -> None:
    """Bound a worker's memory, and let it die with the process that it was forked from.

    That one ends with the command. Without the second, a command killed with -9 would leave its
    workers converting for nobody. What a worker that was killed left in the temporary folder is
    removed by the next one.
    """
    import cv2

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command, which stops us
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * _MIB, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ.clear()
    os.environ.update(environment)
    os.environ["OMP_THREAD_LIMIT"] = "1"
    cv2.setNumThreads(1)  # there is a worker for every core
    sweep_temporary()
    settle_temporary()
