"""What is on a page, from pixels to restored lines: frozen records that the stages hand on.

Pixels are ``uint8`` arrays as OpenCV has them: grey ``(height, width)`` or colour
``(height, width, 3)`` in BGR. Boxes are ``(x0, y0, x1, y1)``, half open, in pixels of the
picture they belong to. From ``recognise/`` on, every box is in pixels of the *upright* source
page (turned by ``rotation`` only, not deskewed or scaled): the place a viewer would draw it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

_BAND = 256  # rows

Pixels: TypeAlias = NDArray[np.uint8]
Box: TypeAlias = tuple[int, int, int, int]

Reading = Literal["scan", "text-layer", "text"]
"""Where a page's words come from: OCR of a picture, a PDF's own text, or a plain text file."""

ZoneKind = Literal[
    "overlay",  # digital-signature marks in the top margin: outside the letter
    "header_left",  # cells 2, 3, 5b: issuing body, number, V/v
    "header_right",  # cells 1, 4: quốc hiệu, tiêu ngữ, place and date
    "title",  # cell 5a: document type and subject, centred
    "addressee",  # cell 9a: Kính gửi
    "body",  # cell 6
    "table",
    "footnote",
    "copies",  # cell 9b: Nơi nhận
    "signature",  # cells 7a-c: authority, position, name
    "page_number",
    "foot",  # cell 13: address line, running foot
    "arrival_stamp",  # CÔNG VĂN ĐẾN
    "urgency",  # cell 10b
    "secrecy",  # cell 10a
    "seal",  # cell 8 and other stamps
    "unknown",  # plain text: nothing is known about places
]
"""The cells of NĐ 30/2020 Phụ lục I, in canonical reading order; stamps come last."""

OUTSIDE_TEXT: frozenset[ZoneKind] = frozenset(
    {"overlay", "arrival_stamp", "urgency", "secrecy", "seal"}
)
"""Zones that hold fields or witnesses but are not part of the letter's text."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word: ``confidence`` is the reader's, 0..1; after restoring, the posterior."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line. ``alternatives`` are second readings of the same line."""

    words: tuple[Word, ...]
    box: Box
    reader: str = "vie"  # vie | Vietnamese | eng | text-layer | text
    alternatives: tuple[Line, ...] = ()

    @property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(w.text for w in self.words)

    @property
    def confidence(self) -> float:
        """Mean confidence of the words, weighted by their letters; 0 for an empty line."""
        letters = sum(len(w.text) for w in self.words)
        return sum(w.confidence * len(w.text) for w in self.words) / letters if letters else 0.0


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the page with one role; ``rows`` gives a table's cells as text."""

    kind: ZoneKind
    box: Box
    lines: tuple[Line, ...]
    rows: tuple[tuple[str, ...], ...] = ()


SpotKind = Literal["number", "day", "month", "year", "arrival_number", "arrival_date", "authority"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where a number or a date part is expected, read by the digit reader.

    ``nbest`` holds (digits, probability), best first, calibrated; ``printed`` is what Tesseract
    gave for the same place; ``handwritten`` is the probability that a pen wrote it.
    """

    kind: SpotKind
    box: Box
    nbest: tuple[tuple[str, float], ...]
    printed: str
    handwritten: float


@dataclass(frozen=True, slots=True)
class Quality:
    """Figures of a picture that predict trouble.

    ``x_height``: median height of lower-case letters in pixels (0 = none found);
    ``contrast``: paper minus ink, 0..1; ``speckle``: share of ink in specks;
    ``score``: 0 (hopeless) .. 1 (as good as a 300-dpi print).
    """

    x_height: float = 0.0
    contrast: float = 1.0
    speckle: float = 0.0
    ink: float = 0.0
    blank: bool = False
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as it came from the file, before any cleaning.

    ``pixels`` is the kept picture at its native resolution (None for a plain text page);
    ``words`` is a sound text layer (born-digital pages: the whole text; scans: nothing);
    ``overlay`` holds the words of digital-signature appearances found in a scan's text layer.
    """

    number: int
    pixels: Pixels | None
    dpi: int
    reading: Reading = "scan"
    words: tuple[Word, ...] = ()
    overlay: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class CleanPage:
    """A page ready to be read: ink layers apart, straight, at the reader's scale.

    ``black`` is grey with red and blue ink gone; ``red`` and ``blue`` are grey pictures of that
    ink alone, or None where there is none. All layers and ``colour`` share one geometry;
    ``to_source`` (3 × 3, float64) maps their pixels to pixels of the upright source page, whose
    size is ``width`` × ``height`` at ``dpi``. ``rotation`` (0, 90, 180, 270 degrees clockwise) is
    how far the source was turned to stand upright, ``skew`` the degrees taken out after that.
    """

    number: int
    black: Pixels
    red: Pixels | None
    blue: Pixels | None
    colour: Pixels
    to_source: NDArray[np.float64]
    width: int
    height: int
    dpi: int
    rotation: int
    skew: float
    quality: Quality
    reading: Reading = "scan"
    words: tuple[Word, ...] = ()
    overlay: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class PageText:
    """The words of a page in zones, in canonical reading order.

    Plain text has width = height = 0, one zone of kind ``unknown``, and lines (possibly empty)
    that stand for the file's own lines.
    """

    number: int
    zones: tuple[Zone, ...]
    width: int = 0
    height: int = 0
    dpi: int = 0
    rotation: int = 0
    skew: float = 0.0
    quality: Quality = field(default_factory=Quality)
    spots: tuple[Spot, ...] = ()
    reading: Reading = "scan"

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines of the letter's text, zone after zone (stamps and overlays left out)."""
        return tuple(
            line for zone in self.zones if zone.kind not in OUTSIDE_TEXT for line in zone.lines
        )

    @property
    def text(self) -> str:
        """The lines as text, one printed line a line: the frame that corrections count in."""
        return "\n".join(line.text for line in self.lines)


def bands(height: int) -> Iterator[slice]:
    """The rows of a picture, some at a time, for what would need several pages' memory at once.

    >>> list(bands(300))
    [slice(0, 256, None), slice(256, 300, None)]
    """
    return (slice(top, min(top + _BAND, height)) for top in range(0, height, _BAND))
