"""Ink before the signer's title: KT., TL., TM. written by hand (NĐ 30/2020 Phụ lục I, cell 7a).

An office that prints ``GIÁM ĐỐC`` once for all letters has its deputies write KT. before it. The
letters are not read here; that something is written there is told, so that a title is not taken
for the whole of what stands on the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import cv2
import numpy as np

from pipeline.page import Box, Line, Pixels, Spot, Zone
from pipeline.recognise.spread import spread_line
from pipeline.text import fold

_TITLES = re.compile(
    r"(?:pho )?(?:(?:tong )?giam doc|chu tich|thu tuong"
    r"|(?:hieu|vien|(?:tong |chi )?cuc|vu|bo) truong|truong (?:phong|ban)"
    r"|chanh (?:van phong|thanh tra)|uy ban nhan dan|chu nhiem)"
)
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
    """The writing before the title of the signature, None where there is none.

    Args:
        grey: the cleaned page, pen strokes dark.
        zones: the page's zones.
        to_page: moves a box of the source to the cleaned page.
        to_source: moves it back.
    """
    for zone in zones:
        if zone.kind != "signature":
            continue
        for line in zone.lines[:2]:
            if _READ.search(line.text):
                return None
            title = _title(line)
            if title:
                ink = _written(grey, to_page(title))
                return Spot("authority", to_source(ink), (("", 1.0),), "", 1.0) if ink else None
    return None


def _title(line: Line) -> Box | None:
    """The box of the title in a line in capitals."""
    spread = spread_line(line)
    found = _TITLES.search(fold(spread.text))
    if found is None or not spread.text[found.start() :].isupper():
        return None
    left, right = spread.starts[found.start()], spread.ends[found.end() - 1]
    return round(left), line.box[1], round(right), line.box[3]


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
