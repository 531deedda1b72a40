"""Cell 5: type and subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from pipeline.parse import patterns as p
from pipeline.parse.doctypes import type_of_code
from pipeline.parse.found import Found, joined, phrase
from pipeline.parse.parts import Sections
from pipeline.parse.places import half_place
from pipeline.parse.rows import Row, box_around
from pipeline.parse.shapes import capitals, heading_in, letters_in, soundness
from pipeline.text import UPPER, fold

# "… liên quan CỤC THUẾ TỈNH LÂM SƠN": a stamp beside the line that reading joined to it.
_STAMPED_END = re.compile(
    rf"\s+(?:CÔNG VĂN|CỤC|SỞ|BỘ|CHI CỤC|ỦY BAN|UỶ BAN|UBND|VĂN PHÒNG|TRUNG TÂM|TỔNG CỤC)"
    rf"(?:\s+[{UPPER}.]{{2,}})+\W*$"
)
_MOST_LINES = 4
_LEAST_WORDS = 3
_TITLE_GAP = 0.4  # of a line's height; NĐ 30/2020 sets a rule and a blank line under the title
# A subject that ends so was read in part only. With their marks: "điện tử" is no "từ".
_OPEN = re.compile(
    r"\b(?:số|và|của|về|các|cho|theo|tại|từ|với|để|trong|những|do|là)$|[-,/(]$", re.IGNORECASE
)
_BEGUN = re.compile(r"(?:va|cua|,)\s")


def subject_of(parts: Sections) -> Found | None:
    """The subject: after ``V/v`` in the left column, or the lines under the heading."""
    if parts.subject:
        first = parts.subject[0]
        label = p.SUBJECT_LABEL.match(first.folded)
        rows = [first.part(label.end()) if label else first, *parts.subject[1:]]
        rows = [without_stamp(row) for row in rows]
        rule = "subject-after-v/v" if label else "subject-under-number"
    elif parts.title:
        first = parts.title[0]
        label = p.ABOUT.match(first.folded) or re.match(r"^ve\s+(?=\S)", first.folded)
        rows = [first.part(label.end()) if label else first, *parts.title[1:]]
        rule = "subject-under-heading"
    elif rows := _untitled(parts):
        rule = "subject-above-basis"
    else:
        return None
    text = phrase(joined(rows))
    if letters_in(text) < 4:
        return None
    unlabelled = rule in ("subject-under-number", "subject-above-basis")
    cut = bool(_OPEN.search(text) or _BEGUN.match(fold(text)))
    cut = cut or len(text.split()) < _LEAST_WORDS or half_place(text)
    cut = cut or (rule == "subject-under-heading" and _goes_on(rows[-1], parts.body))
    doubt = int(soundness(text) < 0.9) + int(unlabelled) + 2 * cut
    return Found(text, tuple(rows), rule, doubt=doubt)


def _goes_on(last: Row, body: Sequence[Row]) -> bool:
    """Whether a line of the body follows closer than the blank line that ends a title.

    Under a seal or stamp the title's last line may pass for one of the body.
    """
    after = next((row for row in body if row.page == last.page), None)
    above, below = box_around(last.words), box_around(after.words) if after else None
    if above is None or below is None or not above[3]:
        return False
    height = median(word.box[3] - word.box[1] for word in last.words)
    return -height < below[1] - above[3] < _TITLE_GAP * height


def _untitled(parts: Sections) -> list[Row]:
    """Lines above the first ``Căn cứ`` of a letter whose heading a stamp covers."""
    if parts.heading or parts.addressee:
        return []
    for index, row in enumerate(parts.body[: _MOST_LINES + 1]):
        if p.BASIS.match(row.folded):
            return [above for above in parts.body[:index] if above.kind != "table"]
    return []


def without_stamp(row: Row) -> Row:
    """A line in small letters less the receiving office's name in capitals at its end."""
    match = _STAMPED_END.search(row.text)
    if match is None or capitals(row.text[: match.start()]) > 0.4:
        return row
    return row.part(0, match.start())


def doc_type_of(parts: Sections, notation: str | None) -> Found | None:
    """The type: the heading's; a công văn has none; else what the symbol says."""
    coded = type_of_code(re.split(r"[-/]", notation)[0]) if notation else None
    for row in parts.heading:
        named = heading_in(row.text)
        if named:
            found = Found(named, (row,), "type-heading")
            return found.supported(1 if named == coded else 0)
    if parts.subject or (parts.addressee and not _is_typed(notation)):
        rows = tuple(parts.subject[:1] or parts.addressee[:1])
        return Found("công văn", rows, "type-none-is-công-văn")
    rows = tuple(parts.number[:1])
    if coded and notation and ("-" in notation or "/" in notation):
        return Found(coded, rows, "type-of-symbol", doubt=1)
    if notation or parts.addressee:
        return Found("công văn", rows or tuple(parts.addressee[:1]), "type-none-is-công-văn", 1)
    return None


def _is_typed(notation: str | None) -> bool:
    """Whether a symbol can only be that of a named type (``QĐ-UBND``; ``CT`` is also Cục Thuế)."""
    if not notation:
        return False
    first = re.split(r"[-/]", notation)[0]
    return type_of_code(first) is not None and first not in ("CT", "TT", "PC", "CV", "BC", "TC")
