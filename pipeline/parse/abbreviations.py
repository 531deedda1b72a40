"""What the letters of a symbol stand for: ``SYT`` is short for ``SỞ Y TẾ``."""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from pipeline.parse.doctypes import CODES, type_of_code
from pipeline.parse.gazetteer import gazetteer
from pipeline.text import fold, strip_marks

_LEAST = 2  # letters: one alone says nothing


def initials(name: str) -> str:
    """First letters of a body's words, Đ kept.

    >>> initials("BỘ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI")
    'BLĐTBVXH'
    """
    whole = name.upper().replace("UBND", "ỦY BAN NHÂN DÂN").replace("HĐND", "HỘI ĐỒNG NHÂN DÂN")
    words = re.findall(r"[^\W\d_]+", whole)
    return "".join("Đ" if w[0] == "Đ" else strip_marks(w[0]) for w in words)


def stands_for(short: str, name: str) -> bool:
    """Whether an abbreviation may be that of a body: its letters are first letters, in order.

    >>> stands_for("LĐTBXH", "BỘ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI"), stands_for("BYT", "SỞ Y TẾ")
    (True, False)
    """
    letters = short.replace("&", "").upper().replace("Đ", "D")
    if len(letters) < _LEAST:
        return False
    left = iter(initials(name).replace("Đ", "D"))
    return all(letter in left for letter in letters)


def restroked(short: str, name: str) -> str:
    """An abbreviation with the strokes of Đ that its body's name has, and reading lost.

    >>> restroked("BVDK", "BỆNH VIỆN ĐA KHOA TỈNH"), restroked("QLDA", "BAN QUẢN LÝ DỰ ÁN")
    ('BVĐK', 'QLDA')
    """
    if "D" not in short or not stands_for(short, name):
        return short
    left = iter(initials(name))
    mended = ""
    for letter in short:
        if letter == "&":
            mended += letter
            continue
        mended += next(
            (own for own in left if own.replace("Đ", "D") == letter.replace("Đ", "D")), letter
        )
    return mended


def issuer_agrees(notation: str, issuer: str) -> bool | None:
    """Whether a symbol names the issuing body; None when only its type is known to be there.

    >>> issuer_agrees("SYT-NVY", "SỞ Y TẾ"), issuer_agrees("TB-BTC", "BỘ Y TẾ")
    (True, False)
    """
    parts = [part for part in re.split(r"[-/]", notation) if len(part) >= _LEAST]
    if len(parts) > 1 and type_of_code(parts[0]) and not stands_for(parts[0], issuer):
        parts = parts[1:]
    if not parts:
        return None
    return any(stands_for(part, issuer) or is_short_for(part, issuer) for part in parts)


def is_short_for(short: str, issuer: str) -> bool:
    """Whether an abbreviation is known for the body: TTg for THỦ TƯỚNG CHÍNH PHỦ."""
    key = fold(issuer)
    return any(name in key for name in gazetteer().short.get(short, ()))


def without_glued(organ: str, issuer: str) -> str:
    """An organ's abbreviation less what was read together with it: a misread slash, digits, a pen.

    Only where its end is a known abbreviation that stands for the issuing body, the whole is none.

    >>> without_glued("OICT", "CỤC THUẾ"), without_glued("BTC", "BỘ TÀI CHÍNH")
    ('CT', 'BTC')
    """
    if stands_for(organ, issuer) or organ in gazetteer().short or type_of_code(organ):
        return organ
    for start in range(1, len(organ) - 1):
        end = organ[start:]
        if end in gazetteer().short and stands_for(end, issuer):
            return end
    return organ


def organ_like(read: str, issuer: str) -> str | None:
    """The issuing body's abbreviation, where one letter of it was misread; None if it is unlike.

    >>> organ_like("syTr", "SỞ Y TẾ"), organ_like("nvy", "SỞ Y TẾ")
    ('SYT', None)
    """
    letters = re.sub(r"[\W\d_]", "", read).upper()
    known = [initials(issuer), *(short for short in gazetteer().short if stands_for(short, issuer))]
    near = [short for short in known if len(short) > _LEAST or short == letters]
    near = [short for short in near if Levenshtein.distance(letters, short.upper()) <= 1]
    return min(near, key=lambda short: Levenshtein.distance(letters, short.upper()), default=None)


def of_heading(first: str, heading: str | None) -> str:
    """The first part of a symbol, as the heading's type is coded where one letter is amiss.

    >>> of_heading("QĐĐ", "quyết định"), of_heading("SYT", "thông báo"), of_heading("QĐ", None)
    ('QĐ', 'SYT', 'QĐ')
    """
    codes = [code for code, name in CODES.items() if name == heading]
    if not codes or first in CODES or first in gazetteer().short:
        return first
    return codes[0] if Levenshtein.distance(first, codes[0]) == 1 else first
