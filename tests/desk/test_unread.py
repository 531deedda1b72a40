"""Files without a record may be secret: who sees them, their failures, and what is counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from pipeline.archive import Archive, ledger
from pipeline.archive.database import writing
from pipeline.archive.ledger import Ending
from pipeline.config import Settings
from pipeline.desk.app import create_app
from pipeline.desk.clock import Clock
from pipeline.desk.figures import accuracy, judge, queue_figures
from pipeline.desk.store import Store
from pipeline.desk.tables import Event
from pipeline.errors import ConfigError

from .conftest import Client

NAME = "MẬT điều động.pdf"


def take_in(archive: Archive, path: Path, sha: str) -> int:
    with writing(archive.engine) as connection:
        rows = {text: row for row, text in ledger.waiting_paths(connection, 99)}
        return ledger.take_in(connection, rows[str(path)], path, sha, 1).id


def fail(archive: Archive, path: Path) -> None:
    file_id = take_in(archive, path, "f" * 64)
    with writing(archive.engine) as connection:
        ledger.finish(connection, file_id, Ending("failed", "file-empty", "Hỏng."), "1", "x")


def uploaded(archive: Archive, client: TestClient, name: str = NAME) -> Path:
    assert client.put(f"/api/v1/files/{name}", content=b"%PDF-1.4").status_code == 201
    (path,) = (archive.folder / ".desk" / "uploads").glob("*/*")
    return path


def sees(client: TestClient) -> bool:
    """Whether anything that this user may open tells of the file."""
    number = max(job["id"] for job in [{"id": 0}, *client.get("/api/v1/jobs").json()])
    told = [client.get("/api/v1/jobs").text, client.get("/files").text]
    told += [client.get("/dashboard").text, client.get(f"/api/v1/jobs/{number}").text]
    return any(NAME.removesuffix(".pdf") in page or "Hỏng." in page for page in told)


def test_a_failed_file_is_seen_by_who_sent_it_and_by_the_cleared(
    browser: Client, archive: Archive
) -> None:
    minh, hoa, head = browser("minh"), browser("hoa"), browser("sếp")
    path = uploaded(archive, minh)
    assert [sees(client) for client in (minh, hoa, head)] == [True, False, True]  # waiting
    fail(archive, path)
    assert [sees(client) for client in (minh, hoa, head)] == [True, False, True]
    job = minh.get("/api/v1/jobs").json()[0]
    assert (job["state"], job["why"]) == ("failed", "Hỏng.")
    assert hoa.get(f"/api/v1/jobs/{job['id']}").status_code == 404
    assert hoa.post(f"/api/v1/jobs/{job['id']}/retry").status_code == 404
    assert hoa.post("/api/v1/jobs/retry").json() == {"queued": 0}
    assert minh.post("/api/v1/jobs/retry").json() == {"queued": 1}


def test_files_of_the_command_line_are_for_the_cleared(browser: Client, archive: Archive) -> None:
    path = archive.folder.parent / NAME
    path.write_bytes(b"x")
    with writing(archive.engine) as connection:
        ledger.add_paths(connection, [(path, 1, 1)])
    assert [sees(browser(name)) for name in ("minh", "hoa", "sếp")] == [False, False, True]
    fail(archive, path)
    assert [sees(browser(name)) for name in ("minh", "hoa", "sếp")] == [False, False, True]


def test_an_office_without_secrets_may_show_all(
    archive: Archive, people: Store, browser: Client
) -> None:
    path = uploaded(archive, browser("minh"))
    fail(archive, path)
    frank = Settings(language="vi", desk={"unread_secrecy": 0})
    app = create_app(archive, frank, hosts=frozenset({"testserver"}), convert=False)
    hoa = browser("hoa")
    assert sees(TestClient(app, cookies=hoa.cookies))
    assert not sees(hoa)


def test_who_sent_a_secret_letter_learns_that_it_arrived(browser: Client, archive: Archive) -> None:
    minh, hoa = browser("minh"), browser("hoa")
    path = uploaded(archive, minh)
    with writing(archive.engine) as connection:  # it turns out to be the letter 75, MẬT
        connection.execute(
            text(
                "UPDATE paths SET file_id = (SELECT file_id FROM letters WHERE id = 'CV 75')"
                " WHERE path = :path"
            ),
            {"path": str(path)},
        )
    job = minh.get("/api/v1/jobs").json()[0]
    assert (job["file"], job["state"], job["letters"]) == (NAME, "done", [])
    assert "ngoài quyền xem" in minh.get("/files").text
    assert "CV 75" not in minh.get("/files").text
    assert hoa.get("/api/v1/jobs").json()[0]["letters"] == ["CV 75"]


def test_the_log_hides_what_its_reader_may_not_see(
    browser: Client, archive: Archive, people: Store
) -> None:
    uploaded(archive, browser("minh"))
    browser("hoa").patch(
        "/api/v1/letters/CV%2075",
        json={"field": "place", "value": "Nơi Kín", "expected": "Sông Hồng"},
    )
    head = browser("sếp").get("/admin/audit").text
    assert all(part in head for part in ("CV 75", "Nơi Kín", "MẬT điều động"))
    with people.work() as work:
        work.execute(text("UPDATE desk_users SET clearance = 0 WHERE name = 'sếp'"))
    lower = browser("sếp").get("/admin/audit").text
    assert not any(part in lower for part in ("CV 75", "Nơi Kín", "MẬT điều động"))
    assert "hoa" in lower


def test_figures_leave_secret_letters_out(archive: Archive, people: Store) -> None:
    letter = archive.get("CV 75")
    read = letter.model_copy(
        update={"review": letter.review.model_copy(update={"fields": ("number",)})}
    )
    judge(people, letter, read, "hoa")
    assert (accuracy(archive, 0), accuracy(archive, 1)) == ([], [("number", 1, 1)])
    with people.work() as work:
        work.add(
            Event(
                at="2999-01-01T00:00:00Z", who="hoa", address="", action="accept",
                subject="CV 75", detail="",
            )
        )  # fmt: skip
    clock = Clock("Asia/Ho_Chi_Minh")
    assert [queue_figures(archive, level, clock).today for level in (0, 1)] == [0, 1]


def test_days_begin_at_the_offices_midnight() -> None:
    clock = Clock("Asia/Ho_Chi_Minh")
    assert clock.midnight()[10:] == "T17:00:00Z"
    assert clock.moment("2024-05-06T17:30:00Z") == "07/05/2024 00:30"
    counts = [("2024-05-06T16:59", 2), ("2024-05-06T17:00", 3), ("2024-05-07T02:00", 1)]
    assert clock.days(counts) == {"2024-05-06": 2, "2024-05-07": 4}
    assert Clock("Europe/Paris").moment("2024-05-06T17:30:00Z") == "06/05/2024 19:30"
    with pytest.raises(ConfigError, match=r"desk\.timezone"):
        Clock("Hà Nội")


def test_a_desk_of_the_first_version_is_brought_up_to_date(archive: Archive) -> None:
    with writing(archive.engine) as connection:
        connection.execute(text("DROP TABLE desk_uploads"))
        connection.execute(text("UPDATE desk_version SET version_num = '0001'"))
    with Store(archive.engine).look() as work:
        assert work.scalar(text("SELECT count(*) FROM desk_uploads")) == 0
