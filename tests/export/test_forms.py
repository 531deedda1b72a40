"""Every form of export, read back."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import openpyxl
import pytest
from lxml import etree

from pipeline.export import Format, export_records, nd30
from pipeline.letter import Letter
from tests.archive.making import field, letter_of, page_of, samples


def named() -> list[Letter]:
    return [letter.model_copy(update={"id": name}) for name, letter in samples().items()]


def written(kind: Format, letters: list[Letter]) -> bytes:
    file = io.BytesIO()
    records = (letter.model_dump_json(by_alias=True) for letter in letters)
    pages = {letter.id: (page_of(letter.pages[0].text),) for letter in letters}
    export_records(kind, records, lambda name: pages[name], file)
    return file.getvalue()


def test_json_and_json_lines_give_the_records_back() -> None:
    letters = named()
    lines = written(Format.JSONL, letters).decode("utf-8").splitlines()
    assert [Letter.model_validate_json(line) for line in lines] == letters
    assert [Letter.model_validate(r) for r in json.loads(written(Format.JSON, letters))] == letters
    assert json.loads(written(Format.JSON, [])) == []


def test_csv_has_a_row_a_letter() -> None:
    text = written(Format.CSV, named()).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["id"] for row in rows] == list(samples())
    assert rows[0]["code"] == "71/TB-UBND"
    assert rows[0]["citations"] == "15/QĐ-UBND; 30/2020/NĐ-CP"
    assert rows[1]["review"] == "yes"


@pytest.mark.parametrize("text", ["=1+1", "+84", "-đ", "@x"])
def test_no_cell_becomes_a_formula(text: str) -> None:
    letter = letter_of("thư", subject=text)
    cells = next(csv.DictReader(io.StringIO(written(Format.CSV, [letter]).decode("utf-8-sig"))))
    assert cells["subject"] == "'" + text
    book = openpyxl.load_workbook(io.BytesIO(written(Format.XLSX, [letter])))
    cell = next(c for row in book["Sổ văn bản"].iter_rows() for c in row if c.value == text)
    assert cell.data_type == "s"


def test_the_register_has_letters_and_directives() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(Format.XLSX, named())))
    letters = list(book["Sổ văn bản"].values)
    head = [str(cell) for cell in letters[0]]
    first = dict(zip(head, letters[1], strict=True))
    assert (first["Số"], first["Ký hiệu"], first["Ngày tháng"]) == ("71", "TB-UBND", "05/2019")
    tasks = list(book["Nhiệm vụ"].values)
    assert [row[3] for row in tasks[1:]] == ["1", "1/a", "2"]
    assert tasks[1][6] == "30/06/2019"


def test_the_decrees_names_and_lengths() -> None:
    long = letter_of("thư", code="12/UBND-VX", date="2021-12-01", subject="nội dung " * 100)
    letter = long.model_copy(update={"urgency": field("HỎA TỐC")})
    document = nd30.document(json.loads(letter.model_dump_json(by_alias=True)))
    assert len(document["Subject"]) <= 500
    assert document["Subject"].endswith("…")
    assert "Subject" in document["Description"]
    assert document["IssuedDate"] == "01/12/2021"
    assert document["Priority"] == "3"
    partly = nd30.document(
        json.loads(letter_of("x", date="2019-05").model_dump_json(by_alias=True))
    )
    assert partly["IssuedDate"] == ""


def test_the_decrees_xml() -> None:
    letters = [*named(), letter_of("thư", subject="hỏng \x00\x0b ký tự")]
    root = etree.fromstring(written(Format.ND30_XML, letters))
    assert [d.findtext("CodeNumber") or "" for d in root][:2] == ["71", "15"]
    assert root[1].findtext("SignerInfo/FullName") == "Trần Văn Mẫu"
    lines = json.loads(written(Format.ND30_JSON, letters))
    assert lines[0]["CodeNotation"] == "TB-UBND"


def test_unverified_columns_say_so() -> None:
    head = written(Format.TT02_CSV, named()).decode("utf-8-sig").splitlines()[0]
    assert "InforSign (unverified)" in head


@pytest.mark.parametrize(("kind", "path"), [
    (Format.ALTO, "//a:String/@CONTENT"), (Format.HOCR, "//*[@class='ocrx_word']/text()"),
])  # fmt: skip
def test_words_and_places(kind: Format, path: str) -> None:
    letters = [*named(), letter_of('<"a&b"> đ', subject="x").model_copy(update={"id": "dấu"})]
    archive = zipfile.ZipFile(io.BytesIO(written(kind, letters)))
    for letter in letters:
        name = next(n for n in archive.namelist() if n.startswith(f"{letter.id}."))
        root = etree.fromstring(archive.read(name))
        names = {"a": "http://www.loc.gov/standards/alto/ns-v4#"}
        assert root.xpath(path, namespaces=names) == letter.pages[0].text.split()


def test_many_letters_need_no_more_memory_than_few() -> None:
    record = samples()["tru-so"].model_dump_json(by_alias=True)

    def many() -> Iterator[str]:
        for _ in range(3000):
            yield record

    class Nowhere(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            return len(data)

    for kind in (Format.JSONL, Format.JSON, Format.CSV, Format.ND30_XML, Format.XLSX):
        export_records(kind, iter([record]), lambda _: (), cast("BinaryIO", Nowhere()))
        tracemalloc.start()
        export_records(kind, many(), lambda _: (), cast("BinaryIO", Nowhere()))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 5_000_000, kind
