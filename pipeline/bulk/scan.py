"""Finding files: what a folder gives to convert, and what it doesn't."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.archive.stores import Found, listed, url_of
from pipeline.errors import CongvanError, InputError, UnreadableInput, UsageError

KINDS = frozenset(
    {".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".txt"}
)
"""Endings of the files that a folder gives. A file named on the command line is always taken:
its content decides, not its name."""


@dataclass(frozen=True, slots=True)
class Scan:
    """Files to take as (path, size, mtime_ns), files of other kinds, paths that can't be had."""

    files: tuple[Found, ...]
    skipped: tuple[Path, ...]
    missing: tuple[tuple[Path, CongvanError], ...]


def scan(paths: Sequence[Path], archive: Path) -> Scan:
    """Look through files, folders and stores. Links and hidden names in folders are passed by.

    Raises:
        UsageError: there is no path at all.
        ArchiveError: an object store can't be reached.
    """
    if not paths:
        raise UsageError("nothing-to-convert")
    files: dict[Path, Found] = {}
    skipped: list[Path] = []
    missing: list[tuple[Path, CongvanError]] = []
    for path in paths:
        try:
            if url := url_of(path):
                _list_store(url, files, skipped, named=path)
                continue
            if path.is_dir():
                found = list(_walk(path.absolute(), archive.absolute(), skipped, missing))
            elif path.exists():
                found = [path.absolute()]
            else:
                raise UnreadableInput("file-missing")
        except InputError as error:
            missing.append((path, error))
        except OSError as error:
            missing.append((path, unreadable(error)))
        else:
            for file in found:
                _note(file, files, missing)
    return Scan(tuple(files.values()), tuple(skipped), tuple(missing))


def _list_store(url: str, files: dict[Path, Found], skipped: list[Path], *, named: Path) -> None:
    """What lies in an object store, by the same rules as in a folder."""
    for found in listed(url):
        path = found[0]
        if path == named or path.suffix.lower() in KINDS:
            if not path.name.startswith("."):
                files.setdefault(path, found)
        else:
            skipped.append(path)


def unreadable(error: OSError) -> UnreadableInput:
    """What the system says of a path, as the reason of a refusal."""
    if isinstance(error, FileNotFoundError):
        return UnreadableInput("file-missing")
    return UnreadableInput("file-unreadable", reason=error.strerror or type(error).__name__)


def _note(file: Path, files: dict[Path, Found], missing: list[tuple[Path, CongvanError]]) -> None:
    """Size and time of a file, which may be gone by now."""
    try:
        stat = file.stat()
    except OSError as error:
        missing.append((file, unreadable(error)))
    else:
        files.setdefault(file, (file, stat.st_size, stat.st_mtime_ns))


def _walk(
    folder: Path, archive: Path, skipped: list[Path], missing: list[tuple[Path, CongvanError]]
) -> Iterator[Path]:
    """Files below ``folder`` in the order of their names; never the archive's own.

    A folder that may not be read costs what is in it, and is told.
    """
    if folder == archive:
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        missing.append((folder, unreadable(error)))
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        path = Path(entry.path)
        if entry.is_dir():
            yield from _walk(path, archive, skipped, missing)
        elif not entry.is_file():
            continue
        elif path.suffix.lower() in KINDS:
            yield path
        else:
            skipped.append(path)
