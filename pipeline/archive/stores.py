"""Files in an object store (``s3://bucket/…`` and whatever else fsspec reaches).

A URL travels as a path: ``Path("s3://bucket/a.pdf")`` is ``s3:/bucket/a.pdf``, and :func:`url_of`
gives the URL back. For plain paths nothing here is loaded.
"""

from __future__ import annotations

import errno
import hashlib
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.config import Limits
from pipeline.errors import ArchiveError, TooLargeInput, UnreadableInput

MB = 1024 * 1024
_URL = re.compile(r"(?P<kind>[a-z][a-z0-9+]+):/(?P<rest>[^/].*)")

Found = tuple[Path, int, int]
"""A file as (path, size, time of its last change in ns; 0 where the store tells none)."""


def url_of(path: Path) -> str | None:
    """The URL that a path stands for; None for a path of this machine.

    >>> url_of(Path("s3://scans/2024/a.pdf")), url_of(Path("/scans/a.pdf"))
    ('s3://scans/2024/a.pdf', None)
    """
    found = _URL.fullmatch(str(path))
    return f"{found['kind']}://{found['rest']}" if found else None


def listed(url: str) -> list[Found]:
    """Every file at or below a URL, in the order of their names.

    Raises:
        UnreadableInput: there is none.
        ArchiveError: fsspec or the package for this kind of store is missing, or the store does
            not answer.
    """
    store, place = _store(url)
    try:
        found = store.find(place, detail=True)
    except FileNotFoundError:
        found = {}
    except Exception as error:
        raise ArchiveError("store-unreachable", url=url, reason=_reason(error)) from error
    if not found:
        raise UnreadableInput("file-missing")
    return [
        (Path(store.unstrip_protocol(name)), int(info["size"] or 0), _changed(info))
        for name, info in sorted(found.items())
    ]


def fetch_hashed(url: str, target: Path, limits: Limits) -> tuple[str, int]:
    """Copy a file of a store to ``target``; its SHA-256 and size.

    Raises:
        InputError: it isn't there, may not be read, or is over ``limits.file_mb``; its size is
            asked before anything is fetched, and counted while it is.
        OSError: EIO when the store is away (waiting can help), or the target can't be written.
        ArchiveError: see :func:`listed`.
    """
    store, place = _store(url)
    total, size = hashlib.sha256(), 0
    try:
        known = int(store.info(place)["size"] or 0)
        _check(known, limits)
        source = store.open(place, "rb")
    except Exception as error:
        raise _told(url, error) from error
    with source, target.open("wb") as copy:
        while block := _block(url, source):
            size += len(block)
            _check(size, limits)
            total.update(block)
            copy.write(block)
    return total.hexdigest(), size


def _block(url: str, source: Any) -> bytes:
    try:
        return bytes(source.read(MB))
    except Exception as error:
        raise _told(url, error) from error


def _check(size: int, limits: Limits) -> None:
    if size > limits.file_mb * MB:
        raise TooLargeInput("limit-file", size=-(-size // MB), limit=limits.file_mb)


def _told(url: str, error: Exception) -> Exception:
    """A store's complaint as one that the run knows what to do with."""
    if isinstance(error, TooLargeInput):
        return error
    if isinstance(error, FileNotFoundError):
        return UnreadableInput("file-missing")
    if isinstance(error, PermissionError):
        return UnreadableInput("file-unreadable", reason=_reason(error))
    return OSError(errno.EIO, f"{url}: {_reason(error)}")


def _store(url: str) -> tuple[Any, str]:
    """The store of a URL, and the file's name in it."""
    try:
        import fsspec

        store, place = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:  # no fsspec, no package for it, no such kind
        raise ArchiveError("store-missing", url=url, reason=_reason(error)) from error
    except Exception as error:
        raise ArchiveError("store-unreachable", url=url, reason=_reason(error)) from error
    store.invalidate_cache()
    return store, place


def _changed(info: dict[str, Any]) -> int:
    for name in ("LastModified", "mtime", "created", "updated"):
        value = info.get(name)
        if isinstance(value, datetime):
            return int(value.timestamp() * 1e9)
        if isinstance(value, int | float):
            return int(value * 1e9)
    return 0


def _reason(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
