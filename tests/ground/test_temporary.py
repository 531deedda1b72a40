"""Temporary folders: gone afterwards, and those of killed processes gone at the next start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pipeline.temporary import settle_temporary, sweep_temporary, temporary_folder

ROOT = Path(__file__).parents[2]
HOLD = """
import time
from pipeline.temporary import temporary_folder
with temporary_folder() as folder:
    (folder / "page.pgm").write_bytes(b"P5")
    print(folder, flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_is_private_and_gone_afterwards(place: Path) -> None:
    with temporary_folder() as folder:
        assert folder.parent == place
        assert folder.stat().st_mode & 0o777 == 0o700
        sweep_temporary()
        assert folder.is_dir()
    assert list(place.iterdir()) == []


def test_libraries_use_the_folder_of_their_process(place: Path) -> None:
    settle_temporary()
    with tempfile.NamedTemporaryFile() as file:
        folder = Path(file.name).parent
        assert folder.parent == place
    tempfile.tempdir = str(place)
    sweep_temporary()
    assert folder.is_dir()


@pytest.mark.faults
def test_what_a_killed_process_left_is_swept(place: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD], cwd=ROOT, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    folder = Path(holder.stdout.readline().decode().strip())
    sweep_temporary()
    assert (folder / "page.pgm").exists()  # it lives
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert folder.is_dir()
    sweep_temporary()
    assert list(place.iterdir()) == []


def test_what_multiprocessing_lays_into_a_folder_is_gone_before_it(place: Path) -> None:
    """Else every command that had workers would end with a complaint of multiprocessing's."""
    code = """
import multiprocessing.util, sys, tempfile
from pipeline.temporary import own_folder
tempfile.tempdir = own_folder(sys.argv[1])
assert multiprocessing.util.get_temp_dir().startswith(tempfile.tempdir)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(place)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    assert list(place.iterdir()) == []


def test_a_number_given_out_again_is_another_process(place: Path) -> None:
    with temporary_folder() as folder:
        head, host, pid, born, rest = folder.name.split("-")
        earlier = place / f"{head}-{host}-{pid}-{int(born) - 1}-{rest}"
        earlier.mkdir()
        sweep_temporary()
        assert not earlier.exists()
        assert folder.is_dir()


def test_what_is_not_ours_is_left(place: Path) -> None:
    with temporary_folder() as folder:
        head, host, _, born, _ = folder.name.split("-")
    dead = f"{head}-{host}-{2**22 + 1}-{born}"
    kept = place / "kept"
    kept.mkdir()
    (kept / "page.pgm").touch()
    (place / f"{dead}-link").symlink_to(kept)
    (place / f"{dead}-file").touch()
    (place / f"{dead.replace(host, '0' * 8)}-elsewhere").mkdir()
    (place / "congvan-notes").mkdir()
    (place / f"{dead}-mine").mkdir()
    (place / f"{dead}-mine" / "inner").symlink_to(kept)
    sweep_temporary()
    assert (kept / "page.pgm").exists()
    left = {path.name.removeprefix(dead) for path in place.iterdir()}
    assert left == {
        "kept", "-link", "-file", "congvan-notes",
        f"{head}-{'0' * 8}-{2**22 + 1}-{born}-elsewhere",
    }  # fmt: skip


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another user's folder")
def test_another_users_folder_is_left(place: Path) -> None:
    with temporary_folder() as folder:
        dead = place / folder.name.replace(f"-{os.getpid()}-", f"-{2**22 + 1}-")
    dead.mkdir()
    os.chown(dead, 4321, 4321)
    sweep_temporary()
    assert dead.is_dir()
