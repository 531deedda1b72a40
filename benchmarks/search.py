"""Search over a large archive: build time, size on disk, and how long queries take.

    python -m benchmarks.search TEXT --letters 100000 [--folder FOLDER] [--database URL]

TEXT is any large file of Vietnamese text, a sentence or paragraph a line (plain, or .zst); letters
of realistic length are cut from it, with codes, dates, issuers and recipients made up. Nothing is
converted: the letters are stored by the archive's own functions, in large transactions. An
archive that is there already with as many letters is used again.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlalchemy import text as sql

from pipeline.archive import Archive, Filters, index, ledger, rows
from pipeline.archive.database import reading, writing
from pipeline.archive.folder import name_key
from pipeline.archive.tables import BODIES, FILES, LETTERS
from pipeline.config import Settings
from pipeline.letter import Citation, Directive, Field, Issuer, Letter, Page, Percentage, Source

BATCH = 1000
PLACES = ("BẮC GIANG", "ĐẮK LẮK", "HÒA BÌNH", "KIÊN GIANG", "QUẢNG NGÃI", "PHÚ THỌ", "CÀ MAU")
UNITS = ("VX", "KT", "NC", "TH", "KSTT", "NNTN")
OFFICES = ("Sở Nội vụ", "Sở Y tế", "Sở Xây dựng", "Văn phòng", "Công an tỉnh", "Thanh tra tỉnh")
TYPES = ("công văn", "quyết định", "thông báo", "báo cáo", "kế hoạch")

SELECTIVE: tuple[tuple[str, Filters], ...] = (
    ('"trụ sở làm việc"', Filters()),
    ("tru so lam viec", Filters(date_from="2019", issuer="Bắc Giang")),
    ("hòa giải cơ sở", Filters(date_from="2021-01", date_to="2021-03")),
    ("4321/UBND-VX", Filters()),
    ("", Filters(code="4321/UBND-VX")),
    ("bồi thường OR tái định cư", Filters(issuer="cà mau", date_from="2023")),
    ('"vùng đồng bào dân tộc"', Filters()),
    ("kiểm lâm -rừng", Filters()),
    ("đăk lăk", Filters(doc_type="kế hoạch", date_from="2022")),
    ("~tuyén sinh", Filters(date_from="2022-06", date_to="2022-09")),
)
COMMON: tuple[tuple[str, Filters], ...] = (
    ("nhân dân", Filters()),
    ("quy định", Filters()),
    ("thực hiện", Filters()),
    ("ủy ban nhân dân tỉnh", Filters()),
    ("của", Filters()),
    ("thực hiện nhiệm vụ", Filters(date_from="2020")),
    ("quy*", Filters()),
)


def paragraphs(path: Path) -> list[str]:
    """The text's lines, but for headings."""
    with path.open("rb") as file:
        stream: Any = file
        if path.suffix == ".zst":
            import zstandard

            stream = zstandard.ZstdDecompressor().stream_reader(file)
        return [line.strip()[:1500] for line in io.TextIOWrapper(stream, "utf-8") if len(line) > 40]


def letters(text: Sequence[str], count: int) -> Iterator[Letter]:
    """Letters of 1,200 to 5,000 characters, the same for the same text and count."""
    chance = random.Random(30)
    for number in range(count):
        wanted, parts, size = chance.randint(1200, 5000), [], 0
        while size < wanted:
            parts.append(chance.choice(text))
            size += len(parts[-1])
        place, unit = chance.choice(PLACES), chance.choice(UNITS)
        own = number % 9000 + 1
        year, month = chance.randint(2009, 2025), chance.randint(1, 12)
        due = f"{year}-{month:02}-28"
        yield Letter(
            id=f"thư-{number}",
            source=Source(
                file=f"{number}.pdf", sha256=hashlib.sha256(str(number).encode()).hexdigest(),
                media_type="application/pdf", reading="scan",
            ),
            code=Field(value=f"{own}/UBND-{unit}"), number=Field(value=str(own)),
            notation=Field(value=f"UBND-{unit}"), doc_type=Field(value=chance.choice(TYPES)),
            date=Field(value=f"{year}-{month:02}-{chance.randint(1, 28):02}"),
            issuer=Issuer(name=Field(value=f"ỦY BAN NHÂN DÂN TỈNH {place}")),
            subject=Field(value=parts[0][:120]), recipients=(Field(value="Sở Tài chính"),),
            directives=(
                Directive(
                    label="1", text=parts[-1], assignees=(chance.choice(OFFICES),),
                    deadlines=(due,) if chance.random() < 0.5 else (),
                ),
            ),
            percentages=(
                Percentage(value=chance.randint(1, 99), text="x", holder=chance.choice(OFFICES)),
            ),
            citations=(Citation(code=f"{chance.randint(1, 9000)}/UBND-{chance.choice(UNITS)}"),),
            pages=(Page(number=1, text="\n".join(parts)),),
        )  # fmt: skip


def store(connection: Connection, first: int, batch: Sequence[Letter]) -> None:
    """New letters with their files, rows and index; row numbers count on from ``first``."""
    at = ledger.now()
    files, own, bodies, words = [], [], [], []
    for pk, letter in enumerate(batch, start=first):
        text, name = rows.text_of(letter), name_key(letter.id)
        files.append(
            {
                "id": pk, "sha256": letter.source.sha256, "name": letter.id, "name_key": name,
                "suffix": ".pdf", "size": 1, "state": "done", "tries": 1, "queued_at": at,
                "pages": 1, "seconds": 1.0,
            }
        )  # fmt: skip
        fixed = {"pk": pk, "id_key": name, "file_id": pk, "part": 1}
        own.append({**rows.columns(letter), **fixed, "added_at": at, "changed_at": at})
        bodies.append(
            {"letter_pk": pk, "record": letter.model_dump_json(by_alias=True), "text": text}
        )
        words.append((pk, rows.title_of(letter), text))
    connection.execute(insert(FILES), files)
    connection.execute(insert(LETTERS), own)
    connection.execute(insert(BODIES), bodies)
    index.put(connection, words)
    rows.put_children(connection, enumerate(batch, start=first))


def build(archive: Archive, text: Path, count: int) -> float:
    """Fill the archive; seconds it took (0 when it is full already)."""
    with reading(archive.engine) as connection:
        held = connection.scalar(select(func.count()).select_from(LETTERS))
    if held == count:
        return 0.0
    start = time.perf_counter()
    source = letters(paragraphs(text), count)
    with indexed_last(archive):
        for first in range(1, count + 1, BATCH):
            batch = list(islice(source, BATCH))
            with writing(archive.engine) as connection:
                store(connection, first, batch)
    return time.perf_counter() - start


@contextlib.contextmanager
def indexed_last(archive: Archive) -> Iterator[None]:
    """On PostgreSQL, the index of words is made of all letters at once, as after any bulk load."""
    if archive.engine.dialect.name != "postgresql":
        yield
        return
    with writing(archive.engine) as connection:
        connection.execute(sql("DROP INDEX letter_index_words"))
    yield
    with writing(archive.engine) as connection:
        connection.execute(sql("SET LOCAL maintenance_work_mem = '1GB'"))
        connection.execute(sql("CREATE INDEX letter_index_words ON letter_index USING gin (words)"))
    analyze = archive.engine.execution_options(isolation_level="AUTOCOMMIT")
    with analyze.connect() as connection:
        connection.execute(sql("VACUUM ANALYZE"))


def measure(
    archive: Archive, queries: tuple[tuple[str, Filters], ...], rounds: int
) -> dict[str, Any]:
    """Milliseconds of each query, and p50 and p95 over all; ``core`` = of this process's core."""
    passed: list[float] = []
    core: list[float] = []
    each: dict[str, list[float]] = {}
    for _ in range(rounds):
        for typed, filters in queries:
            start, used = time.perf_counter(), time.process_time()
            archive.search(typed, filters)
            passed.append(1000 * (time.perf_counter() - start))
            core.append(1000 * (time.process_time() - used))
            each.setdefault(f"{typed} {_shown(filters)}".strip(), []).append(passed[-1])
    return {
        "p50_ms": round(statistics.median(passed), 1),
        "p95_ms": round(statistics.quantiles(passed, n=20)[-1], 1),
        "core_p50_ms": round(statistics.median(core), 1),
        "core_p95_ms": round(statistics.quantiles(core, n=20)[-1], 1),
        "each_ms": {name: round(statistics.median(took), 1) for name, took in each.items()},
    }


def _shown(filters: Filters) -> str:
    from dataclasses import asdict

    return " ".join(f"{k}={v}" for k, v in asdict(filters).items() if v is not None)


def main() -> None:
    """Build, measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("text", type=Path)
    parser.add_argument("--letters", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=Path("build/search"))
    parser.add_argument("--database", default="")
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    settings = Settings.model_validate({"archive": {"database": given.database}})
    with Archive.open(given.folder, settings) as archive:
        seconds = build(archive, given.text, given.letters)
        size = sum(path.stat().st_size for path in given.folder.glob("congvan.db*"))
        start = time.perf_counter()
        exported = sum(len(record) for record in archive.records())
        took = time.perf_counter() - start
        report = {
            "letters": given.letters,
            "database": archive.engine.dialect.name,
            "build_seconds": round(seconds, 1),
            "megabytes": round(size / 1e6),
            "exported_records_per_second": round(given.letters / took),
            "exported_megabytes": round(exported / 1e6),
            "selective": measure(archive, SELECTIVE, given.rounds),
            "common": measure(archive, COMMON, given.rounds),
        }
    print(json.dumps(report, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
