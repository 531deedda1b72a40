"""Letters in the forms that others read. Everything streams: one letter in memory at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any, BinaryIO

from pipeline.page import PageText

PagesOf = Callable[[str], Sequence[PageText]]


class Format(StrEnum):
    """The forms of ``congvan export``."""

    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"
    ND30_XML = "nd30-xml"
    ND30_JSON = "nd30-json"
    TT02_CSV = "tt02-csv"
    ALTO = "alto"
    HOCR = "hocr"


def export_records(kind: Format, records: Iterable[str], pages: PagesOf, file: BinaryIO) -> None:
    """Write letters to a binary file.

    Args:
        kind: the form; ALTO and hOCR describe one letter and are zipped, NAME.xml or NAME.html.
        records: the letters' records as JSON text.
        pages: gives a letter's restored pages by its id, for ALTO and hOCR.
        file: where to write; for XLSX and the zipped forms it need not be seekable.
    """
    from pipeline.export import layout, nd30, register

    if kind is Format.JSONL:
        file.writelines(record.encode("utf-8") + b"\n" for record in records)
    elif kind is Format.JSON:
        _write_array(records, file)
    elif kind is Format.CSV:
        register.write_csv(_loaded(records), file)
    elif kind is Format.TT02_CSV:
        register.write_tt02(_loaded(records), file)
    elif kind is Format.XLSX:
        register.write_xlsx(_loaded(records), file)
    elif kind is Format.ND30_XML:
        nd30.write_xml(_loaded(records), file)
    elif kind is Format.ND30_JSON:
        _write_array((nd30.as_json(record) for record in _loaded(records)), file)
    else:
        layout.write_zip(kind.value, (record["id"] for record in _loaded(records)), pages, file)


def _loaded(records: Iterable[str]) -> Iterator[dict[str, Any]]:
    return map(json.loads, records)


def _write_array(records: Iterable[str], file: BinaryIO) -> None:
    """A JSON array, an element a line."""
    before = b"[\n"
    for record in records:
        file.write(before + record.encode("utf-8"))
        before = b",\n"
    file.write(b"\n]\n" if before == b",\n" else b"[]\n")
