"""A small archive of made-up letters with drawn scans, and the desk over it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image, ImageDraw, ImageFont

from pipeline.archive import Archive, ledger
from pipeline.archive.database import writing
from pipeline.archive.ledger import Entry
from pipeline.archive.store import How
from pipeline.config import Settings
from pipeline.desk import accounts
from pipeline.desk.app import create_app
from pipeline.desk.store import Store
from pipeline.letter import (
    Candidate,
    Citation,
    Correction,
    Directive,
    Field,
    Issuer,
    Letter,
    Page,
    Review,
    Signer,
    Source,
)
from pipeline.page import Line, PageText, Word, Zone

from .browsing import ARGUMENTS, CHROMIUM, served

PASSWORD = "một câu dài dễ nhớ"
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf"
LINES = (
    "ỦY BAN NHÂN DÂN TỈNH SÔNG HỒNG",
    "Số: {number}/UBND-VX",
    "Sông Hồng, ngày {day:02} tháng 3 năm 2021",
    "Kính gửi: Sở Y tế, Sở Tài chính",
    "1. Giao Sở Y tế rà soát trụ sở làm việc trước 15/4/2021.",
    "Căn cứ văn bản số 71/TB-UBND, tỷ lệ đạt 20,7%.",
    "{extra}",
    "KT. CHỦ TỊCH",
)
W, H = 1240, 1754


def drawn(lines: list[str], path: Path) -> PageText:
    """Draw the lines as a page; gives its words where they were drawn."""
    picture = Image.new("L", (W, H), 250)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.truetype(FONT, 30)
    made = []
    for row, text in enumerate(lines):
        x, y = 120, 130 + row * 70
        words = []
        for at, word in enumerate(text.split()):
            box = tuple(int(v) for v in pen.textbbox((x, y), word, font=font))
            pen.text((x, y), word, fill=20, font=font)
            sure = 0.4 if row == 6 and at == 1 else 0.97
            words.append(Word(word, (box[0], box[1], box[2], box[3]), sure))
            x = box[2] + 12
        made.append(Line(tuple(words), (120, y, x, y + 40)))
    picture.save(path, dpi=(150, 150))
    zone = Zone("body", (100, 100, W - 100, H - 100), tuple(made))
    return PageText(1, (zone,), W, H, 150)


def field(
    value: str | None, page: PageText, line: int, sure: float = 0.98, **more: object
) -> Field:
    """A field that stands in a line of the page."""
    box = page.zones[0].lines[line].box
    return Field(value=value, raw=value, confidence=sure, page=1, box=box, **more)


def letter(
    number: int, page: PageText, *, doubtful: bool, secrecy: str | None, text: str
) -> Letter:
    """A letter with most parts of a record."""
    return Letter(
        id="x",
        source=Source(
            file="x.png", sha256="0" * 64, media_type="image/png", pages=(1,), reading="scan"
        ),
        doc_type=field("công văn", page, 1),
        code=field(f"{number}/UBND-VX", page, 1),
        number=field(
            str(number), page, 1, 0.62 if doubtful else 0.99, handwritten=True,
            candidates=(
                Candidate(value=str(number), probability=0.62),
                Candidate(value=str(number + 60), probability=0.3),
            ),
        ),
        notation=field("UBND-VX", page, 1),
        place=field("Sông Hồng", page, 2),
        date=field(f"2021-03-{number % 27 + 1:02}", page, 2),
        subject=field(f"rà soát trụ sở làm việc lần {number}", page, 4),
        secrecy=field(secrecy, page, 0) if secrecy else None,
        issuer=Issuer(name=field("UBND tỉnh Sông Hổng", page, 0, 0.7 if doubtful else 0.97)),
        signer=Signer(authority=field("KT. CHỦ TỊCH", page, 7)),
        recipients=(field("Sở Y tế", page, 3), field("Sở Tài chính", page, 3)),
        directives=(
            Directive(
                label="1", text=LINES[4][3:], confidence=0.9, page=1,
                box=page.zones[0].lines[4].box, assignees=("Sở Y tế",), deadlines=("2021-04-15",),
            ),
        ),
        citations=(Citation(code="71/UBND-VX"), Citation(code="30/2020/NĐ-CP")),
        pages=(Page(number=1, text=text, width=W, height=H, dpi=150),),
        corrections=(
            Correction(
                page=1, line=3, start=15, end=17, before="té", after="tế",
                rule="lexicon", score=0.93,
            ),
        ),
        review=Review(
            needed=doubtful,
            reasons=("Số viết tay chưa chắc chắn.",) if doubtful else (),
            fields=("number", "issuer.name") if doubtful else (),
        ),
    )  # fmt: skip


def taken_in(archive: Archive, path: Path) -> Entry:
    """A scan as the ledger takes it in, with its original in the archive."""
    data = path.read_bytes()
    with writing(archive.engine) as connection:
        stat = path.stat()
        ledger.add_paths(connection, [(path, stat.st_size, stat.st_mtime_ns)])
        row = ledger.waiting_paths(connection, 1)[0][0]
        entry = ledger.take_in(connection, row, path, hashlib.sha256(data).hexdigest(), len(data))
    archive.original_of(entry.name, entry.suffix).write_bytes(data)
    return entry


def add_letter(
    archive: Archive, folder: Path, number: int, *, doubtful: bool = False,
    secrecy: str | None = None, extra: str = "Nơi nhận: như trên",
) -> str:  # fmt: skip
    """Put a letter into the archive as a conversion would; returns its id."""
    path = folder / f"CV {number}.png"
    lines = [line.format(number=number, day=number % 27 + 1, extra=extra) for line in LINES]
    page = drawn(lines, path)
    entry = taken_in(archive, path)
    record = letter(number, page, doubtful=doubtful, secrecy=secrecy, text="\n".join(lines))
    return archive.put(entry, [(record, [page])], how=How("1", "x"))[0].id


@pytest.fixture
def settings() -> Settings:
    return Settings(language="vi")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive made once. 71 and 72 are settled, 73 and 74 doubtful, 75 is MẬT.

    The people are a reader, two clerks and an admin cleared for everything, all with the same
    password.
    """
    from pipeline.desk.store import now
    from pipeline.desk.tables import User

    folder = tmp_path_factory.mktemp("template")
    scans = folder / "scans"
    scans.mkdir()
    opened = Archive.open(folder / "archive", Settings(language="vi"))
    add_letter(opened, scans, 71)
    add_letter(opened, scans, 72)
    add_letter(opened, scans, 73, doubtful=True)
    add_letter(opened, scans, 74, doubtful=True)
    add_letter(opened, scans, 75, secrecy="MẬT")
    hashed = accounts.hash_password(PASSWORD)
    roles = (("lan", "reader", 0), ("minh", "clerk", 0), ("hoa", "clerk", 1), ("sếp", "admin", 3))
    with Store(opened.engine).work() as work:
        for name, role, clearance in roles:
            work.add(
                User(
                    name=name, password=hashed, role=role, clearance=clearance,
                    fresh=False, active=True, created_at=now(),
                )
            )  # fmt: skip
    opened.engine.dispose()
    return folder


@pytest.fixture
def archive(template: Path, tmp_path: Path, settings: Settings) -> Iterator[Archive]:
    """A copy of the template's archive, free to be changed."""
    shutil.copytree(template / "archive", tmp_path / "archive")
    (tmp_path / "scans").mkdir()
    opened = Archive.open(tmp_path / "archive", settings)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def people(archive: Archive) -> Store:
    """The desk's own tables of the archive."""
    return Store(archive.engine)


Client = Callable[[str | None], TestClient]


@pytest.fixture
def browser(archive: Archive, settings: Settings, people: Store) -> Iterator[Client]:
    """A browser for a user (already signed in), or for nobody."""
    from pipeline.desk import sessions

    app = create_app(archive, settings, hosts=frozenset({"testserver"}), convert=False)
    opened = []

    def open_browser(name: str | None) -> TestClient:
        client = TestClient(app, follow_redirects=False, headers={"accept": "text/html"})
        opened.append(client)
        if name is not None:
            found = next(user for user in accounts.users(people) if user.name == name)
            token = sessions.begin(people, found, "testclient")
            client.cookies.set("congvan", token)
            client.headers["x-csrf-token"] = sessions.csrf_of(token)
        return client

    yield open_browser
    for client in opened:
        client.close()
    app.state.desk.pictures.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for a module's tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def address(archive: Archive, settings: Settings, people: Store) -> Iterator[str]:
    """The desk over the small archive; nothing is converted."""
    del people
    with served(archive, settings, convert=False) as found:
        yield found
