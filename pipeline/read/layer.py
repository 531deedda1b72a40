"""The text layer of a PDF page: its words with places, and whether they can be trusted.

A text layer can be a typed letter, the mark of a digital signature on a scan, somebody's OCR, or
garbage from fonts that don't say which letters their glyphs are.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

from pipeline.config import Settings
from pipeline.page import Word
from pipeline.programs import run_program
from pipeline.read.legacy import to_unicode
from pipeline.text import is_syllable, nfc

Points = tuple[float, float, float, float]
"""A box in points of the page as shown: from the top left corner, y downwards."""

_WORD = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
)
_SIGNATURE_WORDS = re.compile(
    r"Ký bởi|Người ký|Thời gian ký|Ngày ký|Ký ngày|Được ký|Digitally signed|Signature (?:Not )?V",
    re.IGNORECASE,
)
_OVERLAY_WORDS = 80  # the longest signature marks have about thirty
_LEGACY_FONT = re.compile(r"(?:^|\+|/)(?:\.Vn|VNI[-_ ]?|VN[A-Z])")
_CAPITAL_FONT = re.compile(r"(?:^|\+|/)\.Vn\w*H(?:\b|,|$)")


def layer_words(path: Path, number: int, settings: Settings) -> list[tuple[str, Points]]:
    """The words of page ``number`` in poppler's order, with their boxes on the page as shown.

    Raises:
        EngineError: pdftotext failed or took too long.
    """
    limits = settings.limits
    page = str(number)
    out = run_program(
        ["pdftotext", "-bbox", "-cropbox", "-enc", "UTF-8", "-f", page, "-l", page, path, "-"],
        timeout=limits.seconds_per_page,
        memory_mb=limits.memory_mb,
    ).decode("utf-8", "replace")
    words = []
    for x0, y0, x1, y1, text in _WORD.findall(out):
        plain = nfc(html.unescape(text)).strip()
        if plain:
            words.append((plain, (float(x0), float(y0), float(x1), float(y1))))
    return words


def is_signature_mark(words: list[tuple[str, Points]]) -> bool:
    """Whether a text layer is nothing but the mark of a digital signature."""
    text = " ".join(word for word, _ in words)
    return 0 < len(words) <= _OVERLAY_WORDS and bool(_SIGNATURE_WORDS.search(text))


def inside(words: list[tuple[str, Points]], boxes: list[Points]) -> list[tuple[str, Points]]:
    """The words whose middle lies in one of the boxes."""
    return [
        (text, (x0, y0, x1, y1))
        for text, (x0, y0, x1, y1) in words
        if any(
            a <= (x0 + x1) / 2 <= c and b <= (y0 + y1) / 2 <= d for a, b, c, d in boxes
        )
    ]  # fmt: skip


def trusted(words: list[tuple[str, Points]], fonts: set[str]) -> list[tuple[str, Points]] | None:
    """The words of a typed page, in Unicode, or None where reading the picture is safer.

    Legacy fonts are converted, but for fonts of capitals (``.VnTimeH``): their case is lost.
    """
    text = "\n".join(word for word, _ in words)
    if any(_CAPITAL_FONT.search(font) for font in fonts):
        return None
    converted = to_unicode(text) if any(_LEGACY_FONT.search(f) for f in fonts) else None
    if converted is not None:
        text = converted
    if not is_sound(text):
        return None
    return [(new, box) for new, (_, box) in zip(text.split("\n"), words, strict=True)]


def is_sound(text: str) -> bool:
    """Whether text is Vietnamese as a person typed it: syllables, and marks on enough of them.

    Abbreviations, numbers and codes don't count. Text without marks is not trusted: it is more
    often a broken font than a foreign letter, and the picture tells.

    >>> is_sound("Ủy ban nhân dân tỉnh yêu cầu các sở, ngành thực hiện"), is_sound("UBND")
    (True, False)
    """
    words = [w for w in re.findall(r"[^\W\d_]+", text) if len(w) > 1 and not w.isupper()]
    if len(words) < 5:
        return False
    marked = sum(not w.isascii() for w in words)
    strange = text.count("\ufffd") + len(re.findall(r"[\ue000-\uf8ff\x00-\x08]", text))
    good = sum(map(is_syllable, words))
    return good >= 0.8 * len(words) and marked >= 0.2 * len(words) and strange * 50 < len(text)


def in_pixels(words: list[tuple[str, Points]], scale: float) -> tuple[Word, ...]:
    """Words with boxes in pixels, ``scale`` pixels a point. A file's own text is certain."""
    return tuple(
        Word(
            text,
            (
                max(0, int(x0 * scale)),
                max(0, int(y0 * scale)),
                max(0, round(x1 * scale + 0.5)),
                max(0, round(y1 * scale + 0.5)),
            ),
            1.0,
        )
        for text, (x0, y0, x1, y1) in words
    )
