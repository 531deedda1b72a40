"""Cell 7: the signer's authority, position and name."""

from __future__ import annotations

import re
from dataclasses import replace

from rapidfuzz import fuzz, process

from pipeline.parse import patterns as p
from pipeline.parse.found import Found, tidy
from pipeline.parse.parts import Sections
from pipeline.parse.people import FAMILIES, person_in
from pipeline.parse.rows import Row
from pipeline.parse.shapes import capitals, letters_in, soundness, unspaced
from pipeline.text import LOWER, UPPER, fold, is_syllable, same_key

_PREFIX = re.compile(r"^\W{0,3}(TM|T/M|KT|K/T|TL|T/L|TUQ|T/UQ|Q|TT)\b\s*[.,:]?\s*")


# What a seal or a pen leaves of a name: "n Trúc Giang".
_BROKEN_NAME = re.compile(
    rf"^.{{0,12}}(?:\b[{UPPER}][{LOWER}]{{1,6}}\s+){{1,3}}[{UPPER}][{LOWER}]{{1,6}}\W*$"
)


def signer_of(parts: Sections) -> tuple[Found | None, Found | None, Found | None]:
    """Authority (``KT. CHỦ TỊCH``), position and name of the signer, each None if not there."""
    authority: list[Row] = []
    position: list[Row] = []
    name: Row | None = None
    for row in parts.signature:
        text = unspaced(row.text)
        folded = fold(text)
        office = bool(p.OFFICE.search(folded))
        if p.AUTHORITY.match(text) and not name:
            if position and not authority:
                position = []
            authority.append(row)
        elif (capitals(text) > 0.7 and office and not name) or (
            capitals(text) > 0.7 and position and _goes_on(row) and not name
        ):
            position.append(row)
        elif person_in(text) and not _is_place(text, parts):
            name = row
    if not authority and len(position) > 1 and (deputy := _deputy(position)):
        return *deputy, _person(name)
    signs_for, own = _authority(authority), _position(position)
    last = parts.signature[-1] if position and parts.signature[-1] is not position[-1] else None
    return signs_for, _deputised(signs_for, own), _person(name, last)


def _deputy(rows: list[Row]) -> tuple[Found, Found] | None:
    """``GIÁM ĐỐC`` over ``PHÓ GIÁM ĐỐC`` (or, PHÓ lost, again): a deputy signs for the head.

    So the first line is the authority, its ``KT.`` written by hand or lost (NĐ 30/2020 Phụ lục I,
    cell 7a), and the deputy's title is the head's with PHÓ before it, which mends what a seal
    covers. The authority is doubtful, as its prefix was not read.
    """
    head = _proper(tidy(_clean(unspaced(rows[0].text))))
    below = fold(tidy(unspaced(rows[1].text)))
    deputy = f"pho {fold(head)}"
    if fold(head) not in map(fold, _POSITIONS.values()) or len(below) < _LONG:
        return None
    alike = deputy.startswith(below) or fuzz.ratio(deputy, below) >= 75
    if not alike and below != fold(head):
        return None
    return (
        Found(f"KT. {head}", (rows[0],), "authority-of-deputy", doubt=2),
        Found(f"PHÓ {head}", (rows[1],), "position-of-deputy", doubt=int(deputy != below)),
    )


def _deputised(authority: Found | None, position: Found | None) -> Found | None:
    """Who signs ``KT. TRƯỞNG BAN …`` is no TRƯỞNG BAN: the PHÓ before the title was not read.

    The other way round, a title that the seal covers is doubted, not made up.
    """
    if authority is None or position is None or not authority.value or not position.value:
        return position
    head = re.search(r"KT\. (.+)$", authority.value)
    key = fold(position.value)
    if head is None or key not in map(fold, _POSITIONS.values()) or key.startswith("pho "):
        return position
    if not (fold(head[1]) + " ").startswith(key + " "):
        return position
    return replace(position, value=f"PHÓ {position.value}", rule="position-of-deputy", doubt=2)


def _is_place(text: str, parts: Sections) -> bool:
    """Whether two words that look like a name are the letter's own place, of a seal's ring."""
    return len(text.split()) == 2 and any(tidy(fold(text)) in row.folded for row in parts.date)


def _goes_on(row: Row) -> bool:
    """A second line of a position: sound words in capitals."""
    return letters_in(row.text) >= 4 and soundness(row.text) >= 0.75


def _authority(rows: list[Row]) -> Found | None:
    if not rows:
        return None
    pieces = []
    for row in rows:
        text = unspaced(row.text)
        match = _PREFIX.match(text)
        if match is None:
            continue
        prefix = match[1].replace("/", "")
        pieces.append(f"{prefix}. {_proper(tidy(_clean(text[match.end() :])).upper())}")
    value = " ".join(pieces)
    return Found(value, tuple(rows), "authority-prefix", doubt=int(soundness(value) < 0.95))


_POSITIONS = {
    fold(name).replace(" ", ""): name
    for name in (
        "CHỦ TỊCH", "PHÓ CHỦ TỊCH", "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "TỔNG GIÁM ĐỐC", "TỔNG CỤC TRƯỞNG",
        "PHÓ TỔNG GIÁM ĐỐC", "PHÓ TỔNG CỤC TRƯỞNG", "CỤC TRƯỞNG", "PHÓ CỤC TRƯỞNG", "BỘ TRƯỞNG",
        "THỨ TRƯỞNG", "VỤ TRƯỞNG", "PHÓ VỤ TRƯỞNG", "CHI CỤC TRƯỞNG", "PHÓ CHI CỤC TRƯỞNG",
        "CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG", "CHÁNH THANH TRA", "PHÓ CHÁNH THANH TRA",
        "TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG", "TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "HIỆU TRƯỞNG",
        "PHÓ HIỆU TRƯỞNG", "VIỆN TRƯỞNG", "PHÓ VIỆN TRƯỞNG", "THỦ TƯỚNG", "PHÓ THỦ TƯỚNG",
        "CHỦ NHIỆM", "PHÓ CHỦ NHIỆM", "BÍ THƯ", "PHÓ BÍ THƯ", "THỐNG ĐỐC", "PHÓ THỐNG ĐỐC",
        "BỘ TRƯỞNG, CHỦ NHIỆM", "ỦY BAN NHÂN DÂN", "ỦY VIÊN", "CHÁNH ÁN", "PHÓ CHÁNH ÁN",
    )
}  # fmt: skip
"""Positions by their letters alone, for the accents and spaces that capitals lose in reading."""


# A head's title with the unit it heads: VỤ TRƯỞNG VỤ …, TRƯỞNG BAN …
_UNIT_OF = re.compile(
    r"((?:pho )?(?:(?:cuc|vu|chi cuc|tong cuc|vien) truong|truong (?:ban|phong)|giam doc))"
    r" (?!ban|phong|truong)\w"
)
_MAY_FOLLOW = re.compile(
    r"(?:so|cuc|vu|ban|phong|chi cuc|tong cuc|vien|truong|trung tam|van phong|uy ban|ubnd|hoi|kiem|"
    r"phu trach|chuyen trach|thuong truc|toa|cong ty|ngan hang|bo|hdnd|benh vien|thanh tra|khoa|"
    r"bao hiem|kho bac|doan|dai|tinh|huyen|thanh|xa|phuong|nhan dan|mat tran|lien doan)\b"
)
_LOST = 2  # letters
_LONG = 8  # letters; in shorter ones a misread letter makes another word


def _proper(text: str) -> str:
    """A known position in its proper spelling; any other text, and old tone placement, as it is.

    >>> _proper("GIÁMĐÓC"), _proper("UỶ BAN NHÂN DÂN"), _proper("ĐỘI TRƯỞNG")
    ('GIÁM ĐỐC', 'UỶ BAN NHÂN DÂN', 'ĐỘI TRƯỞNG')
    """
    key = re.sub(r"[^a-z,]", "", fold(text))
    known = _POSITIONS.get(key)
    if known is None and (unit := _UNIT_OF.match(fold(text))):
        return _proper(text[: unit.end(1)]) + text[unit.end(1) :]
    if known is None and len(key) >= _LONG:
        near = process.extract(key, _POSITIONS.keys(), scorer=fuzz.ratio, score_cutoff=85, limit=2)
        # One letter may be misread, but never so that two positions are possible.
        likely = near and (len(near) == 1 or near[0][1] > near[1][1])
        # … and no word may be lost: ỦY BAN NHÂN DÂN TỈNH is no misread ỦY BAN NHÂN DÂN.
        if likely and abs(len(near[0][0]) - len(key)) <= _LOST:
            known = _POSITIONS[near[0][0]]
    return text if known is None or same_key(known) == same_key(text) else known


def _clean(text: str) -> str:
    """Capitals alone: what the seal or the pen left in small letters goes."""
    words = re.sub(r"€(?=[A-ZĐ])|(?<=[A-ZĐ])€", "C", text).split()
    while words and (capitals(words[-1]) < 0.5 or letters_in(words[-1]) < 2) and words[-1] != "Y":
        words.pop()
    return " ".join(words)


def _position(rows: list[Row]) -> Found | None:
    if not rows:
        return None
    printed = " ".join(tidy(_clean(unspaced(row.text))) for row in rows)
    whole = _proper(printed)
    value = _without_seal(whole)
    if letters_in(value) < 4 or " " not in value:
        return None  # no position is one word: the rest of this one was not read
    doubt = int(soundness(value) < 0.95) + int(value != whole)
    return Found(value, tuple(rows), "position-capitals", doubt=doubt)


def _without_seal(text: str) -> str:
    """A known position less what a seal's ring put behind it; a unit's name may stand there.

    >>> _without_seal("PHÓ CHỦ TỊCH NƯỚC DÂN"), _without_seal("PHÓ GIÁM ĐỐC SỞ Y TẾ")
    ('PHÓ CHỦ TỊCH', 'PHÓ GIÁM ĐỐC SỞ Y TẾ')
    """
    folded = fold(text)
    for name in sorted(_POSITIONS.values(), key=len, reverse=True):
        if folded == fold(name):
            return text
        if folded.startswith(fold(name) + " "):
            rest = folded[len(name) :].strip(" ,-")
            return text if _MAY_FOLLOW.match(rest) else text[: len(name)]
    return text


def _person(row: Row | None, last: Row | None = None) -> Found | None:
    if row is None and last is not None and _BROKEN_NAME.search(last.text):
        return Found(None, (last,), "name-last-line", doubt=2)  # there, but not to be read
    if row is None:
        return None
    value = person_in(unspaced(row.text)) or ""
    words = value.split()
    # Two words may be a whole name, but more often the family name before them was not read.
    doubt = int(words[0].lower() not in FAMILIES or words[0] in ("Văn", "Thị"))
    doubt += int(len(words) == 2)
    doubt += int(not all(map(is_syllable, value.split())))
    return Found(value, (row,), "name-last-line", doubt=doubt)
