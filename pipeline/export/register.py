"""Tables of letters: CSV, the register as offices keep it (XLSX), and TT 02/2019-style CSV."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

from pipeline.export.values import Record, sureness, value, values, vietnamese_date, walk

_FORMULA = re.compile(r"(^|;[ \"']*)([=+@\t\r＝＋＠]|(?<!; )[-－])")
Column = tuple[str, Callable[[Record], Any]]

COLUMNS: tuple[Column, ...] = (
    ("id", lambda r: r["id"]),
    ("doc_type", lambda r: value(r["doc_type"])),
    ("code", lambda r: value(r["code"])),
    ("number", lambda r: value(r["number"])),
    ("notation", lambda r: value(r["notation"])),
    ("date", lambda r: value(r["date"])),
    ("place", lambda r: value(r["place"])),
    ("issuer_parent", lambda r: value(r["issuer"]["parent"])),
    ("issuer", lambda r: value(r["issuer"]["name"])),
    ("subject", lambda r: value(r["subject"])),
    ("recipients", lambda r: "; ".join(values(r["recipients"]))),
    ("copies_to", lambda r: "; ".join(values(r["copies_to"]))),
    ("signer_authority", lambda r: value(r["signer"]["authority"])),
    ("signer_position", lambda r: value(r["signer"]["position"])),
    ("signer", lambda r: value(r["signer"]["name"])),
    ("urgency", lambda r: value(r["urgency"])),
    ("secrecy", lambda r: value(r["secrecy"])),
    ("directives", lambda r: len(r["directives"])),
    ("deadlines", lambda r: "; ".join(r["deadlines"])),
    ("percentages", lambda r: "; ".join(p["text"] for p in r["percentages"])),
    ("citations", lambda r: "; ".join(c["code"] for c in r["citations"])),
    ("pages", lambda r: len(r["pages"])),
    ("review", lambda r: "yes" if r["review"]["needed"] else ""),
    ("review_reasons", lambda r: " ".join(r["review"]["reasons"])),
    ("file", lambda r: r["source"]["file"]),
    ("sha256", lambda r: r["source"]["sha256"]),
)
"""Columns of the plain CSV, named as the record's fields."""

# Sổ đăng ký văn bản đến: the columns of NĐ 30/2020, Phụ lục IV, with what a scan can tell.
_REGISTER: tuple[tuple[str, int, Callable[[Record], Any]], ...] = (
    ("Ngày đến", 12, lambda r: _arrival(r, "date")),
    ("Số đến", 9, lambda r: _arrival(r, "number")),
    ("Tác giả", 34, lambda r: value(r["issuer"]["name"])),
    ("Số", 8, lambda r: value(r["number"])),
    ("Ký hiệu", 16, lambda r: value(r["notation"])),
    ("Ngày tháng", 12, lambda r: vietnamese_date(value(r["date"]))),
    ("Tên loại", 14, lambda r: value(r["doc_type"])),
    ("Trích yếu nội dung", 60, lambda r: value(r["subject"])),
    ("Nơi nhận", 34, lambda r: "; ".join(values(r["recipients"]))),
    ("Người ký", 24, lambda r: value(r["signer"]["name"])),
    ("Độ khẩn", 10, lambda r: value(r["urgency"])),
    ("Độ mật", 10, lambda r: value(r["secrecy"])),
    ("Số trang", 9, lambda r: len(r["pages"])),
    ("Hạn", 12, lambda r: vietnamese_date(min(r["deadlines"], default=""))),
    ("Cần xem lại", 40, lambda r: " ".join(r["review"]["reasons"])),
    ("Tệp", 30, lambda r: r["source"]["file"]),
    ("Mã", 24, lambda r: r["id"]),
)

_TASKS = (
    ("Mã", 24),
    ("Số, ký hiệu", 20),
    ("Ngày", 12),
    ("Mục", 8),
    ("Nội dung", 80),
    ("Đơn vị thực hiện", 40),
    ("Hạn", 14),
)

# TT 02/2019/TT-BNV, data of a document in an electronic file. Columns whose names and meaning are
# taken from implementations, not from the text of the circular, are marked "unverified".
_TT02: tuple[Column, ...] = (
    ("DocId", lambda r: r["id"]),
    ("TypeName", lambda r: value(r["doc_type"])),
    ("CodeNumber", lambda r: value(r["number"])),
    ("CodeNotation", lambda r: value(r["notation"])),
    ("IssuedDate", lambda r: vietnamese_date(value(r["date"]))),
    ("OrganName", lambda r: value(r["issuer"]["name"])),
    ("Subject", lambda r: value(r["subject"])),
    ("Language", lambda r: "Tiếng Việt" if r["language"] == "vi" else r["language"]),
    ("PageAmount", lambda r: len(r["pages"])),
    ("Description", lambda r: " ".join(r["review"]["reasons"])),
    ("InforSign (unverified)", lambda r: value(r["signer"]["name"])),
    ("Keyword (unverified)", lambda r: "; ".join(r["keywords"])),
    ("Mode (unverified)", lambda r: value(r["secrecy"])),
    ("ConfidenceLevel (unverified)", lambda r: f"{sureness(r):.2f}"),
    ("Autograph (unverified)", lambda _: ""),
    ("Format (unverified)", lambda r: r["source"]["media_type"]),
)


def write_csv(records: Iterable[Record], file: BinaryIO) -> None:
    """One row a letter; UTF-8 with a mark, so that Excel shows Vietnamese letters."""
    _write_table(COLUMNS, records, file)


def write_tt02(records: Iterable[Record], file: BinaryIO) -> None:
    """TT 02/2019-style CSV; columns that were not checked against the circular say so."""
    _write_table(_TT02, records, file)


def _write_table(columns: tuple[Column, ...], records: Iterable[Record], file: BinaryIO) -> None:
    line = io.StringIO()
    writer = csv.writer(line)
    file.write(b"\xef\xbb\xbf")
    writer.writerow([name for name, _ in columns])
    for record in records:
        file.write(line.getvalue().encode("utf-8"))
        line.seek(0)
        line.truncate()
        writer.writerow([_safe(get(record)) for _, get in columns])
    file.write(line.getvalue().encode("utf-8"))


def _safe(cell: Any) -> Any:
    """A cell that a spreadsheet takes as text: OCR text must never become a formula.

    Where a comma stands in decimals, as in Vietnam, spreadsheets part cells at semicolons: what
    follows one is the beginning of a cell, too.
    """
    return _FORMULA.sub(r"\1'\2", cell) if isinstance(cell, str) else cell


def write_xlsx(records: Iterable[Record], file: BinaryIO) -> None:
    """The register on one sheet, the directives on a second, in constant memory."""
    import xlsxwriter

    with tempfile.TemporaryFile() as rows:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        book = xlsxwriter.Workbook(rows, options)
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        letters, tasks = book.add_worksheet("Sổ văn bản"), book.add_worksheet("Nhiệm vụ")
        _head(letters, [(name, width) for name, width, _ in _REGISTER], bold)
        _head(tasks, _TASKS, bold)
        at = 0
        for line, record in enumerate(records, start=1):
            for column, (_, _, get) in enumerate(_REGISTER):
                letters.write(line, column, get(record), wrap)
            for cells in _tasks(record):
                at += 1
                for column, cell in enumerate(cells):
                    tasks.write(at, column, cell, wrap)
        book.close()
        rows.seek(0)
        while block := rows.read(1 << 20):
            file.write(block)


def _head(sheet: Any, columns: Iterable[tuple[str, int]], bold: Any) -> None:
    sheet.freeze_panes(1, 0)
    for at, (name, width) in enumerate(columns):
        sheet.set_column(at, at, width)
        sheet.write(0, at, name, bold)


def _tasks(record: Record) -> Iterable[tuple[str, ...]]:
    for label, item in walk(record["directives"]):
        yield (
            record["id"],
            value(record["code"]),
            vietnamese_date(value(record["date"])),
            label,
            item["text"][:32_000],  # a cell of Excel holds 32,767 characters
            "; ".join(item["assignees"]),
            "; ".join(vietnamese_date(day) for day in item["deadlines"]),
        )


def _arrival(record: Record, part: str) -> str:
    found = value((record["arrival_stamp"] or {}).get(part))
    return vietnamese_date(found) if part == "date" else found
