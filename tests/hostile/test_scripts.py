"""A real Chromium looks at letters, names and searches that are markup: nothing of it runs.

The policy of the pages would stop a script; here not even the element may come to be.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from pipeline.archive import Archive
from pipeline.archive.store import How
from pipeline.desk import accounts
from pipeline.desk.store import Store
from pipeline.letter import Letter
from tests.desk.browsing import CHROMIUM, signed_in
from tests.desk.conftest import Client, drawn, letter, taken_in

EVIL = (
    "\"'><img src=x onerror=alert(1)><script>alert(2)</script></script><svg onload=alert(3)>"
    "{{7*7}}${7*7}<!--</textarea></title>"
)
SHORT = "\"'><svg onload=alert(4)>"  # names of users end at 60 letters
KEPT = {"schema", "id", "sha256", "media_type", "kind", "language", "reading", "rule", "date"}
"""What a reading can't choose freely: closed lists, and dates, which are checked."""

INJECTED = """() => [...document.querySelectorAll('*')].filter(e =>
    [...e.attributes].some(a => a.name.startsWith('on') || /^\\s*javascript:/i.test(a.value))
    || e.matches('img[src="x"], script:not([src]):not([type="application/json"]), svg[onload]')
).map(e => e.outerHTML.slice(0, 200))"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


def poisoned(value: Any, key: str = "") -> Any:
    """A record in which every free string is markup."""
    if isinstance(value, dict):
        return {k: v if k in KEPT else poisoned(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [v if key in {"deadlines", "fields"} else poisoned(v, key) for v in value]
    return EVIL if isinstance(value, str) else value


def add_evil(archive: Archive, folder: Path) -> str:
    """A doubtful letter of nothing but markup, read from a scan of it."""
    path = folder / "'\"&onload=alert(5) {{7*7}}.png"
    page = drawn([EVIL] * 8, path)
    entry = taken_in(archive, path)
    sound = letter(90, page, doubtful=True, secrecy=None, text="\n".join([EVIL] * 8))
    record = Letter.model_validate(poisoned(sound.model_dump(mode="json", by_alias=True)))
    return archive.put(entry, [(record, [page])], how=How("1", "x"))[0].id


def test_no_markup_of_others_becomes_an_element(
    chromium: Any, address: str, archive: Archive, people: Store, browser: Client, tmp_path: Path
) -> None:  # fmt: skip
    letter_id = quote(add_evil(archive, tmp_path / "scans"), safe="")
    archive.edit("CV 73", "subject", EVIL, EVIL)
    accounts.add_user(people, SHORT, "reader", 0)
    admin = browser("sếp")
    admin.post("/searches", data={"name": EVIL[:100], "query": f"q={quote(EVIL)}"})
    admin.put("/api/v1/files/" + quote(f"{EVIL}.pdf", safe=""), content=b"%PDF-1.4")
    for name in (EVIL, SHORT):
        browser(None).post("/api/v1/session", json={"name": name[:100], "password": "x"})

    page = signed_in(chromium, address, "sếp")
    told: list[str] = []

    def hear(dialog: Any) -> None:
        told.append(f"a script ran: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", hear)
    page.on("console", lambda m: told.extend([m.text] * ("Security Policy" in m.text)))
    page.set_default_timeout(60_000)
    seen = quote(EVIL, safe="")
    for path in (
        "/", "/?q=alert", f"/?q={seen}", f"/?issuer={seen}", f"/?date_from={seen}", "/dashboard",
        "/files", "/admin/users", "/admin/audit", f"/letters/{letter_id}", f"/review/{letter_id}",
        "/letters/CV%2073", f"/letters/{seen}", f"/{seen}", f"/login?to={seen}", "/password",
        f"/review?after={seen}", f"/admin/audit?before={seen}",
    ):  # fmt: skip
        page.goto(address + path, wait_until="domcontentloaded")
        for tab in page.query_selector_all("[role=tab]"):
            tab.click()
        assert page.evaluate(INJECTED) == [], path
        assert "49" not in page.title()
    page.goto(f"{address}/letters/{letter_id}", wait_until="domcontentloaded")
    for place in page.query_selector_all("[data-path], #reading span")[:12]:
        place.dispatch_event("click")
        assert page.evaluate(INJECTED) == []
    assert told == []
    assert page.faults == []
    page.evaluate(f"document.body.insertAdjacentHTML('beforeend', {EVIL!r})")
    assert page.evaluate(INJECTED) != [], "the test is blind"
    page.wait_for_timeout(300)
    assert told, "the policy lets scripts of the page run"
    assert not any("ran" in message for message in told)
