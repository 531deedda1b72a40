"""Uploads, pictures, downloads: what comes in and goes out as bytes."""

import io
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from pipeline.archive import Archive
from pipeline.archive.database import writing
from pipeline.archive.tables import Letter as LetterRow
from pipeline.config import Settings
from pipeline.desk import accounts
from pipeline.desk.app import create_app
from pipeline.desk.jobs import Jobs
from pipeline.desk.store import Store

from .conftest import PASSWORD, Client, add_letter

EVIL = '<script>alert(1)</script><img src=x onerror="alert(2)">'


def test_upload_is_queued(browser: Client, archive: Archive) -> None:
    client = browser("minh")
    answer = client.put("/api/v1/files/" + quote("Công văn 5.pdf"), content=b"%PDF-1.4 five")
    assert answer.status_code == 201
    job = client.get(f"/api/v1/jobs/{answer.json()['job']}").json()
    assert (job["file"], job["state"]) == ("Công văn 5.pdf", "queued")
    assert "Công văn 5.pdf" in client.get("/files?part=jobs").text
    (held,) = (archive.folder / ".desk" / "uploads").glob("*/*")
    assert held.read_bytes() == b"%PDF-1.4 five"


@pytest.mark.parametrize("name", ["x.html", "x.svg", "x.pdf.html", "x", ".pdf", "x.exe", "x.HTM"])
def test_other_kinds_are_refused(browser: Client, archive: Archive, name: str) -> None:
    answer = browser("minh").put(f"/api/v1/files/{name}", content=b"<svg onload=alert(1)>")
    assert answer.status_code == 415
    assert not list((archive.folder / ".desk" / "uploads").glob("*"))


@pytest.mark.parametrize(
    "name",
    ["..%2F..%2Fetc%2Fpasswd.pdf", "..%5C..%5Cx.pdf", "%2Fetc%2Fx.pdf", "a%00b.pdf",
     "x%0d%0aSet-Cookie:a.pdf", "%E2%80%AEfdp.exe.pdf", quote("ệ" * 200) + ".pdf", "-rf.pdf"],
)  # fmt: skip
def test_names_stay_in_their_folder(browser: Client, archive: Archive, name: str) -> None:
    client = browser("minh")
    answer = client.put(f"/api/v1/files/{name}", content=b"%PDF-1.4")
    assert answer.status_code in (201, 404)
    inside = list((archive.folder / ".desk" / "uploads").glob("*/*"))
    assert len(inside) == (answer.status_code == 201)
    for path in inside:
        assert len(path.name.encode()) <= 200
        assert path.name.isprintable()
        assert not path.name.startswith("-")
    assert not (archive.folder.parent / "etc").exists()


def test_multipart_and_too_much_are_refused(browser: Client, archive: Archive) -> None:
    client = browser("minh")
    parts = client.put("/api/v1/files/x.pdf", files={"f": b"x"})
    assert parts.status_code == 415
    small = Settings(limits={"file_mb": 1})
    app = create_app(archive, small, hosts=frozenset({"testserver"}), convert=False)
    other = TestClient(app, cookies=client.cookies)
    other.headers["x-csrf-token"] = client.headers["x-csrf-token"]

    def endless() -> "object":
        yield from (b"x" * 65536 for _ in range(40))

    assert other.put("/api/v1/files/x.pdf", content=endless()).status_code == 413
    assert not list((archive.folder / ".desk" / "uploads").glob("*"))


def test_failed_file_says_why_and_is_tried_again(browser: Client, archive: Archive) -> None:
    client = browser("sếp")
    from pipeline.archive import ledger
    from pipeline.archive.ledger import Ending

    path = archive.folder.parent / "hỏng.pdf"
    path.write_bytes(b"%PDF-broken")
    with writing(archive.engine) as connection:
        ledger.add_paths(connection, [(path, 11, 1)])
        entry = ledger.take_in(
            connection, ledger.waiting_paths(connection, 1)[0][0], path, "f" * 64, 11
        )
        ledger.finish(
            connection,
            entry.id,
            Ending("failed", "file-empty", "Tệp rỗng (0 byte); hãy quét hoặc chép lại."),
            "1",
            "x",
        )
    page = client.get("/files").text
    assert "Tệp rỗng" in page
    job = next(job for job in client.get("/api/v1/jobs").json() if job["state"] == "failed")
    assert client.post(f"/api/v1/jobs/{job['id']}/retry").json() == {"queued": 1}
    assert client.get(f"/api/v1/jobs/{job['id']}").json()["state"] == "queued"
    assert client.post("/api/v1/jobs/retry").json() == {"queued": 0}


def test_picture_of_a_page(browser: Client) -> None:
    client = browser("lan")
    answer = client.get("/letters/CV%2073/pages/1.jpg")
    assert answer.headers["content-type"] == "image/jpeg"
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.size == (1240, 1754)
    cut = client.get("/letters/CV%2073/pages/1/cut.jpg?box=120,200,400,240")
    assert Image.open(io.BytesIO(cut.content)).size[1] == 180
    assert client.get("/letters/CV%2073/pages/2.jpg").status_code == 404
    assert client.get("/letters/CV%2073/pages/1.jpg?size=huge").status_code == 422
    for box in ("9,9,9,9", "0,0,0", "-1,0,5,5", "1,2,3,x", "99999,0,99999,5"):
        assert client.get(f"/letters/CV%2073/pages/1/cut.jpg?box={box}").status_code == 422


def test_downloads_are_never_shown_inline(browser: Client, archive: Archive) -> None:
    client = browser("lan")
    for kind, media in (
        ("original", "image/png"),
        ("json", "application/json"),
        ("text", "text/plain"),
    ):
        answer = client.get(f"/letters/CV%2073/files/{kind}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(media)
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
    original = client.get("/letters/CV%2073/files/original").content
    assert original == archive.original("CV 73").read_bytes()
    assert client.get("/letters/CV%2073/files/pdf").status_code == 404
    assert client.get("/letters/CV%2073/files/..%2F..%2Fcongvan.db").status_code == 404


@pytest.mark.parametrize(
    "path", ["/static/x/../app.py", "/static/%2e%2e/app.py", "/letters/..%2F..%2Fetc%2Fpasswd",
             "/letters/%2e%2e%2f/files/original", "/static/V/..%2Fapp.py"],
)  # fmt: skip
def test_paths_lead_nowhere_else(browser: Client, path: str) -> None:
    client = browser("lan")
    version = client.app.state.desk.assets  # type: ignore[attr-defined]
    assert client.get(path.replace("V", version)).status_code == 404


def test_text_of_a_letter_is_never_markup(
    browser: Client, archive: Archive, tmp_path: Path
) -> None:
    letter_id = add_letter(archive, tmp_path / "scans", 76, doubtful=True, extra=EVIL)
    archive.edit(letter_id, "subject", EVIL, EVIL)
    archive.edit(letter_id, "issuer.name", EVIL, "x")
    client = browser("minh")
    for path in ("/", "/?q=alert", f"/?issuer={quote(EVIL)}", f"/letters/{quote(letter_id)}",
                 "/dashboard",
                 f"/review/{quote(letter_id)}", f"/?q={quote(EVIL)}"):  # fmt: skip
        page = client.get(path).text
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
    words = client.get(f"/api/v1/letters/{quote(letter_id)}/pages/1/words")
    assert words.headers["content-type"] == "application/json"


def test_export_of_what_is_shown(browser: Client) -> None:
    client = browser("lan")
    answer = client.get("/export?form=csv&q=71")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert "71/UBND-VX" in answer.text
    xlsx = client.get("/export?form=xlsx")
    assert xlsx.content[:2] == b"PK"
    lines = client.get("/api/v1/export/jsonl?year=2021").text.strip().split("\n")
    assert len(lines) == 4  # the fifth is MẬT
    assert client.get("/export?form=..%2Fx").status_code == 404


def test_bearer_token_needs_no_csrf(browser: Client) -> None:
    client = browser(None)
    answer = client.post("/api/v1/session", json={"name": "minh", "password": PASSWORD})
    client.headers["authorization"] = f"Bearer {answer.json()['token']}"
    body = {"field": "place", "value": "Huế", "expected": "Sông Hồng"}
    assert client.patch("/api/v1/letters/CV%2073", json=body).status_code == 200
    described = client.get("/api/v1/openapi.json").json()
    assert "/api/v1/letters/{letter_id}" in described["paths"]
    assert client.delete("/api/v1/session").status_code == 204
    assert client.get("/api/v1/letters").status_code == 401


def test_uploads_are_swept_when_taken_in(
    archive: Archive, settings: Settings, people: Store
) -> None:
    jobs = Jobs(archive, settings, enabled=False)
    path = jobs.place_for("a.pdf")
    path.write_bytes(b"x")
    jobs.add(path, accounts.users(people)[0])
    jobs._sweep()
    assert path.exists()  # still waiting
    with writing(archive.engine) as connection:
        from pipeline.archive import ledger

        ledger.take_in(connection, ledger.waiting_paths(connection, 1)[0][0], path, "a" * 64, 1)
    jobs._sweep()
    assert not path.parent.exists()


def test_secrecy_that_cannot_be_read_is_the_highest(archive: Archive, tmp_path: Path) -> None:
    from sqlalchemy import select

    letter_id = add_letter(archive, tmp_path / "scans", 77, secrecy="M?T")

    def level() -> int | None:
        with writing(archive.engine) as connection:
            return connection.scalar(select(LetterRow.secrecy).where(LetterRow.id == letter_id))

    assert level() == 3
    archive.edit(letter_id, "secrecy", "TỐI MẬT", "sếp")
    assert level() == 2
    archive.edit(letter_id, "secrecy", None, "sếp")
    assert level() == 0
