"""What a search finds, written to a temporary file and sent as a download."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

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


def export(archive: Archive, form: str, query: str, filters: Filters) -> FileResponse:
    """The letters that a search finds, as an attachment.

    Raises:
        UsageError: the query or a filter can't be understood.
    """
    _, ending, media_type = FORMATS[form]
    records = archive.records(query, filters)
    with tempfile.NamedTemporaryFile(suffix=f".{ending}", delete=False) as file:
        path = Path(file.name)
        try:
            export_records(Format(form), records, archive.pages, cast("BinaryIO", file))
        except BaseException:
            path.unlink()
            raise
    return FileResponse(
        path, media_type=media_type, filename=f"congvan.{ending}",
        background=BackgroundTask(path.unlink, missing_ok=True),
    )  # fmt: skip
