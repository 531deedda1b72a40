"""What happens in a run, told to whoever listens: the progress bar, the log, the desk."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from pipeline.archive.ledger import Entry
from pipeline.letter import Letter


class Events:
    """A listener that does nothing; the others override what they care for."""

    def started(self, entry: Entry) -> None:
        """A file was handed to a worker."""

    def stored(self, entry: Entry, letters: Sequence[Letter], seconds: float, cost: float) -> None:
        """A file is done; it took ``seconds``, and ``cost`` seconds to store."""

    def failed(self, entry: Entry, why: str, *, final: bool, error: BaseException) -> None:
        """A file failed; unless ``final`` it will be tried again."""

    def known(self, path: Path, entry: Entry) -> None:
        """A path holds a content that the archive has already."""

    def refused(self, path: Path, why: str) -> None:
        """A path can't be read."""

    def waiting(self, reason: str) -> None:
        """The disk is full or the database away; the run waits."""

    def tick(self) -> None:
        """About once a second, and after every file."""


class LogEvents(Events):
    """Everything as JSON lines in a file: for machines, and for finding out later."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def started(self, entry: Entry) -> None:
        """One line."""
        self._write("started", file=entry.name, sha256=entry.sha256, attempt=entry.tries)

    def stored(self, entry: Entry, letters: Sequence[Letter], seconds: float, cost: float) -> None:
        """One line a file, with its letters."""
        self._write(
            "stored", file=entry.name, letters=[letter.id for letter in letters],
            review=any(letter.review.needed for letter in letters),
            seconds=round(seconds, 3), store_seconds=round(cost, 4),
        )  # fmt: skip

    def failed(self, entry: Entry, why: str, *, final: bool, error: BaseException) -> None:
        """One line, with the traceback."""
        trace = "".join(traceback.format_exception(error))[-4000:]
        self._write("failed", file=entry.name, why=why, final=final, trace=trace)

    def known(self, path: Path, entry: Entry) -> None:
        """One line."""
        self._write("known", path=str(path), file=entry.name, state=entry.state)

    def refused(self, path: Path, why: str) -> None:
        """One line."""
        self._write("refused", path=str(path), why=why)

    def waiting(self, reason: str) -> None:
        """One line."""
        self._write("waiting", reason=reason)

    def _write(self, event: str, **values: Any) -> None:
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": time, "event": event, **values}, ensure_ascii=False)
        try:
            self._file.write(line.encode("utf-8", "backslashreplace").decode("utf-8") + "\n")
            self._file.flush()
        except OSError as error:  # a log that can't be written must not stop the work
            logging.getLogger(__name__).warning("log: %s", error)


class Several(Events):
    """Tells every event to several listeners."""

    def __init__(self, *listeners: Events) -> None:
        for name in ("started", "stored", "failed", "known", "refused", "waiting", "tick"):
            setattr(self, name, _to_all([getattr(listener, name) for listener in listeners]))


def _to_all(calls: Sequence[Any]) -> Any:
    def tell(*args: Any, **kwargs: Any) -> None:
        for call in calls:
            call(*args, **kwargs)

    return tell


def say_plain(sentence: str) -> None:
    """A line on standard error, where there is no terminal for a progress bar."""
    sys.stderr.write(sentence + "\n")
