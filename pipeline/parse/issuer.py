"""Cell 2: the issuing body and its parent."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.parse.found import Found, joined, tidy
from pipeline.parse.gazetteer import marked_again, proper_agency
from pipeline.parse.pairs import marked
from pipeline.parse.parts import Sections
from pipeline.parse.rows import Row
from pipeline.parse.shapes import letters_in, soundness
from pipeline.text import fold, same_key

# Words that begin the name of a body: a line that starts so is a body of its own, not the second
# line of the one above.
_BODY = re.compile(
    r"^(?:bo |tong cuc|cuc |chi cuc|vu |so |uy ban nhan dan|uy ban|ubnd|hdnd|hoi dong|van phong|"
    r"ban |vien |truong |trung tam|hoi |bao hiem|cong an|kho bac|cong ty|tong cong ty|ngan hang|"
    r"toa an|dang bo|dang uy|tinh uy|huyen uy|thanh uy|phong |doan |lien doan|tong lien doan|"
    r"tap doan|hoc vien|benh vien|thanh tra|dai |ubmttq|thu tuong|chinh phu|quoc hoi|mat tran|"
    r"kiem toan|dai hoc|chu tich|trung uong|tinh doan|thong tan|chi nhanh|quan khu|cang vu|"
    r"hiep hoi|buu dien|vien thong|lien hiep|nha may|nha xuat ban|xi nghiep|hop tac xa|htx |"
    r"hat kiem lam|tram |bao tang|thu vien|quy |dai su quan|tong lanh su)"
)
_OPEN_END = re.compile(r"(?:\bva|\bcua|\bcac|[-–—,])$")
_LEVELS = 2  # a parent and the issuing body (NĐ 30/2020 Phụ lục I, cell 2)
_NEEDS_PLACE = re.compile(r"^(?:uy ban nhan dan|hoi dong nhan dan)$")
_SPLIT_HEAD = re.compile(
    r"^(?:ban quan ly|van phong|truong dai hoc|truong cao dang|trung tam|vien|hoc vien|"
    r"ban chi dao|ngan hang nha nuoc|ban chi huy|truong|hoi dong)$"
)
# A full stop behind a whole word is a speck; abbreviations (TP., Q.) are shorter.
_SPECK = re.compile(r"(?<=[^\W\d_]{3})\.(?=\s)")


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
    if parent is not None and len(groups) > _LEVELS:
        parent = replace(parent, doubt=parent.doubt + 2)  # a stamp's office may be among them
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
    if row.folded.startswith("va ") or not _BODY.match(row.folded.lstrip(" -_.'|")):
        return False
    so_far = tidy(" ".join(r.folded for r in above))
    if _OPEN_END.search(so_far) or _NEEDS_PLACE.match(so_far):
        return False
    departments = row.folded.startswith(("so ", "bo ", "cuc ", "chi cuc"))
    return departments or _SPLIT_HEAD.match(so_far) is None


def _named(rows: list[Row]) -> Found | None:
    text = _SPECK.sub("", joined(rows))
    if letters_in(text) < 3:
        return None
    proper = proper_agency(text)
    mended, odd = marked(marked_again(text)) if proper is None else (text, 0)
    if mended != text:
        doubt = max(odd, 1) + int(soundness(mended) < 0.99)
        return Found(mended, tuple(rows), "issuer-parts", doubt=doubt)
    if proper is None:
        return Found(text, tuple(rows), "issuer-lines", doubt=odd + int(soundness(text) < 0.99))
    # Accents and letters are mended to the known name; old tone placement stays as printed.
    same = fold(proper) == fold(text).replace("ubnd", "uy ban nhan dan")
    printed = same_key(proper) == same_key(text)
    value = text if printed else _restyled(text, proper)
    if _NEEDS_PLACE.match(fold(value)) or _SPLIT_HEAD.match(fold(value)):  # a university, but which
        return Found(value, tuple(rows), "issuer-gazetteer").torn()
    return Found(value, tuple(rows), "issuer-gazetteer", doubt=int(not same))


def _restyled(text: str, proper: str) -> str:
    """``proper`` in capitals, with the printed abbreviation of UBND kept."""
    value = proper.upper()
    if fold(text).startswith("ubnd"):
        value = re.sub(r"^ỦY BAN NHÂN DÂN", "UBND", value)
    return re.sub(r"\bTP\b", "TP.", value) if re.search(r"\bTP\.", text) else value
