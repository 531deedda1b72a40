"""What comes first among the letters that a search looks at."""

from __future__ import annotations

import pytest

from pipeline.archive import Archive
from tests.archive.making import add, letter_of

NEWER = 30


@pytest.fixture
def crowded(archive: Archive) -> Archive:
    """Four letters that deserve to come first, and thirty newer ones that have the words, too."""
    add(archive, "accents", letter_of("sở này lo trụ"))
    add(archive, "phrase", letter_of("tại tru so mới"))
    add(archive, "title", letter_of("nội dung", subject="so của tru"))
    add(archive, "often", letter_of("so tru là so, so ở tru khi tru vì so theo tru"))
    for at in range(NEWER):
        add(archive, f"newer-{at}", letter_of(f"so {at} nào đó tru"))
    return archive


def first(archive: Archive, query: str, count: int) -> list[str]:
    return [hit.id for hit in archive.search(query, limit=count).hits]


def test_titles_phrases_and_accents_come_before_what_is_newer(crowded: Archive) -> None:
    assert set(first(crowded, "trụ sở", 3)) == {"title", "phrase", "accents"}


def test_without_accents_none_are_asked_for(crowded: Archive) -> None:
    assert set(first(crowded, "tru so", 2)) == {"title", "phrase"}


def test_the_oftener_the_words_the_earlier(crowded: Archive) -> None:
    order = first(crowded, "tru so", NEWER + 4)
    assert order.index("often") < order.index("newer-0")
    assert order.index("newer-29") < order.index("newer-0")


def test_a_phrase_that_is_asked_for_prefers_its_accents(archive: Archive) -> None:
    add(archive, "exact", letter_of("về trụ sở mới"))
    for at in range(NEWER):
        add(archive, f"bare-{at}", letter_of(f"về tru so {at}"))
    assert first(archive, '"trụ sở"', 1) == ["exact"]
