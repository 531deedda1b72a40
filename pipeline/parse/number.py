"""Cell 3: number and notation."""

from __future__ import annotations

import re

from pipeline.parse import patterns as p
from pipeline.parse.abbreviations import of_heading, organ_like, restroked, without_glued
from pipeline.parse.doctypes import CODES
from pipeline.parse.found import Found
from pipeline.parse.gazetteer import gazetteer
from pipeline.parse.parts import Sections
from pipeline.parse.rows import Row
from pipeline.parse.shapes import heading_in

_SYMBOL = re.compile(
    r"(?:(?P<number>[^/]{0,14}?)\s?/\s?)?(?:(?P<year>(?:19|20)\d\d)\s?/\s?)?"
    r"(?P<notation>[A-ZĐ][A-Za-zĐđưƯ0-9&.]*(?:\s?[-/–]\s?[A-ZĐƯ][A-Za-zĐđưƯ0-9&.]*)+|"
    r"(?<=/)\s?[A-ZĐ][A-Za-zĐđ&]+\d{0,2}|(?<=\s)[A-ZĐ][A-Za-zĐđ&]{1,12}$)"
)
_UNSLASHED = re.compile(
    r"(?P<number>.*?)\s*(?P<notation>[A-ZĐ]{2}[A-Za-zĐđ&.]*(?:\s?[-–]\s?[A-ZĐ][A-Za-zĐđ0-9&.]*)+)"
)
# The Party puts the type before the slash: 12-CV/TU (Hướng dẫn 36-HD/VPTW).
_PARTY = re.compile(
    r"(?P<number>[^/]{0,10}?)\s?[-–]\s?(?P<notation>(?:NQ|CV|QĐ|QyĐ|QC|CT|KL|HD|TB|BC|TTr|KH|CTr|ĐA|BB|GM)"
    r"\s?/\s?[A-ZĐ][A-Za-zĐđưƯ]+(?:\s?-\s?[A-ZĐ][A-Za-zĐđưƯ]+)*)"
)
_YEAR = re.compile(r"/\s?((?:19|20)\d\d)\s?/")
_RUNS_ON = re.compile(r"\s?[-–]\s?(?P<rest>[^\W\d_]\S*)|(?<=\S)(?P<glued>[^\W\d_])")
# A lone letter at the end, or letters apart behind it, as where faint print broke off.
_TORN = re.compile(r"(?:(?<=[-/][A-ZĐ])(?!\w)|\s+[A-ZĐ]{1,5}\s*$)")
_DIGITS = re.compile(r"\d[\d .]*\d|\d")


def number_of(parts: Sections, issuer: str = "") -> tuple[Found | None, Found | None, Found | None]:
    """The code, number and notation; a number that can't be read is None, its notation stays.

    Args:
        parts: the letter's parts.
        issuer: the issuing body, whose abbreviation tells it from what was read together with it.
    """
    alone: Found | None = None
    heading = next((named for r in parts.heading if (named := heading_in(r.text))), None)
    for row in parts.number:
        label = p.NUMBER_LABEL.match(row.folded)
        rest = row.part(label.end()) if label else _after_glued_label(row)
        match = _PARTY.match(rest.text) or _SYMBOL.match(rest.text)
        slashed = match is not None and match["number"] is not None
        if not slashed:
            match = _UNSLASHED.match(rest.text) or match
        if match is None:
            digits = _DIGITS.match(rest.text)
            if digits and label and alone is None:
                at = rest.part(0, digits.end())
                alone = Found(re.sub(r"\D", "", digits[0]), (at,), "number-alone", doubt=2)
            continue
        doubt = int(not slashed) + int(label is None)
        return _symbol(rest, match, issuer, heading, doubt)
    return None, alone, None


def _after_glued_label(row: Row) -> Row:
    match = re.match(r"^\W{0,4}s[o0]", row.folded)
    return row.part(match.end()) if match else row


def _symbol(
    row: Row, match: re.Match[str], issuer: str, heading: str | None, doubt: int
) -> tuple[Found | None, Found | None, Found | None]:
    notation_text, repaired = _notation(match["notation"], issuer, heading)
    end = match.end("notation")
    if runs_on := _RUNS_ON.match(row.text, end):
        # What follows belongs to the symbol, in letters that no symbol has: never drop it silently.
        organ = organ_like(runs_on["rest"] or "", issuer)
        notation_text = f"{notation_text}-{organ}" if organ else notation_text
        end = runs_on.end() if organ else end
        repaired += 2 if organ else 4
    where = row.part(match.start("notation"), end)
    doubt += repaired
    torn = bool(_TORN.match(row.text, end))
    notation = Found(notation_text, (where,), "notation-after-number", doubt=doubt)
    notation = notation.torn() if torn else notation
    printed = (match["number"] or "").strip(" .:,;")
    if (
        match.start("number") < 0
        or not _DIGITS.fullmatch(printed)
        or not int(re.sub(r"\D", "", printed))
    ):
        # Unread, but a legal text's year stands between its number and its symbol.
        unread = Found(None, (row.part(0, end),), "code-joined", doubt=doubt)
        return unread if year_of(unread) else None, None, notation
    digits = re.sub(r"\D", "", printed)
    split = int(digits != printed)
    at = row.part(match.start("number"), match.end("number"))
    number = Found(digits, (at,), "number-before-notation", doubt=doubt + split)
    year = match.groupdict().get("year")
    code = code_of(f"{digits}/{year}" if year else digits, notation_text)
    joined = Found(code, (at, where), "code-joined", doubt=doubt + split)
    return joined.torn() if torn else joined, number, notation


def year_of(code: Found) -> str | None:
    """The year in the code of a legal text (``01/2013/QĐ-UBND``), its number read or not."""
    year = _YEAR.search(code.value or " ".join(row.text for row in code.rows))
    return year[1] if year else None


def code_of(number: str, notation: str) -> str:
    """A number and a symbol as they are written together.

    >>> code_of("512", "SYT-NVY"), code_of("12", "CV/TU")
    ('512/SYT-NVY', '12-CV/TU')
    """
    return f"{number}-{notation}" if "/" in notation else f"{number}/{notation}"


def _is_known(piece: str) -> bool:
    return piece in gazetteer().short or piece in CODES


def _notation(text: str, issuer: str, heading: str | None) -> tuple[str, int]:
    """The notation without spaces, lost strokes of Đ put back where a known office wants it."""
    bare = re.sub(r"\s*[-–]\s*", "-", text.strip(" .")).replace(" ", "")
    pieces = re.split(r"([-/])", bare)
    short = gazetteer().plain_short
    mended = [
        short.get(piece, piece) if "D" in piece and not _is_known(piece) else piece
        for piece in pieces
    ]
    if mended[0] in ("QD", "ND", "CD") and len(mended) > 1:
        mended[0] = mended[0].replace("D", "Đ")
    mended[0] = of_heading(without_glued(mended[0], issuer), heading)
    mended = [piece if _is_known(piece) else restroked(piece, issuer) for piece in mended]
    result = "".join(mended)
    return result, int(result != bare)
