"""From a path to what is known of the file, and on to its pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pipeline.config import Limits, Settings
from pipeline.errors import TooLargeInput, UnreadableInput
from pipeline.letter import SourceFile
from pipeline.page import PageImage
from pipeline.read import pdf, pictures, plain
from pipeline.read.files import checked_size, media_type_of, open_regular, sha256_of

_HEAD = 4096
_TEXT_PAGE = 20_000  # bytes that the fullest page of typed text may have, in UTF-16


def open_source(path: Path, settings: Settings) -> SourceFile:
    """What can be known of a file before a pixel is made, all limits checked.

    Raises:
        UnreadableInput: missing, empty, cut short, damaged, or not permitted.
        EncryptedInput: it asks for a password.
        UnknownInput: not a PDF, TIFF, JPEG, PNG, WebP or text file.
        TooLargeInput: over one of ``settings.limits``.
    """
    with open_regular(path) as file:
        checked_size(file, settings.limits)
        digest = sha256_of(file)
        kind = media_type_of(file.read(_HEAD), path.suffix.lower())
        file.seek(0)
        if kind == "application/pdf":
            known = pdf.inspect(file, path, settings)
            return SourceFile(path, digest, kind, known.pages, known.reading, known.signatures)
        if kind == "text/plain":
            return _text_file(path, digest, file, settings.limits)
        return SourceFile(path, digest, kind, pictures.count(file, settings.limits), "scan")


def _text_file(path: Path, digest: str, file: BinaryIO, limits: Limits) -> SourceFile:
    content = file.read(limits.pages * _TEXT_PAGE + 1)
    text = plain.decode(content) if len(content) <= limits.pages * _TEXT_PAGE else ""
    pages = len(plain.split_pages(text))
    if not text or pages > limits.pages:
        raise TooLargeInput("limit-pages", limit=limits.pages)
    return SourceFile(path, digest, "text/plain", pages, "text", text=text)


def read_pages(source: SourceFile, settings: Settings, first: int = 1) -> Iterator[PageImage]:
    """The pages of a PDF or picture file from ``first`` on, made one by one as they are asked for.

    Each is upright as a viewer shows it (``/Rotate`` or EXIF orientation applied), at the native
    resolution of its scan, or at ``settings.read.dpi`` where there is none.

    Raises:
        UnreadableInput: the file changed since :func:`open_source`, or a page is damaged.
        TooLargeInput: a picture is over a limit.
        EngineError: the rasteriser failed.
    """
    with open_regular(source.path) as file:
        if sha256_of(file) != source.sha256:
            raise UnreadableInput("file-changed")
        if source.media_type == "application/pdf":
            yield from pdf.pages(file, source.path, settings, first)
        elif source.reading != "text":
            yield from pictures.pages(file, settings, first)
