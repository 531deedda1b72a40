"""Moving files within a folder that strangers may write to.

They may put a link in the place of any folder at any moment. So folders are opened one below the
other without following any, and files are moved between those that are held open: whatever is
swapped meanwhile, nothing outside the inbox is moved, written or replaced.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.archive.folder import write_text
from pipeline.errors import InputError, UsageError
from pipeline.read.files import open_regular

_NAME_BYTES = 240
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


@contextmanager
def held(root: Path, *parts: str) -> Iterator[Path]:
    """A folder below ``root``, as a path that leads to it however it is renamed or replaced.

    Raises:
        FileNotFoundError: it is gone.
        UsageError: a link or something else stands in the place of it or of a folder above it.
    """
    folder = os.open(root, _FOLDER)
    try:
        for part in parts:
            try:
                inner = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
            except OSError as error:
                if error.errno in (errno.ENOTDIR, errno.ELOOP):
                    raise UsageError("folder-turned", folder=part) from error
                raise
            os.close(folder)
            folder = inner
        yield Path(f"/proc/self/fd/{folder}")
    finally:
        os.close(folder)


def move_aside(inbox: Path, file: Path, aside: str, why: str | None = None) -> None:
    """Move a file of an inbox into its folder ``aside``, with the reason beside it if there is one.

    A file that someone else has just taken away is none of ours any more.

    Raises:
        UsageError: a link stands in the place of a folder.
        OSError: the disk is full, or the inbox away.
    """
    _make(inbox, aside)
    above = file.relative_to(inbox).parts[:-1]
    try:
        with held(inbox, *above) as source, held(inbox, aside) as target:
            free = _free(target / file.name)
            if why is None:
                _moved(source / file.name, free)
            else:
                _explained(source / file.name, free, why)
    except FileNotFoundError:
        return


def _explained(path: Path, target: Path, why: str) -> None:
    """The reason first: a file in ``failed/`` is never without one."""
    reason, moved = target.with_name(f"{target.name}.txt"), False
    write_text(reason, f"{why}\n")
    try:
        moved = _moved(path, target)
    finally:
        if not moved:
            reason.unlink()


def _make(inbox: Path, aside: str) -> None:
    with held(inbox) as folder:
        try:
            (folder / aside).mkdir()
        except FileExistsError:
            return


def _moved(path: Path, target: Path) -> bool:
    """Move a file between folders that are held open; False if it is gone."""
    try:
        path.rename(target)
    except FileNotFoundError:
        return False
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return _carried(path, target)  # done/ may be a disk of its own
    return True


def _carried(path: Path, target: Path) -> bool:
    try:
        with open_regular(path) as original, target.open("xb") as copy:
            shutil.copyfileobj(original, copy)
            copy.flush()
            times = os.fstat(original.fileno())
            os.utime(copy.fileno(), ns=(times.st_atime_ns, times.st_mtime_ns))
    except InputError:
        return False
    path.unlink()
    return True


def _free(target: Path) -> Path:
    """The path, or the path with the first number that is free.

    A long name is cut where a number and ``.txt`` would not fit any more into 255 bytes.
    """
    stem = os.fsencode(target.stem)
    if len(stem) + len(os.fsencode(target.suffix)) > _NAME_BYTES:
        room = _NAME_BYTES - len(os.fsencode(target.suffix))
        target = target.with_name(stem[:room].decode("utf-8", "ignore") + target.suffix)
    number, free = 1, target
    while os.path.lexists(free) or os.path.lexists(f"{free}.txt"):
        number += 1
        free = target.with_name(f"{target.stem}-{number}{target.suffix}")
    return free
