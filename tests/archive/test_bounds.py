"""A search that reads a bounded part of the index still finds every letter, page by page."""

from __future__ import annotations

import pytest

from pipeline.archive import Archive, Filters, index, search, window
from tests.archive.making import add, letter_of


@pytest.fixture(params=[8, 0])
def bounded(
    request: pytest.FixtureRequest, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> Archive:
    """Thirty letters; a search counts the newest eight, and looks rows up one by one or not."""
    monkeypatch.setattr(index, "_LOOKUP", request.param)
    for module in (search, window):
        monkeypatch.setattr(module, "COUNTED", 8)
    monkeypatch.setattr(window, "_HELD", 8)
    monkeypatch.setattr(window, "_SPAN", 8)
    for at in range(30):
        text = f"trụ sở làm việc {at}" if at % 3 == 0 else f"làm việc ở trụ sở {at}"
        day = f"2020-01-{at + 1:02}"
        add(archive, f"thư-{at}", letter_of(text, date=day, doc_type="công văn"))
    return archive


@pytest.mark.parametrize(
    ("query", "filters", "count"),
    [
        ("trụ sở", Filters(), 30),
        ('"trụ sở làm việc"', Filters(), 10),
        ("trụ sở", Filters(date_to="2020-01-04"), 4),  # none of them among the newest
        ("trụ sở -12", Filters(doc_type="công văn"), 29),
        ("làm việ*", Filters(), 30),
        ("", Filters(doc_type="công văn"), 30),
    ],
)
def test_every_page_is_there(bounded: Archive, query: str, filters: Filters, count: int) -> None:
    pages = [bounded.search(query, filters, offset, 4) for offset in range(0, 36, 4)]
    ids = [hit.id for page in pages for hit in page.hits]
    assert len(ids) == len(set(ids)) == count
    assert all(page.total <= count for page in pages)
    assert all(page.more or page.total == count for page in pages)


def test_a_phrase_far_back_is_found(bounded: Archive) -> None:
    found = bounded.search('"trụ sở làm việc 0"', limit=4)
    assert [hit.id for hit in found.hits] == ["thư-0"]
    assert (found.total, found.more) == (1, False)


@pytest.mark.parametrize("query", ["trụ sở", '"trụ sở làm việc"', "trụ sở -12", "trụ OR việ*"])
@pytest.mark.parametrize("filters", [{}, {"doc_type": "công văn"}, {"date_to": "2020-01-04"}])
def test_what_is_too_secret_is_never_found(
    bounded: Archive, query: str, filters: dict[str, str]
) -> None:
    for at in (0, 3, 15, 27):
        bounded.edit(f"thư-{at}", "secrecy", "MẬT", who="lan")
    secret = {f"thư-{at}" for at in (0, 3, 15, 27)}

    def seen(level: int) -> set[str]:
        narrow = Filters(**filters, secrecy=level)  # type: ignore[arg-type] # only strings
        pages = [bounded.search(query, narrow, at, 4, facets=True) for at in range(0, 36, 4)]
        assert all(page.total <= 30 for page in pages)
        return {hit.id for page in pages for hit in page.hits}

    assert seen(0) == seen(3) - secret
    assert seen(1) == seen(2) == seen(3) >= secret - {"thư-15", "thư-27"}
