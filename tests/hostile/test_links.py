"""Links that strangers put in the place of files and folders: no way to what only we may see."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.hostile_reading import read_only
from pipeline.archive import Archive
from pipeline.bulk.aside import move_aside
from pipeline.bulk.engine import maker
from pipeline.bulk.events import Events
from pipeline.bulk.run import enqueue
from pipeline.bulk.watch import Watcher
from pipeline.config import Settings
from pipeline.errors import UnreadableInput, UsageError
from pipeline.read.files import open_regular

STRANGER = 4321
LETTER = "Kính gửi: Sở Y tế\n" * 9


class Told(Events):
    """Keeps what the watcher says."""

    def __init__(self) -> None:
        self.waits: list[str] = []

    def waiting(self, reason: str) -> None:
        self.waits.append(reason)


@pytest.fixture
def watcher(tmp_path: Path) -> Iterator[Watcher]:
    """An inbox, and a folder ``secret`` outside of it."""
    for name in ("in", "secret"):
        (tmp_path / name).mkdir()
    (tmp_path / "secret" / "a.txt").write_text(LETTER + "mật", "utf-8")
    with Archive.open(tmp_path / "archive", Settings(language="en")) as archive:
        made = Watcher(tmp_path / "in", archive, Settings(language="en"), maker(1), Told())
        made.trip = read_only
        yield made


def settle(watcher: Watcher, at: float = 0) -> int:
    watcher.step(now=at)
    return watcher.step(now=at + 50)


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("aside", ["done", "failed"])
def test_nothing_is_moved_over_a_link(watcher: Watcher, tmp_path: Path, aside: str) -> None:
    inbox, secret = watcher.inbox, tmp_path / "secret"
    (inbox / "b.txt").write_text(LETTER, "utf-8")
    (inbox / "c.docx").write_bytes(b"PK")
    (inbox / aside).symlink_to(secret)
    settle(watcher)
    stays = {"done": "b.txt", "failed": "c.docx"}[aside]
    assert (inbox / stays).is_file()
    assert listed(secret) == ["a.txt"]
    events = watcher.events
    assert isinstance(events, Told)
    assert [aside in line and "is a link" in line for line in events.waits] == [True]
    (inbox / aside).unlink()  # set right: what stayed is moved
    settle(watcher, at=100)
    assert stays in listed(inbox / aside)
    assert "b" in [letter.id for letter in watcher.archive.letters()]


def test_a_folder_that_turns_into_a_link_is_left_alone(
    watcher: Watcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After it was looked through, and before its file is copied and moved."""
    inner, secret = watcher.inbox / "sub", tmp_path / "secret"
    inner.mkdir()
    (inner / "a.txt").write_text(LETTER, "utf-8")
    watcher.step(now=0)

    def turn(*given: Any) -> int:
        count = enqueue(*given)
        inner.rename(tmp_path / "kept")
        inner.symlink_to(secret)
        if os.geteuid() == 0:
            os.lchown(inner, STRANGER, STRANGER)
        return count

    monkeypatch.setattr("pipeline.bulk.watch.enqueue", turn)
    watcher.step(now=10)
    assert listed(secret) == ["a.txt"]
    if os.geteuid() == 0:  # who is not can't make another's link
        assert list(watcher.archive.letters()) == []


def test_links_swapped_all_the_time_lead_nowhere(tmp_path: Path) -> None:
    """Every file has a namesake in the secret folder, which must stay there, alone."""
    inbox, secret = tmp_path / "in", tmp_path / "secret"
    names = [f"{number:03}.txt" for number in range(400)]
    for folder in (inbox / "done", inbox / "sub", secret):
        folder.mkdir(parents=True)
    for name in names:
        (inbox / "sub" / name).write_text(LETTER, "utf-8")
        (secret / name).write_text("mật", "utf-8")
    for aside in ("done", "sub"):
        (inbox / f"{aside}-link").symlink_to(secret)
    stop, interval = threading.Event(), sys.getswitchinterval()

    def attack() -> None:
        while not stop.is_set():
            swap(inbox, "done")
            swap(inbox, "sub")

    attacker = threading.Thread(target=attack)
    sys.setswitchinterval(1e-5)  # the two take turns in the middle of everything
    attacker.start()
    moved = 0
    try:
        for name in names:
            with contextlib.suppress(UsageError, OSError):  # a link, or the folder was taken away
                move_aside(inbox, inbox / "sub" / name, "done", "why")
                moved += 1
    finally:
        stop.set()
        attacker.join()
        sys.setswitchinterval(interval)
    assert listed(secret) == names
    assert {(secret / name).read_text("utf-8") for name in names} == {"mật"}
    assert moved > 0


def swap(inbox: Path, name: str) -> None:
    """A link in the place of a folder, and the folder back again."""
    folder, link, kept = (inbox / f"{name}{end}" for end in ("", "-link", "-kept"))
    with contextlib.suppress(OSError):  # the watcher has just made a folder where none was
        folder.rename(kept)
        link.rename(folder)
        folder.rename(link)
    while kept.exists():
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            kept.rename(folder)


def test_a_done_folder_on_another_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is carried over; what became a link or a pipe meanwhile is not."""
    inbox = tmp_path / "in"
    inbox.mkdir()
    (inbox / "a.txt").write_text(LETTER, "utf-8")
    os.utime(inbox / "a.txt", (10**9, 10**9))
    os.mkfifo(inbox / "b.txt")

    def apart(*_: Any) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(Path, "rename", apart)
    move_aside(inbox, inbox / "a.txt", "done")
    move_aside(inbox, inbox / "b.txt", "failed", "a pipe")
    assert listed(inbox) == ["b.txt", "done", "failed"]
    assert (inbox / "done" / "a.txt").read_text("utf-8") == LETTER
    assert (inbox / "done" / "a.txt").stat().st_mtime == 10**9
    assert listed(inbox / "failed") == []


def test_a_folder_that_may_not_be_written_is_told(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    (watcher.inbox / "b.txt").write_text(LETTER, "utf-8")

    def closed(*_: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", closed)
        settle(watcher)
    events = watcher.events
    assert isinstance(events, Told)
    assert "Permission denied" in events.waits[0]
    settle(watcher, at=100)
    assert listed(watcher.inbox / "done") == ["b.txt"]


def stranger(link: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a link another user's; without the right to, be another user oneself."""
    if os.geteuid() == 0:
        os.lchown(link, STRANGER, STRANGER)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: STRANGER)


def test_whose_links_are_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, link, folder = tmp_path / "a.txt", tmp_path / "b.txt", tmp_path / "folder"
    file.write_text(LETTER, "utf-8")
    link.symlink_to("folder/../a.txt")
    folder.symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    for way in (file, link, folder / "b.txt", Path("b.txt"), folder / ".." / "a.txt"):
        if way.exists():
            with open_regular(way) as opened:
                assert opened.read().decode() == LETTER


@pytest.mark.parametrize("way", ["", "etc/passwd", "inner"])
def test_a_strangers_link_leads_to_no_file_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """The link itself, a folder on the way, and one that a link of ours leads to."""
    link = tmp_path / "theirs"
    link.symlink_to({"": "/etc/passwd", "etc/passwd": "/", "inner": "/etc/passwd"}[way])
    stranger(link, monkeypatch)
    path = link / way if "/" in way else link
    if way == "inner":
        path = tmp_path / "ours"
        path.symlink_to(link)
    with pytest.raises(UnreadableInput) as refused:
        open_regular(path)
    assert refused.value.code == "file-linked"


def test_a_strangers_link_to_their_own_file_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, link = tmp_path / "a.txt", tmp_path / "b.txt"
    file.write_text(LETTER, "utf-8")
    link.symlink_to(file)
    if os.geteuid() == 0:
        os.chown(file, STRANGER, STRANGER)
    stranger(link, monkeypatch)
    with open_regular(link) as opened:
        assert opened.read().decode() == LETTER


def test_a_file_swapped_while_it_is_opened_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link at the moment of opening, a file again when the way is looked at."""
    file = tmp_path / "a.txt"
    file.symlink_to("/etc/passwd")
    opening = os.open

    def swapped(path: Any, *given: Any, **named: Any) -> int:
        descriptor = opening(path, *given, **named)
        if file.is_symlink():
            file.unlink()
            file.write_text(LETTER, "utf-8")
        return descriptor

    monkeypatch.setattr(os, "open", swapped)
    with pytest.raises(UnreadableInput) as refused:
        open_regular(file)
    assert refused.value.code == "file-linked"
