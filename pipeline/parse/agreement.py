"""Cross-checks between fields: what one says of another makes both surer, or neither."""

from __future__ import annotations

import re
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from pipeline.parse.abbreviations import initials, issuer_agrees, stands_for
from pipeline.parse.doctypes import type_of_code
from pipeline.parse.found import Found
from pipeline.parse.gazetteer import gazetteer
from pipeline.parse.titles import for_head
from pipeline.text import fold

Single = dict[str, Found | None]
_MISREAD = 3  # doubts; a well read symbol with fewer would pass without a look


def crosschecked(single: Single, marks: str | None = None) -> Single:
    """The fields with their support for and against each other.

    Args:
        single: the fields with one value.
        marks: the drafting unit's, of the line ``Lưu: VT, …``.
    """
    checked = dict(single)
    _doubt_unit(checked, marks or "")
    _doubt_untyped(checked)
    _support(checked, ("notation", "code", "issuer.name"), _symbol_and_issuer(checked))
    _support(checked, ("place", "issuer.name"), _place_and_issuer(checked))
    _support(checked, ("signer.authority", "signer.position"), _deputy_and_prefix(checked))
    return checked


def _support(single: Single, names: tuple[str, ...], by: int) -> None:
    for name in names:
        found = single[name]
        if by and found is not None:
            single[name] = found.supported(by)


def _value(single: Single, name: str) -> str:
    found = single[name]
    return (found.value or "") if found else ""


def _symbol_and_issuer(single: Single) -> int:
    notation, issuer = _value(single, "notation"), _value(single, "issuer.name")
    if not notation or not issuer:
        return 0
    if issuer_agrees(notation, issuer):
        return 1
    return -1 if other_issuer(notation, issuer, _value(single, "issuer.parent")) else 0


def other_issuer(notation: str, issuer: str, parent: str) -> str | None:
    """The agency that a symbol names, when it is neither the issuing body nor its parent.

    >>> other_issuer("BTC-TCT", "BỘ Y TẾ", ""), other_issuer("BTC-TCT", "BỘ TÀI CHÍNH", "")
    ('BTC', None)
    """
    parts = [part for part in re.split(r"[-/]", notation) if part]
    if parts and type_of_code(parts[0]) and len(parts) > 1:
        parts = parts[1:]
    if not parts or parts[0] not in gazetteer().short:
        return None
    if any(stands_for(part, name) for part in parts for name in (issuer, parent)):
        return None
    names = gazetteer().short[parts[0]]
    return None if any(name in fold(f"{issuer} {parent}") for name in names) else parts[0]


def _doubt_unit(single: Single, marks: str) -> None:
    """A công văn's symbol ends in the unit that filed it; one letter apart, either was misread."""
    unit = re.split(r"[-/]", _value(single, "notation"))[-1]
    filed = re.findall(r"[^\W\d_]{3,}", marks)
    near = [name for name in filed if Levenshtein.distance(name, unit) == 1]
    if unit in filed or not near:
        return
    for name in ("notation", "code"):
        if (found := single[name]) is not None:
            single[name] = replace(found, doubt=found.doubt + _MISREAD)


def _doubt_untyped(single: Single) -> None:
    """No heading makes a công văn, unless the symbol says that there was one: ``15/BC-UBND``."""
    kind, first = single["doc_type"], re.split(r"[-/]", _value(single, "notation"))[0]
    if kind is None or kind.rule != "type-none-is-công-văn" or type_of_code(first) is None:
        return
    body = _value(single, "issuer.name")
    # Cục Thuế writes CT, too: an office's own letters begin with its first.
    own = first[0] == initials(body)[:1] and stands_for(first, body)
    if first != "CV" and not own:
        single["doc_type"] = kind.torn()


def _place_and_issuer(single: Single) -> int:
    place = fold(_value(single, "place"))
    bodies = fold(f"{_value(single, 'issuer.parent')} {_value(single, 'issuer.name')}")
    return int(len(place) > 3 and place in bodies)


def _deputy_and_prefix(single: Single) -> int:
    """``KT.`` goes with ``PHÓ …`` (THỨ TRƯỞNG for a minister's deputy), and the other way round."""
    both = single["signer.authority"], single["signer.position"]
    if any(found and found.rule.endswith("-of-deputy") for found in both):
        return 0  # the one was taken from the other
    authority = _value(single, "signer.authority")
    position = fold(_value(single, "signer.position"))
    if not position:
        return 0
    deputy = position.startswith(("pho ", "thu truong"))
    if for_head(authority):
        return 1 if deputy else -1
    # For a collective (TM.) a deputy signs without KT.
    return -1 if deputy and not re.search(r"\bT/?M\b", authority) else 0
