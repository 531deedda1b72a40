"""CleanPage → PageText: zones in canonical order, lines, words, second readings, digit places.

One call of Tesseract a page: the columns of the page and what is stamped in red are stacked into
one picture, read, and put back in their places; zones follow from the rules of layout.
"""

from __future__ import annotations

from pipeline.config import Settings
from pipeline.page import CleanPage, PageText
from pipeline.recognise.pages import read_picture, read_words
from pipeline.recognise.places import to_source
from pipeline.recognise.reader import Reader, tesseract

__all__ = ["Reader", "recognise_page", "tesseract"]


def recognise_page(page: CleanPage, settings: Settings, reader: Reader = tesseract) -> PageText:
    """The words of a page in zones.

    Args:
        page: a cleaned page; with ``words`` (a sound text layer) nothing is read, the words are
            only sorted into zones.
        settings: language, second readings, limits.
        reader: what reads a picture; tests replay recorded answers.

    Raises:
        EngineError: the reader failed, ran out of time, or is not installed.
    """
    if page.words:
        zones = read_words(page)
    elif page.quality.blank or page.black.size <= 1:
        zones = ()
    else:
        zones = to_source(read_picture(page, settings, reader), page)
    return PageText(
        number=page.number,
        zones=zones,
        width=page.width,
        height=page.height,
        dpi=page.dpi,
        rotation=page.rotation,
        skew=page.skew,
        quality=page.quality,
        reading=page.reading,
    )
