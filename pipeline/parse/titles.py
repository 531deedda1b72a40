"""Titles of signers (cell 7a): in their proper spelling, and without what a seal put behind."""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from pipeline.parse.gazetteer import gazetteer
from pipeline.parse.shapes import soundness
from pipeline.text import fold, is_syllable, same_key

POSITIONS = {
    fold(name).replace(" ", ""): name
    for name in (
        "CHỦ TỊCH", "PHÓ CHỦ TỊCH", "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "TỔNG GIÁM ĐỐC", "TỔNG CỤC TRƯỞNG",
        "PHÓ TỔNG GIÁM ĐỐC", "PHÓ TỔNG CỤC TRƯỞNG", "CỤC TRƯỞNG", "PHÓ CỤC TRƯỞNG", "BỘ TRƯỞNG",
        "THỨ TRƯỞNG", "VỤ TRƯỞNG", "PHÓ VỤ TRƯỞNG", "CHI CỤC TRƯỞNG", "PHÓ CHI CỤC TRƯỞNG",
        "CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG", "CHÁNH THANH TRA", "PHÓ CHÁNH THANH TRA",
        "TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG", "TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "HIỆU TRƯỞNG",
        "PHÓ HIỆU TRƯỞNG", "VIỆN TRƯỞNG", "PHÓ VIỆN TRƯỞNG", "THỦ TƯỚNG", "PHÓ THỦ TƯỚNG",
        "CHỈ HUY TRƯỞNG", "PHÓ CHỈ HUY TRƯỞNG", "TỔNG KIỂM TOÁN NHÀ NƯỚC",
        "PHÓ TỔNG KIỂM TOÁN NHÀ NƯỚC", "TỔNG BIÊN TẬP", "PHÓ TỔNG BIÊN TẬP", "CHÍNH ỦY",
        "TỔNG THANH TRA", "PHÓ TỔNG THANH TRA", "TRƯỞNG KHOA", "PHÓ TRƯỞNG KHOA",
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
    r"bao hiem|kho bac|doan|dai|tinh|huyen|thanh|xa|phuong|nhan dan|mat tran|lien doan|buu dien|"
    r"vien thong|chi nhanh|nha|quy|hoc vien|cong an|bao|tap chi|dai hoc|khu|dang|tap doan|dien luc|"
    r"bhxh|uy vien|quan su|hat|tram|cang|san bay|bao tang|thu vien|hiep hoi|du an|truyen)\b"
)
LONG = 8  # letters; in shorter titles a misread letter makes another word
_VERY_LONG = 14
# Heads of units, whose names may stand behind them: TRƯỞNG PHÒNG QUẢN LÝ KHOA HỌC.
_HEADS = re.compile(r"(?:pho )?(?:truong (?:phong|ban|khoa)|(?:vu|cuc|chi cuc|vien) truong)\b")
_PREFIXES = frozenset("TM KT TL TUQ UQ Q TT T K M L".split())  # T/M has two
_RING = frozenset("cộng hòa hoà xã hội chủ nghĩa việt nam nước dân".split())
"""Words of a seal's ring."""


def proper_title(text: str) -> str:
    """A known position in its proper spelling; any other text, and old tone placement, as it is.

    >>> proper_title("GIÁMĐÓC"), proper_title("UỶ BAN NHÂN DÂN"), proper_title("ĐỘI TRƯỞNG")
    ('GIÁM ĐỐC', 'UỶ BAN NHÂN DÂN', 'ĐỘI TRƯỞNG')
    """
    key = re.sub(r"[^a-z,]", "", fold(text))
    known = POSITIONS.get(key)
    if known is None and (unit := _UNIT_OF.match(fold(text))):
        return proper_title(text[: unit.end(1)]) + text[unit.end(1) :]
    if known is None and len(key) >= LONG:
        known = _near(key)
    return text if known is None or same_key(known) == same_key(text) else known


def _near(key: str) -> str | None:
    """The one position with a letter misread (two in a long one); None for several, or none.

    ``CHI HỘI TRƯỞNG`` is no misread ``CHI CỤC TRƯỞNG``, and no word may be lost: ``ỦY BAN NHÂN DÂN
    TỈNH`` is no ``ỦY BAN NHÂN DÂN``.
    """
    letters = key.replace(",", "")
    most = 2 if len(letters) >= _VERY_LONG else 1
    apart = {
        name: distance
        for name in POSITIONS
        if abs(len(name) - len(letters)) <= most
        and (distance := Levenshtein.distance(letters, name, score_cutoff=most)) <= most
    }
    nearest = [name for name, distance in apart.items() if distance == min(apart.values())]
    return POSITIONS[nearest[0]] if len(nearest) == 1 else None


def is_cut(title: str) -> bool:
    """Whether a title is known only with more words behind it: ``PHÓ CHỦ``, its TỊCH unread."""
    known = {fold(name) for name in POSITIONS.values()}
    key = fold(title)
    return key not in known and any(name.startswith(key + " ") for name in known)


def is_spoken(title: str) -> bool:
    """Whether a title can be one, its prefixes aside, and not a piece of one.

    >>> is_spoken("KT. HIỆU TRƯỞNG"), is_spoken("TM. UBND TỈNH"), is_spoken("KT. HIF")
    (True, True, False)
    """
    words = [w for w in re.findall(r"[^\W\d_]+", title) if w not in _PREFIXES]
    short = gazetteer().short
    return bool(words) and all(is_syllable(word) or word in short for word in words)


def for_head(authority: str) -> bool:
    """Whether a deputy signs for the head.

    >>> for_head("KT. GIÁM ĐỐC"), for_head("K/T GIÁM ĐỐC"), for_head("TL. GIÁM ĐỐC")
    (True, True, False)
    """
    return bool(re.search(r"\bK/?T\b", authority))


def without_seal(text: str) -> str:
    """A known position less what a seal's ring put behind it; a unit's name may stand there.

    >>> without_seal("PHÓ CHỦ TỊCH NƯỚC DÂN"), without_seal("PHÓ GIÁM ĐỐC SỞ Y TẾ")
    ('PHÓ CHỦ TỊCH', 'PHÓ GIÁM ĐỐC SỞ Y TẾ')
    """
    folded = fold(text)
    for name in sorted(POSITIONS.values(), key=len, reverse=True):
        if folded == fold(name):
            return text
        if folded.startswith(fold(name) + " "):
            rest = folded[len(name) :].strip(" ,-")
            whole = _MAY_FOLLOW.match(rest) or _names_unit(folded, text[len(name) :].split())
            return text if whole else text[: len(name)]
    return text


def _names_unit(folded: str, rest: list[str]) -> bool:
    """Whether the words behind a unit head's title can be the unit's name."""
    sound = len(rest) > 1 and soundness(" ".join(rest)) == 1
    return bool(_HEADS.match(folded)) and sound and not {word.lower() for word in rest} <= _RING
