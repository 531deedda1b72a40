"""What attackers of the reader and of the searchable PDF tried, each as a small case."""

from __future__ import annotations

import csv
import io
import struct
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image
from rich.console import Console
from rich.progress import Progress, TaskID

from benchmarks.hostile import load_corpus
from pipeline.clean import clean_page
from pipeline.cli.archive import show_table
from pipeline.cli.progress import BarEvents, summary
from pipeline.config import Settings
from pipeline.errors import EngineError, TooLargeInput, UnreadableInput
from pipeline.export import Format, export_records
from pipeline.export.pdf import write_pdf
from pipeline.page import PageImage
from pipeline.read import open_source
from pipeline.recognise import recognise_page
from tests.archive.making import letter_of, page_of
from tests.clock import cpu_seconds

CORPUS = load_corpus()
SETTINGS = Settings()


def searchable(pdf: pikepdf.Pdf, folder: Path) -> Path:
    """The searchable PDF of a hostile one."""
    original, target = folder / "in.pdf", folder / "out.pdf"
    pdf.save(original)
    letter = letter_of("Kính gửi: Sở Y tế")
    source = letter.source.model_copy(update={"media_type": "application/pdf", "pages": (1,)})
    letter = letter.model_copy(update={"source": source})
    write_pdf(original, letter, [page_of("Kính gửi: Sở Y tế")], target, SETTINGS)
    return target


def keys(held: Any, seen: set[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    """Every key below an object, with its value as text."""
    if held.is_indirect:
        if held.objgen in seen:
            return
        seen.add(held.objgen)
    if isinstance(held, Dictionary | Stream):
        for key, value in held.items():
            if isinstance(value, pikepdf.Object):
                yield key, str(value) if isinstance(value, Name | String) else ""
                yield from keys(value, seen)
    elif isinstance(held, Array):
        for value in held:
            if isinstance(value, pikepdf.Object):
                yield from keys(value, seen)


def test_no_action_of_the_original_is_in_the_searchable_pdf(tmp_path: Path) -> None:
    """A clerk opens it and clicks a bookmark: scripts, programs, addresses and files are gone."""
    pdf = CORPUS.scan_pdf("JPEG", 1)
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    launch = Dictionary(S=Name.Launch, F=String("calc.exe"))
    address = Dictionary(S=Name.URI, URI=String("http://evil.example/"))
    carried = Array([Dictionary(Type=Name.Filespec, F=String("a.exe"))])
    first = pdf.make_indirect(Dictionary(Title=String("một"), A=launch))
    second = pdf.make_indirect(Dictionary(Title=String("hai"), A=script, AA=Dictionary(O=address)))
    first.Next, second.Prev = second, first
    root, page = pdf.Root, pdf.pages[0].obj
    root.Outlines = pdf.make_indirect(Dictionary(First=first, Last=second, Count=2))
    root.OpenAction, root.AA, root.AF = script, Dictionary(WC=script), carried
    root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), script])))
    root.Collection, root.NewInPdf3 = Dictionary(Type=Name.Collection), script
    page.AA, page.AF, page.PresSteps = Dictionary(O=script), carried, Dictionary(NA=launch)
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=address)
    page.Annots = Array([pdf.make_indirect(note)])

    with pikepdf.open(searchable(pdf, tmp_path)) as made:
        found = list(keys(made.Root, set()))
    assert len(found) > 20
    acting = {"/A", "/AA", "/AF", "/EF", "/JS", "/OpenAction", "/PresSteps", "/NewInPdf3", "/URI"}
    assert {key for key, _ in found} & acting == set()
    assert {value for key, value in found if key == "/S"} <= {"/GTS_PDFA1", "/Transparency"}


@pytest.mark.parametrize("place", ["appearance", "profile", "attachment", "glyph map"])
def test_a_bomb_beside_the_page_costs_the_searchable_pdf_only(tmp_path: Path, place: str) -> None:
    """Where reading needs not look, the way to PDF/A would unpack it: it ends at once."""
    pdf = CORPUS.scan_pdf("JPEG", 1)
    packed = pdf.make_indirect(Stream(pdf, b""))
    packed.write(CORPUS.bomb(100), filter=Name.FlateDecode)
    page = pdf.pages[0].obj
    if place == "appearance":
        packed.Type, packed.Subtype, packed.BBox = Name.XObject, Name.Form, [0, 0, 9, 9]
        stamp = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=[0, 0, 9, 9], F=4)
        stamp.AP = Dictionary(N=packed)
        page.Annots = Array([pdf.make_indirect(stamp)])
    elif place == "profile":
        packed.N = 1
        page.Resources.XObject.Im0.ColorSpace = Array([Name.ICCBased, packed])
    elif place == "attachment":
        pdf.Root.AF = Array([Dictionary(Type=Name.Filespec, EF=Dictionary(F=packed))])
    else:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        font.ToUnicode = packed
        page.Resources.Font = Dictionary(F1=font)
    started = cpu_seconds()
    with pytest.raises(EngineError, match=r"limits\.expansion"):
        searchable(pdf, tmp_path)
    assert cpu_seconds() - started < 10


def test_parts_of_the_wrong_type_cost_the_searchable_pdf_only(tmp_path: Path) -> None:
    pdf = CORPUS.scan_pdf("JPEG", 1)
    pdf.pages[0].obj.Resources.XObject = Array([])
    pdf.pages[0].obj.Annots = Dictionary(A=Name.B)
    pdf.Root.StructTreeRoot = pdf.Root
    try:
        searchable(pdf, tmp_path)
    except EngineError as error:
        assert error.code == "pdf-failed"  # noqa: PT017 (either way is right, no other is)


def test_thousands_of_exif_segments_are_refused_at_once(tmp_path: Path) -> None:
    """Pillow joins them one to another: 130 MB of them took a worker minutes."""
    out = io.BytesIO()
    Image.new("L", (400, 600), 255).save(out, "JPEG")
    sound = out.getvalue()
    segment = b"\xff\xe1" + struct.pack(">H", 65_002) + b"Exif\0\0" + bytes(64_994)
    path = tmp_path / "scan.jpg"
    path.write_bytes(sound[:2] + segment + sound[2:])
    assert open_source(path, SETTINGS).pages == 1
    path.write_bytes(sound[:2] + segment * 2000 + sound[2:])
    started = cpu_seconds()
    with pytest.raises(UnreadableInput, match="Exif"):
        open_source(path, SETTINGS)
    assert cpu_seconds() - started < 2


def tiff_of(pages: int) -> bytes:
    """Pages of 8 × 8 pixels, each a directory that names the next."""
    tags = ((256, 8), (257, 8), (258, 8), (259, 1), (262, 1), (273, 8), (278, 8), (279, 64))
    entries = b"".join(struct.pack("<HHLL", tag, 4, 1, value) for tag, value in tags)
    size = 2 + len(entries) + 4
    first = 8 + 64
    out = [struct.pack("<2sHL", b"II", 42, first), bytes(64)]
    for page in range(1, pages + 1):
        following = first + page * size if page < pages else 0
        out.append(struct.pack("<H", len(tags)) + entries + struct.pack("<L", following))
    return b"".join(out)


def test_a_tiff_of_65535_pages_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    path.write_bytes(tiff_of(3))
    assert open_source(path, SETTINGS).pages == 3
    path.write_bytes(tiff_of(65_535))
    started = cpu_seconds()
    with pytest.raises(TooLargeInput, match=r"limits\.pages"):
        open_source(path, SETTINGS)
    assert cpu_seconds() - started < 5


@pytest.mark.parametrize("shape", [(1, 5000), (9000, 2), (40, 9000), (1, 1), (600, 400), (9, 9, 3)])
@pytest.mark.parametrize("brightness", [0, 128, 255])
def test_a_page_without_any_light_or_width_is_blank(
    shape: tuple[int, ...], brightness: int
) -> None:
    """A lid that was left open, a torn-off edge: a page with nothing on it, and no fault."""
    picture = PageImage(1, np.full(shape, brightness, np.uint8), 200)
    page = clean_page(picture, SETTINGS)
    assert recognise_page(page, SETTINGS).text == ""


@pytest.mark.parametrize("part", ["1.", ".", "a@", "A-", "ỦY BAN NHÂN DÂN "])
def test_a_text_without_end_of_a_word_or_a_line_is_refused(tmp_path: Path, part: str) -> None:
    """600 kB of them took a worker half an hour."""
    path = tmp_path / "thư.txt"
    path.write_text("Số: 71/TB-UBND\nKính gửi: Sở Y tế\n" + part * 300_000, "utf-8")
    started = cpu_seconds()
    with pytest.raises(UnreadableInput):
        open_source(path, SETTINGS)
    assert cpu_seconds() - started < 5


def test_no_cell_after_a_semicolon_becomes_a_formula() -> None:
    """Spreadsheets of countries with a decimal comma part the cells of a CSV there."""
    letter = letter_of("thư", subject='Báo cáo; =HYPERLINK("http://x");@a; - Như trên;-1+cmd')
    out = io.BytesIO()
    export_records(Format.CSV, [letter.model_dump_json(by_alias=True)], lambda _: (), out)
    row = next(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig"))))
    assert row["subject"] == "Báo cáo; '=HYPERLINK(\"http://x\");'@a; - Như trên;'-1+cmd"


def test_what_is_printed_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Names, reasons, and what letters say."""
    evil = "thư\x1b[2J\x9b31m\u202egpj\n2 done"
    show_table(["letter", "why"], [[evil, evil]])
    console = Console(width=200)
    BarEvents(console, Progress(console=console), TaskID(0)).waiting(evil)
    summary(console, Counter(), [("failed", evil, evil)])
    said = capsys.readouterr().out
    assert "thư" in said
    assert not {"\x1b", "\x9b", "\u202e"} & set(said)
