"""Connections that never finish, an export that is broken off: nothing is held or stays."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi.testclient import TestClient

from pipeline.archive import Archive
from pipeline.desk import guard, patience
from tests.desk.conftest import Client

HOST = b"Host: testserver\r\n"


@contextmanager
def listening(app: object, **given: object) -> Iterator[int]:
    """The desk on a free port, with the connections of ``congvan serve``."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = patience.http() | given
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical", **options))  # type: ignore[arg-type] # an ASGI application
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield port
    server.should_exit = True
    thread.join(timeout=10)


def answer(port: int, *pieces: bytes) -> tuple[bytes, float]:
    """What comes back until the other side hangs up, and after how many seconds it did."""
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        said = b""
        for piece in pieces:
            connection.sendall(piece)
        try:
            while block := connection.recv(4096):
                said += block
        except ConnectionResetError:
            pass
    return said, time.monotonic() - started


def test_who_does_not_finish_is_hung_up_on(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "HEAD", 2.0)
    monkeypatch.setattr(guard, "PAUSE", 1.0)
    head = b"GET /login HTTP/1.1\r\n" + HOST
    form = b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Length: 9\r\nContent-Type: "
    form += b"application/x-www-form-urlencoded\r\n\r\na"
    with listening(browser(None).app) as port:
        for pieces in ((), (head,), (head + b"\r\n", b"GET /login HT")):
            said, seconds = answer(port, *pieces)
            assert seconds > 0.9  # and it comes to an end by itself
            assert said.count(b"HTTP/1.1 200") == (len(pieces) == 2)
        said, seconds = answer(port, form)
        assert said.startswith(b"HTTP/1.1 408")
        assert b"connection: close" in said.lower()
        assert seconds > 0.9
    # Who takes their time over an answer, or over the next click, is not cut off by it.
    with (
        listening(browser(None).app, timeout_keep_alive=60) as port,
        socket.create_connection(("127.0.0.1", port), timeout=60) as slow,
    ):
        slow.sendall(head + b"\r\n")
        time.sleep(3)
        assert slow.recv(1 << 16).startswith(b"HTTP/1.1 200")
        slow.sendall(head + b"\r\n")
        assert b"HTTP/1.1 200" in slow.recv(1 << 16)


def test_an_upload_that_stands_still_leaves_nothing(
    browser: Client, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "PAUSE", 0.5)
    client = browser("minh")
    token = client.cookies["congvan"].encode()
    csrf = client.headers["x-csrf-token"].encode()
    head = b"PUT /api/v1/files/x.pdf HTTP/1.1\r\n" + HOST + b"Content-Length: 99\r\n"
    head += b"Cookie: congvan=" + token + b"\r\nX-CSRF-Token: " + csrf + b"\r\n\r\n%PDF-"
    with listening(client.app) as port:
        said, _ = answer(port, head)
    assert said.startswith(b"HTTP/1.1 408")
    assert not list((archive.folder / ".desk" / "uploads").glob("*"))


def test_an_export_has_no_name_to_stay_under(
    browser: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A desk that is killed in the middle of one leaves no letters in the temporary folder."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    seen: list[list[Path]] = []

    def watch(*given: object) -> None:
        seen.append([path for path in tmp_path.iterdir() if path.is_file()])

    monkeypatch.setattr("pipeline.desk.export.export_records", watch)
    assert browser("lan").get("/export?form=csv").status_code == 200
    assert seen == [[]]


def test_a_fault_is_one_line_whatever_the_address(
    browser: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.desk.letters.visible", lambda *_: 1 / 0)
    known = browser("lan")
    faulty = TestClient(known.app, raise_server_exceptions=False, cookies=known.cookies)
    assert faulty.get("/api/v1/letters/a%0d%0a2024-01-01%20forged%1b[2J").status_code == 500
    lines = [record.getMessage() for record in caplog.records if record.name == "congvan.desk"]
    assert len(lines) == 1
    assert lines[0].isprintable()
