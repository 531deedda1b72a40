"""CleanPage → PageText: zones in canonical order, lines, words, second readings, digit places.

One call of Tesseract a page: the columns of the page and what is stamped in red are stacked into
one picture, read, and put back in their places; zones follow from the rules of layout.
"""

from __future__ import annotations

from pipeline.config import Settings
from pipeline.page import CleanPage, PageText, Zone
from pipeline.recognise.pages import overlay_zone, read_picture, read_words
from pipeline.recognise.places import to_source
from pipeline.recognise.reader import Reader, tesseract
from pipeline.recognise.spots import find_spots

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
    zones: tuple[Zone, ...] = ()
    if page.words:
        zones = read_words(page)
    elif not page.quality.blank and page.black.size > 1:
        zones = to_source(read_picture(page, settings, reader), page)
    if page.overlay:
        zones = (overlay_zone(page.overlay), *zones)
    return PageText(
        number=page.number,
        zones=zones,
        width=page.width,
        height=page.height,
        dpi=page.dpi,
        rotation=page.rotation,
        skew=page.skew,
        quality=page.quality,
        spots=find_spots(page, zones),
        reading=page.reading,
    )
