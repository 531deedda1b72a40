"""Lines that are no print: pen strokes out, red lines to their places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.page import Line, Word, Zone
from pipeline.recognise.lines import around, level, make_line
from pipeline.recognise.marks import is_arrival, stamp_kind
from pipeline.recognise.seals import Seal
from pipeline.text import is_syllable

# A number with its symbol, or a place and date: kept however badly it was read.
_FIELD = re.compile(r"^\W*S[oóôố]\W|/ ?[A-ZĐ]{2}|ng[aà]y.*th[aá]ng")
# A signer's PHÓ or THỨ to which a seal's rim adds a letter: without it a deputy becomes the head.
_TITLE = re.compile(r"^\w?(?:PH[ÓOÔỐÒ]|TH[ỨỬƯ])\W?$")
_MARK = re.compile(r"[-–—+•*./:;,()\"“”'…%&~=]+")


def without_pen(lines: Sequence[Line], seals: Sequence[Seal], letter: float) -> list[Line]:
    """Lines without words that a pen stroke, a seal's rim or a speck was read as."""
    kept = []
    for line in lines:
        words = [w for w in line.words if not _is_scrawl(w, seals, letter)]
        if not words or _is_noise(words):
            continue
        kept.append(line if len(words) == len(line.words) else make_line(words, line.reader))
    return kept


def _is_scrawl(word: Word, seals: Sequence[Seal], letter: float) -> bool:
    height = word.box[3] - word.box[1]
    text = word.text
    plausible = all(is_syllable(part) for part in re.findall(r"[^\W\d_]+", text)) and bool(
        re.search(r"\w", text)
    )
    if plausible and word.confidence >= 0.3:
        return False
    if any(seal.holds(word.box) for seal in seals) and word.confidence < 0.6:
        return not _TITLE.search(text)
    if height > 4 * letter and word.confidence < 0.8:
        return True
    if not re.search(r"\w", text):
        return not _MARK.fullmatch(text) and word.confidence < 0.9
    # Printed words that a pen ran into (Số:, ngày, a symbol) are places where fields stand.
    return word.confidence < 0.2 and not re.search(r"\d|[^\W_]{3,}", text)


def _is_noise(words: Sequence[Word]) -> bool:
    """Whether nothing in a line is readable: no syllable, no number, low confidence."""
    text = " ".join(w.text for w in words)
    if not re.search(r"\w", text):
        return max(w.confidence for w in words) < 0.9 or len(text) <= 2
    if _FIELD.search(text):
        return False
    parts = re.findall(r"[^\W\d_]{2,}", text)
    if any(is_syllable(part) for part in parts) or re.search(r"\d{2,}", text):
        return max(w.confidence for w in words) < 0.25
    mean = sum(w.confidence for w in words) / len(words)
    return mean < 0.6


def merge_red(
    zones: Sequence[Zone], red: Sequence[Line], seals: Sequence[Seal], letter: float
) -> list[Zone]:
    """Red lines put where they belong: arrival stamps, urgency, secrecy, the signature.

    Lines near each other of which one has the words of an arrival stamp are one. A red line
    beside or under the authority line stands in the signature; its place among the lines there
    is by height.
    """
    out = list(zones)
    rest: list[Line] = []
    for group in _near([line for line in red if re.search(r"\w", line.text)], letter):
        if is_arrival(line.text for line in group):
            lines = tuple(sorted(group, key=level))
            out.append(Zone("arrival_stamp", around(x.box for x in lines), lines))
        else:
            rest += group
    for line in without_pen(sorted(rest, key=level), (), letter):
        kind = stamp_kind(line.text)
        at = next((i for i, z in enumerate(out) if z.kind == "signature"), None)
        if kind is None and at is not None and _belongs(line, out[at], letter):
            lines = tuple(sorted((*out[at].lines, line), key=level))
            out[at] = replace(out[at], box=around(x.box for x in lines), lines=lines)
            continue
        out.append(Zone(kind or "seal", line.box, (line,)))
    out += [Zone("seal", seal.box, ()) for seal in seals]
    return out


def _near(lines: Sequence[Line], letter: float) -> list[list[Line]]:
    """Lines in groups: each stands within a few letters of another one of its group.

    Words of urgency or secrecy are stamps of their own.
    """
    groups: list[list[Line]] = []
    for line in lines:
        if stamp_kind(line.text):
            groups.append([line])
            continue
        near = [g for g in groups if any(_is_near(line, x, letter) for x in g)]
        groups = [g for g in groups if g not in near]
        groups.append([line, *(x for g in near for x in g)])
    return groups


def _is_near(line: Line, other: Line, letter: float) -> bool:
    if stamp_kind(other.text):
        return False
    (a, b, c, d), (e, f, g, h) = line.box, other.box
    return max(a, e) - min(c, g) < 4 * letter and max(b, f) - min(d, h) < 2.5 * letter


def _belongs(line: Line, signature: Zone, letter: float) -> bool:
    x0, y0, x1, y1 = signature.box
    middle = (line.box[0] + line.box[2]) / 2
    readable = any(is_syllable(p) for p in re.findall(r"[^\W\d_]{2,}", line.text))
    return (
        readable
        and x0 - 8 * letter <= middle <= x1 + 8 * letter
        and y0 - 4 * letter <= line.box[1] <= y1 + 22 * letter
    )
