"""Cell 7: the signer's authority, position and name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from pipeline.parse import patterns as p
from pipeline.parse.found import Found, tidy
from pipeline.parse.pairs import marked
from pipeline.parse.parts import Sections
from pipeline.parse.people import person_in
from pipeline.parse.rows import Row
from pipeline.parse.shapes import capitals, letters_in, soundness, unspaced
from pipeline.parse.titles import LONG, POSITIONS, is_cut, is_spoken, proper_title, without_seal
from pipeline.text import FAMILIES, LOWER, UPPER, fold, is_syllable

_PREFIX = re.compile(r"^\W{0,3}(TM|T/M|KT|K/T|TL|T/L|TUQ|T/UQ|Q|TT)\b\s*[.,:]?\s*")
_PREFIX_LETTERS = 4  # T/UQ
_CUT = 3  # doubts
_CAPITALS = 0.6  # of the letters of a row that may be a title which was not read
_WORD = 4  # letters
_NO_DEPUTY = 3  # doubts; two of them would leave a well read title at 0.8
# A sign, or a comma without its space, at a letter.
_SIGN = re.compile(r"[^\W\d_][^\w\s.,()&–-]|[^\w\s.,()&–-][^\W\d_]|[^\W\d_],[^\W\d_]")

_MIDDLE = ("Văn", "Vân", "Vạn", "Thị", "Thi")
# What a seal or a pen leaves of a name: "n Trúc Giang".
_BROKEN_NAME = re.compile(
    rf"^.{{0,12}}(?:\b[{UPPER}][{LOWER}]{{1,6}}\s+){{1,3}}[{UPPER}][{LOWER}]{{1,6}}\W*$"
)


def signer_of(parts: Sections) -> tuple[Found | None, Found | None, Found | None]:
    """Authority (``KT. CHỦ TỊCH``), position and name of the signer, each None if not there."""
    rows = _first_signature(parts.signature)
    authority, position, unread, name = _dealt(rows, parts)
    misread = authority if _unlawful(authority) else []
    if (misread or not authority) and (deputy := _deputy([*misread, *position])):
        return *deputy, _person(name)
    if unread and not authority and (deputy := _deputy([*position, *unread])):
        return deputy[0], doubted(deputy[1]), _person(name)
    signs_for, own = _authority(authority), _position(position)
    if unread and own is not None and not is_deputy(own.value or ""):
        own = doubted(own)  # a deputy's title may be what could not be read
    last = rows[-1] if position and rows[-1] is not position[-1] else None
    return signs_for, _deputised(signs_for, own), _person(name, last)


def _dealt(
    rows: Sequence[Row], parts: Sections
) -> tuple[list[Row], list[Row], list[Row], Row | None]:
    """The rows of the authority, of the position, those that may be titles, and the name's."""
    authority: list[Row] = []
    position: list[Row] = []
    unread: list[Row] = []
    name: Row | None = None
    for row in rows:
        text = unspaced(row.text)
        if not name and p.AUTHORITY.match(text):
            if position and not authority:
                position = []
            authority.append(row)
        elif not name and _titles(row, authority, position):
            second = authority and not position and not p.OFFICE.search(fold(text))
            (authority if second else position).append(row)
        elif person_in(text) and not _is_place(text, parts):
            name = row
        elif capitals(text) > _CAPITALS and position and not name and _is_word(text):
            unread.append(row)
    return authority, position, unread, name


def _titles(row: Row, authority: list[Row], position: list[Row]) -> bool:
    """Whether a row names an office, or goes on with the title above it."""
    text = unspaced(row.text)
    if capitals(text) <= 0.7:
        return False
    if p.OFFICE.search(fold(text)):
        return True
    return _goes_on(row) if position else bool(authority) and titles_on(authority, row)


def _is_word(text: str) -> bool:
    """Whether one word of a row is too long for what a pen stroke is read as."""
    return max((letters_in(word) for word in text.split()), default=0) >= _WORD


def _first_signature(rows: Sequence[Row]) -> list[Row]:
    """The rows of the first page with a title; later ones with titles are signed by others.

    What is sent along with a letter has signatures of its own.
    """
    titled = sorted({row.page for row in rows if _is_title(row)})
    if len(titled) < 2:
        return list(rows)
    return [row for row in rows if row.page < titled[1]]


def _is_title(row: Row) -> bool:
    """Whether a row is an authority or a title that is known letter by letter."""
    text = unspaced(row.text)
    return bool(p.AUTHORITY.match(text)) or _head(row) is not None or is_deputy(text)


def _unlawful(authority: list[Row]) -> bool:
    """Whether the one authority was read ``TT.``, which is none: a pen's KT. or TL. looks so."""
    match = _PREFIX.match(unspaced(authority[0].text)) if len(authority) == 1 else None
    return match is not None and match[1] == "TT"


def _deputy(rows: list[Row]) -> tuple[Found, Found] | None:
    """``GIÁM ĐỐC`` over ``PHÓ GIÁM ĐỐC`` (or, PHÓ lost, again): a deputy signs for the head.

    So the first line is the authority, its ``KT.`` written by hand, misread or lost (NĐ 30/2020
    Phụ lục I, cell 7a), and the deputy's title is the head's with PHÓ before it, which mends what
    a seal covers. The authority is doubtful, as its prefix was not read.
    """
    head = _head(rows[0]) if len(rows) > 1 else None
    if head is None:
        return None
    below = fold(tidy(unspaced(rows[1].text)))
    title = "THỨ TRƯỞNG" if head == "BỘ TRƯỞNG" else f"PHÓ {head}"
    deputy = fold(title)
    if len(below) < LONG:
        return None
    alike = deputy.startswith(below) or fuzz.ratio(deputy, below) >= 75
    if below != fold(head) and not alike:
        return None
    doubt = 2 if below == fold(head) else int(deputy != below)
    return (
        Found(f"KT. {head}", (rows[0],), "authority-of-deputy", doubt=2),
        Found(title, (rows[1],), "position-of-deputy", doubt=doubt + _foreign(rows[1:2])),
    )


def _head(row: Row) -> str | None:
    """The head's title that a row is, whatever short word a pen's KT. before it was read as."""
    words = tidy(_clean(unspaced(row.text))).split()
    for lead in range(2):
        title = proper_title(" ".join(words[lead:]))
        known = fold(title) in map(fold, POSITIONS.values())
        if known and all(len(word) <= _PREFIX_LETTERS for word in words[:lead]):
            return None if is_deputy(title) else title
    return None


def signs_for_head(word: str, title: Found) -> tuple[Found, Found | None] | None:
    """A head's title, its ``KT.`` or ``TL.`` written before it, is the authority; the rest is own.

    Where of both titles only the deputy's was read, ``KT.`` names the head. None where the first
    row is no title known letter by letter, or a deputy's that the word does not go with.
    """
    if is_deputy(title.value or ""):
        return _deputy_alone(word, title)
    head = _head(title.rows[0]) if title.rows else None
    if head is None:
        return None
    authority = Found(f"{word} {head}", title.rows[:1], "authority-prefix", doubt=1)
    return authority, _deputised(authority, _position(list(title.rows[1:])))


def _deputy_alone(word: str, title: Found) -> tuple[Found, Found] | None:
    own = title.value or ""
    if word != "KT." or own not in POSITIONS.values():
        return None
    head = "BỘ TRƯỞNG" if own == "THỨ TRƯỞNG" else own.removeprefix("PHÓ ")
    return Found(f"KT. {head}", title.rows, "authority-of-deputy", doubt=2), title


def is_deputy(position: str) -> bool:
    """Whether a title is a deputy's, who signs ``KT.`` for the head.

    >>> is_deputy("PHÓ GIÁM ĐỐC"), is_deputy("Thứ trưởng"), is_deputy("GIÁM ĐỐC")
    (True, True, False)
    """
    return fold(position).startswith(("pho ", "thu truong"))


def _deputised(authority: Found | None, position: Found | None) -> Found | None:
    """Who signs ``KT. TRƯỞNG BAN …`` is no TRƯỞNG BAN: the PHÓ before the title was not read.

    Any other title that is no deputy's can't be sure. The other way round, an authority that the
    seal covers is doubted, not made up.
    """
    if authority is None or position is None or not authority.value or not position.value:
        return position
    head = re.search(r"KT\. (.+)$", authority.value)
    if head is None:
        return position
    if is_deputy(position.value):
        title = f"PHÓ {head[1]}"
        cut = is_cut(position.value) and fold(title).startswith(fold(position.value) + " ")
        return (
            replace(position, value=title, rule="position-of-deputy", doubt=2) if cut else position
        )
    key = fold(position.value)
    known = key in map(fold, POSITIONS.values()) and key != "bo truong"
    if known and (fold(head[1]) + " ").startswith(key + " "):
        return replace(position, value=f"PHÓ {position.value}", rule="position-of-deputy", doubt=2)
    return doubted(position)


def doubted(position: Found) -> Found:
    """A title that was put together or is no deputy's: too unsure to pass without a look."""
    return replace(position, doubt=position.doubt + _NO_DEPUTY)


def _foreign(rows: list[Row]) -> int:
    """Two doubts where a sign that no title has touches its letters: ``⁄PNÑÓ,THỦ``.

    Restoration may have made sense of such a word; what was there is still not sure.
    """
    return 2 * any(_SIGN.search(text) for row in rows for text in (row.text, row.raw))


def _is_place(text: str, parts: Sections) -> bool:
    """Whether two words that look like a name are the letter's own place, of a seal's ring."""
    return len(text.split()) == 2 and any(tidy(fold(text)) in row.folded for row in parts.date)


def _goes_on(row: Row) -> bool:
    """A second line of a position: sound words in capitals."""
    return letters_in(row.text) >= 4 and soundness(row.text) >= 0.75


def titles_on(authority: list[Row], row: Row) -> bool:
    """A second line of the title signed for: KT. VỤ TRƯỞNG VỤ KÊ KHAI VÀ / KẾ TOÁN THUẾ."""
    prefix = _PREFIX.match(above := unspaced(authority[-1].text))
    so_far = tidy(above[prefix.end() if prefix else 0 :])
    known = fold(so_far) in map(fold, POSITIONS.values())
    return (
        bool(prefix)
        and not known
        and capitals(row.text) > 0.9
        and _goes_on(row)
        and len(row.text) < 45
    )


def _authority(rows: list[Row]) -> Found | None:
    if not rows:
        return None
    pieces = []
    for row in rows:
        text = unspaced(row.text)
        match = _PREFIX.match(text)
        title = tidy(_clean(text[match.end() if match else 0 :])).upper()
        if match is None:  # the second line of the title above
            pieces.append(title)
            continue
        old = "/" in match[1]  # T/M, K/T of papers before 2000: kept as printed
        prefix = match[0].strip(" ,:") if old else f"{match[1]}."
        pieces.append(f"{prefix} {proper_title(title)}")
    value, odd = marked(" ".join(pieces))
    doubt = odd + int(soundness(value) < 0.95) + (2 if _unlawful(rows) else 0)
    found = Found(value, tuple(rows), "authority-prefix", doubt=doubt)
    return found if is_spoken(value) else found.torn()


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
    whole, odd = marked(proper_title(printed))
    value = without_seal(whole)
    if letters_in(value) < 4 or " " not in value:
        return None  # no position is one word: the rest of this one was not read
    respelled = int(fold(printed).replace(" ", "") != fold(whole).replace(" ", ""))
    doubt = odd + int(soundness(value) < 0.95) + int(value != whole) + respelled + _foreign(rows)
    doubt += _CUT * is_cut(value)
    # A whole row that is no part of the title may be the deputy's, badly read.
    doubt += _NO_DEPUTY * (value != whole and len(rows) > 1 and not is_deputy(value))
    return Found(value, tuple(rows), "position-capitals", doubt=doubt)


def _person(row: Row | None, last: Row | None = None) -> Found | None:
    if row is None and last is not None and _BROKEN_NAME.search(last.text):
        return Found(None, (last,), "name-last-line", doubt=2)  # there, but not to be read
    if row is None:
        return None
    value = person_in(unspaced(row.text)) or ""
    words = value.split()
    # Two words may be a whole name, but more often the family name before them was not read.
    doubt = int(words[0].lower() not in FAMILIES or words[0] in ("Văn", "Thị"))
    # The commonest middle names, misread: Vãn, Thỉ.
    doubt += 2 * any(fold(w) in ("van", "thi") and w not in _MIDDLE for w in words[1:-1])
    doubt += int(len(words) == 2)
    doubt += int(not all(map(is_syllable, value.split())))
    return Found(value, (row,), "name-last-line", doubt=doubt + _renamed(value, row.raw))


def _renamed(name: str, raw: str) -> int:
    """Doubts of a given name that was read as another possible one: ``Viết``, restored to Việt."""
    read = unspaced(raw).split()[-len(name.split()) :]
    pairs = zip(name.split()[1:], read[1:], strict=False)
    return int(any(now != was.strip(".,;:") and is_syllable(was) for now, was in pairs))
