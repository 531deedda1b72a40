"""A searchable PDF/A: the pages as they were scanned, the restored words in place, invisible.

The picture is never touched: a PDF's own pages are kept and words are added under them; TIFF,
JPEG, PNG and WebP become pages without a pixel changed. The words stand in a font without
outlines (OCRmyPDF's Occulta) whose ToUnicode map is the identity, so that a viewer gives back
exactly the NFC text. PDF/A is declared and validated by pikepdf; what it can't make conform
(fonts that a born-digital file doesn't embed) goes through OCRmyPDF and Ghostscript.

OCRmyPDF's whole pipeline is not run for a scan: it would rasterise every page again, at ten
times the cost of what is written here.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.config import Settings
from pipeline.errors import EngineError
from pipeline.export.pdftidy import check_streams, tidy
from pipeline.export.textlayer import TextLayer
from pipeline.letter import Field, Letter
from pipeline.page import PageText
from pipeline.programs import run_program
from pipeline.temporary import temporary_folder

_HOSTILE = (RuntimeError, ValueError, TypeError, LookupError, AttributeError, MemoryError)
"""What pikepdf and img2pdf raise at files whose parts are of the wrong type or too many."""


def write_pdf(
    original: Path, letter: Letter, pages: Sequence[PageText], target: Path, settings: Settings
) -> str | None:
    """Write one letter's searchable PDF/A.

    Args:
        original: the file that the letter came from; only read.
        letter: its record, for the metadata.
        pages: its restored pages; of a bundle only this letter's.
        target: where the PDF goes.
        settings: ``export.pdfa`` and the limits.

    Returns:
        the flavour that the file conforms to (``2b`` or ``1b``); None when the original holds
        what PDF/A forbids and nothing here could mend: it is searchable all the same.

    Raises:
        EngineError: the file can't be opened or written as a PDF.
    """
    import pikepdf

    with temporary_folder() as folder:
        try:
            with _as_pdf(original, letter, pages[0].dpi if pages else 0, folder) as pdf:
                check_streams(pdf, settings.limits)
                _keep_only(pdf, [page.number for page in pages])
                layer = TextLayer(pdf)
                for page, words in zip(pdf.pages, pages, strict=False):
                    if words.reading != "text-layer":  # a born-digital page has its own text
                        layer.add(page, words)
                tidy(pdf)
                _describe(pdf, letter)
                return _save(pdf, target, folder, settings)
        except (pikepdf.PdfError, *_HOSTILE) as error:
            raise EngineError("pdf-failed", reason=str(error)[:200]) from error


def _save(pdf: Any, target: Path, folder: Path, settings: Settings) -> str | None:
    from pikepdf.pdfa import PdfaError, save

    flavour = settings.export.pdfa
    for wanted in dict.fromkeys((flavour, "2b")):  # PDF/A-1 knows no transparency, seals have it
        with suppress(PdfaError):
            save(pdf, target, wanted, output_intent="sRGB")
            return wanted
    plain = folder / "plain.pdf"
    pdf.save(plain)
    with suppress(EngineError):
        _through_ghostscript(plain, target, flavour, settings)
        return flavour
    shutil.move(plain, target)
    return None


def _as_pdf(original: Path, letter: Letter, dpi: int, folder: Path) -> Any:
    """The original as an open PDF; pictures are wrapped, losslessly, at their own resolution.

    ``dpi`` is for pictures that don't tell theirs: what the reader took them for.
    """
    import pikepdf

    if letter.source.media_type == "application/pdf":
        return pikepdf.open(original)
    import img2pdf  # type: ignore[import-untyped] # it has no types
    from PIL import Image

    source, layout = original, img2pdf.default_layout_fun
    with Image.open(original) as picture:
        if "dpi" not in picture.info and dpi:
            layout = img2pdf.get_fixed_dpi_layout_fun((dpi, dpi))
        if letter.source.media_type == "image/webp":  # PDF has no WebP: the same pixels, as PNG
            source = folder / "picture.png"
            picture.save(source, compress_level=1)
    wrapped = folder / "wrapped.pdf"
    with wrapped.open("wb") as file:
        try:
            img2pdf.convert(
                str(source), outputstream=file, rotation=img2pdf.Rotation.ifvalid,
                layout_fun=layout, engine=img2pdf.Engine.pikepdf,
            )  # fmt: skip
        except (img2pdf.ImageOpenError, img2pdf.PdfTooLargeError, ValueError) as error:
            raise EngineError("pdf-failed", reason=str(error)[:200]) from error
    return pikepdf.open(wrapped)


def _keep_only(pdf: Any, numbers: Sequence[int]) -> None:
    """Of a bundle's pages, those of this letter."""
    wanted = set(numbers)
    for at in reversed(range(len(pdf.pages))):
        if at + 1 not in wanted:
            del pdf.pages[at]


def _describe(pdf: Any, letter: Letter) -> None:
    """Title, subject, author and dates from the record; pikepdf keeps DocInfo and XMP alike."""

    def value(field: Field | None) -> str:
        return field.value if field and field.value else ""

    code, subject = value(letter.code), value(letter.subject)
    date = value(letter.date)
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=True) as meta:
        meta["dc:title"] = ": ".join(filter(None, (code, subject))) or letter.id
        if subject:
            meta["dc:description"] = subject
        author = value(letter.issuer.name)
        if author:
            meta["dc:creator"] = [author]
        meta["dc:language"] = [letter.language]
        if letter.keywords:
            meta["pdf:Keywords"] = ", ".join(letter.keywords)
        meta["pdf:Producer"] = f"congvan {__version__}"
        if len(date) == 10:
            with suppress(ValueError):
                day = datetime.fromisoformat(date)
                meta["xmp:CreateDate"] = day.strftime("%Y-%m-%dT00:00:00+07:00")


def _through_ghostscript(plain: Path, target: Path, flavour: str, settings: Settings) -> None:
    kind = {"1b": "pdfa-1", "2b": "pdfa-2"}[flavour]
    run_program(
        [
            "ocrmypdf", "--skip-text", "--tesseract-timeout", "0", "--optimize", "0",
            "--output-type", kind, "--jobs", "1", "--", plain, target,
        ],
        timeout=settings.limits.seconds_per_page * 5,
        memory_mb=settings.limits.memory_mb,
        folder=plain.parent,
    )  # fmt: skip
