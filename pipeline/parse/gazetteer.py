"""Agencies and places in their proper spelling, from ``models/gazetteer.json``."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process

from pipeline.config import artefact
from pipeline.text import fold, same_key

_LEVELS = ("tinh", "thanh pho", "tp", "huyen", "thi xa", "quan", "khu vuc")
_LEVEL = re.compile(rf"(?:({'|'.join(_LEVELS)})\b\.?\s*)?(.*)")
_LEVEL_BEFORE = re.compile(r"\b(tinh|thanh pho|huyen|thi xa|quan) $")
_PROPER = {
    "tinh": "tỉnh", "thanh pho": "thành phố", "tp": "TP", "huyen": "huyện", "thi xa": "thị xã",
    "quan": "quận", "khu vuc": "khu vực",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """``places``, ``agencies`` and ``local`` map folded names to proper ones.

    Places that differ by accents alone (Quảng Bình, Quang Bình) share an entry, provinces first.

    ``local`` agencies have one in each province or district; ``short`` maps abbreviations, as
    symbols have them, to folded agency names.
    """

    places: dict[str, tuple[str, ...]]
    agencies: dict[str, str]
    local: dict[str, str]
    short: dict[str, tuple[str, ...]]
    plain_short: dict[str, str]


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer, read once."""
    data = json.loads(artefact("gazetteer.json").read_text(encoding="utf-8"))
    short: dict[str, tuple[str, ...]] = {}
    plain: dict[str, str] = {}
    for entry in (*data["agencies"], *data["agencies_of_a_place"]):
        for code in entry["short"]:
            short[code] = (*short.get(code, ()), fold(entry["name"]))
            plain.setdefault(code.replace("Đ", "D"), code)
    return Gazetteer(
        {key: tuple(names) for key, names in data["places"].items()},
        {fold(e["name"]): e["name"] for e in data["agencies"]},
        {fold(e["name"]): e["name"] for e in data["agencies_of_a_place"]},
        short,
        plain,
    )


@cache
def _fused() -> dict[str, str]:
    """Proper names by their letters alone: ``BỘYTẾ`` has lost its spaces."""
    known = gazetteer()
    return {k.replace(" ", ""): v for k, v in (*known.agencies.items(), *known.local.items())}


@cache
def _kinds() -> dict[str, list[str]]:
    """Folded names of agencies by their first word."""
    known = gazetteer()
    kinds: dict[str, list[str]] = {}
    for name in (*known.agencies, *known.local):
        kinds.setdefault(name.split()[0], []).append(name)
    return kinds


def proper_agency(text: str, least: float = 90) -> str | None:
    """The proper spelling of an agency's name however its accents were lost; None if unknown.

    The place after a local agency must be known too. Case is that of ordinary text.

    >>> proper_agency("TONG CUC HAI QUAN"), proper_agency("CUC THUE TINH HA NAM")
    ('Tổng cục Hải quan', 'Cục Thuế tỉnh Hà Nam')
    """
    known = gazetteer()
    key = re.sub(r"\s*[-–—]\s*", " - ", fold(text)).strip(" .,;:-_*'\"")
    key = " ".join(key.split()).replace("ubnd", "uy ban nhan dan").replace("vietnam", "viet nam")
    exact = known.agencies.get(key) or known.local.get(key)
    if exact is not None:
        return exact
    if (fused := _fused().get(key.replace(" ", ""))) is not None:
        return fused
    for name, proper in known.local.items():
        if key.startswith(name + " "):
            return _with_place(proper, key[len(name) + 1 :], text)
    if len(key) <= 7:
        return None
    # Sở and Bộ share their names: what kind of body it is must be read, not guessed.
    kinds = _kinds()
    kind = key.split()[0]
    near = kinds.get(kind) or [
        name
        for other, names in kinds.items()
        if len(kind) == len(other) and sum(map(str.__ne__, kind, other)) == 1
        for name in names
    ]
    found = process.extractOne(key, near, scorer=fuzz.ratio, score_cutoff=least)
    if found is None:
        return None
    return known.agencies.get(found[0]) or known.local[found[0]]


def agency_spelled(text: str) -> str:
    """A known agency's name in its spelling, if it has its letters; else the text as it is.

    >>> agency_spelled("Bộ Kề hoạch và Đâu tư"), agency_spelled("Cục Thuế tinh Hà Nam")
    ('Bộ Kế hoạch và Đầu tư', 'Cục Thuế tỉnh Hà Nam')
    """
    known, key = gazetteer(), fold(text)
    proper = known.agencies.get(key) or known.local.get(key)
    for name, spelling in known.local.items() if proper is None else ():
        if key.startswith(name + " "):
            proper = _with_place(spelling, key[len(name) + 1 :], text)
            break
    alike = proper is not None and fold(proper) == key
    return proper if proper and alike and same_key(proper) != same_key(text) else text


def agency_at(text: str) -> int:
    """How many characters of a known agency's name a text begins with, 0 for none.

    >>> agency_at("Bộ Thông tin và Truyền thông về việc"), agency_at("Sở Lạ")
    (28, 0)
    """
    known, folded = gazetteer(), fold(text)
    ends = [match.end() for match in re.finditer(r"\w+", folded)][1:12]
    fits = (end for end in reversed(ends) if folded[:end] in known.agencies)
    local = (end for end in reversed(ends) if folded[:end] in known.local)
    return next(fits, next(local, 0))


def begins_agency(text: str) -> bool:
    """Whether a known agency's name is, or begins with, a text.

    >>> begins_agency("Sở Văn hóa, Thể thao"), begins_agency("Sở Nội vụ, Tài chính")
    (True, False)
    """
    known, key = gazetteer(), fold(text)
    return any(name.startswith(key) for name in (*known.local, *known.agencies))


def marked_again(text: str) -> str:
    """A name in capitals whose beginning (``TRƯỜNG DAI HỌC``) or place at the end lost its marks.

    >>> marked_again("TRƯỜNG DAI HOC Y HƯNG YEN"), marked_again("CHI NHÁNH TINH NGHỆ AN")
    ('TRƯỜNG ĐẠI HỌC Y HƯNG YÊN', 'CHI NHÁNH TỈNH NGHỆ AN')
    """
    if not text.isupper():
        return text
    key = fold(text)
    for name, proper in gazetteer().local.items():
        if key.startswith(name + " "):
            text = proper.upper() + text[len(name) :]
    words = text.split(" ")
    for count in (4, 3, 2):
        end = " ".join(words[-count:])
        if len(words) > count and fold(end) in gazetteer().places:
            place = proper_place(fold(end), end)
            before = text[: len(text) - len(end)]
            if level := _LEVEL_BEFORE.search(fold(before)):
                before = before[: level.start(1)] + _PROPER[level[1]].upper() + " "
            return before + (place.upper() if place and same_key(place) != same_key(end) else end)
    return text


def proper_place(folded: str, printed: str) -> str | None:
    """The proper spelling of a place: the printed one where it is one, else the likeliest.

    >>> proper_place("phu yen", "TỈNH PHÚ YÊN"), proper_place("phu yen", "HUYỆN PHÙ YÊN")
    ('Phú Yên', 'Phù Yên')
    """
    names = gazetteer().places.get(folded, ())
    key = same_key(printed)
    printed_so = (name for name in names if key.endswith(same_key(name)))
    return next(printed_so, names[0] if names else None)


def _with_place(proper: str, rest: str, printed: str) -> str | None:
    match = _LEVEL.fullmatch(rest)
    level, place = (match[1], match[2]) if match else (None, rest)
    name = proper_place(place, printed)
    if name is None:
        return None
    return f"{proper} {_PROPER[level] + ' ' if level else ''}{name}"
