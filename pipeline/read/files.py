"""Opening a file that may be anything: what it is, told by its content and never by its name.

A link is followed if it is the user's own, root's, or of the owner of the file that it leads to:
in a folder that strangers may write to, theirs must not lead to files that only we may read.
Nothing is ever opened for writing.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import BinaryIO

from pipeline.config import Limits
from pipeline.errors import TooLargeInput, UnknownInput, UnreadableInput

MB = 1_000_000
_PDF_WITHIN = 1024  # readers look for the header this far; scanners put junk before it
_MAGIC = (
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)
# Kinds of text that are no letter: markup, programs for a printer, scripts.
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<svg", b"{\\rtf", b"%!ps", b"#!", b"<?php")
_STEPS = 400
"""Folders and links on the way to a file; the kernel itself follows no more than 40 links."""
_SUFFIXES = {
    ".pdf": "application/pdf",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}


def open_regular(path: Path) -> BinaryIO:
    """The file, open for reading; it blocks on nothing and never creates anything.

    Raises:
        UnreadableInput: it is missing, may not be read, or a stranger's link leads to it.
        UnknownInput: a folder, pipe, socket or device.
    """
    try:
        # O_NONBLOCK: a pipe put there in this very moment must not hold us up.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except FileNotFoundError as error:
        raise UnreadableInput("file-missing") from error
    except (OSError, ValueError) as error:
        if _is_special(path):
            raise UnknownInput("file-special") from error
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableInput("file-unreadable", reason=reason) from error
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise UnknownInput("file-folder" if stat.S_ISDIR(mode) else "file-special")
    file = os.fdopen(descriptor, "rb")
    if not _reached_fairly(path, descriptor):
        file.close()
        raise UnreadableInput("file-linked")
    return file


def _reached_fairly(path: Path, descriptor: int) -> bool:
    """Whether every link on the way to an open file belongs to root, to us, or to its owner.

    The way is gone again step by step, each held open: whatever is swapped meanwhile, the answer is
    about the links that were followed here, and this way must end at the very file that is open.
    """
    file = os.fstat(descriptor)
    trusted = {0, os.geteuid(), file.st_uid}
    left = list(reversed(path.absolute().parts))
    place = os.open("/", os.O_PATH | os.O_CLOEXEC)
    try:
        for _ in range(_STEPS):
            if not left:
                return os.path.samestat(os.fstat(place), file)
            step = os.open(left.pop(), os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=place)
            found = os.fstat(step)
            if not stat.S_ISLNK(found.st_mode):
                os.close(place)
                place = step
                continue
            target = os.readlink("", dir_fd=step)
            os.close(step)
            if found.st_uid not in trusted:
                return False
            left += reversed(Path(target).parts)
    except OSError:  # somebody is taking away what was there
        return False
    finally:
        os.close(place)
    return False


def _is_special(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def checked_size(file: BinaryIO, limits: Limits) -> int:
    """Bytes of the file.

    Raises:
        UnreadableInput: none at all.
        TooLargeInput: more than ``limits.file_mb``.
    """
    size = os.fstat(file.fileno()).st_size
    if size == 0:
        raise UnreadableInput("file-empty")
    if size > limits.file_mb * MB:
        raise TooLargeInput("limit-file", size=-(-size // MB), limit=limits.file_mb)
    return size


def sha256_of(file: BinaryIO) -> str:
    """SHA-256 of the whole content, in lower-case hexadecimal; leaves the file at its start.

    Raises:
        UnreadableInput: the disk or the network gave up.
    """
    try:
        file.seek(0)
        hashed = hashlib.sha256()
        while block := file.read(MB):
            hashed.update(block)
        file.seek(0)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableInput("file-unreadable", reason=reason) from error
    return hashed.hexdigest()


def media_type_of(head: bytes, suffix: str) -> str:
    """The kind of a file by its first bytes (4 KiB are enough).

    ``suffix`` (lower case, with its dot) only decides what text may not be: a ``.pdf`` that
    holds text is a failed download, not a letter.

    Raises:
        UnknownInput: not a kind that congvan reads.
    """
    kind = _binary_kind(head)
    if kind is not None:
        return kind
    if suffix in _SUFFIXES:
        raise UnknownInput("file-misnamed", suffix=suffix)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP) or not _may_be_text(head):
        raise UnknownInput("file-unknown")
    return "text/plain"


def _binary_kind(head: bytes) -> str | None:
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return "application/pdf" if b"%PDF-" in head[:_PDF_WITHIN] else None


def _may_be_text(head: bytes) -> bool:
    """No control characters but those of text, or the even zeros of UTF-16."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    zeros = head.count(0)
    if zeros:
        # UTF-16 without its mark: Vietnamese has ASCII in most places, so every second byte is
        # zero in many pairs, and never on both sides.
        even, odd = head[0::2].count(0), head[1::2].count(0)
        return max(even, odd) > len(head) // 5 and min(even, odd) <= len(head) // 200
    return not any(c < 32 and c not in b"\t\n\r\f\x0b\x1b" for c in head)
