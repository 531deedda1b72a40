"""What an archive promises, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pipeline.archive import Archive, Filters, ledger, naming, questions
from pipeline.archive.database import reading, writing
from pipeline.archive.store import How
from pipeline.archive.tables import LETTERS
from pipeline.config import Settings
from pipeline.errors import ArchiveError, UsageError
from pipeline.letter import Letter
from tests.archive.making import add, field, letter_of, samples


@pytest.fixture
def full(archive: Archive) -> Archive:
    for name, letter in samples().items():
        add(archive, name, letter)
    return archive


def found(archive: Archive, query: str, **filters: object) -> list[str]:
    return [hit.id for hit in archive.search(query, Filters(**filters)).hits]  # type: ignore[arg-type] # checked by the archive


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("đắk lắk", {"dak-lak"}),
        ("dak lak", {"dak-lak"}),
        ("bac giang", {"tru-so"}),
        ("trụ sở làm việc", {"tru-so", "dak-lak", "cong-tac"}),
        ('"trụ sở làm việc"', {"tru-so", "dak-lak"}),
        ("hòa giải", {"dak-lak"}),
        ("hoà giải", {"dak-lak"}),
        ("tuy*", {"truc-tuyen"}),
        ("giang OR lắk", {"tru-so", "dak-lak"}),
        ("trụ -giang", {"dak-lak", "cong-tac"}),
        ("trụ NOT (giang OR lắk)", {"cong-tac"}),
        ("71/TB-UBND", {"tru-so"}),
        ("~tuyén", {"truc-tuyen"}),
        ("khôngcó", set()),
        ("", {"tru-so", "dak-lak", "cong-tac", "truc-tuyen", "khong-ngay"}),
    ],
)
def test_search_finds(full: Archive, query: str, ids: set[str]) -> None:
    assert set(found(full, query)) == ids


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"date_from": "2020"}, {"dak-lak", "cong-tac", "truc-tuyen"}),
        ({"date_from": "2019-05-20", "date_to": "2019-05-21"}, {"tru-so"}),
        ({"date_from": "2019-06"}, {"dak-lak", "cong-tac", "truc-tuyen"}),
        ({"issuer": "dak lak"}, {"dak-lak"}),
        ({"doc_type": "Báo cáo"}, {"truc-tuyen"}),
        ({"recipient": "tai chinh"}, {"tru-so"}),
        ({"assignee": "y tế"}, {"tru-so"}),
        ({"deadline": "2019-06"}, {"tru-so"}),
        ({"deadline": "2019-07"}, set()),
        ({"number": "120"}, {"cong-tac"}),
        ({"code": "71 / TB–UBND"}, {"tru-so"}),
        ({"cites": "71/tb-ubnd"}, {"truc-tuyen"}),
        ({"percent": (30.0, 40.0)}, {"dak-lak"}),
        ({"review": True}, {"dak-lak"}),
        ({"issuer": "100%"}, set()),
    ],
)
def test_filters_narrow(full: Archive, filters: dict[str, object], ids: set[str]) -> None:
    assert set(found(full, "", **filters)) == ids


def test_order_prefers_phrase_title_and_accents(archive: Archive) -> None:
    add(archive, "scattered", letter_of("việc này làm ở sở; trụ cột"))
    add(archive, "bare", letter_of("tru so lam viec"))
    add(archive, "exact", letter_of("trụ sở làm việc"))
    add(archive, "title", letter_of("nội dung", subject="trụ sở làm việc"))
    order = found(archive, "trụ sở làm việc")
    assert order.index("exact") < order.index("bare") < order.index("scattered")
    assert order.index("title") < order.index("bare")


def test_no_text_is_too_much_for_the_index(archive: Archive) -> None:
    endless = "x" * 20_000
    long_name = "".join(hashlib.sha256(str(at).encode()).hexdigest() for at in range(300))
    letter = letter_of(f"{endless} trụ sở", issuer=long_name, recipients=(field(long_name),))
    add(archive, "endless", letter)
    add(archive, "many", letter_of("trụ sở " + " ".join(f"w{at}" for at in range(150_000))))
    assert set(found(archive, "trụ sở")) == {"endless", "many"}
    assert found(archive, endless) == ["endless"]
    assert found(archive, "w77") == ["many"]
    assert found(archive, "", recipient=long_name[:80]) == ["endless"]


def test_snippets_mark_the_words_and_their_boxes(full: Archive) -> None:
    hit = full.with_boxes(full.search('"bac giang"').hits[0])
    snippet = hit.snippets[0]
    marked = [snippet.text[start:end] for start, end in snippet.marks]
    assert marked == ["Bắc Giang"]
    page = full.get(hit.id).pages[snippet.page - 1].text
    assert page[snippet.start :].startswith(snippet.text)
    words = [word for line in full.pages(hit.id)[0].lines for word in line.words]
    assert {word.text for word in words if word.box in snippet.boxes} == {"Bắc", "Giang"}


def test_paging_shows_every_letter_once(archive: Archive) -> None:
    for at in range(150):
        add(archive, f"thư-{at}", letter_of(f"công văn số {at}"))
    pages = [archive.search("công văn", offset=at, limit=20).hits for at in range(0, 160, 20)]
    ids = [hit.id for page in pages for hit in page]
    assert len(ids) == len(set(ids)) == 150


def test_facets_count_the_found(full: Archive) -> None:
    facets = full.search("so", facets=True).facets
    assert ("thông báo", 1) in facets["doc_type"]
    assert dict(facets["year"])["2019"] == 1


@pytest.mark.parametrize("query", ["-sở", "NOT sở"])
def test_only_exclusions_are_refused(full: Archive, query: str) -> None:
    with pytest.raises(UsageError):
        full.search(query)


@pytest.mark.parametrize(
    "query", ['"', "(", ")", "*", "~", "OR", "a OR", "'; DROP TABLE letters", ":*", "\\'"]
)
def test_no_query_breaks_the_database(full: Archive, query: str) -> None:
    full.search(query)
    assert full.search("").total == 5


def test_a_letter_comes_back_as_it_went_in(archive: Archive) -> None:
    letter = samples()["tru-so"]
    (letter_id,) = add(archive, "tru-so", letter)
    stored = archive.get(letter_id)
    source = letter.source.model_copy(update={"file": "tru-so.pdf"})
    assert stored == letter.model_copy(update={"id": "tru-so", "source": source})
    record = json.loads((archive.folder / "records/tru-so.json").read_text("utf-8"))
    assert Letter.model_validate(record) == stored


def test_names_are_unique(archive: Archive) -> None:
    bundle = [letter_of(f"thư {at}") for at in range(3)]
    assert add(archive, "a-2", letter_of("một")) == ("a-2",)
    assert add(archive, "a", *bundle) == ("a", "a-3", "a-4")
    assert add(archive, "A", letter_of("hoa"), folder=Path("/other")) == ("A-5",)


def test_edits_survive_a_new_reading(archive: Archive, settings: Settings) -> None:
    (letter_id,) = add(archive, "thư", samples()["tru-so"])
    archive.edit(letter_id, "number", "17", "lan")
    archive.edit(letter_id, "issuer.name", "UBND TỈNH", "lan")
    archive.edit(letter_id, "recipients.0", "Sở Nội vụ", "minh")
    add_again(archive, letter_of("văn bản mới", code="99/TB-UBND", recipients=(field("Khác"),)))
    now = archive.get(letter_id)
    assert now.number is not None
    assert (now.number.value, now.number.confidence) == ("17", 1.0)
    assert now.issuer.name is not None
    assert now.issuer.name.value == "UBND TỈNH"
    assert [f.value for f in now.recipients] == ["Sở Nội vụ"]
    assert now.pages[0].text == "văn bản mới"
    read = archive.reading(letter_id)
    assert read.number is not None
    assert read.number.value == "99"
    assert found(archive, "văn bản mới") == [letter_id]
    assert found(archive, "trụ sở") == []
    history = archive.history(letter_id)
    assert [(c.field, c.before, c.after, c.who) for c in history] == [
        ("number", "71", "17", "lan"),
        ("issuer.name", "ỦY BAN NHÂN DÂN TỈNH BẮC GIANG", "UBND TỈNH", "lan"),
        ("recipients.0", "Sở Tài chính", "Sở Nội vụ", "minh"),
    ]


def add_again(archive: Archive, letter: Letter) -> None:
    """Convert the archive's first file again, with another reading."""
    from tests.archive.making import page_of

    with reading(archive.engine) as connection:
        entry = ledger.by_id(connection, 1)
    parts = [(letter, (page_of(letter.pages[0].text),))]
    archive.put(entry, parts, how=How("2", "def", 0.1))


@pytest.mark.parametrize("path", ["nothing", "issuer.nobody", "recipients.9", "id", "source.file"])
def test_wrong_fields_are_refused(full: Archive, path: str) -> None:
    with pytest.raises(UsageError):
        full.edit("tru-so", path, "x", "lan")
    assert full.history("tru-so") == ()


def test_unknown_letters_are_refused(full: Archive) -> None:
    with pytest.raises(ArchiveError):
        full.get("không-có")
    with pytest.raises(ArchiveError):
        full.edit("không-có", "number", "1", "lan")


def test_one_content_under_two_names_is_one_file(archive: Archive) -> None:
    with writing(archive.engine) as connection:
        ledger.add_paths(connection, [(Path("/a/x.pdf"), 3, 1), (Path("/b/y.pdf"), 3, 1)])
        for row, path in ledger.waiting_paths(connection, 9):
            ledger.take_in(connection, row, Path(path), "ab" * 32, 3)
        entry = ledger.by_sha256(connection, "ab" * 32)
        assert entry is not None
        assert entry.name == "x"
        assert ledger.paths_of(connection, entry.id) == ["/a/x.pdf", "/b/y.pdf"]


def test_the_same_number_symbol_and_issuer_are_warned_of(archive: Archive) -> None:
    first = letter_of("một", code="7/UBND-VX", issuer="UBND TỈNH", date="2020-01-02")
    add(archive, "first", first)
    add(archive, "same", first.model_copy(update={"subject": field("khác")}))
    add(archive, "later", first.model_copy(update={"date": field("2021-01-02")}))
    assert archive.get("same").review.needed
    assert "first" in archive.get("same").review.reasons[0]
    assert not archive.get("later").review.needed
    assert not archive.get("first").review.needed


def test_open_directives_by_assignee_and_deadline(full: Archive) -> None:
    tasks = questions.directives(full)
    assert [(t.letter, t.label, t.deadline) for t in tasks] == [
        ("tru-so", "1", "2019-06-30"), ("tru-so", "1/a", None), ("tru-so", "2", None),
    ]  # fmt: skip
    assert [t.label for t in questions.directives(full, assignee="van phong")] == ["1/a"]
    assert [t.label for t in questions.directives(full, until="2019-06-30")] == ["1"]
    assert questions.directives(full, until="2019-06-29") == []
    pages = [questions.directives(full, limit=1, offset=at)[0].label for at in range(3)]
    assert pages == ["1", "1/a", "2"]
    assert questions.directives(full, limit=2, offset=3) == []
    assert [t.label for t in questions.directives(full, dated=True)] == ["1"]
    questions.close_directive(full, "tru-so", "1", "lan")
    questions.close_directive(full, "tru-so", "1", "minh")
    assert [t.label for t in questions.directives(full)] == ["1/a", "2"]
    questions.reopen_directive(full, "tru-so", "1")
    assert len(questions.directives(full)) == 3


def test_citations_both_ways(full: Archive) -> None:
    links = questions.citations(full, "71/TB-UBND")
    told = {(link.way, link.steps, link.other, link.letter) for link in links}
    assert told == {
        ("cites", 1, "15/QĐ-UBND", "dak-lak"),
        ("cites", 1, "30/2020/NĐ-CP", None),
        ("cites", 2, "99/CT-TTg", None),
        ("cited by", 1, "7/BC-STTTT", "truc-tuyen"),
    }


def test_percentages_over_time(full: Archive) -> None:
    shares = questions.percentages(full, holder="so y te", about="hồ sơ")
    assert [(s.date, s.value) for s in shares] == [("2019-05", 20.7), ("2020-03-05", 35.0)]
    assert len(questions.percentages(full, date_from="2020")) == 1
    assert len(questions.percentages(full, date_from="2019-05-31", date_to="2019-06")) == 1
    assert questions.percentages(full, date_from="2019-06", date_to="2019") == []
    assert questions.percentages(full, holder="y te", limit=1, offset=1) == shares[1:]
    assert questions.percentages(full, holder="nobody") == []


def test_letters_stream_by_search(full: Archive) -> None:
    assert {letter.id for letter in full.letters("sở", Filters(date_to="2020"))} == {
        "tru-so",
        "dak-lak",
    }
    assert len(list(full.records())) == 5


def test_renamed_copies_never_guess_or_collide(full: Archive, tmp_path: Path) -> None:
    for letter in full.letters():
        full.pdf(letter.id).write_bytes(b"%PDF")
    planned = naming.plan(
        full, full.letters(), "{year}/{date}_{code}.pdf", tmp_path, originals=False
    )
    names = {p.letter: p.target.relative_to(tmp_path).as_posix() for p in planned}
    assert names["dak-lak"] == "2020/2020-03-05_15-QĐ-UBND.pdf"
    assert names["khong-ngay"] == "khong-ro/khong-ro_khong-ro.pdf"
    assert not (tmp_path / "2020").exists()
    assert naming.apply(planned) == 5
    assert (tmp_path / names["dak-lak"]).read_bytes() == b"%PDF"
    again = naming.plan(
        full, [full.get("dak-lak")], "{year}/{date}_{code}", tmp_path, originals=False
    )
    assert again[0].target.name == "2020-03-05_15-QĐ-UBND-2.pdf"
    with pytest.raises(UsageError):
        naming.plan(full, [], "{nothing}", tmp_path, originals=False)


def test_a_reader_sees_one_state_throughout(full: Archive) -> None:
    count = select(func.count()).select_from(LETTERS)
    with reading(full.engine) as connection:
        assert connection.scalar(count) == 5
        add(full, "another", letter_of("văn bản mới"))
        assert connection.scalar(count) == 5
    assert full.search("").total == 6


def test_the_migrations_make_the_tables_of_the_models(archive: Archive) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from pipeline.archive.tables import Base

    with archive.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = [
            change for change in compare_metadata(context, Base.metadata)
            if "letter_" not in str(change) or "letter_pk" in str(change)
        ]  # fmt: skip
    assert [
        change for change in differences if change[0] not in ("remove_table", "remove_index")
    ] == []
