"""Letters above one's clearance, looked for by every other way; and secrets in logs."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from pipeline.archive import Archive
from pipeline.desk import accounts
from pipeline.desk.export import FORMATS
from pipeline.desk.store import Store
from tests.desk.conftest import LINES, PASSWORD, Client, add_letter
from tests.hostile.test_routes import REQUESTS, Address, addresses

HIDDEN, WORD = "CV 80", "xuyênquang"
TRACES = (HIDDEN, "CV%2080", "80/UBND-VX", WORD, "lần 80")
"""What no answer to someone without clearance may hold."""


@pytest.fixture
def hidden(archive: Archive, tmp_path: Path) -> str:
    """A secret letter with a word, an issuer and a reading of its own; 81 cites it and is open."""
    scans = tmp_path / "scans"
    secret = add_letter(archive, scans, 80, doubtful=True, secrecy="TỐI MẬT", extra=WORD)
    archive.edit(secret, "issuer.name", f"Cục {WORD}", "sếp")
    archive.edit(secret, "recipients.0", f"Phòng {WORD}", "sếp")
    add_letter(archive, scans, 81, doubtful=True)
    archive.edit("CV 81", "issuer.name", "Cục Đường Bộ", "sếp")  # as doubtful as 80, and behind it
    assert secret == HIDDEN
    return secret


def said(answer: Any) -> str:
    """All that an answer holds: its headers and body, packed parts too."""
    body = answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join([n.encode() + b"\n" + packed.read(n) for n in packed.namelist()])
    return f"{answer.headers}\n{body.decode('utf-8', 'replace')}"


def asked() -> Iterator[str]:
    """Searches by which the letter would be found by someone cleared."""
    yield from (
        "",
        "q=80",
        f"q={WORD}",
        f"q={WORD[:-1]}*",
        f"q=~{WORD}",
        f"q=NOT khongco{WORD[:0]}",
    )
    yield from (f"q={WORD[:-1]}", f"q={quote(LINES[4])}", "q=%22ra+soat%22", "q=Trụ+sở")
    for name in ("issuer", "recipient"):
        yield f"{name}={quote(WORD)}"
    yield from (
        "number=80",
        "code=80/UBND-VX",
        "cites=71/UBND-VX",
        "review=yes",
        "doc_type=công+văn",
    )
    yield from ("assignee=Sở+Y+tế", "deadline=2021-04-15", "year=2021", "sort=added", "sort=newest")
    yield from ("secrecy=3", "clearance=3", "page=2", "q=80&secrecy=3&filters.secrecy=3")


def everywhere(client: TestClient) -> Iterator[tuple[str, Any]]:
    """Answers of every address that only looks, for open letters and with every search."""
    for address in addresses(client.app):
        if address.changes or address.path.startswith("/admin"):
            continue
        for letter_id in ("CV 73", "CV 81"):
            path = address.path.replace("{letter_id}", quote(letter_id))
            for kind in ("json", "text", "original"):
                for form in FORMATS:
                    full = path.replace("{number}", "1").replace("{kind}", kind)
                    full = full.replace("{form}", form).replace("{version}/{name}", "x/x")
                    yield full, client.get(full)
                    if "{form}" not in path:
                        break
                if "{kind}" not in path:
                    break
    for words in asked():
        for path in ("/", "/api/v1/letters", "/export", "/api/v1/export/jsonl"):
            yield f"{path}?{words}", client.get(f"{path}?{words}")


def test_no_answer_holds_a_trace_of_it(browser: Client, hidden: str) -> None:
    minh = browser("minh")
    seen = 0
    for path, answer in everywhere(minh):
        assert answer.status_code < 500, path
        # What was typed comes back in the search box: that is no trace.
        text = said(answer).replace(path, "").replace(quote(path), "")
        typed = [trace for trace in TRACES if trace in path or quote(trace) in path]
        for trace in set(TRACES) - set(typed):
            assert trace not in text, (path, trace)
        seen += answer.status_code == 200
    assert seen > 80
    for path in ("/?q=80", "/api/v1/export/hocr", "/export?form=xlsx", "/files", "/dashboard"):
        assert any(trace in said(browser("sếp").get(path)) for trace in TRACES), f"blind: {path}"


def test_counts_do_not_count_it(browser: Client, hidden: str) -> None:
    minh, chief = browser("minh"), browser("sếp")
    for words in asked():
        mine = minh.get(f"/api/v1/letters?{words}")
        if mine.status_code != 200:
            continue
        ids = {item["id"] for item in mine.json()["letters"]}
        assert hidden not in ids
        assert mine.json()["total"] <= 5
    assert minh.get(f"/api/v1/letters?q={WORD}").json()["total"] == 0
    assert chief.get(f"/api/v1/letters?q={WORD}").json()["total"] == 1
    whole = (
        minh.get("/api/v1/letters").json()["total"],
        chief.get("/api/v1/letters").json()["total"],
    )
    assert whole == (5, 7)


def test_a_link_to_it_is_no_link(browser: Client, archive: Archive, hidden: str) -> None:
    """81 is cited by 80 and cites it: neither page of an open letter leads there."""
    letter = archive.get("CV 81")
    assert letter.citations
    archive.edit("CV 81", "code", "71/UBND-VX", "sếp")  # what 80 cites
    page = browser("minh").get("/letters/CV%2081").text
    assert not any(trace in page for trace in TRACES)
    assert quote(HIDDEN) in browser("sếp").get("/letters/CV%2081").text


def test_the_queue_never_leads_to_it(browser: Client, hidden: str) -> None:
    minh = browser("minh")
    visited, place = set(), "/review"
    for _ in range(12):
        target = minh.get(place).headers["location"]
        assert quote(hidden) not in target
        visited.add(target)
        place = f"/review?after={target.rsplit('/', 1)[1]}"
    assert len(visited) == 3
    # Asked for what follows it, the queue begins anew, as it does for an id that is not there.
    after = {minh.get(f"/review?after={quote(i)}").headers["location"] for i in (hidden, "nowhere")}
    assert len(after) == 1


def test_what_is_offered_elsewhere_leaves_it_out(browser: Client, hidden: str) -> None:
    edit = {"field": "place", "value": "Huế", "expected": "Sông Hồng"}
    answer = browser("minh").patch("/api/v1/letters/CV%2073", json=edit)
    assert sorted(answer.json()["elsewhere"]) == ["CV 71", "CV 72", "CV 74", "CV 81"]
    body = {"field": "place", "before": "Sông Hồng", "value": "Huế", "letters": [hidden]}
    changed = browser("minh").post("/api/v1/letters/CV%2073/elsewhere", json=body)
    assert changed.status_code == 404


def test_nothing_can_be_done_to_it(browser: Client, archive: Archive, hidden: str) -> None:
    """Every change of it is answered as for a letter that is not there, and changes nothing."""
    minh = browser("minh")
    before = archive.get(hidden), archive.history(hidden)
    for address in addresses(minh.app):
        if "{letter_id}" not in address.path:
            continue
        answers = [
            _send(
                replace(address, path=address.path.replace("{letter_id}", quote(i))), address, minh
            )
            for i in (hidden, "CV 99")
        ]
        assert answers[0].status_code == answers[1].status_code == 404, address.label
        same = answers[0].text.replace(quote(hidden), "").replace(hidden, "")
        assert same == answers[1].text.replace("CV%2099", "").replace("CV 99", ""), address.label
    assert (archive.get(hidden), archive.history(hidden)) == before


def _send(address: Address, kind: Address, client: TestClient) -> Any:
    path = address.path.replace("{number}", "1").replace("{kind}", "json")
    query = "?box=0,0,9,9" if path.endswith("cut.jpg") else ""
    asked = REQUESTS[kind.label] if address.changes else {}
    return client.request(address.method, path + query, **asked)


def test_sixty_tries_at_once_reach_no_password(people: Store) -> None:
    """Counted before it is checked: a flood of guesses gets five of them looked at."""
    from concurrent.futures import ThreadPoolExecutor
    from unittest.mock import patch

    with (
        patch.object(accounts, "_matches", return_value=False) as looked,
        ThreadPoolExecutor(20) as pool,
    ):
        tries = [pool.submit(accounts.sign_in, people, "minh", str(n), "::1") for n in range(60)]
        assert all(isinstance(one.result(), float) for one in tries)
    assert looked.call_count == 5


def test_a_browser_left_open_is_no_place_to_guess(browser: Client) -> None:
    client = browser("minh")
    wrong = {"old": "đoán mò một câu", "new": "câu mới dài dài 51"}
    pages = [client.post("/password", data=wrong).text for _ in range(6)]
    right = client.post("/password", data=wrong | {"old": PASSWORD})
    assert right.status_code == 422
    assert "nhiều lần quá" in right.text
    assert sum("nhiều lần quá" in page for page in pages) == 1


def test_no_secret_is_written_anywhere(
    browser: Client, archive: Archive, people: Store, caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Signing in, failing to, a new password, a fault: neither log, nor terminal, nor database."""
    from pipeline.desk import sessions

    wrong, new = "mật khẩu gõ nhầm 93", "câu mới dài dài 51"
    with caplog.at_level(logging.DEBUG):
        for password in (wrong, PASSWORD):
            client = browser(None)
            client.cookies.set("congvan", "t")
            form = {"name": "minh", "password": password, "csrf": sessions.csrf_of("t")}
            answer = client.post("/login", data=form)
        token = answer.headers["set-cookie"].split("=")[1].split(";")[0]
        client.headers["x-csrf-token"] = csrf = sessions.csrf_of(token)
        assert client.post("/password", data={"old": PASSWORD, "new": new}).status_code == 200
        given = {"name": "lan", "password": PASSWORD}
        bearer = browser(None).post("/api/v1/session", json=given).json()["token"]
        client.post("/api/v1/session", json={"name": "lan", "password": ["sai", wrong]})
        page = browser("sếp").post("/admin/users", data={"name": "an", "role": "reader"}).text
        once = re.search(r'class="once">([^<]+)<', page)
        assert once is not None
        monkeypatch.setattr("pipeline.desk.letters.visible", lambda *_: 1 / 0)
        faulty = TestClient(client.app, raise_server_exceptions=False, cookies=client.cookies)
        fault = faulty.get("/api/v1/letters/CV%2073", headers={"cookie": f"congvan={token}"})
    assert fault.status_code == 500
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivisionError" not in fault.text
    archive.engine.dispose()
    written = b"".join(p.read_bytes() for p in archive.folder.rglob("*") if p.is_file())
    out, err = capfd.readouterr()
    for secret in (wrong, new, PASSWORD, token, csrf, bearer, once[1]):
        assert secret not in caplog.text
        assert secret not in out + err
        assert secret.encode() not in written
