"""The archive's folder: plain files that stay useful without congvan.

``originals/NAME.ext`` the file as it came, byte for byte · ``records/NAME.json`` ·
``text/NAME.txt`` · ``pdf/NAME.pdf``. Every file is written under a temporary name in the same
folder, then renamed: nobody ever sees half a file.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import unicodedata
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from pipeline.archive.stores import url_of
from pipeline.config import Limits
from pipeline.errors import TooLargeInput, UnreadableInput
from pipeline.text import nfc

PARTS = ("originals", "records", "text", "pdf")
STAGING = ".staging"
"""Where workers lay what the archive then renames into place."""

_UNSAFE = dict.fromkeys(map(ord, '<>:"/\\|?*'), "_")  # Windows refuses them on shared folders
_STEM_BYTES = 180


def make_folder(folder: Path) -> None:
    """The archive's folders, where they are missing."""
    for part in (*PARTS, STAGING):
        (folder / part).mkdir(parents=True, exist_ok=True)


def clean_stem(path: Path) -> str:
    """A file's stem as a name that is safe everywhere: NFC, printable, at most 180 bytes.

    >>> clean_stem(Path("CV 71: Hà Nội?.pdf"))
    'CV 71_ Hà Nội_'
    """
    stem = os.fsencode(path.stem).decode("utf-8", "replace").replace("\ufffd", "_")
    kept = (c for c in nfc(stem).translate(_UNSAFE) if not unicodedata.category(c).startswith("C"))
    name = "".join(kept).strip(" .").lstrip("-") or "letter"
    return name.encode("utf-8")[:_STEM_BYTES].decode("utf-8", "ignore").rstrip(" .") or "letter"


def name_key(name: str) -> str:
    """What two names share that one folder can't hold both of (Windows and macOS fold case)."""
    return nfc(name.casefold())


def path_text(path: Path) -> str:
    """A path as text that any database holds; names that are no UTF-8 are percent-encoded."""
    if url := url_of(path):
        return url
    data = os.fsencode(path.absolute())
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return "bytes:" + urllib.parse.quote(data)


def path_of(text: str) -> Path:
    """The path of :func:`path_text`."""
    if text.startswith("bytes:"):
        return Path(os.fsdecode(urllib.parse.unquote_to_bytes(text[6:])))
    return Path(text)


def write_whole(target: Path, write: Callable[[BinaryIO], object]) -> None:
    """Let ``write`` fill a temporary file, then give it its name; nothing is left if it fails."""
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("wb") as file:
            write(file)
            file.flush()
        temporary.replace(target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()


def write_text(target: Path, text: str) -> None:
    """Text as UTF-8, whole or not at all."""
    write_whole(target, lambda file: file.write(text.encode("utf-8")))


def copy_hashed(source: Path, target: Path, limits: Limits) -> tuple[str, int]:
    """A byte-for-byte copy with the source's time, and its SHA-256 and size, in one reading.

    Raises:
        InputError: the source is no plain file, may not be read, or outgrows ``limits.file_mb``
            (a file may grow while it is copied), or its disk is damaged there.
        OSError: the target can't be written, or the source's disk went away.
    """
    from pipeline.read.files import MB, open_regular

    total, size = hashlib.sha256(), 0
    with open_regular(source) as original, target.open("wb") as copy:
        known = os.fstat(original.fileno()).st_size
        while size <= limits.file_mb * MB >= known and (block := _block(original)):
            total.update(block)
            copy.write(block)
            size += len(block)
    if max(size, known) > limits.file_mb * MB:
        most = -(-max(size, known) // MB)
        raise TooLargeInput("limit-file", size=most, limit=limits.file_mb)
    shutil.copystat(source, target)
    target.chmod(0o644)
    return total.hexdigest(), size


def _block(original: BinaryIO) -> bytes:
    """The next block of a source; a place of its disk that can't be read is its own fault."""
    try:
        return original.read(1 << 20)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        raise UnreadableInput("file-unreadable", reason=error.strerror or "EIO") from error


def sweep(folder: Path) -> None:
    """Take away what a killed process left: staged files and temporary names."""
    for stale in (folder / STAGING).glob("*"):
        stale.unlink(missing_ok=True)
    for part in PARTS:
        for stale in (folder / part).glob(".*.tmp"):
            stale.unlink(missing_ok=True)
