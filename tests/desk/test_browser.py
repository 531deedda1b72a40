"""A clerk's day in a real Chromium: keyboard alone, two clerks at once, axe."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.archive import Archive
from pipeline.config import Settings
from pipeline.desk.app import create_app
from pipeline.desk.store import Store

from .conftest import PASSWORD

CHROMIUM = shutil.which("chromium")
AXE = Path(os.environ.get("CONGVAN_AXE", "node_modules/axe-core/axe.min.js"))
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def address(archive: Archive, settings: Settings, people: Store) -> Iterator[str]:
    import uvicorn

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(archive, settings, convert=False)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


def signed_in(chromium: Any, address: str, name: str) -> Any:
    """A new window in which ``name`` signed in by the keyboard alone."""
    page = chromium.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.set_default_timeout(15_000)
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.goto(address)
    page.wait_for_selector("#name:focus")
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.wait_for_selector("#password:focus")
    page.keyboard.insert_text(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#finder")
    return page


def test_day_of_a_clerk_by_keyboard(chromium: Any, address: str, archive: Archive) -> None:
    page = signed_in(chromium, address, "minh")
    page.keyboard.type("tru so lam viec")
    page.wait_for_selector("mark")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(".leaf .word")
    page.goto(f"{address}/review")
    page.wait_for_selector(".field.current")
    assert page.get_attribute(".field.current", "data-field") == "number"
    page.wait_for_selector(".fieldbox.doubt")
    keys = ["2", "j", "e"]
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(250)
    # combining letters, as some input methods send them
    page.keyboard.insert_text("UBND tỉnh Sông Hồng")
    page.keyboard.press("Enter")
    page.wait_for_selector("#state.fine")
    letter = archive.get("CV 73")
    assert letter.number is not None
    assert letter.issuer.name is not None
    assert (letter.number.value, letter.issuer.name.value) == ("133", "UBND tỉnh Sông Hồng")
    page.keyboard.press("Escape")
    page.goto(f"{address}/review")
    page.wait_for_selector(".field.current")
    page.keyboard.press("Enter")  # the whole letter is right: one key
    page.wait_for_selector(".blank")
    assert not archive.get("CV 74").review.needed
    page.goto(address)
    with page.expect_download() as download:
        page.click("text=Xuất kết quả")
        page.click("text=Excel")
    assert download.value.suggested_filename == "congvan.xlsx"
    assert page.faults == []


def test_dropped_files_are_sent(chromium: Any, address: str, archive: Archive) -> None:
    page = signed_in(chromium, address, "minh")
    page.goto(f"{address}/files")
    page.set_input_files(
        "#picker",
        [
            {"name": "Công văn mới.txt", "mimeType": "text/plain", "buffer": b"x" * 10},
            {"name": "trang.html", "mimeType": "text/html", "buffer": b"<b>x</b>"},
        ],
    )
    page.wait_for_selector("#jobs >> text=Công văn mới.txt")
    assert page.locator("#sending >> text=Loại tệp này không được nhận").count() == 1
    assert len(list((archive.folder / ".desk" / "uploads").glob("*/*"))) == 1
    assert page.faults == []


def test_second_clerk_is_told_and_loses_nothing(
    chromium: Any, address: str, archive: Archive
) -> None:
    first, second = (signed_in(chromium, address, name) for name in ("minh", "hoa"))
    for page in (first, second):
        page.goto(f"{address}/letters/CV%2071")
        page.wait_for_selector(".leaf .word")
        page.click('.field[data-field="place"] .edit')
    first.keyboard.insert_text("Hà Nội")
    first.keyboard.press("Enter")
    first.wait_for_selector("#toasts p")
    second.keyboard.insert_text("Huế")
    second.keyboard.press("Enter")
    second.wait_for_selector(".conflict")
    told = second.inner_text(".conflict")
    assert "minh" in told
    assert "Hà Nội" in told
    assert "Huế" in told
    second.click(".conflict button:last-of-type")
    second.wait_for_selector("#toasts p")
    assert [change.after for change in archive.history("CV 71")] == ["Hà Nội", "Huế"]


def test_word_on_the_scan_opens_its_reading(chromium: Any, address: str) -> None:
    page = signed_in(chromium, address, "lan")
    page.goto(f"{address}/letters/CV%2072")
    page.wait_for_selector(".leaf .word")
    page.locator('.leaf .word[data-at="0-1"]').click()
    assert page.inner_text("#reading .on") == "BAN"
    assert page.locator(".leaf .under").count() == 1
    assert page.locator("#reading .low").count() == 1


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed")
def test_no_serious_accessibility_fault(chromium: Any, address: str) -> None:
    page = signed_in(chromium, address, "sếp")
    faults = []
    for path in ("/", "/?q=tru+so", "/letters/CV%2073", "/review/CV%2073", "/files", "/dashboard",
                 "/admin/users", "/admin/audit", "/password"):  # fmt: skip
        page.goto(f"{address}{path}")
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate("axe.run()")
        faults += [
            (path, v["id"], v["nodes"][0]["html"][:150])
            for v in found["violations"]
            if v["impact"] in ("serious", "critical")
        ]
    assert faults == []
