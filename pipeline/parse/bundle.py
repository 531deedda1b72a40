"""Bundles: one scan file with several letters is split at each new header."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.page import PageText
from pipeline.parse import patterns as p
from pipeline.parse.shapes import letters_in
from pipeline.text import fold

_TOP = 14  # lines at the top of a page that a header's anchors stand in
_ANNEX = ("phu luc", "mau so", "danh sach", "bieu mau")


def letters_in_pages(pages: Sequence[PageText]) -> list[list[int]]:
    """Indexes of the pages of each letter; blank pages belong to none.

    A letter begins where a page's header has both quốc hiệu and a number or a place and date:
    forms and annexes carry the motto too, but not the rest (NĐ 30/2020 Phụ lục I, cells 1-4).
    """
    letters: list[list[int]] = []
    for index, page in enumerate(pages):
        if page.quality.blank or not page.lines:
            continue
        if not letters or _begins_letter(page):
            letters.append([])
        letters[-1].append(index)
    return letters


def _begins_letter(page: PageText) -> bool:
    top = [line.text for line in page.lines if letters_in(line.text) > 1][:_TOP]
    folded = [fold(text) for text in top]
    if any(line.strip(" .:").startswith(_ANNEX) for line in folded[:3]):
        return False
    motto = any(
        find(line) is not None
        for find in (p.find_motto, p.find_slogan, p.find_party)
        for line in folded
    )
    number = any(p.NUMBER_LABEL.match(line) for line in folded)
    dated = any(p.DATE.search(line) for line in folded)
    return motto and number and dated
