"""Cells 2 to 5: issuing body, number and notation, place and date, type and subject."""

from __future__ import annotations

import re

from pipeline.parse import patterns as p
from pipeline.parse.doctypes import type_of_code
from pipeline.parse.found import Found, joined, tidy
from pipeline.parse.gazetteer import gazetteer, proper_agency
from pipeline.parse.parts import Sections
from pipeline.parse.places import known_place
from pipeline.parse.rows import Row
from pipeline.parse.shapes import heading_in, letters_in, soundness
from pipeline.text import fold, same_key

# Words that begin the name of a body: a line that starts so is a body of its own, not the second
# line of the one above.
_BODY = re.compile(
    r"^(?:bo |tong cuc|cuc |chi cuc|vu |so |uy ban nhan dan|uy ban|ubnd|hdnd|hoi dong|van phong|"
    r"ban |vien |truong |trung tam|hoi |bao hiem|cong an|kho bac|cong ty|tong cong ty|ngan hang|"
    r"toa an|dang bo|dang uy|tinh uy|huyen uy|thanh uy|phong |doan |lien doan|tong lien doan|"
    r"tap doan|hoc vien|benh vien|thanh tra|dai |ubmttq|thu tuong|chinh phu|quoc hoi|mat tran|"
    r"kiem toan|dai hoc|chu tich|trung uong|tinh doan|thong tan)"
)
_OPEN_END = re.compile(r"(?:\bva|\bcua|\bcac|[-–—,])$")
_NEEDS_PLACE = re.compile(r"^(?:uy ban nhan dan|hoi dong nhan dan)$")
_SPLIT_HEAD = re.compile(
    r"^(?:ban quan ly|van phong|truong dai hoc|truong cao dang|trung tam|vien|hoc vien|"
    r"ban chi dao|ngan hang nha nuoc|ban chi huy|truong|hoi dong)$"
)


def issuer_of(parts: Sections) -> tuple[Found | None, Found | None]:
    """The parent and the name of the issuing body (cell 2).

    The lowest body named in the left column issues the letter; a line goes on with the one above
    when it does not begin a body's name, or when the one above is unfinished.
    """
    groups: list[list[Row]] = []
    for row in parts.issuer:
        clean = _without_noise(row)
        if clean is None:
            continue
        if groups and not _begins_body(groups[-1], clean):
            groups[-1].append(clean)
        else:
            groups.append([clean])
    if not groups:
        return None, None
    name = _named(groups[-1])
    parent = _named([row for group in groups[:-1] for row in group]) if groups[:-1] else None
    return parent, name


def _without_noise(row: Row) -> Row | None:
    """The row less the marks that specks and stamps leave at its ends."""
    words = list(re.finditer(r"\S+", row.text))
    while words and _is_noise(words[0][0]):
        words.pop(0)
    while words and _is_noise(words[-1][0]):
        words.pop()
    return row.part(words[0].start(), words[-1].end()) if words else None


def _is_noise(word: str) -> bool:
    return letters_in(word) < 2 and not word.isdigit() and word not in ("Y", "Ý", "-", "–")


def _begins_body(above: list[Row], row: Row) -> bool:
    so_far = tidy(" ".join(r.folded for r in above))
    if _OPEN_END.search(so_far) or _NEEDS_PLACE.match(so_far):
        return False
    if _SPLIT_HEAD.match(so_far) and not row.folded.startswith(("so ", "bo ", "cuc ", "chi cuc")):
        return False
    if row.folded.startswith("va "):
        return False
    return bool(_BODY.match(row.folded.lstrip(" -_.'")))


def _named(rows: list[Row]) -> Found | None:
    text = joined(rows)
    if letters_in(text) < 3:
        return None
    proper = proper_agency(text)
    if proper is None:
        return Found(text, tuple(rows), "issuer-lines", doubt=int(soundness(text) < 0.99))
    # Accents and letters are mended to the known name; old tone placement stays as printed.
    same = fold(proper) == fold(text).replace("ubnd", "uy ban nhan dan")
    printed = same_key(proper) == same_key(text)
    value = text if printed else _restyled(text, proper)
    return Found(value, tuple(rows), "issuer-gazetteer", doubt=int(not same))


def _marks(text: str) -> int:
    return sum(ord(c) > 127 and c.isalpha() for c in text)


def _restyled(text: str, proper: str) -> str:
    """``proper`` in capitals, with the printed abbreviation of UBND kept."""
    value = proper.upper()
    if fold(text).startswith("ubnd"):
        value = re.sub(r"^ỦY BAN NHÂN DÂN", "UBND", value)
    return value


# --- number and notation (cell 3) -----------------------------------------------------------------

_SYMBOL = re.compile(
    r"(?:(?P<number>[^/]{0,14}?)\s?/\s?)?(?:(?P<year>(?:19|20)\d\d)\s?/\s?)?"
    r"(?P<notation>[A-ZĐ][A-Za-zĐđưƯ0-9&.]*(?:\s?[-/–]\s?[A-ZĐƯ][A-Za-zĐđưƯ0-9&.]*)+|"
    r"(?<=/)\s?[A-ZĐ][A-Za-zĐđ&]+\d{0,2}|(?<=\s)[A-ZĐ][A-Za-zĐđ&]{1,12}$)"
)
_UNSLASHED = re.compile(
    r"(?P<number>.*?)\s*(?P<notation>[A-ZĐ]{2}[A-Za-zĐđ&.]*(?:\s?[-–]\s?[A-ZĐ][A-Za-zĐđ0-9&.]*)+)"
)
_DIGITS = re.compile(r"\d[\d .]*\d|\d")


def number_of(parts: Sections) -> tuple[Found | None, Found | None, Found | None]:
    """The code, number and notation; a number that can't be read is None, its notation stays."""
    for row in parts.number:
        label = p.NUMBER_LABEL.match(row.folded)
        rest = row.part(label.end()) if label else _after_glued_label(row)
        match = _SYMBOL.match(rest.text)
        slashed = match is not None and match["number"] is not None
        if not slashed:
            match = _UNSLASHED.match(rest.text) or match
        if match is None:
            digits = _DIGITS.match(rest.text)
            if digits and label:
                number = Found(
                    re.sub(r"\D", "", digits[0]),
                    (rest.part(0, digits.end()),),
                    "number-alone",
                    doubt=2,
                )
                return None, number, None
            continue
        return _symbol(rest, match, slashed=slashed, labelled=label is not None)
    return None, None, None


def _after_glued_label(row: Row) -> Row:
    match = re.match(r"^\W{0,4}s[o0]", row.folded)
    return row.part(match.end()) if match else row


def _symbol(
    row: Row, match: re.Match[str], *, slashed: bool, labelled: bool
) -> tuple[Found | None, Found | None, Found | None]:
    notation_text, repaired = _notation(match["notation"])
    where = row.part(match.start("notation"), match.end("notation"))
    doubt = int(not slashed) + int(not labelled) + repaired
    notation = Found(notation_text, (where,), "notation-after-number", doubt=doubt)
    printed = (match["number"] or "").strip(" .:,;")
    if (
        match.start("number") < 0
        or not _DIGITS.fullmatch(printed)
        or not int(re.sub(r"\D", "", printed))
    ):
        return None, None, notation
    digits = re.sub(r"\D", "", printed)
    split = int(digits != printed)
    at = row.part(match.start("number"), match.end("number"))
    number = Found(digits, (at,), "number-before-notation", doubt=doubt + split)
    year = match.groupdict().get("year")
    code = f"{digits}/{year}/{notation_text}" if year else f"{digits}/{notation_text}"
    return Found(code, (at, where), "code-joined", doubt=doubt + split), number, notation


def _notation(text: str) -> tuple[str, int]:
    """The notation without spaces, lost strokes of Đ put back where a known office wants it."""
    bare = re.sub(r"\s*[-–]\s*", "-", text.strip(" .")).replace(" ", "")
    pieces = re.split(r"([-/])", bare)
    short = gazetteer().plain_short
    mended = [
        short.get(piece, piece) if "D" in piece and piece not in gazetteer().short else piece
        for piece in pieces
    ]
    if mended[0] in ("QD", "ND", "CD") and len(mended) > 1:
        mended[0] = mended[0].replace("D", "Đ")
    result = "".join(mended)
    return result, int(result != bare)


# --- place and date (cell 4) ----------------------------------------------------------------------

_SLASHED_DATE = re.compile(r"ng[a-z]y\W{0,3}(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4})")
# Anything else between the words than digits (a stroke, a bracket) may be a digit misread.
_PLAIN_DATE = re.compile(
    r"ngay \d{1,2} thang \d{1,2} nam \d{4}|ngay \d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}"
)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def iso_date(day: str, month: str, year: str) -> str | None:
    """ISO date of what can be read: ``2019-05`` without a day, ``2019`` without a month.

    A day that its month does not have leaves both open: either may be misread.

    >>> iso_date("20", "8", "2020"), iso_date("40", "7", "2020"), iso_date("30", "2", "2023")
    ('2020-08-20', '2020-07', '2023')
    """
    y = _number(year, 1945, 2099)
    if y is None:
        return None
    m, d = _number(month, 1, 12), _number(day, 1, 31)
    if m is None:
        return f"{y}"
    if d is None:
        return f"{y}-{m:02}"
    leap = y % 4 == 0 and (y % 100 != 0 or y % 400 == 0)
    if d > _DAYS[m - 1] or (m == 2 and d == 29 and not leap):
        return f"{y}"
    return f"{y}-{m:02}-{d:02}"


def _number(text: str, least: int, most: int) -> int | None:
    digits = text.strip(" .,:;-_'").replace(" ", "")
    return int(digits) if digits.isdecimal() and least <= int(digits) <= most else None


def place_and_date(parts: Sections) -> tuple[Found | None, Found | None]:
    """The place and the date of the letter from the line under quốc hiệu."""
    for row in parts.date:
        match = p.DATE.search(row.folded)
        slashed = _SLASHED_DATE.search(row.folded)
        start = match.start() if match else slashed.start() if slashed else None
        if start is None:
            start_match = p.DATE_START.search(row.folded)
            start = start_match.start() if start_match else len(row.text)
        place = _place(row.part(0, start))
        if slashed:
            value = iso_date(slashed[1], slashed[2], slashed[3])
            where = row.part(slashed.start(), slashed.end())
        elif match:
            value = iso_date(match["day"], match["month"], match["year"])
            where = row.part(match.start(), match.end())
        else:
            return place, None
        doubt = int(_PLAIN_DATE.fullmatch(where.folded) is None)
        date = (
            Found(value, (where,), "date-of-header", doubt=doubt)
            if value or letters_in(where.text)
            else None
        )
        return place, date
    return None, None


def _place(row: Row) -> Found | None:
    text = tidy(row.text)
    if letters_in(text) < 2:
        return None
    known = known_place(fold(text))
    if known is None:
        return Found(text, (row,), "place-before-date", doubt=1)
    unit = text[: len(text) - len(known)] if len(text) > len(known) else ""
    return Found(
        unit + known if soundness(text) < 1 or _marks(text) < _marks(known) else text,
        (row,),
        "place-gazetteer",
    )


# --- subject and type (cell 5) -------------------------------------------------------------


def subject_of(parts: Sections) -> Found | None:
    """The subject: after ``V/v`` in the left column, or the lines under the heading."""
    if parts.subject:
        first = parts.subject[0]
        label = p.SUBJECT_LABEL.match(first.folded)
        rows = [first.part(label.end()) if label else first, *parts.subject[1:]]
        rule = "subject-after-v/v" if label else "subject-under-number"
    elif parts.title:
        first = parts.title[0]
        label = p.ABOUT.match(first.folded) or re.match(r"^ve\s+(?=\S)", first.folded)
        rows = [first.part(label.end()) if label else first, *parts.title[1:]]
        rule = "subject-under-heading"
    else:
        return None
    text = joined(rows)
    if letters_in(text) < 4:
        return None
    unlabelled = rule == "subject-under-number"
    return Found(text, tuple(rows), rule, doubt=int(soundness(text) < 0.9) + int(unlabelled))


def doc_type_of(parts: Sections, notation: str | None) -> Found | None:
    """The type: the heading's; a công văn has none; else what the symbol says."""
    coded = type_of_code(re.split(r"[-/]", notation)[0]) if notation else None
    for row in parts.heading:
        named = heading_in(row.text)
        if named:
            found = Found(named, (row,), "type-heading")
            return found.supported(1 if named == coded else 0)
    if parts.subject or (parts.addressee and not _is_typed(notation)):
        rows = tuple(parts.subject[:1] or parts.addressee[:1])
        return Found("công văn", rows, "type-none-is-công-văn")
    rows = tuple(parts.number[:1])
    if coded and notation and ("-" in notation or "/" in notation):
        return Found(coded, rows, "type-of-symbol", doubt=1)
    if notation or parts.addressee:
        return Found("công văn", rows or tuple(parts.addressee[:1]), "type-none-is-công-văn", 1)
    return None


def _is_typed(notation: str | None) -> bool:
    """Whether a symbol can only be that of a named type (``QĐ-UBND``; ``CT`` is also Cục Thuế)."""
    if not notation:
        return False
    first = re.split(r"[-/]", notation)[0]
    return type_of_code(first) is not None and first not in ("CT", "TT", "PC", "CV", "BC", "TC")
