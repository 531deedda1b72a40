"""What a row of the header is: a number, a subject, a heading, or where the body begins."""

from __future__ import annotations

import re

from pipeline.parse import patterns as p
from pipeline.parse.parts import Sections
from pipeline.parse.rows import Row
from pipeline.parse.shapes import capitals, heading_in, letters_in, soundness


def is_header(found: Sections, row: Row) -> bool:
    """Whether a row that a scan's zones give to the body still belongs to the header."""
    return bool(
        heading_in(row.text)
        or p.NUMBER_LABEL.match(row.folded)
        or p.SUBJECT_LABEL.match(row.folded)
        or (not found.motto and p.find_motto(row.folded) is not None)
        or (not found.date and p.DATE.search(row.folded) and len(row.text) < 60)
    )


def is_number(found: Sections, row: Row) -> bool:
    """A number with its label, or a symbol alone where one is expected."""
    if any(p.SYMBOL_HINT.search(r.text) for r in found.number):
        return False  # a stamp's "Số" may stand above the letter's own
    if p.NUMBER_LABEL.match(row.folded) or p.NUMBER_GLUED.match(row.folded):
        return True
    known = found.issuer or found.motto
    return bool(known and len(row.text) < 45 and p.BARE_NOTATION.search(row.text))


def is_subject(found: Sections, row: Row) -> bool:
    """A line that ``V/v`` opens, however it was read."""
    if found.heading or not (found.number or found.date or found.motto):
        return False
    label = p.SUBJECT_LABEL.match(row.folded)
    if label is None:
        return False
    # "VÀ XÃ HỘI" in capitals is the second line of a body's name, "VÀ tính thuế" a misread V/v.
    rest = row.text[label.end() :]
    slashed = re.search(r"[/⁄\\%]", row.text[: label.end()])
    return bool(slashed) or capitals(rest) < 0.7 or letters_in(rest) < 2


def is_unlabelled_subject(found: Sections, row: Row) -> bool:
    """Under the number in the left cell only the subject stands; its ``V/v`` may be lost."""
    under = bool(found.number) and row.kind == "header_left" and not found.subject
    return under and capitals(row.text) < 0.5 and soundness(row.text) >= 0.8


def body_starts(found: Sections, row: Row) -> bool:
    """A long sentence where the header should be: the letter has no address or title."""
    begun = found.number or found.motto or found.issuer
    return bool(begun and len(row.text) > 60 and soundness(row.text) > 0.8)
