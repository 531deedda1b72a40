"""Cited documents: ``Kết luận số 71/TB-UBND ngày 25/3/2019 của …`` → type, code, date, issuer."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz.distance import Levenshtein

from pipeline.letter import Citation
from pipeline.parse.dates import iso_date
from pipeline.parse.doctypes import CITED, CODES, type_of_code
from pipeline.parse.gazetteer import agency_at, gazetteer
from pipeline.text import fold

# Number / (year /) notation. A code may break after its slash or hyphen at a line's end.
_CODE = re.compile(
    r"(?<![\w/.-])(?P<number>\d{1,6}[a-z]?)\s?/\s?(?:(?P<year>(?:19|20)\d\d)\s?/\s?)?"
    r"(?P<notation>(?:[A-ZĐƯ][A-Za-zĐđƯư0-9&]*|QH\d{1,2})(?:\s?[-–]\s?[A-ZĐƯ][A-Za-zĐđƯư0-9&.]*)*"
    r"(?:-(?:19|20)\d\d)?)(?![\w/])"
)
# The Party's codes put the type first (Hướng dẫn 36-HD/VPTW): 19-KL/TW, 12-CV/TU.
_PARTY = re.compile(
    r"(?<![\w/.-])\d{1,5}\s?-\s?(?:NQ|KL|CT|QĐ|QC|QyĐ|HD|TB|BC|CV|TTr|KH|CTr|TTra)\s?/\s?"
    r"[A-ZĐ][A-ZĐa-zđ]{1,9}(?:-[A-ZĐ]{2,8})?(?![\w/])"
)
_TYPE = re.compile(
    r"(?:^|\W)("
    + "|".join(sorted(map(re.escape, CITED), key=len, reverse=True))
    + r")\s+(?:so\s*:?\s*)?$"
)
# "Luật Quản lý thuế số 38/2019/QH14": the type stands before the name of the law.
_LAW = re.compile(
    r"\b(bo luat|luat|phap lenh|nghi quyet|van ban hop nhat|hien phap)\b(?:\s+[a-z,]+){0,14}?"
    r"\s+(?:so\s*:?\s*)?$"
)
_LONGEST = 90  # characters of a body's name
_CODED = frozenset({"NĐ", "TT", "TTLT", "QĐ", "NQ", "TTr", "KL", "KH"})
"""Types that a symbol names where the words before it were not read."""
_DATED = re.compile(
    r"^\W{0,3}(?:ngay\s+)?ngay\s*(?:(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4})"
    r"|(\d{1,2})\s+thang\s+(\d{1,2})\s+nam\s+(\d{4}))"
)
_BY = re.compile(r"^\W{0,3}cua\s+")
_BODY_ENDS = re.compile(
    r"[.,;:()“”\"]|\s(?:ve|quy dinh|huong dan|v/v|sua doi|ban hanh|phe duyet|cong bo|quyet dinh|"
    r"ngay|tai|va|de nghi|thong bao|yeu cau|gui|cho|thi|theo|da|chi dao|hop nhat|thong qua|"
    r"thuc hien|trien khai|doi voi|tren|len|nham|co hieu luc|giao|tu)"
    r"(?=[\s.,:;]|$)"
)


def citations_in(text: str) -> list[Citation]:
    """Documents cited in a text, in order, each code once (the fullest mention is kept).

    >>> c = citations_in("theo Kết luận số 71/TB-UBND ngày 25/3/2019 của Chủ tịch UBND tỉnh về")[0]
    >>> c.code, c.doc_type, c.date, c.issuer
    ('71/TB-UBND', 'kết luận', '2019-03-25', 'Chủ tịch UBND tỉnh')
    """
    folded = fold(text)
    found: dict[str, Citation] = {}
    matches = [*filter(_is_code, _CODE.finditer(text)), *_PARTY.finditer(text)]
    for match in sorted(matches, key=re.Match.start):
        code = _code(match) if match.re is _CODE else match[0].replace(" ", "")
        kind = _kind(folded[max(0, match.start() - 120) : match.start()], code)
        date, after = _date(folded, match.end())
        issuer = _issuer(text, folded, after)
        cited = Citation(
            code=code,
            doc_type=kind,
            date=date,
            issuer=issuer,
            confidence=0.95 if kind else 0.85,
        )
        if code not in found or _fullness(cited) > _fullness(found[code]):
            found[code] = cited
    return _unlike(list(found.values()))


def _kind(before: str, code: str) -> str | None:
    """The type of a cited document by the words before its code, else by its symbol."""
    named = _TYPE.search(before[-40:])
    if named:
        return CITED[named[1]]
    first = code.rpartition("/")[2].split("-")[0]
    if re.search(r"/(?:UBTV)?QH\d", code) or "/VBHN" in code:
        law = _LAW.search(before)
        return CITED[law[1]] if law else None
    return type_of_code(first) if first in _CODED else None


def _unlike(cited: list[Citation]) -> list[Citation]:
    """Without codes that are another one misread: the same number and year, a letter apart.

    ``111/2013/T1-BTC`` beside ``111/2013/TT-BTC``, where only one names a known agency and type.
    """
    kept = []
    for one in cited:
        head, _, symbol = one.code.rpartition("/")
        known = _is_known(symbol)
        others = (o.code.rpartition("/") for o in cited if o is not one)
        twin = (
            not known
            and "/" in head
            and any(
                other[0] == head
                and _is_known(other[2])
                and Levenshtein.distance(other[2], symbol) == 1
                for other in others
            )
        )
        if not twin:
            kept.append(one)
    return kept


def _is_known(symbol: str) -> bool:
    """Whether all parts of a symbol are known types and agencies."""
    short = gazetteer().short
    return all(part in CODES or part in short for part in symbol.split("-"))


def _code(match: re.Match[str]) -> str:
    notation = re.sub(r"\s*[-–]\s*", "-", match["notation"]).rstrip(".")
    # No type is written QD or ND: the stroke of Đ was lost. QHI4 is the National Assembly's QH14.
    notation = re.sub(r"^(QD|ND)(?=-|$)", lambda m: m[1].replace("D", "Đ"), notation)
    notation = re.sub(r"QH[Il1][Ss5]$", "QH15", re.sub(r"QH[Il](\d)$", r"QH1\1", notation))
    year = f"{match['year']}/" if match["year"] else ""
    return f"{match['number']}/{year}{notation}"


def _is_code(match: re.Match[str]) -> bool:
    """Codes have a hyphen, a year, or a known short form; ``24/Km`` and ``1/Quý`` are none."""
    notation = match["notation"]
    return bool("-" in notation or "–" in notation or match["year"] or notation.isupper()) and (
        len(notation) > 1
    )


def _date(folded: str, start: int) -> tuple[str | None, int]:
    match = _DATED.match(folded[start : start + 60])
    if match is None:
        return None, start
    day, month, year = match.groups()[:3] if match[1] else match.groups()[3:]
    iso = iso_date(day, month, year)
    return (iso if iso and len(iso) == 10 else None), start + match.end()


def _issuer(text: str, folded: str, start: int) -> str | None:
    """What follows ``của``, up to a mark or a verb."""
    match = _BY.match(folded[start : start + 20])
    if match is None:
        return None
    begin = start + match.end()
    stop = _body_end(text, folded, begin)
    whole = agency_at(text[begin : begin + _LONGEST])
    if whole and stop and stop.start() < begin + whole:
        stop = _body_end(text, folded, begin + whole)  # the "và" of Bộ Thông tin và Truyền thông
    name = text[begin : stop.start() if stop else min(len(text), begin + 60)].strip(" .,;")
    return name if 2 < len(name) <= 80 else None


def _body_end(text: str, folded: str, start: int) -> re.Match[str] | None:
    """A mark or a verb that ends a name; words with a capital are its own (Ban Chỉ đạo)."""
    ends = _BODY_ENDS.finditer(folded, start)
    return next(
        (end for end in ends if not text[end.start() : end.end()].strip()[:1].isupper()), None
    )


def _fullness(citation: Citation) -> int:
    return sum(x is not None for x in (citation.doc_type, citation.date, citation.issuer))


def merged(citations: Iterable[Citation], own: str | None) -> tuple[Citation, ...]:
    """The list of a letter: without its own code."""
    return tuple(c for c in citations if c.code != own)
