"""Where the gaps of a form are, from its printed words: found by words, then by layout.

Everything is in pixels of the upright source page. Words are compared folded and with room for
misreadings (``$ố``, ``86:``, ``ngảy``); a word that swallowed the writing is divided by the
usual widths of its characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.page import SpotKind, Word, Zone, ZoneKind
from pipeline.recognise.spread import Spread, spread_line
from pipeline.text import fold

# "Số" as readers give it, at the head of a line; then the colon, whatever became of it.
_NUMBER = re.compile(
    r"^\W{0,3}(?:\W\s)?([s$5859&3][o06ôéeó6sốö]{1,2}|so|[s$])\s?[:;.,!1]?(?=\W|\d|$|[a-z])"
)
_SYMBOL = re.compile(r"[/⁄|]\s?-?[A-ZĐ]|/\s?\d{4}\s?/")
_DAY = re.compile(r"n[gqs]?[a4]{1,2}[yvj]|\bng[a4][^\Wci]|\b[mn]g\wy")
_MONTH = re.compile(r"t[hb]?[aá]n[gqs]|th[aáảà]\w[gq]|\bth[aáàảãạ]ng")
_YEAR = re.compile(r"n[aăä][mn]|\bn\w?m\b")
# In a stamp ĐẾN may stand before the number; "Số và ký hiệu HS" is the file that it goes to.
_ARRIVAL_NUMBER = re.compile(r"^\W*(?:den\b\W*)?(?:so\b(?! (?:va|ho)\b)|[s$]\w?\s?[:.])\W*")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A gap: its sides, the line's top and bottom and baseline, and what Tesseract read there."""

    kind: SpotKind
    left: float
    right: float
    top: float
    bottom: float
    baseline: float
    printed: str


def find_anchors(zones: Sequence[Zone]) -> tuple[Anchor, ...]:
    """Every gap of a page's header and arrival stamp, at most one a kind."""
    found: dict[SpotKind, Anchor] = {}
    for anchor in (*_number_anchors(zones), *_date_anchors(zones), *_arrival_anchors(zones)):
        found.setdefault(anchor.kind, anchor)
    return tuple(found.values())


def _lines(zones: Sequence[Zone], *kinds: ZoneKind) -> list[Spread]:
    return [spread_line(line) for zone in zones if zone.kind in kinds for line in zone.lines]


def _baseline(words: Sequence[Word]) -> float:
    """Median foot of the words, tails (g, y, p, q, comma) taken off."""
    printed = [w for w in words if sum(c.isalpha() for c in w.text) >= 2 and w.confidence >= 0.5]
    feet = []
    for word in printed or words:
        height = word.box[3] - word.box[1]
        has_tail = any(c in "gypqjQ,;" for c in word.text)
        feet.append(word.box[3] - (0.24 * height if has_tail else 0.0))
    return sorted(feet)[len(feet) // 2]


# --- Số: … / --------------------------------------------------------------------------------------


def _number_anchors(zones: Sequence[Zone]) -> Iterator[Anchor]:
    """The line of cell 3; where the columns were not told apart, it may lie in either."""
    for kinds in (("header_left",), ("header_right",), ("title", "body", "unknown")):
        lines = [t for t in _lines(zones, *kinds) if _is_high(t, zones)]
        ranked = sorted(lines, key=lambda t: (-_like_number(t.text), t.line.box[1]))
        if ranked and _like_number(ranked[0].text) >= (2 if kinds[0] != "title" else 4):
            yield _number_anchor(ranked[0], "number")
            return


def _is_high(spread: Spread, zones: Sequence[Zone]) -> bool:
    """Whether a line stands in the upper part of what is printed on the page."""
    bottom = max(zone.box[3] for zone in zones)
    return spread.line.box[3] < 0.45 * bottom


def _like_number(text: str) -> float:
    """How much a line looks like cell 3: its head, and a symbol after a slash."""
    plain = fold(text)
    if re.match(r"^\W*[vw][/ivw]", plain):
        return 0.0
    symbol = _SYMBOL.search(text)
    # SỞ Y TẾ begins like Số, but is all capitals and has neither colon nor figure nor slash.
    head = _NUMBER.match(plain) and (symbol or re.search(r"[:\d]", plain[:6]))
    return (2.0 if head else 0.0) + (2.0 if symbol else 0.0)


def _number_anchor(spread: Spread, kind: SpotKind) -> Anchor:
    """From the end of ``Số`` to the first slash, or as wide as six figures."""
    cap = spread.cap
    head = _NUMBER.match(fold(spread.text))
    symbol = _SYMBOL.search(spread.text)
    slash = spread.starts[symbol.start()] if symbol else None
    if head:
        left = spread.starts[0] + 0.75 * spread.em  # within ố: print does no harm
    elif slash is not None:
        left = min(spread.starts[0], slash - 5.5 * cap)
    else:
        left = spread.starts[0]
    right = slash + 0.3 * cap if slash is not None and slash > left else left + 6.0 * cap
    right = max(right, left + 1.5 * cap)
    printed = spread.piece(left, right).split("/")[0].strip(" :.")
    return _anchor(kind, spread, left, right, printed)


def _anchor(kind: SpotKind, spread: Spread, left: float, right: float, printed: str) -> Anchor:
    box = spread.line.box
    return Anchor(kind, left, right, box[1], box[3], _baseline(spread.line.words), printed)


# --- ngày … tháng … năm … ------------------------------------------------------------------------


def _date_anchors(zones: Sequence[Zone]) -> Iterator[Anchor]:
    spread = _date_line(zones)
    if spread is None:
        return
    plain, cap = fold(spread.text), spread.cap
    day, month, year = _marks(plain)
    before_year = spread.starts[year[0]] if year else None
    begin, before_month, after_month = _around_month(spread, day, month, year)
    if before_month is not None:
        left = begin if begin is not None and begin < before_month else before_month - 2.6 * cap
        yield _date_anchor("day", spread, left, before_month)
    elif begin is not None:
        yield _date_anchor("day", spread, begin, begin + 2.6 * cap)
    if after_month is not None:
        stop = before_year if before_year is not None else after_month + 2.2 * cap
        yield _date_anchor("month", spread, after_month, stop)
    after_year = spread.end_of(year, 1.85)
    if after_year is not None:
        yield _date_anchor("year", spread, after_year, min(spread.ends[-1], after_year + 5 * cap))


def _around_month(
    spread: Spread,
    day: tuple[int, int] | None,
    month: tuple[int, int] | None,
    year: tuple[int, int] | None,
) -> tuple[float | None, float | None, float | None]:
    """End of ``ngày``, start and end of ``tháng``; words that were not read are taken as there.

    ``ngày`` follows the comma of the place, ``tháng`` stands before the figures before ``năm``.
    """
    begin = spread.end_of(day, 2.0)
    start = spread.starts[month[0]] if month else None
    end = spread.end_of(month, 2.4)
    comma = spread.text.find(",")
    if begin is None and 0 < comma < len(spread.text) - 1:
        begin = spread.ends[comma] + 2.15 * spread.em
    if month is None and year is not None:
        figures = re.search(r"[\dlI]{1,2}\W*$", spread.text[: year[0]])
        end = spread.starts[figures.start() if figures else year[0]] - 0.2 * spread.em
        end -= 0.0 if figures else 1.0 * spread.em
        start = end - 2.35 * spread.em
    return begin, start, end


def _date_line(zones: Sequence[Zone]) -> Spread | None:
    """The line of cell 4: in the right half, above the letters that the body cites."""
    right = max((zone.box[2] for zone in zones), default=0)
    below = min((z.box[1] for z in zones if z.kind in ("title", "addressee")), default=right)
    head: tuple[ZoneKind, ...] = ("header_right", "header_left")
    rest: tuple[ZoneKind, ...] = ("body", "title", "addressee", "unknown")
    for kinds in (head, rest):
        lines = [
            t
            for t in _lines(zones, *kinds)
            if _like_date(t.text) >= 2 and t.ends[-1] > 0.6 * right and _is_high(t, zones)
        ]
        if kinds is rest:  # dates that the body cites stand lower
            lines = [t for t in lines if t.line.box[1] < below + t.em]
        if lines:
            return min(lines, key=lambda t: t.line.box[1])
    return None


def _like_date(text: str) -> int:
    """How many of ``place,``, ``ngày``, ``tháng`` and ``năm 20..`` a line has."""
    plain = fold(text)
    day, month, year = _marks(plain)
    dated = year is not None and re.search(r"\d\d", plain[year[1] :]) is not None
    place = re.match(r"^\W*[^\W\d][^\d,]*,", plain) is not None
    return (day is not None) + (month is not None) + dated + place


def _marks(plain: str) -> tuple[tuple[int, int] | None, ...]:
    """Where ``ngày``, ``tháng`` and ``năm`` stand in a folded line."""
    month = _MONTH.search(plain)
    before = plain[: month.start()] if month else plain
    days = list(_DAY.finditer(before))
    after = month.end() if month else (days[-1].end() if days else 0)
    year = _YEAR.search(plain, after)
    day = days[-1] if days else None
    return tuple(m.span() if m else None for m in (day, month, year))


def _date_anchor(kind: SpotKind, spread: Spread, left: float, right: float) -> Anchor:
    printed = spread.piece(left, right).strip(" .,")
    slack = 0.2 * spread.cap
    wide = max(right + slack, left - slack + 0.9 * spread.cap)
    return _anchor(kind, spread, left - slack, wide, printed)


# --- CÔNG VĂN ĐẾN --------------------------------------------------------------------------------


def _arrival_anchors(zones: Sequence[Zone]) -> Iterator[Anchor]:
    """``Số`` and ``Ngày`` of an arrival stamp, under one another or in one row.

    A zone ends where its printed words end, so the writing may stand to the right of it.
    """
    for spread in _lines(zones, "arrival_stamp"):
        plain = fold(spread.text)
        day, number = _DAY.search(plain), _ARRIVAL_NUMBER.match(plain)
        if re.fullmatch(r"[^\W\d_]+(?: [^\W\d_]+)+", spread.text) and spread.text.isupper():
            continue  # SỞ NỘI VỤ, the office above them, begins like Số
        if number:
            stop = spread.starts[day.start()] if day else None
            yield _arrival_anchor("arrival_number", spread, number.end(), stop, 4.5)
        if day:
            yield _arrival_anchor("arrival_date", spread, day.end(), None, 8.0)


def _arrival_anchor(
    kind: SpotKind, spread: Spread, label: int, stop: float | None, caps: float
) -> Anchor:
    """From the label's end to ``stop``, or as wide as ``caps`` capitals are high."""
    left = spread.ends[label - 1]
    right = stop if stop is not None else left + caps * spread.cap
    right = max(right, left + 2 * spread.cap)
    return _anchor(kind, spread, left, right, spread.piece(left, right).strip(" .:"))
