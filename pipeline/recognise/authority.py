"""Ink before the signer's title: KT., TL., TM. written by hand (NĐ 30/2020 Phụ lục I, cell 7a).

An office that prints ``GIÁM ĐỐC`` once for all letters has its deputies write KT. before it. That
something is written there is told even if it can't be read, so that a title is not taken for the
whole of what stands on the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np

from pipeline.page import Box, Line, Pixels, Spot, Zone
from pipeline.recognise.authority_reader import read_authority
from pipeline.recognise.spread import spread_line
from pipeline.text import fold

_TITLES = re.compile(
    r"(?:pho )?(?:(?:tong )?giam doc|chu tich|thu tuong"
    r"|(?:hieu|vien|(?:tong |chi )?cuc|vu|bo) truong|truong (?:phong|ban)"
    r"|chanh (?:van phong|thanh tra)|uy ban nhan dan|chu nhiem)"
)
# A title whose first word was read together with the writing: its last word's width, and that of
# what stands before, in ems of Times bold.
_LAST_WORDS = {"doc": (2.22, 3.08), "tich": (2.56, 2.47)}
_LAST = re.compile(r"\b(doc|tich)\W*$")
_READ = re.compile(r"\b(?:KT|K/T|TM|T/M|TL|T/L|TUQ|Q)\b")
_REACH = 3.4  # capitals: TUQ. and a space, in a free hand
# Sizes of what is written, in heights of the printed capitals.
_LEAST_TALL, _MOST_TALL, _LEAST_WIDE = 0.6, 2.4, 0.8


def find_authority(
    grey: Pixels,
    zones: Sequence[Zone],
    to_page: Callable[[Box], Box],
    to_source: Callable[[Box], Box],
) -> Spot | None:
    """The writing before the title of the signature, read; None where there is none.

    Args:
        grey: the cleaned page, pen strokes dark.
        zones: the page's zones.
        to_page: moves a box of the source to the cleaned page.
        to_source: moves it back.

    Returns:
        A spot whose readings are words of :data:`pipeline.recognise.authority_reader.CLASSES`;
        ``""`` is the probability that it is none of them.
    """
    for zone in zones:
        if zone.kind != "signature":
            continue
        for line in zone.lines[:2]:
            if _READ.search(line.text):
                return None
            title, whole = _title(line)
            ink = _written(grey, to_page(title)) if title else None
            if title and ink is None and whole:
                return None
            read = read_authority(list(_crops(grey, ink))) if ink else ()
            # Left of a guessed title anything may stand.
            if ink and (whole or read[0][0]):
                return Spot("authority", to_source(ink), read, "", 1.0)
    return None


def _title(line: Line) -> tuple[Box | None, bool]:
    """The box of the title in a line in capitals, and whether the whole of it was read."""
    spread = spread_line(line)
    folded = fold(spread.text)
    found, last = _TITLES.search(folded), _LAST.search(folded)
    if found and spread.text[found.start() :].isupper():
        left, right = spread.starts[found.start()], spread.ends[found.end() - 1]
        return (round(left), line.box[1], round(right), line.box[3]), True
    if last is None or not spread.text[last.start() :].isupper() or "pho" in folded:
        return None, False
    left, right = spread.starts[last.start()], spread.ends[last.end(1) - 1]
    own, before = _LAST_WORDS[last[1]]
    em = (right - left) / own
    # The line below may have been read into the word: its height is taken from its width.
    top = next(word.box[1] for word in reversed(line.words) if word.box[0] <= left + 1)
    return (round(left - before * em), top, round(right), round(top + 0.9 * em)), False


def _crops(grey: Pixels, ink: Box) -> Iterator[Pixels]:
    """The writing with a little and with more around it."""
    x0, y0, x1, y1 = ink
    for margin in (0.08, 0.18, 0.28):
        around = round(margin * (y1 - y0))
        # The title begins on the right.
        yield grey[
            max(0, y0 - around) : y1 + around, max(0, x0 - around) : x1 + round(0.7 * around)
        ]


def _written(grey: Pixels, title: Box) -> Box | None:
    """The box of the ink left of the title on its line, if it is as tall and wide as letters."""
    x0, y0, _, y1 = title
    cap = 0.75 * (y1 - y0)
    left, right = max(0, round(x0 - _REACH * cap)), max(0, round(x0 - 0.05 * cap))
    top, bottom = max(0, round(y0 - 1.5 * cap)), min(grey.shape[0], round(y1 + 1.5 * cap))
    if right - left < 2 * _LEAST_WIDE * cap or bottom <= top:
        return None
    strip = grey[top:bottom, left:right]
    ink = (strip < 0.7 * float(np.percentile(strip, 80))).astype(np.uint8)
    _, _, stats, middles = cv2.connectedComponentsWithStats(ink, connectivity=8)
    height = stats[1:, cv2.CC_STAT_HEIGHT]
    level = middles[1:, 1] + top
    # The rim of a seal and strokes of the signature are larger, or not on the line.
    own = (height < _MOST_TALL * cap) & (height > 0.3 * cap)
    own &= (level > y0 - 0.4 * cap) & (level < y1 - 0.2 * cap)
    parts = stats[1:][own]
    if len(parts) == 0 or parts[:, cv2.CC_STAT_HEIGHT].max() < _LEAST_TALL * cap:
        return None
    begin = parts[:, cv2.CC_STAT_LEFT].min()
    end = (parts[:, cv2.CC_STAT_LEFT] + parts[:, cv2.CC_STAT_WIDTH]).max()
    if end - begin < _LEAST_WIDE * cap:
        return None
    high = parts[:, cv2.CC_STAT_TOP].min()
    low = (parts[:, cv2.CC_STAT_TOP] + parts[:, cv2.CC_STAT_HEIGHT]).max()
    return left + int(begin), top + int(high), left + int(end), top + int(low)
