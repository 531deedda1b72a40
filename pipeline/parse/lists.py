"""Lists of bodies: Kính gửi (cell 9a) and Nơi nhận (cell 9b)."""

from __future__ import annotations

import re

from pipeline.parse import patterns as p
from pipeline.parse.found import Found, phrase, tidy
from pipeline.parse.gazetteer import agency_spelled
from pipeline.parse.parts import Sections
from pipeline.parse.rows import Row
from pipeline.parse.shapes import letters_in, soundness
from pipeline.text import LOWER, UPPER, fold

# What follows a recipient but is none: tax codes, addresses, "(sau đây gọi …)".
_DETAIL = re.compile(
    r"[;,.(]?\s*\(?(?:m[aã] s[oố] thu[eế]|mst\b|[dđ][iị]a ch[iỉ]|[dđ]/c\b|ð/c|"
    r"đi[eệ]n tho[aạ]i|\([a-zđ]/[ceo]\s?:|"
    r"sau [dđ][aâ]y g[oọ]i|sdt\b|fax|email)",
    re.IGNORECASE,
)
_NOTES = {
    fold(note): note
    for note in (
        "b/c", "báo cáo", "p/h", "phối hợp", "thực hiện", "t/h", "biết", "theo dõi", "chỉ đạo",
        "tổng hợp", "đăng tải", "đưa tin", "kiểm tra",
    )
}  # fmt: skip
_NOTE = re.compile(
    r"\(de\s+(" + "|".join(sorted(_NOTES, key=len, reverse=True)) + r"|b[/il|1⁄]?[ce])(?=[\s,;)]|$)"
)
_ABOVE = {"nhu tren": "Như trên", "nhu dieu": "Như Điều", "nhu kinh gui": "Như kính gửi"}
_AS_ABOVE = re.compile(r"^Nh[ưu] (?:tr\w{2}|[ĐD]\wi?\wu|[Kk]\wnh g\wi)\b(?i:)")
_LONE_END = re.compile(r"(?<=[\w)])\s+[^\W\d_]$")
_SCRAP = 9  # characters behind an item's end that are no item
_ADDRESS_WORD = re.compile(
    r"\b(?:lo|so \d|duong|pho|kcn|khu cong nghiep|phuong|quan|huyen|tp|thanh pho|tinh|tang|toa nha|"
    r"xa|thi tran|kdt|khu)\b"
)
_SUBLIST = re.compile(r"^\s*[+*•]\s*")
_COMMENT_ROW = re.compile(r"^\W{0,2}\((?:sau day|theo danh sach|de |goi chung|qua )")
_FILED_TAIL = re.compile(
    rf"[.]\s(?![A-ZĐ]{{2,}}).*$|\s*\((?![A-ZĐ]{{2,6}}(?:\W?\d{{1,2}}b?)?\)|[a-z]{{3,6}}\)|[{UPPER}][{LOWER}]{{1,5}}\))[^(),]{{0,6}}\)?\s*\W*$|"
    r"\s+[a-z%/“”›‹~&_|*+=^°]{1,3}$|\W*[@„][^ ]*$"
)
_COUNT = re.compile(r"\s*\(?\s*h?\d{1,2}\s*(?:[bB]|bản|bảng)?\W*")


def recipients_of(parts: Sections) -> list[Found]:
    """Who the letter is addressed to, one an item, without dashes and end punctuation."""
    rows = [row for row in parts.addressee if letters_in(row.text) > 1]
    if not rows:
        return []
    items = _items(rows)
    if len(items) == 1:
        items = _inline(items[0])
    found = []
    for item in items:
        text, kept = _without_detail(item)
        if letters_in(text) > 1:
            rule = "recipient-listed" if len(items) > 1 else "recipient-inline"
            proper = agency_spelled(text)
            doubt = int(soundness(text) < 0.9) + int(proper != text)
            found.append(Found(proper, tuple(kept), rule, doubt=doubt))
    return found


def _items(rows: list[Row]) -> list[list[Row]]:
    """Rows grouped at their dashes; a nested list (``+``) stays with its parent."""
    items: list[list[Row]] = []
    listed = any(p.BULLET.match(row.text) for row in rows)
    for row in rows:
        bullet = p.BULLET.match(row.text)
        nested = bool(_SUBLIST.match(row.text)) and bool(items) and _nests(items)
        # A dash may be lost in reading: its item then shows by the end of the one above.
        lost = listed and bool(items) and not nested and _closed(items[-1], row)
        if not items or (bullet and not nested) or lost:
            items.append([row.part(bullet.end()) if bullet else row])
        else:
            items[-1].append(row)
    return [item for item in items if any(letters_in(r.text) for r in item)]


def _closed(item: list[Row], row: Row) -> bool:
    """Whether an item ended on the row above: a semicolon, and a capital after it; ``Lưu:``."""
    if p.FILED.match(row.folded):
        return True
    return item[-1].text.rstrip().endswith(";") and row.text.lstrip()[:1].isupper()


def _nests(items: list[list[Row]]) -> bool:
    """Whether the last item leads a nested list: it ends in a colon, or already holds one."""
    return any(_SUBLIST.match(r.text) for r in items[-1]) or items[-1][-1].text.rstrip().endswith(
        ":"
    )


def _inline(item: list[Row]) -> list[list[Row]]:
    """A single run of text, parted at semicolons that stand before a capital."""
    parts: list[list[Row]] = [[]]
    for row in item:
        start = 0
        for match in re.finditer(rf";\s+(?=[{UPPER}])", row.text):
            parts[-1].append(row.part(start, match.start()))
            parts.append([])
            start = match.end()
        if start < len(row.text):
            parts[-1].append(row.part(start))
    kept = [part for part in parts if part]
    if any(_DETAIL.match(part[0].text) for part in kept):
        kept = kept[:1]
    return kept


def _address(row: Row) -> int | None:
    """Where an address in brackets begins, whatever its label was read as; None for none."""
    for match in re.finditer(r"[-,.]?\s*\(", row.text):
        inside = row.folded[match.end() :]
        if len(_ADDRESS_WORD.findall(inside)) >= 2 or re.match(r"[a-z/⁄]{1,4}\s?:", inside):
            return match.start()
    return None


def _without_detail(item: list[Row]) -> tuple[str, list[Row]]:
    kept: list[Row] = []
    for row in item:
        if _COMMENT_ROW.match(row.folded) and kept:
            break
        detail = _DETAIL.search(row.text)
        starts = [
            at for at in (detail.start() if detail else None, _address(row)) if at is not None
        ]
        if starts:
            if letters_in(row.text[: min(starts)]) > 1:
                kept.append(row.part(0, min(starts)))
            break
        kept.append(row)
    text = phrase(tidy(" ".join(row.text for row in kept)))
    lone = _LONE_END.search(text)  # "Công ty Hoa Sen l": a speck read as a small letter
    return (text[: lone.start()] if lone and lone[0].strip().islower() else text), kept


def copies_of(parts: Sections) -> tuple[list[Found], str | None]:
    """The list of Nơi nhận and the drafting marks after ``Lưu: VT,``.

    ``Bản điện tử:`` opens a second list; its items stand beside the others.
    """
    rows = [row for row in parts.copies if not p.ALSO_BY_MAIL.match(row.folded)]
    items = _items(rows) if rows else []
    found: list[Found] = []
    marks: str | None = None
    for item in items:
        text = _noted(_without_tail(phrase(tidy(" ".join(row.text for row in item)))))
        if letters_in(text) < 2:
            continue
        if p.FILED.match(fold(text)):
            text = _filed(text)
            marks = _drafting_marks(text)
        proper = agency_spelled(text)
        doubt = int(soundness(text) < 0.8) + int(proper != text)
        found.append(Found(proper, tuple(item), "copy-listed", doubt=doubt))
    return found, marks


def _without_tail(text: str) -> str:
    """The item up to its semicolon, when what stands behind it is no text: a pen, a seal."""
    head, mark, tail = text.rpartition(";")
    scrap = len(tail) < _SCRAP and not tail.strip()[:1].isupper()
    pen = scrap or letters_in(tail) < 4 or soundness(tail) < 0.6
    return tidy(head) if mark and letters_in(head) > 3 and pen else text


def _noted(text: str) -> str:
    """The item with the lost accents of what lists of copies say over and over put back.

    >>> _noted("Bộ trưởng (dé bảo cáo)"), _noted("Sở Y tế (đề bíc)")
    ('Bộ trưởng (để báo cáo)', 'Sở Y tế (để b/c)')
    """
    text = _AS_ABOVE.sub(lambda m: _ABOVE.get(fold(m[0]), m[0]), text)
    folded, pieces, end = fold(text), [], 0
    for note in _NOTE.finditer(folded):
        pieces += [text[end : note.start()], f"(để {_NOTES.get(note[1], 'b/c')}"]
        end = note.end()
    return "".join((*pieces, text[end:]))


def _filed(text: str) -> str:
    """The line ``Lưu: VT, …`` without what pens and stamps left behind it."""
    proper = re.sub(r"^\W*\w+", "Lưu", text, count=1)
    proper = re.sub(r"\bVT\.\s+(?=\w)", "VT, ", proper)
    for _ in range(2):
        cut = _FILED_TAIL.search(proper)
        if cut and cut.start() > 5 and not _COUNT.fullmatch(cut[0]):
            proper = proper[: cut.start()]
    return proper.strip(" .;,")


def _drafting_marks(text: str) -> str | None:
    after = re.sub(r"^\W*\w+\W*", "", text, count=1)
    marks = re.sub(r"^\(?VT\b[^\w(]*", "", after).strip(" .;,")
    return (marks if "(" in marks else marks.strip(")")) or None
