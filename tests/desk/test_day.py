"""A clerk's day in a real Chromium by the keyboard alone, with a scan really converted."""

from __future__ import annotations

import base64
import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from pipeline.archive import Archive
from pipeline.config import Settings
from pipeline.desk.store import Store

from .browsing import MARKS, served, signed_in, tab_to

pytestmark = MARKS

SCAN = Path(__file__).parents[2] / "samples" / "letters" / "cong-van-so.pdf"
CONVERTED = 180_000
"""Milliseconds that one page may take to be converted on a busy machine."""


@pytest.fixture
def working(archive: Archive, people: Store) -> Iterator[str]:
    """The desk with its background conversion."""
    del people
    settings = Settings(language="vi", bulk={"jobs": 1})
    with served(archive, settings, convert=True) as found:
        yield found


def sent(page: Any, scan: Path) -> None:
    """Add a scan and wait until it is a letter of the archive."""
    tab_to(page, 'nav a[href="/files"]')
    page.keyboard.press("Enter")
    page.wait_for_selector("#choose")
    page.wait_for_load_state("load")
    with page.expect_file_chooser() as chooser:  # the browser is told while Tab is pressed
        tab_to(page, "#choose")
        page.keyboard.press("Enter")
    chooser.value.set_files(scan)
    page.wait_for_selector(f"#jobs >> text={scan.name}")
    page.wait_for_selector(f'#jobs a[href="/letters/{scan.stem}"]', timeout=CONVERTED)


def reviewed(page: Any) -> set[str]:
    """Go through the whole queue; letter 73 has a number to choose and a name to mend."""
    tab_to(page, 'nav a[href="/review"]')
    page.keyboard.press("Enter")
    seen = set()
    while page.wait_for_selector(".field.current, .blank").get_attribute("class") != "blank":
        place = page.url.rpartition("/")[2]
        seen.add(place)
        if place == "CV%2073":
            page.keyboard.press("2")  # the second reading of the number
            page.wait_for_selector('.field[data-field="number"][data-value="133"]')
            page.keyboard.press("j")
            page.keyboard.press("e")
            page.wait_for_selector(".field.current input:focus")
            page.keyboard.insert_text("UBND tỉnh Sông Hồng")
            page.keyboard.press("Enter")
            page.wait_for_selector("#state.fine")
            page.wait_for_selector(".elsewhere input:focus")  # other letters read the same
            page.keyboard.press("Escape")
            page.wait_for_selector(".field.current:focus")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, old=place: not url.endswith(old))
    return seen


def found(page: Any, code: str) -> None:
    """Open a letter by typing its code."""
    page.keyboard.press("/")
    page.wait_for_selector("#q:focus")
    page.keyboard.insert_text(code)
    page.wait_for_selector(f'.hits .code:text-is("{code}")')
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(".leaf .word")


def register(page: Any) -> list[tuple[str, ...]]:
    """The rows of the exported workbook."""
    from openpyxl import load_workbook

    page.keyboard.press("/")
    page.wait_for_selector("#q:focus")
    tab_to(page, "details.menu:has(a[download]) summary")
    page.keyboard.press("Enter")
    tab_to(page, 'a[href^="/export?form=xlsx"]')
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "congvan.xlsx"
    sheet = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).worksheets[0]
    return [tuple(str(cell) for cell in row) for row in sheet.values]


def test_from_the_scan_to_the_register(chromium: Any, working: str, archive: Archive) -> None:
    page = signed_in(chromium, working, "minh")
    sent(page, SCAN)
    letter = archive.get(SCAN.stem)
    assert letter.code is not None
    assert letter.code.value
    assert letter.date is not None
    assert reviewed(page) >= {"CV%2073", "CV%2074"}
    assert not any(archive.get(name).review.needed for name in ("CV 73", "CV 74", SCAN.stem))
    mended = archive.get("CV 73").issuer.name
    assert mended is not None
    assert mended.value == "UBND tỉnh Sông Hồng"
    found(page, letter.code.value)
    rows = register(page)
    day = "/".join(reversed((letter.date.value or "").split("-")))
    assert any(day in row for row in rows)
    assert any("133" in row for row in rows)
    assert page.faults == []


def test_a_dropped_scan_is_sent_and_other_kinds_are_not(
    chromium: Any, address: str, archive: Archive
) -> None:
    page = signed_in(chromium, address, "minh")
    page.goto(f"{address}/files")
    data = base64.b64encode(SCAN.read_bytes()).decode()
    page.evaluate(
        """([scan]) => {
          const bytes = Uint8Array.from(atob(scan), c => c.charCodeAt(0));
          const held = new DataTransfer();
          held.items.add(new File([bytes], "Công văn mới.pdf"));
          held.items.add(new File(["<b>x</b>"], "trang.html"));
          const drop = document.getElementById("drop");
          drop.dispatchEvent(new DragEvent("dragenter", {dataTransfer: held, bubbles: true}));
          if (!drop.classList.contains("over")) throw new Error("nothing shows the place");
          drop.dispatchEvent(new DragEvent("drop", {dataTransfer: held, bubbles: true}));
        }""",
        [data],
    )
    page.wait_for_selector("#jobs >> text=Công văn mới.pdf")
    assert page.locator("#sending >> text=Loại tệp này không được nhận").count() == 1
    (held,) = (archive.folder / ".desk" / "uploads").glob("*/*")
    assert held.read_bytes() == SCAN.read_bytes()
    assert page.faults == []


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_letters_typed_in_parts_or_whole(
    chromium: Any, address: str, archive: Archive, form: Literal["NFC", "NFD"]
) -> None:
    """Some input methods send ế as one letter, some as e and two marks."""

    def typed(text: str) -> str:
        return unicodedata.normalize(form, text)

    page = signed_in(chromium, address, "minh")
    page.keyboard.insert_text(typed('"trụ sở làm việc lần 71"'))
    page.wait_for_selector(".hits li:only-child")
    assert "71/UBND-VX" in page.inner_text(".hits")
    page.fill('input[name="name"]', typed("Trụ sở"))
    page.keyboard.press("Enter")
    page.wait_for_selector(".saved a")
    assert page.inner_text(".saved a") == unicodedata.normalize("NFC", "Trụ sở")
    page.goto(f"{address}/letters/CV%2071")
    page.wait_for_selector(".leaf .word")
    page.click('.field[data-field="subject"] .edit')
    page.keyboard.insert_text(typed("về việc điều chỉnh quỹ đất ở Thủy Nguyên"))
    page.keyboard.press("Enter")
    page.wait_for_selector("#toasts p")
    held = archive.get("CV 71").subject
    assert held is not None
    assert held.value == unicodedata.normalize("NFC", "về việc điều chỉnh quỹ đất ở Thủy Nguyên")
    page.goto(f"{address}/")
    page.wait_for_selector("#q:focus")
    page.keyboard.insert_text(typed("Thủy Nguyên"))
    page.wait_for_selector(".hits li:only-child")
    assert page.faults == []
