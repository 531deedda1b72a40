"""Answers of Tesseract to whole pages, recorded and replayed.

``python -m tests.recognise.recorded [NAME …]`` records them anew, after a change to what is cut
out of a page. A replay checks that the same pictures are asked for, so that columns, zones, ends
and merging are tested on real answers, without Tesseract.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from pipeline.clean import clean_page
from pipeline.config import Settings
from pipeline.page import PageImage, PageText, Pixels
from pipeline.read import open_source, read_pages
from pipeline.recognise import Reader, recognise_page, tesseract
from tests.recognise.drawing import BODY, COPIES, LEFT, ORDER, RIGHT, SIGNED, draw

DATA = Path(__file__).parent / "data"
SAMPLES = Path(__file__).parents[2] / "samples" / "letters"
_SPARE = 40  # pixels by which another version of a library may cut a picture differently
_Call = tuple[str, int, list[int], str]  # language, mode, height and width, TSV


def _arrival(ink: str, framed: bool, left: int, top: int) -> Pixels:
    page = draw(
        [
            ("SỞ NỘI VỤ", left + 190, top + 50, "cb"),
            ("ĐẾN", left + 30, top + 130, "b"),
            ("Số: 45", left + 170, top + 105, ""),
            ("Ngày: 7/5/2023", left + 130, top + 155, ""),
        ],
        ink,
    )
    if framed:
        tone = tuple(int(ink[i : i + 2], 16) for i in (5, 3, 1))
        cv2.rectangle(page, (left, top), (left + 400, top + 180), tone, 4)
    return page


def _over(*layers: Pixels) -> Pixels:
    return np.asarray(np.minimum.reduce(layers), np.uint8)


def red_stamp() -> Pixels:
    """A letter with a framed red arrival stamp, and a name and urgency in red."""
    page = draw([line for line in ORDER if line[0] != "Trần Thị Mai Hương"])
    red = draw([("Trần Thị Mai Hương", 1180, 1260, "cb"), ("HỎA TỐC", 330, 490, "b")], "#d01515")
    return _over(page, red, _arrival("#d01515", True, 210, 1200))


def bare_stamp() -> Pixels:
    """A letter with a red arrival stamp that has no frame."""
    return _over(draw(ORDER), _arrival("#c81e1e", False, 300, 1500))


def blue_stamp() -> Pixels:
    """A letter with a framed arrival stamp in blue."""
    return _over(draw(ORDER), _arrival("#1e32c8", True, 210, 1200))


def black_seal() -> Pixels:
    """A letter with a black seal whose rim crosses the signer's position."""
    page = draw([*LEFT, *RIGHT, *BODY, *COPIES, *SIGNED])
    for radius, thick in ((140, 6), (128, 3), (92, 3)):
        cv2.circle(page, (1010, 1060), radius, (0, 0, 0), thick)
    return page


def outlined() -> Pixels:
    """A letter with MẬT in a black double frame, and HỎA TỐC in a red arrow at a slant."""
    page = draw([*LEFT, *RIGHT, *BODY, *COPIES, *SIGNED, ("MẬT", 290, 483, "cb")])
    for far, thick in ((0, 3), (7, 1)):
        cv2.rectangle(page, (212 + far, 436 + far), (368 - far, 499 - far), (0, 0, 0), thick)
    red = draw([("HỎA TỐC", 590, 1213, "cb")], "#d01515")
    shape = [
        (480, 1168),
        (700, 1168),
        (700, 1140),
        (762, 1200),
        (700, 1260),
        (700, 1232),
        (480, 1232),
    ]
    cv2.polylines(red, [np.array(shape, np.int32)], True, (21, 21, 208), 3)
    turn = cv2.getRotationMatrix2D((590, 1200), 25, 1.0)
    turned = cv2.warpAffine(red, turn, (1654, 2339), borderValue=(255, 255, 255))
    return _over(page, np.asarray(turned, np.uint8))


def _sample(name: str, number: int = 1) -> Pixels:
    settings = Settings()
    pages = read_pages(open_source(SAMPLES / name, settings), settings)
    return next(page.pixels for page in pages if page.number == number and page.pixels is not None)


PAGES: dict[str, Callable[[], Pixels]] = {
    "red-stamp": red_stamp,
    "bare-stamp": bare_stamp,
    "blue-stamp": blue_stamp,
    "black-seal": black_seal,
    "outlined": outlined,
    "hoa-toc": lambda: _sample("cong-van-hoa-toc.pdf"),
    "nhieu-trang": lambda: _sample("cong-van-tinh-nhieu-trang.pdf"),
}


def read(name: str, reader: Reader) -> PageText:
    """One of the pages as a reader's answers make it."""
    settings = Settings()
    return recognise_page(clean_page(PageImage(1, PAGES[name](), 200), settings), settings, reader)


def replayed(name: str) -> Reader:
    """A reader that gives the recorded answers in turn."""
    packed = (DATA / f"{name}.json.gz").read_bytes()
    calls: list[_Call] = json.loads(gzip.decompress(packed))
    queue = iter(calls)

    def reader(picture: Pixels, language: str, mode: int, settings: Settings) -> str:
        known_language, known_mode, shape, tsv = next(queue)
        assert (language, mode) == (known_language, known_mode)
        assert np.abs(np.subtract(picture.shape[:2], shape)).max() <= _SPARE
        return tsv

    return reader


def record(name: str) -> None:
    """Write what Tesseract answers to one of the pages."""
    calls: list[_Call] = []

    def reader(picture: Pixels, language: str, mode: int, settings: Settings) -> str:
        tsv = tesseract(picture, language, mode, settings)
        calls.append((language, mode, list(picture.shape[:2]), tsv))
        return tsv

    read(name, reader)
    text = json.dumps(calls, ensure_ascii=False).encode()
    (DATA / f"{name}.json.gz").write_bytes(gzip.compress(text, mtime=0))


if __name__ == "__main__":
    for page in sys.argv[1:] or PAGES:
        record(page)
