"""Percentages and quantities: the value, its comparison, what is counted, who holds it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.letter import Percentage, Quantity
from pipeline.parse.assignees import names_body
from pipeline.text import UPPER, fold

_PERCENT = re.compile(
    r"(?<![\w,.])(?P<whole>\d{1,3}(?:\.\d{3})*)(?:(?P<mark>[,.])(?P<space>\s?)(?P<part>\d{1,3}))?\s?%"
)
_COMPARISONS = {
    "duoi": "dưới", "khong qua": "không quá", "tren": "trên", "hon": "hơn",
    "toi thieu": "tối thiểu",
    "it nhat": "ít nhất", "toi da": "tối đa", "khoang": "khoảng", "gan": "gần", "dat": "đạt",
    "tu": "từ", "den": "đến", "vuot": "vượt", "bang": "bằng", "tang": "tăng", "giam": "giảm",
    "thap hon": "thấp hơn", "cao hon": "cao hơn", "tang them": "tăng thêm", "con": "còn",
    "chiem": "chiếm", "lon hon": "lớn hơn", "nho hon": "nhỏ hơn",
}  # fmt: skip
_COMPARED = re.compile(
    r"\b(" + "|".join(sorted(_COMPARISONS, key=len, reverse=True)) + r")\s+(?:la\s+)?\(?$"
)
_WEAK = ("dat", "bang", "con", "chiem", "tu", "den")
_YEAR = r"(?:nam\s+(?:hoc\s+)?)?\d{4}(?:\s?-\s?\d{4})?"
_PERIOD = re.compile(
    r"(?:(?:trong|tinh den)\s+)?(?:(?:\d{1,2}|sau|chin)\s+thang\s+(?:(?:dau|cuoi)\s+)?nam\s+\d{4}|"
    r"quy\s+(?:[ivx]+|\d)(?:\s*[/-]\s*|\s+nam\s+)\d{4}|giai doan\s+\d{4}\s?-\s?\d{4}|"
    rf"thang\s+\d{{1,2}}(?:\s?/\s?|\s+nam\s+)\d{{4}}|nam\s+(?:hoc\s+)?{_YEAR})|"
    r"(?:tinh )?den (?:het )?(?:ngay )?\d{1,2}/\d{1,2}/\d{4}"
)
_RATE = re.compile(
    r"(?:t[yi] le|ty trong|ty suat|thue suat|lai suat|muc (?:thu|dong|giam|huong))"
    r"(?:\s+(?:[^,.;:%()]|\(%\)){1,80}?)?"
    r"(?=\s+(?:dat|la|cua|khoang|bang|chiem|con|tang|giam)\b|\s+(?:duoi|tren|tu) \d|\s*$)"
)
_HOLDER = re.compile(rf"(?P<holder>[{UPPER}][^;:.%()]{{2,80}}?)\s*\($")
_REACHED = re.compile(
    r"\s*(?:\b(?:đạt|chiếm|tăng|giảm|còn|là)|:)(?:\s+(?:khoảng|trên|dưới|hơn))?\s*$"
)
_NEAR = 600  # characters before a figure that may still speak of it: the longest sentences
_AREA = re.compile(r"(?:Huyện|Xã|Phường|Thành phố|Thị xã|Tỉnh|Quận|Thị trấn|Đặc khu) [^\W\d_]")
_QUANTITY = re.compile(
    r"(?<![\w/.,-])(?P<n>\d{1,3}(?:\.\d{3})+|\d+)(?P<dec>,\d+)?(?:\s+|(?=m[23]\b))"
    r"(?P<unit>(?:triệu|tỷ|nghìn)?\s?đồng|(?:triệu|tỷ) USD|"
    r"hồ sơ|người|trường hợp|đơn vị|xã|huyện|hộ|ha|km|m2|m3|tấn|cơ sở|đại biểu|bản|"
    r"học sinh|học viên|sinh viên|giáo viên|lao động|chỉ tiêu|dự án|công trình|nhiệm vụ|văn bản|"
    r"giường bệnh|lượt|cuộc|doanh nghiệp|hội viên|thôn|USD|kg|kWh|MW)\b"
)


def percentages_in(text: str, directive: str | None = None) -> list[Percentage]:
    """Percentages of a text, in reading order.

    ``29, 6%`` is 29.6: OCR puts a space after the decimal comma.

    >>> [(p.value, p.comparison, p.holder) for p in percentages_in(
    ...     "tỷ lệ dưới 30% như: Sở Y tế (0,4%), Sở Tư pháp (29, 6%)")]
    [(30.0, 'dưới', None), (0.4, None, 'Sở Y tế'), (29.6, None, 'Sở Tư pháp')]
    """
    folded = fold(text)
    found = []
    end = 0
    for match in _PERCENT.finditer(text):
        before = folded[max(0, match.start() - 24) : match.start()]
        holder = _holder(text, end, match.start())
        found.append(
            Percentage(
                value=_value(match),
                text=text[match.start() : match.end()],
                comparison=_comparison(before),
                about=_about(text, folded, match.start()),
                holder=holder,
                period=_period(text, folded, match.start(), match.end()),
                directive=directive,
                confidence=0.95 if not match["space"] else 0.85,
            )
        )
        end = match.end()
    return found


def _value(match: re.Match[str]) -> float:
    whole = match["whole"].replace(".", "")
    return float(f"{whole}.{match['part']}" if match["part"] else whole)


def _comparison(before: str) -> str | None:
    """The strongest of the one or two words of comparison right before the figure."""
    rest = before.rstrip()
    words = []
    while match := _COMPARED.search(rest + " "):
        words.append(match[1])
        rest = rest[: match.start()].rstrip()
    strong = [w for w in words if w not in _WEAK] or words
    return _COMPARISONS[strong[0]] if strong else None


def _about(text: str, folded: str, before: int) -> str | None:
    """The rate that is spoken of: the nearest ``tỷ lệ …`` of the same sentence."""
    start = _sentence(folded, before, (". ", "; ", "\n"))
    rates = list(_RATE.finditer(folded, start, before))
    return text[rates[-1].start() : rates[-1].end()].strip() if rates else None


def _period(text: str, folded: str, before: int, after: int) -> str | None:
    """The nearest period before a figure in its sentence, or right behind it."""
    start = _sentence(folded, before, (". ", "\n"))
    behind = _PERIOD.match(folded, after + 1)
    periods = list(_PERIOD.finditer(folded, start, before))
    found = behind or (periods[-1] if periods else None)
    return text[found.start() : found.end()] if found else None


def _sentence(text: str, at: int, marks: tuple[str, ...]) -> int:
    """Where the sentence around ``at`` begins, at most ``_NEAR`` characters before it.

    Bounded, so that a table of thousands of shares without a full stop is not read from its head
    for each of them.
    """
    low = max(0, at - _NEAR)
    return max([low, *(found + 1 for mark in marks if (found := text.rfind(mark, low, at)) >= 0)])


def _holder(text: str, start: int, before: int) -> str | None:
    """``Sở Y tế (0,4%)``, ``Sở Y tế đạt 0,4%``: the name back to the figure before it."""
    window = text[start:before].lstrip("%) ,;")
    match = _HOLDER.search(window)
    name = re.split(r"\b(?:như|gồm|là)\s*:\s*|:\s*", match["holder"])[-1] if match else ""
    if not name and (reached := _REACHED.search(window)):
        clause = re.split(r"[,;.:(]\s+", window[: reached.start()])[-1]
        name = clause if names_body(clause) or _AREA.match(clause) else ""
    name = name.strip(" ,;")
    named = bool(name) and name[0].isupper() and not re.search(r"\d", name)
    return name if named and 2 < len(name) <= 80 else None


def quantities_in(text: str, directive: str | None = None) -> list[Quantity]:
    """Figures with a unit that clerks look for: money, people, files, areas.

    >>> [(q.value, q.unit) for q in quantities_in("giải quyết 1.250 hồ sơ, 3,5 tỷ đồng")]
    [(1250.0, 'hồ sơ'), (3.5, 'tỷ đồng')]
    """
    folded = fold(text)
    return [
        Quantity(
            value=float(match["n"].replace(".", "") + (match["dec"] or "").replace(",", ".")),
            text=match[0],
            unit=match["unit"],
            comparison=_comparison(folded[max(0, match.start() - 24) : match.start()]),
            directive=directive,
        )
        for match in _QUANTITY.finditer(text)
    ]


def over_hundred(percentages: Sequence[Percentage]) -> list[Percentage]:
    """Shares of a whole that exceed it: likely a misread figure (growth may exceed it)."""
    grown = ("tăng", "vượt", "tăng thêm", "đạt")
    return [p for p in percentages if p.value > 100 and p.comparison not in grown]
