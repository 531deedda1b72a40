"""Temporary folders that can be told from a living process's after their own was killed.

A folder's name says whose it is: ``congvan-PLACE-PID-BORN-…``. PLACE stands for the host and its
space of process numbers (containers may share a disk for temporary files), BORN for when the
process started, so that a number that was given out again is not taken for the old process.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import stat
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import util
from pathlib import Path

COMMON = "/tmp"  # noqa: S108 (only for folders of our own, made by mkdtemp)
"""There on every host, and short."""

_OURS = re.compile(r"congvan-(?P<place>[0-9a-f]{8})-(?P<pid>\d+)-(?P<born>\d*)-.+")


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A private folder in ``TMPDIR``, gone afterwards; after a kill, :func:`sweep_temporary`."""
    with tempfile.TemporaryDirectory(prefix=_prefix(os.getpid())) as name:
        yield Path(name)


def settle_temporary() -> None:
    """Give this process a temporary folder of its own, for libraries that make files as well.

    It stays until somebody calls :func:`sweep_temporary` after the process has ended.
    """
    tempfile.tempdir = tempfile.mkdtemp(prefix=_prefix(os.getpid()))


def own_folder(place: str) -> str:
    """A folder in ``place`` that lasts as long as this process; after a kill, until it is swept."""
    folder = tempfile.mkdtemp(prefix=_prefix(os.getpid()), dir=place)
    # After what multiprocessing laid into it, which it removes itself, at -100.
    util.Finalize(None, shutil.rmtree, (folder,), {"ignore_errors": True}, exitpriority=-200)
    return folder


def sweep_temporary() -> None:
    """Remove the temporary folders of this user's processes on this host that are no more.

    Links are neither removed nor followed.
    """
    for place in {tempfile.gettempdir(), COMMON}:
        _sweep(place)


def _sweep(place: str) -> None:
    with suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            owner = _OURS.fullmatch(entry.name)
            if owner is None or entry.name.startswith(_prefix(int(owner["pid"]))):
                continue
            with suppress(OSError):
                about = entry.stat(follow_symlinks=False)
                mine = about.st_uid == os.geteuid() and stat.S_ISDIR(about.st_mode)
                if mine and owner["place"] == _place():
                    shutil.rmtree(entry.path, ignore_errors=True)


def process_born(pid: int) -> str:
    """When a process started, in clock ticks since boot; empty where there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def _prefix(pid: int) -> str:
    return f"congvan-{_place()}-{pid}-{process_born(pid)}-"


def _place() -> str:
    """Eight hex digits for this host and its space of process numbers."""
    numbers = Path("/proc/self/ns/pid").stat().st_ino
    return f"{zlib.crc32(f'{socket.gethostname()} {numbers}'.encode()):08x}"
