"""Plain text files: earlier OCR, or letters typed long ago in a legacy encoding."""

from __future__ import annotations

import codecs
import re

from pipeline.errors import UnreadableInput
from pipeline.letter import SourceFile
from pipeline.page import Line, PageText, Word, Zone
from pipeline.read.legacy import from_tcvn3, from_vni, soundness, to_unicode
from pipeline.text import nfc

_MARKS = (  # UTF-32 before UTF-16: its mark begins with the same two bytes
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LONGEST_WORD, _LONGEST_LINE = 3_000, 200_000  # bytes
_PAGE_LINE = re.compile(r"[ \t]*===[ \t]*page[ \t]+\d+[ \t]*===[ \t]*", re.IGNORECASE)


def decode(content: bytes) -> str:
    """The text of a file, NFC, its lines ended by line feeds; the encoding is found out.

    Unicode with or without a byte-order mark; else the legacy encoding (Windows-1258, TCVN3,
    VNI) under which most words with marks are syllables of Vietnamese.

    Raises:
        UnreadableInput: bytes that are no text in any of them, or whose words or lines are of no
            end: what looks for names and codes in them would take its time squared.
    """
    for parts, limit in (
        (content.split(), _LONGEST_WORD),
        (content.splitlines(), _LONGEST_LINE),
    ):
        if max(map(len, parts), default=0) > limit:
            raise UnreadableInput("text-endless", limit=limit)
    text = _decoded(content)
    if "\x00" in text or not text.strip():
        raise UnreadableInput("file-empty" if not text.strip() else "file-damaged", reason="NUL")
    return nfc(text.replace("\r\n", "\n").replace("\r", "\n"))


def _decoded(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], encoding)
    if 0 in content[:4096]:
        even, odd = content[0:4096:2].count(0), content[1:4096:2].count(0)
        return _strict(content, "utf-16-be" if even > odd else "utf-16-le")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _legacy(content)
    return to_unicode(text) or text


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableInput("file-damaged", reason=encoding) from error


def _legacy(content: bytes) -> str:
    western = content.decode("cp1252", "replace")
    readings = (
        nfc(content.decode("cp1258", "replace")),
        from_tcvn3(content.decode("latin-1")),
        from_vni(western),
        # UTF-8 with a few damaged bytes: better a mark of damage than wrong letters.
        content.decode("utf-8", "replace"),
        western,
    )
    return max(readings, key=soundness)


def split_pages(text: str) -> list[str]:
    r"""The pages of a text: parted by form feeds or by lines ``=== page N ===``.

    >>> split_pages("=== page 1 ===\nKính gửi\n=== page 2 ===\nNơi nhận")
    ['Kính gửi', 'Nơi nhận']
    """
    pages: list[list[str]] = [[]]
    for line in text.replace("\f", "\n\f\n").split("\n"):
        if line == "\f" or _PAGE_LINE.fullmatch(line):
            pages.append([])
        else:
            pages[-1].append(line)
    joined = ["\n".join(lines).strip("\n") for lines in pages]
    if len(joined) > 1 and not joined[0].strip():
        joined = joined[1:]  # nothing before the first page line
    while len(joined) > 1 and not joined[-1].strip():
        joined.pop()  # a form feed at the end of the last page
    return joined


def read_text(source: SourceFile) -> tuple[PageText, ...]:
    """The pages of a plain text file: one zone of kind ``unknown``, the file's own lines."""
    return tuple(
        PageText(
            number=number,
            zones=(Zone("unknown", (0, 0, 0, 0), tuple(map(_line, page.split("\n")))),),
            reading="text",
        )
        for number, page in enumerate(split_pages(source.text or ""), 1)
    )


def _line(text: str) -> Line:
    nowhere = (0, 0, 0, 0)
    words = tuple(Word(word, nowhere, 1.0) for word in text.split())
    return Line(words, nowhere, reader="text")
