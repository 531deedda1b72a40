"""Words and patterns by which the cells of a letter are known, badly read ones too."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz import fuzz

from pipeline.page import ZoneKind
from pipeline.text import fold

_MOTTO = ("cong hoa xa hoi chu nghia viet nam", "doc lap - tu do - hanh phuc")
# The named types of Phụ lục III that head a letter in capitals; a công văn has none.
_TYPES = (
    "nghi quyet|quyet dinh|chi thi|quy che|quy dinh|thong cao|thong bao|huong dan|chuong trinh|"
    "ke hoach|phuong an|de an|du an|bao cao|bien ban|to trinh|hop dong|cong dien|ban ghi nho|"
    "ban thoa thuan|giay uy quyen|giay moi|giay gioi thieu|giay nghi phep|phieu gui|phieu chuyen|"
    "phieu bao|thu cong|nghi dinh|thong tu|lenh|luat|phap lenh"
).split("|")
DATE = re.compile(
    r"\bng\w{1,3}\W?.{0,14}th\w{2,6}.{0,12}n\w{2}\b|thang\s*\d{1,2}\s*n\w{1,2}\s*\d{4}"
)
ADDRESSEE = re.compile(r"^\W*k[il1]nh\s*g[uưi]")
NUMBER = re.compile(r"^\W*[S$8][ốoóôé6]\W|.*/ ?[A-ZĐ]{2}")
SUBJECT = re.compile(r"^\W{0,2}v ?[/\\|il] ?v\b|^\W*ve viec\b")
FOOT = re.compile(r"^\W*(?:dia chi|dien thoai|d[il]en thoai|website|email|fax|so \d+.*duong)\b")
NUMBER_ONLY = re.compile(r"^\W*\d{1,3}\W*$")
NOTE = re.compile(r"^[\[(]?(\d{1,2}|\*+)[\])]?\s*[A-ZĐÀ-Ỹ]")
_LABELS = frozenset(("so", "ngay", "chuyen", "gio"))
_SHORT = 4  # letters
_STAMPS: tuple[tuple[ZoneKind, tuple[str, ...]], ...] = (
    ("urgency", ("hoa toc", "thuong khan", "khan", "hoa toc hen gio")),
    ("secrecy", ("tuyet mat", "toi mat", "mat")),
)


def is_motto(text: str) -> bool:
    """Whether a line is quốc hiệu or tiêu ngữ, badly read ones too."""
    plain = fold(text)
    # A name (Hà Thanh Phúc) is a part of a motto too: most of it must be there.
    return any(
        len(plain) >= 0.6 * len(motto) and fuzz.partial_ratio(motto, plain) >= 72
        for motto in _MOTTO
    )


def is_copies(text: str) -> bool:
    """Whether a line opens the list of recipients (Nơi nhận), a badly read one too."""
    plain = " ".join(re.findall(r"[a-z]+", fold(text)))[:9].strip()
    # Ban nhân dân is as near; the label's own first word is not.
    near = len(plain) >= 7 and fuzz.ratio(plain, "noi nhan") >= 74
    return near and fuzz.ratio(plain.split()[0], "noi") >= 50


def stamp_kind(text: str, *, framed: bool = False) -> ZoneKind | None:
    """The kind of an urgency or secrecy stamp by its words, or None.

    Badly read words in a frame of a stamp's size (``framed``) are still a stamp's: little else
    is framed, and a secrecy that is overlooked does more harm than one to be looked at; but most
    of it is capitals, and no figure (``Mã: 12``). Without a frame all of it is capitals, and the
    short words whole: pieces of a seal's ring (``NHÂN``) look like KHẨN.
    """
    plain = " ".join(re.findall(r"[a-z]+", fold(text)))
    letters = [c for c in text if c.isalpha()]
    capitals = sum(c.isupper() for c in letters)
    if capitals < (len(letters) / 2 if framed else len(letters)) or re.search(r"\d", text):
        return None
    for kind, phrases in _STAMPS:
        for phrase in phrases:
            least = 66 if framed else 85 if len(phrase) > _SHORT else 100
            if fuzz.ratio(plain, phrase) >= least:
                return kind
    return None


def is_arrival(lines: Iterable[str]) -> bool:
    """Whether the lines of a stamp are those of an arrival stamp, badly read ones too.

    ``CÔNG VĂN ĐẾN``, or the word ĐẾN in capitals, or two of the labels Số, Ngày, Chuyển.
    """
    texts = list(lines)
    words = [w for text in texts for w in re.findall(r"[^\W\d_]+", text)]
    if any(fold(w) == "den" and w.isupper() for w in words):
        return True
    plain = [" ".join(re.findall(r"[a-z]+", fold(text))) for text in texts]
    if any(fuzz.partial_ratio("cong van den", p) >= 85 for p in plain if len(p) >= 8):
        return True
    return len({label for w in words if (label := fold(w)) in _LABELS}) >= 2


def is_capitals(text: str) -> bool:
    """Whether a line is set in capitals."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 3 and sum(c.isupper() for c in letters) >= 0.7 * len(letters)


def is_type(text: str) -> bool:
    """Whether a line in capitals names a type of document (QUYẾT ĐỊNH, THÔNG BÁO …)."""
    if not is_capitals(text):
        return False
    plain = " ".join(re.findall(r"[a-z]+", fold(text)))
    return any(
        fuzz.ratio(plain, name) >= 80 or (plain.startswith(name) and len(plain) < 60)
        for name in _TYPES
    )
