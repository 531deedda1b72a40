"""What a search finds, written to a nameless file and sent as a download."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

from fastapi.responses import StreamingResponse

from pipeline.export import Format, export_records

if TYPE_CHECKING:
    from pipeline.archive import Archive, Filters

FORMATS: dict[str, tuple[str, str, str]] = {
    "xlsx": (
        "Excel",
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "csv": ("CSV", "csv", "text/csv; charset=utf-8"),
    "nd30-xml": ("NĐ 30 XML", "xml", "application/xml"),
    "nd30-json": ("NĐ 30 JSON", "json", "application/json"),
    "tt02-csv": ("TT 02 CSV", "csv", "text/csv; charset=utf-8"),
    "json": ("JSON", "json", "application/json"),
    "jsonl": ("JSONL", "jsonl", "application/jsonl"),
    "alto": ("ALTO", "zip", "application/zip"),
    "hocr": ("hOCR", "zip", "application/zip"),
}
"""The forms of an export: name for people, ending, media type."""


def export(archive: Archive, form: str, query: str, filters: Filters) -> StreamingResponse:
    """The letters that a search finds, as an attachment.

    The file has no name in the temporary folder: whatever befalls the desk, none of it stays.

    Raises:
        UsageError: the query or a filter can't be understood.
    """
    _, ending, media_type = FORMATS[form]
    records = archive.records(query, filters)
    file = tempfile.TemporaryFile(suffix=f".{ending}")  # noqa: SIM115 (closed when it is sent)
    try:
        export_records(Format(form), records, archive.pages, cast("BinaryIO", file))
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    headers = {
        "content-disposition": f'attachment; filename="congvan.{ending}"',
        "content-length": str(size),
    }
    return StreamingResponse(_blocks(cast("BinaryIO", file)), 200, headers, media_type)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while block := file.read(1 << 18):
            yield block
