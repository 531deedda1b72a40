"""One browser, two people after one another: what the first one saw is nothing for the second."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.archive import Archive
from pipeline.desk import accounts, sessions
from pipeline.desk.store import Store
from tests.desk.browsing import CHROMIUM
from tests.desk.conftest import Client, add_letter

SECRET = "/letters/CV%2080/pages/1.jpg"
ASK = "path => fetch(path).then(answer => answer.status)"


def enter(page: Any, address: str, store: Store, name: str) -> None:
    """The session of a user in the place of the one before."""
    account = next(user for user in accounts.users(store) if user.name == name)
    token = sessions.begin(store, account, "127.0.0.1")
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "congvan", "value": token, "url": address}])


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")
def test_a_picture_is_kept_for_its_session_alone(
    chromium: Any, address: str, archive: Archive, tmp_path: Path
) -> None:
    add_letter(archive, tmp_path / "scans", 80, doubtful=False, secrecy="TỐI MẬT")
    store = Store(archive.engine)
    page = chromium.new_context().new_page()
    enter(page, address, store, "sếp")
    page.goto(address)
    assert [page.evaluate(ASK, SECRET) for _ in range(2)] == [200, 200]
    enter(page, address, store, "lan")
    assert page.evaluate(ASK, SECRET) == 404
    page.context.clear_cookies()
    assert page.evaluate(ASK, SECRET) == 401


def test_everything_but_pictures_and_the_desks_own_files_is_never_kept(browser: Client) -> None:
    client = browser("minh")
    for path in ("/", "/letters/CV%2073", "/letters/CV%2073/files/json", "/export?form=csv", "/x"):
        assert client.get(path).headers["cache-control"] == "no-store"
    picture = client.get("/letters/CV%2073/pages/1.jpg").headers
    assert picture["cache-control"].startswith("private")
    assert "cookie" in picture["vary"].lower()


def test_no_redirect_names_a_host(browser: Client) -> None:
    """It would be what the request calls it, over HTTP even where a proxy speaks TLS before us."""
    client = browser("minh")
    for path in ("/admin/users/", "/review/", "/letters/CV%2073/", "/login/", "//evil.example/"):
        answer = client.get(path, follow_redirects=False, headers={"accept": "text/html"})
        assert not answer.headers.get("location", "/").startswith(("http", "//")), path
    for path in ("/review", "/login?to=//evil.example", "/login?to=/..//evil.example"):
        answer = client.get(path, follow_redirects=False)
        assert answer.status_code == 303
        assert not answer.headers["location"].startswith(("http", "//")), path
