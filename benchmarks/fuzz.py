"""Coverage-guided fuzzing of what reads text and files from anywhere (needs the extra ``fuzz``).

    python -m benchmarks.fuzz TARGET --seconds 60 --work FOLDER [--seed N]

Targets: ``pdf`` (inspection and pages of a PDF), ``decode`` (text in unknown encodings),
``restore`` (corrections must replay to the restored text), ``parse`` (records from any text),
``query`` (the search language, run on a real index). Inputs that are found stay in FOLDER; one
that breaks a promise is written there as ``TARGET-crash-…`` and ends the run. What was found is
kept as tests in tests/hostile/test_found.py.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.config import Settings
from pipeline.errors import CongvanError, InputError
from pipeline.letter import Letter, SourceFile
from pipeline.read import open_source, read_pages, read_text
from pipeline.read.plain import decode
from pipeline.text import nfc

SAMPLE = """\
ỦY BAN NHÂN DÂN
TỈNH MẪU
Số: 12/UBND-VX
V/v ứng dụng
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Mẫu, ngày 05 tháng 01 năm 2025
Kính gửi: Các sở, ngành.
1. Sở Y tế (0,4%) báo cáo trước ngày 20/01/2025.
a) Rà soát;
Nơi nhận:
- Như trên;
- Lưu: VT.
TM. ỦY BAN
CHỦ TỊCH
Trần Văn Mẫu
"""
QUERIES = ('trụ sở "làm việc"', "(A OR B) -c", "~trực tuyến*", "NOT (x OR NOT y)", '"')
_MOST_TEXT = 1500


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="congvan-fuzz-"))


def fuzz_pdf(data: bytes) -> None:
    """Any bytes behind a PDF's header are pages or an InputError."""
    path = _folder() / "source.pdf"
    path.write_bytes(data if data.startswith(b"%PDF-") else b"%PDF-1.7\n" + data)
    with contextlib.suppress(CongvanError):
        source = open_source(path, Settings())
        next(read_pages(source, Settings()), None)


def fuzz_decode(data: bytes) -> None:
    """Any bytes are text or an InputError."""
    with contextlib.suppress(InputError):
        decode(data)


def fuzz_restore(data: bytes) -> None:
    """Restoring keeps the number of lines, and its corrections replay and undo exactly."""
    from pipeline.restore import load_models, restore_text
    from pipeline.restore.replay import replay, undo

    text = nfc(_text(data))
    restored = restore_text(text, load_models())
    _promise(restored.text.count("\n") == text.count("\n"), "lines kept")
    _promise(replay({1: text}, restored.corrections)[1] == restored.text, "replay")
    _promise(undo({1: restored.text}, restored.corrections)[1] == text, "undo")


def fuzz_parse(data: bytes) -> None:
    """Any text gives records that say again what they said after a trip through JSON."""
    from pipeline.parse import parse_letters

    source = SourceFile(Path("fuzz.txt"), "0" * 64, "text/plain", 1, "text", text=_text(data))
    pages = read_text(source)
    with contextlib.suppress(InputError):
        for letter in parse_letters(pages, pages, source, (), Settings()):
            again = Letter.model_validate_json(letter.to_json())
            _promise(again.to_json() == letter.to_json(), "record")


def fuzz_query(data: bytes) -> None:
    """Anything typed is a query that the index takes, or a UsageError."""
    from pipeline.archive.query import parse_query, to_fts5

    with contextlib.suppress(CongvanError):
        query = parse_query(_text(data))
        if query is not None:
            _index().execute("SELECT count(*) FROM t WHERE t MATCH ?", (to_fts5(query),)).fetchone()


def _promise(kept: bool, name: str) -> None:
    if not kept:
        raise AssertionError(name)


@cache
def _index() -> sqlite3.Connection:
    index = sqlite3.connect(":memory:")
    index.execute("CREATE VIRTUAL TABLE t USING fts5(text)")
    index.execute("INSERT INTO t VALUES ('truc tuyen tru so lam viec')")
    return index


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")[:_MOST_TEXT].replace("\r", "\n")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "pdf": fuzz_pdf,
    "decode": fuzz_decode,
    "restore": fuzz_restore,
    "parse": fuzz_parse,
    "query": fuzz_query,
}


def seeds(target: str) -> list[bytes]:
    """Sound inputs to start from."""
    if target == "pdf":
        from benchmarks.hostile import load_corpus

        corpus = load_corpus()
        return [data for name, data in corpus.bases().items() if name.endswith(".pdf")]
    if target == "query":
        return [query.encode() for query in QUERIES]
    return [SAMPLE.encode(), SAMPLE.encode("cp1258", "ignore"), SAMPLE.encode("utf-16")]


def fuzz(target: str, seconds: int, work: Path, seed: int) -> None:
    """Run libFuzzer on a target; it never returns."""
    import atheris  # type: ignore[import-not-found,unused-ignore]  # an extra

    corpus = work / target
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds(target)):
        (corpus / f"seed-{number}").write_bytes(data)
    # Only our own modules are watched: of the libraries the outcome counts.
    for name, module in list(sys.modules.items()):
        if name.startswith("pipeline."):
            _instrument(atheris, module)
    longest = 60_000 if target == "pdf" else 3_000
    options = [
        f"-max_total_time={seconds}", f"-seed={seed}", f"-max_len={longest}", "-timeout=60",
        "-rss_limit_mb=4000", f"-artifact_prefix={work}/{target}-",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(corpus)], TARGETS[target])
    atheris.Fuzz()


def _instrument(atheris: Any, module: Any) -> None:
    for name, value in list(vars(module).items()):
        if getattr(value, "__module__", None) == module.__name__ and hasattr(value, "__code__"):
            with contextlib.suppress(Exception):  # what can't be watched is run all the same
                setattr(module, name, atheris.instrument_func(value))


def main() -> None:
    """Read the command line and fuzz."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=random.randrange(1, 2**31))
    options = parser.parse_args()
    with contextlib.suppress(ImportError):
        import pipeline.archive.query
        import pipeline.parse
        import pipeline.restore  # noqa: F401  loaded, so that they are watched
    fuzz(options.target, options.seconds, options.work, options.seed)


if __name__ == "__main__":
    main()
