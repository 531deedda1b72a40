"""Connections that never finish, an export that is broken off: nothing is held or stays."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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


def test_a_body_that_drips_is_hung_up_on(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then is within every pause, and would last for weeks."""
    monkeypatch.setattr(guard, "_GRACE", 0.5)
    head = b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Length: 900000\r\nContent-Type: "
    head += b"application/x-www-form-urlencoded\r\n\r\n"
    with (
        listening(browser(None).app) as port,
        socket.create_connection(("127.0.0.1", port), timeout=60) as drip,
    ):
        drip.sendall(head)
        drip.settimeout(0.1)
        said = b""
        for _ in range(600):
            drip.sendall(b"a")
            try:
                said = drip.recv(4096)
                break
            except TimeoutError:
                continue
    assert said.startswith(b"HTTP/1.1 408")


def connected(port: int, address: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=60, source_address=(address, 0))


def test_a_crowd_that_asks_for_nothing_makes_room(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is alone at an address keeps the place, however long ago they came."""
    monkeypatch.setattr(patience, "MOST", 20)
    monkeypatch.setattr(patience, "HEAD", 60.0)
    ask = b"GET /login HTTP/1.1\r\n" + HOST + b"\r\n"
    with listening(browser(None).app) as port, ExitStack() as crowd:
        early = crowd.enter_context(connected(port, "127.0.0.2"))
        early.sendall(ask[:10])
        held = [crowd.enter_context(connected(port)) for _ in range(200)]
        late = crowd.enter_context(connected(port))
        late.sendall(ask)
        assert late.recv(1 << 16).startswith(b"HTTP/1.1 200")
        early.sendall(ask[10:])
        assert early.recv(1 << 16).startswith(b"HTTP/1.1 200")
        alive = [one for one in held if not gone(one)]
    assert 0 < len(alive) <= 20


def gone(connection: socket.socket) -> bool:
    """Whether the other side has hung up."""
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


def test_where_all_are_busy_a_new_one_is_told_to_come_again(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "MOST", 5)
    form = b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Length: 9\r\nContent-Type: "
    form += b"application/x-www-form-urlencoded\r\n\r\na"
    ask = b"GET /login HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n"
    with listening(browser(None).app) as port, ExitStack() as busy:
        for _ in range(5):
            busy.enter_context(connected(port)).sendall(form)
        time.sleep(1)  # until all five are being read
        said, _ = answer(port, ask)
        assert said.startswith(b"HTTP/1.1 503")
        assert b"retry-after: 5" in said
        busy.close()
        for _ in range(100):
            said, _ = answer(port, ask)
            if b" 200 " in said:
                break
            time.sleep(0.05)
        assert said.startswith(b"HTTP/1.1 200")


def test_the_desk_may_hold_many_sockets() -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        patience.allow_descriptors()
        now = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert now[1] == before[1]
        assert now[0] in (resource.RLIM_INFINITY, max(before[0], min(now[1], 65_536)))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


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
