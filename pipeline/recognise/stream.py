"""Tesseract kept running: pictures in by name, one table for each out.

Loading its tables of look-alike letters costs a start of Tesseract 0.09 CPU seconds, a tenth of
what a page takes. With ``stream_filelist`` it reads the names of pictures as they come; an empty
picture after each one pushes its table out whole.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import weakref
from pathlib import Path
from typing import IO

from pipeline.config import Limits
from pipeline.errors import EngineError, EngineMissing, EngineTimeout
from pipeline.programs import environment, fence

_OPTIONS = {"stream_filelist": 1, "tessedit_do_invert": 0, "tessedit_create_tsv": 1}
_MOST = 40  # pictures that one process reads: its memory and its CPU time are limited as a whole
_LARGEST = 1 << 26  # bytes of one table
_BLANK = b"P5 60 30 255\n" + b"\xff" * 1800

_mine = threading.local()


def read_table(picture: Path, language: str, mode: int, limits: Limits) -> bytes:
    """The rows of TSV that Tesseract gives for a picture, without the heading.

    A process for each thread, since a child dies with the thread that started it. One that has
    read before and dies is replaced, so that no picture pays for another.

    Args:
        picture: an absolute path; a blank picture is written beside it.
        language: Tesseract's name of the model.
        mode: its page segmentation mode.
        limits: ``seconds_per_page`` and ``memory_mb``.

    Raises:
        EngineMissing: Tesseract or the model is not installed.
        EngineTimeout: it ran past ``limits.seconds_per_page``.
        EngineError: it failed.
    """
    program = shutil.which("tesseract")
    if program is None:
        raise EngineMissing("engine-missing", program="tesseract")
    key = (os.getpid(), program, language, mode, limits.seconds_per_page, limits.memory_mb)
    kept: dict[object, _Stream] = _mine.__dict__.setdefault("streams", {})
    stream = kept.pop(key, None)
    if stream is not None:
        with contextlib.suppress(_Died):
            return _keep(kept, key, stream, stream.read(picture))
    stream = _Stream(program, language, mode, limits)
    try:
        return _keep(kept, key, stream, stream.read(picture))
    except _Died as died:
        raise died.as_error(language) from died


def _keep(kept: dict[object, _Stream], key: object, stream: _Stream, table: bytes) -> bytes:
    if stream.pages < 2 * _MOST:
        kept[key] = stream
    else:
        stream.end()
    return table


class _Died(Exception):
    """The process ended before the table did; the message is what it said last."""

    def as_error(self, language: str) -> EngineError:
        """The error for the caller."""
        said = str(self)
        if "Failed loading language" in said:
            return EngineMissing("engine-missing", program=f"tesseract {language}")
        reason = said.strip()[-200:] or "it ended early"
        return EngineError("engine-failed", program="tesseract", reason=reason)


class _Stream:
    """One process; it is killed when nobody holds the object any longer."""

    def __init__(self, program: str, language: str, mode: int, limits: Limits) -> None:
        self.pages = 0
        self.seconds = limits.seconds_per_page
        options = [f"{name}={value}" for name, value in _OPTIONS.items()]
        # Line by line: a pipe's buffer would hold the end of a table back.
        command = [
            *fence(timeout=self.seconds, memory_mb=limits.memory_mb), "stdbuf", "-oL", program,
            "-", "-", "-l", language, "--psm", str(mode), "--dpi", "220",
            *(part for option in options for part in ("-c", option)),
        ]  # fmt: skip
        ours, theirs = os.pipe(), os.pipe()
        self.said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process, by _end
        self.table, self.given = ours[0], theirs[1]
        try:
            process = subprocess.Popen(
                command,
                stdin=theirs[0],
                stdout=ours[1],
                stderr=self.said,
                cwd="/",
                env=environment(Path("/")),
                start_new_session=True,
            )
        finally:
            os.close(ours[1])
            os.close(theirs[0])
        self.process = process
        pipes = (self.table, self.given)
        self.end = weakref.finalize(self, _end, os.getpid(), process, pipes, self.said)

    def read(self, picture: Path) -> bytes:
        """The table of a picture.

        Raises:
            _Died: the process ended.
            EngineTimeout: it took too long; the process is killed.
            EngineError: it said too much.
        """
        blank = picture.with_name("blank.pgm")
        blank.write_bytes(_BLANK)
        try:
            os.write(self.given, f"{picture}\n{blank}\n".encode())
            table = self._table(f"1\t{self.pages + 2}\t".encode())
        except (BrokenPipeError, EOFError):
            raise _Died(self._last_words()) from None
        except EngineError:
            self.end()
            raise
        self.pages += 2
        return table

    def _table(self, after: bytes) -> bytes:
        """What comes before the row of the blank picture, which begins with ``after``."""
        deadline = time.monotonic() + self.seconds
        out = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self.table, selectors.EVENT_READ)
            while (end := _row(out, after)) is None:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise EngineTimeout(
                        "engine-timeout",
                        program="tesseract",
                        seconds=round(self.seconds),
                        setting="limits.seconds_per_page",
                    )
                more = os.read(self.table, 1 << 16)
                if not more:
                    raise EOFError
                out += more
                if len(out) > _LARGEST:
                    reason = "a table without end"
                    raise EngineError("engine-failed", program="tesseract", reason=reason)
        return bytes(out[:end])

    def _last_words(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(1)
        self.said.seek(0)
        said = self.said.read(1 << 16).decode("utf-8", "replace")
        self.end()
        return said


def _row(out: bytearray, start: bytes) -> int | None:
    """Where a whole row that begins with ``start`` begins, None where none does."""
    at = 0 if out.startswith(start) else out.rfind(b"\n" + start) + 1
    if not out.startswith(start) and at == 0:
        return None
    return at if out.find(b"\n", at) >= 0 else None


def _end(
    owner: int, process: subprocess.Popen[bytes], pipes: tuple[int, ...], said: IO[bytes]
) -> None:
    """Kill the process and whatever it started; a fork of its owner leaves it alone."""
    if os.getpid() != owner:
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in pipes:
        os.close(pipe)
    said.close()
