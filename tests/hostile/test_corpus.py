"""Bad files through the reader: a page or a sentence, never a crash, a hang or a changed file."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.read import open_source, read_pages, read_text
from tests.clock import cpu_seconds

HERE = Path(__file__).parent


def _corpus() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hostile_corpus", HERE / "corpus.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


CORPUS = _corpus()
SETTINGS = Settings()


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    return list(CORPUS.build(tmp_path_factory.mktemp("hostile")))


def read(path: Path) -> int:
    """Pages of a file, all of them read."""
    source = open_source(path, SETTINGS)
    if source.reading == "text":
        return len(read_text(source))
    return sum(1 for _ in read_pages(source, SETTINGS))


def test_the_corpus_is_large_and_rebuilt_alike(cases: list[Any], tmp_path: Path) -> None:
    assert len(cases) >= 400
    again = CORPUS.build(tmp_path)
    assert [c.path.name for c in again] == [c.path.name for c in cases]
    for one, other in zip(cases, again, strict=True):
        if one.kind in {"truncated", "bit flips"}:
            assert one.path.read_bytes() == other.path.read_bytes()


def test_every_bad_file_is_read_or_refused_with_a_sentence(cases: list[Any]) -> None:
    # Damage by chance: every fifth here, all of it in benchmarks/hostile.py.
    chance = {"truncated", "bit flips", "swapped parts", "zeroed tail"}
    chosen = [c for n, c in enumerate(cases) if c.kind not in chance or n % 5 == 0]
    wrong = []
    for case in chosen:
        started = cpu_seconds()
        try:
            read(case.path)
            outcome = "read"
        except InputError as error:
            outcome = "refused"
            sentences = [error.sentence(language) for language in ("en", "vi")]
            wrong += [f"{case.path.name}: {s}" for s in sentences if len(s) < 20]
        if case.refused and outcome == "read":
            wrong.append(f"{case.path.name} was read")
        if cpu_seconds() - started > 15:
            wrong.append(f"{case.path.name} took long")
    assert wrong == []


_READ = """
import os, sys
from pathlib import Path
from pipeline.config import Settings
from pipeline.errors import TooLargeInput
from pipeline.read import open_source, read_pages
started = sum(os.times()[:4])
try:
    list(read_pages(open_source(Path(sys.argv[1]), Settings()), Settings()))
except TooLargeInput as error:
    print(error.sentence("vi"))
print(sum(os.times()[:4]) - started)
print(next(x for x in open("/proc/self/status") if x.startswith("VmHWM")).split()[1])
"""


@pytest.mark.parametrize(
    ("name", "content", "setting"),
    [
        (
            "page.pdf",
            CORPUS.one_page(b"", box=b"[0 0 14400 14400]"),
            "limits.page_inches",
        ),
        ("image.pdf", CORPUS.huge_image(), "limits.pixels"),
    ],
)
def test_a_giant_is_refused_at_once_and_cheaply(
    tmp_path: Path, name: str, content: bytes, setting: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert len(content) < 541 or 430_000 < len(content) < 460_000
    # A process of its own, and its own account of its peak: ru_maxrss would count this one's too.
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(path)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    sentence, seconds, peak = done.stdout.splitlines()
    assert setting in sentence
    assert float(seconds) < 1
    assert int(peak) < 300_000  # KiB


def test_nothing_is_changed(cases: list[Any]) -> None:
    for case in (c for c in cases[::25] if c.kind != "no file"):
        before = hashlib.sha256(case.path.read_bytes()).hexdigest()
        stamp = case.path.stat().st_mtime_ns
        with contextlib.suppress(InputError):
            read(case.path)
        assert hashlib.sha256(case.path.read_bytes()).hexdigest() == before
        assert case.path.stat().st_mtime_ns == stamp


def test_a_file_that_grows_or_vanishes_is_told(tmp_path: Path) -> None:
    path = tmp_path / "growing.pdf"
    path.write_bytes(CORPUS.saved(CORPUS.scan_pdf("JPEG", 1)))
    source = open_source(path, SETTINGS)
    with path.open("ab") as file:
        file.write(b"% more\n")
    with pytest.raises(InputError) as grown:
        next(read_pages(source, SETTINGS))
    assert grown.value.code == "file-changed"
    path.unlink()
    with pytest.raises(InputError) as gone:
        next(read_pages(source, SETTINGS))
    assert gone.value.code == "file-missing"


def test_strange_names_start_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    typed = CORPUS.saved(CORPUS.typed_pdf())  # poppler sees this one
    for name in CORPUS.STRANGE_NAMES:
        path = Path(name)
        path.write_bytes(typed)
        assert read(path) == 1
        path.unlink()
    assert list(tmp_path.iterdir()) == []
