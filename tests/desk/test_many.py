"""A letter of 300 pages, and a list of 100,000 letters, in a real Chromium."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import text

from pipeline.archive import Archive
from pipeline.archive.database import writing
from pipeline.archive.store import How
from pipeline.letter import Page

from .browsing import MARKS, signed_in
from .conftest import LINES, add_letter, letter, taken_in

pytestmark = MARKS

PAGES = 300
LETTERS = 100_000


def thick(archive: Archive, folder: Path) -> str:
    """A letter of 300 pages, each with its number in its text."""
    add_letter(archive, folder, 81)
    (page,) = archive.pages("CV 81")
    first = Image.open(folder / "CV 81.png").convert("1")
    path = folder / "CV 90.tif"
    first.save(path, save_all=True, append_images=[first] * (PAGES - 1), compression="group4")
    lines = "\n".join(LINES[:-2]).format(number=90, day=9)
    texts = [f"{lines}\ntrang thứ {number}\nKT. CHỦ TỊCH" for number in range(1, PAGES + 1)]
    record = letter(90, page, doubtful=False, secrecy=None, text=texts[0])
    sheet = record.pages[0]
    record = record.model_copy(
        update={
            "pages": tuple(
                Page(number=n, text=body, width=sheet.width, height=sheet.height, dpi=150)
                for n, body in enumerate(texts, start=1)
            ),
            "corrections": (),
        }
    )
    pages = [replace(page, number=number) for number in range(1, PAGES + 1)]
    entry = taken_in(archive, path)
    return archive.put(entry, [(record, pages)], how=How("1", "x"))[0].id


def test_a_letter_of_300_pages(
    chromium: Any, address: str, archive: Archive, tmp_path: Path
) -> None:
    thick(archive, tmp_path / "scans")
    page = signed_in(chromium, address, "minh")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url.removeprefix(address)))

    def pictures() -> list[str]:
        return [match[1] for url in fetched if (match := re.search(r"/pages/(\d+)\.jpg", url))]

    start = time.process_time()  # the desk serves in this process
    page.goto(f"{address}/letters/CV%2090")
    page.wait_for_selector(".leaf .word")
    assert time.process_time() - start < 10
    assert pictures() == ["1"]  # the others wait until someone turns to them
    assert "/ 300" in page.inner_text(".tools")
    page.focus("#page-number")
    page.keyboard.press("Control+a")
    page.keyboard.type("300")
    page.keyboard.press("Enter")
    page.click("#tab-text")
    page.wait_for_selector("#reading >> text=300")
    assert pictures() == ["1", "300"]
    page.keyboard.press("PageUp")
    page.wait_for_selector("#reading >> text=299")
    assert pictures() == ["1", "300", "299"]
    assert page.faults == []


def multiply(archive: Archive, count: int) -> None:
    """Copies of letter 71 under other numbers, put in by the database itself."""
    with writing(archive.engine) as connection:
        first = connection.scalar(text("SELECT max(pk) FROM letters")) or 0
        columns = [row[1] for row in connection.execute(text("PRAGMA table_info(letters)"))]
        own = {
            "pk": "n.x", "id": "'Thư ' || n.x", "id_key": "'thư ' || n.x", "file_id": "n.x",
            "number": "n.x", "code": "n.x || '/UBND-VX'", "code_key": "n.x || '/ubnd-vx'",
            "date": "'2019-' || substr('0' || (n.x % 12 + 1), -2) || '-05'",
            "subject": "'kế hoạch kiểm tra số ' || n.x",
        }  # fmt: skip
        own |= {"date_low": own["date"], "date_high": own["date"]}
        values = ", ".join(own.get(name, f"l.{name}") for name in columns)
        numbers = (
            "WITH RECURSIVE n(x) AS (SELECT :first + 1 UNION ALL SELECT x + 1 FROM n"
            " WHERE x < :first + :count)"
        )
        statements = (
            "INSERT INTO files (id, sha256, name, name_key, suffix, size, state, tries,"
            " queued_at, pages, seconds) NUMBERS"
            " SELECT x, 'copy ' || x, 'Thư ' || x, 'thư ' || x, '.png', 1, 'done', 1,"
            " '2020-01-01T00:00:00Z', 1, 1.0 FROM n",
            "INSERT INTO letters (COLUMNS) NUMBERS"
            " SELECT VALUES_OF_ONE FROM n, letters l WHERE l.id = 'CV 71'",
            "INSERT INTO bodies (letter_pk, record, text) NUMBERS"
            " SELECT x, b.record, b.text FROM n, bodies b JOIN letters l ON l.pk = b.letter_pk"
            " WHERE l.id = 'CV 71'",
            "INSERT INTO letter_index (rowid, title, body) NUMBERS"
            " SELECT x, 'ke hoach kiem tra so ' || x || ' ubnd vx',"
            " 'uy ban nhan dan tinh ra soat tru so lam viec ' || x FROM n",
        )
        parts = {"NUMBERS": numbers, "COLUMNS": ", ".join(columns), "VALUES_OF_ONE": values}
        for statement in statements:
            for name, part in parts.items():
                statement = statement.replace(name, part)  # noqa: PLW2901 (filled step by step)
            given = {"first": max(first, 1000), "count": count}
            connection.execute(text(statement), given)


def test_a_list_of_100_000_letters(chromium: Any, address: str, archive: Archive) -> None:
    multiply(archive, LETTERS)
    page = signed_in(chromium, address, "minh")
    assert "100.004 công văn" in page.inner_text(".total")  # with the four of the small archive
    start = time.process_time()  # the desk serves in this process
    page.keyboard.insert_text("kiểm tra số 54321")
    page.wait_for_selector('.hits li:only-child .code:text-is("54321/UBND-VX")')
    assert time.process_time() - start < 5
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("trụ sở làm việc")
    page.wait_for_selector(".pager a[rel=next]")
    page.click(".pager a[rel=next]")
    page.wait_for_selector("text=Trang 2")
    page.click(".facets a:has-text('2019')")
    page.wait_for_selector('.facets a[aria-current="true"]:has-text("2019")')
    page.click(".hits .code >> nth=3")
    page.wait_for_selector(".field")
    assert page.faults == []
