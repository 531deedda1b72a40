"""Inboxes in object stores: S3 (moto's server) and fsspec's own memory."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from pipeline.archive import Archive
from pipeline.archive.folder import path_of, path_text
from pipeline.archive.overview import overview
from pipeline.archive.stores import fetch_hashed, listed, url_of
from pipeline.bulk.engine import convert_apart, maker
from pipeline.bulk.events import Events
from pipeline.bulk.run import Runner, enqueue
from pipeline.bulk.scan import scan
from pipeline.bulk.work import Task
from pipeline.config import Settings
from pipeline.errors import ArchiveError, EngineError, TooLargeInput, UnreadableInput
from tests.bulk.faketrip import trip

fsspec = pytest.importorskip("fsspec")
SETTINGS = Settings()


@pytest.fixture
def memory() -> Iterator[str]:
    """A folder of fsspec's memory."""
    store = fsspec.filesystem("memory")
    for name, text in {"a.txt": "một", "sub/b.txt": "hai", ".c.txt": "x", "d.doc": "x"}.items():
        store.pipe(f"/inbox/{name}", text.encode())
    yield "memory://inbox"
    store.rm("/inbox", recursive=True)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket of a real server that speaks S3."""
    pytest.importorskip("s3fs")
    server_of = pytest.importorskip("moto.server")
    server = server_of.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    urlopen(Request(f"{address}/moto-api/reset", method="POST"))  # noqa: S310 (our own server)
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    store = fsspec.filesystem("s3")
    store.mkdir("scans")
    store.pipe({f"scans/inbox/thư {at}.txt": f"công văn {at}".encode() for at in range(5)})
    store.pipe("scans/inbox/bản sao.txt", "công văn 1".encode())
    yield "s3://scans/inbox"
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    server.stop()


def test_urls_travel_as_paths() -> None:
    path = Path("s3://scans/2024/thư 1.pdf")
    assert url_of(path) == "s3://scans/2024/thư 1.pdf"
    assert url_of(path_of(path_text(path))) == "s3://scans/2024/thư 1.pdf"
    assert url_of(Path("/scans/s3:/a.pdf")) is None
    assert path_text(Path("a.pdf")) == str(Path.cwd() / "a.pdf")


def test_a_store_gives_its_scans_only(memory: str, tmp_path: Path) -> None:
    found = scan([Path(memory), Path("memory://nothing")], tmp_path)
    assert [path.name for path, _, _ in found.files] == ["a.txt", "b.txt"]
    assert [path.name for path in found.skipped] == ["d.doc"]
    assert [path.name for path, _ in found.missing] == ["nothing"]


def test_limits_hold_before_and_while_a_file_is_fetched(memory: str, tmp_path: Path) -> None:
    limits = SETTINGS.limits.model_copy(update={"file_mb": 1})
    fsspec.filesystem("memory").pipe("/inbox/big.txt", b"x" * (1 << 20) + b"x")
    with pytest.raises(TooLargeInput):
        fetch_hashed(f"{memory}/big.txt", tmp_path / "big", limits)
    assert not (tmp_path / "big").exists()
    with pytest.raises(UnreadableInput):
        fetch_hashed(f"{memory}/gone.txt", tmp_path / "gone", limits)


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="package"):
        listed("nosuchkind://bucket/inbox")


def convert(archive: Archive, inbox: str) -> Counter[str]:
    enqueue(archive, scan([Path(inbox)], archive.folder), SETTINGS)
    Runner(archive, SETTINGS, maker(1), Events(), trip).run()
    return overview(archive, None, "en")[0]


def test_an_inbox_on_s3(bucket: str, tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive", SETTINGS) as archive:
        assert convert(archive, bucket) == Counter(done=5)
        letters = {letter.id: letter.pages[0].text for letter in archive.letters()}
        assert letters["thư 3"] == "công văn 3"
        assert archive.original("thư 3").read_text("utf-8") == "công văn 3"
        fsspec.filesystem("s3").pipe("scans/inbox/thư 9.txt", "công văn 9".encode())
        assert convert(archive, bucket) == Counter(done=6)
        assert archive.search("công văn").total == 6


def test_a_bucket_that_is_not_there_is_told(bucket: str, tmp_path: Path) -> None:
    found = scan([Path("s3://no-such-bucket/inbox")], tmp_path)
    assert [error.code for _, error in found.missing] == ["file-missing"]


def test_a_worker_without_the_folder_fetches_for_itself(memory: str, tmp_path: Path) -> None:
    """Dask's workers may share nothing: here, as one of them would be called."""
    sha256 = hashlib.sha256("một".encode()).hexdigest()
    staging = tmp_path / "on another machine"
    task = Task(1, "a", staging / "a.txt", staging, SETTINGS, trip, sha256)
    with pytest.raises(EngineError, match="has no access to"):
        convert_apart(task)
    with pytest.raises(EngineError, match="has no access to"):  # another content
        convert_apart(replace(task, source=f"{memory}/sub/b.txt"))
    outcome = convert_apart(replace(task, source=f"{memory}/a.txt"))
    assert outcome.parts[0][0].pages[0].text == "một"
    assert not staging.exists()


def test_without_a_store_none_of_it_is_loaded() -> None:
    code = (
        "import sys; from pathlib import Path; from pipeline.bulk.scan import scan;"
        "scan([Path('README.md')], Path('archive')); print('fsspec' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def test_an_archive_is_a_folder_and_no_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ArchiveError) as refused:
        Archive.open(Path("s3://scans/archive"), Settings())
    assert refused.value.code == "archive-in-store"
    assert "s3://scans/archive" in refused.value.sentence("vi")
    assert list(tmp_path.iterdir()) == []
