"""A letter's plain files: what their bytes are, and the SHA-256 of them in the database.

The hash is noted in the transaction that the file is about, before the file gets its name: what a
process that died in between has left is done again, never vouched for.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.archive.tables import PIECES

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Digest:
    """What tells a file's bytes from any other's."""

    sha256: str
    size: int


def record_path(letter_id: str) -> str:
    """Where a letter's record lies in the archive's folder."""
    return f"records/{letter_id}.json"


def text_path(letter_id: str) -> str:
    """Where a letter's text lies."""
    return f"text/{letter_id}.txt"


def pdf_path(letter_id: str) -> str:
    """Where a letter's searchable PDF lies."""
    return f"pdf/{letter_id}.pdf"


def record_file(record: Mapping[str, Any]) -> bytes:
    """The bytes of a record's file; ``record`` as its JSON in the database."""
    return to_json(record, indent=1) + b"\n"


def text_file(record: Mapping[str, Any]) -> bytes:
    """The bytes of a text's file: the pages of the record."""
    pages = (f"=== page {page['number']} ===\n{page['text']}" for page in record["pages"])
    return ("\n".join(pages) + "\n").encode("utf-8")


def digest_of(data: bytes) -> Digest:
    """The digest of bytes in memory."""
    return Digest(hashlib.sha256(data).hexdigest(), len(data))


def digest_file(path: Path) -> Digest:
    """The digest of an ordinary file, a block in memory at a time. Links are not followed.

    Raises:
        OSError: it isn't there, is no ordinary file, or can't be read.
    """
    total, size = hashlib.sha256(), 0
    for block in _blocks(path):
        total.update(block)
        size += len(block)
    return Digest(total.hexdigest(), size)


def copy_file(source: Path, target: Path) -> Digest:
    """Copy an ordinary file with its time, and its digest from the same reading.

    Raises:
        OSError: the source can't be read, or the target not written.
    """
    total, size = hashlib.sha256(), 0
    with target.open("xb") as copy:
        for block in _blocks(source):
            total.update(block)
            size += copy.write(block)
    shutil.copystat(source, target)
    target.chmod(0o644)
    return Digest(total.hexdigest(), size)


def _blocks(path: Path) -> Iterator[bytes]:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not an ordinary file")
        while block := file.read(_BLOCK):
            yield block


def note(connection: Connection, pk: int, digests: Mapping[str, Digest]) -> None:
    """Keep the digests of a letter's files, by their path in the archive's folder."""
    if not digests:
        return
    rows = [
        {"path": path, "letter_pk": pk, "sha256": digest.sha256, "size": digest.size}
        for path, digest in digests.items()
    ]
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    fresh = dialect.insert(PIECES)
    new = {name: fresh.excluded[name] for name in ("letter_pk", "sha256", "size")}
    connection.execute(fresh.on_conflict_do_update(index_elements=["path"], set_=new), rows)
