"""Limits of a PDF, checked before any pixel is made and before anything is unpacked whole."""

from __future__ import annotations

import os
import re
import zlib
from typing import Any, BinaryIO

from pipeline.config import Limits
from pipeline.errors import TooLargeInput, UnreadableInput

_ALWAYS = 64 * 1024 * 1024  # a stream may always unpack to this much
_CHUNK = 1024 * 1024
_PACKED = re.compile(rb"/Type\s*/(?:ObjStm|XRef)\b")
_STREAM = re.compile(rb"stream\r?\n")


def check_structure(file: BinaryIO, limits: Limits) -> None:
    """Unpack, and forget, the object and cross-reference streams that qpdf would unpack whole.

    Raises:
        TooLargeInput: one grows beyond ``limits.expansion``.
    """
    import mmap

    size = os.fstat(file.fileno()).st_size
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for kind in _PACKED.finditer(data):
            start = _STREAM.search(data, kind.end(), min(size, kind.end() + 4096))
            if start is None:
                continue
            stop = data.find(b"endstream", start.end())
            raw = data[start.end() : stop if stop >= 0 else size]
            if unpacked(raw, limits) is None:
                raise TooLargeInput("limit-expansion", limit=limits.expansion)


def unpacked(raw: bytes, limits: Limits) -> int | None:
    """Bytes that a deflated stream unpacks to, without keeping them; None if over the limit."""
    most = max(_ALWAYS, limits.expansion * len(raw))
    inflater = zlib.decompressobj()
    total, rest = 0, raw
    try:
        while rest and not inflater.eof:
            total += len(inflater.decompress(rest, _CHUNK))
            rest = inflater.unconsumed_tail
            if total > most:
                return None
    except zlib.error:
        pass  # damage is for the reader to find; what unpacked so far counts
    return total


def stream_fits(stream: Any, limits: Limits) -> bool | None:
    """Whether a PDF stream may be unpacked here: yes, no, or None = can't be told cheaply."""
    filters = stream.get("/Filter")
    names = [] if filters is None else (
        [str(filters)] if not _is_array(filters) else [str(f) for f in filters]
    )  # fmt: skip
    if not names:
        return True
    if set(names) <= {"/FlateDecode", "/Fl"}:
        return _chain_fits(stream.read_raw_bytes(), len(names), limits)
    if set(names) <= {"/ASCII85Decode", "/ASCIIHexDecode", "/A85", "/AHx"}:
        return True  # grows four times at most
    if names[-1] in {"/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode"}:
        return True if len(names) == 1 else None
    return None


def _chain_fits(raw: bytes, stages: int, limits: Limits) -> bool:
    """Whether a stream deflated ``stages`` times stays within the limits at every stage."""
    for _ in range(stages - 1):
        if unpacked(raw, limits) is None:
            return False
        try:
            raw = zlib.decompressobj().decompress(raw, max(_ALWAYS, limits.expansion * len(raw)))
        except zlib.error:
            return True  # damage is for the reader to find
    return unpacked(raw, limits) is not None


def _is_array(value: Any) -> bool:
    from pikepdf import Array

    return isinstance(value, Array)


def count_pages(root: Any, limits: Limits) -> int:
    """Leaves of the page tree, counted with care: a loop or a tree of trees ends the count.

    Raises:
        UnreadableInput: the tree loops, or there is none.
        TooLargeInput: more than ``limits.pages``, or deeper than ``limits.object_depth``.
    """
    pages = 0
    visited = 0
    stack: list[tuple[Any, int, frozenset[tuple[int, int]]]] = [
        (root.get("/Pages"), 0, frozenset())
    ]
    while stack:
        node, depth, above = stack.pop()
        visited += 1
        if depth > limits.object_depth:
            raise TooLargeInput("limit-depth", limit=limits.object_depth)
        if visited > 4 * limits.pages + 1000:
            raise TooLargeInput("limit-pages", limit=limits.pages)
        kids = _kids(node)
        if kids is None:
            pages += _is_page(node)
            if pages > limits.pages:
                raise TooLargeInput("limit-pages", limit=limits.pages)
            continue
        here = tuple(getattr(node, "objgen", (0, 0)))
        if here != (0, 0) and here in above:
            raise UnreadableInput("file-damaged", reason="page tree")
        above = above | {here}
        stack.extend((kid, depth + 1, above) for kid in kids)
    return pages


def _is_page(node: Any) -> bool:
    from pikepdf import Dictionary

    return isinstance(node, Dictionary) and str(node.get("/Type", "/Page")) != "/Pages"


def _kids(node: Any) -> list[Any] | None:
    from pikepdf import Dictionary

    if not isinstance(node, Dictionary):
        return None
    kids = node.get("/Kids")
    return list(kids) if kids is not None and _is_array(kids) else None
