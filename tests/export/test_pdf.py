"""The searchable PDF/A: the words come back, the picture stays, the file conforms."""

from __future__ import annotations

import subprocess
import unicodedata
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw

from pipeline.config import Settings
from pipeline.export.pdf import write_pdf
from pipeline.letter import Letter
from pipeline.page import Line, PageText, Word, Zone
from tests.archive.making import letter_of, page_of

ROOT = Path(__file__).parents[2]
SETTINGS = Settings()
TEXT = (
    "Ủy ban nhân dân tỉnh Đắk Lắk\nVề việc hoà giải ở cơ sở, 20,7%\nNGHỊ QUYẾT số 71/TB-UBND ngày ⅓"
)


def scan_of(path: Path, **options: object) -> Path:
    """A grey page of 200 dpi with a few strokes."""
    picture = Image.new("L", (1654, 2339), 250)
    ImageDraw.Draw(picture).rectangle((100, 100, 700, 130), fill=20)
    if path.suffix == ".tif":
        picture = picture.convert("1")
    picture.save(path, dpi=(200, 200), **options)  # type: ignore[arg-type] # Pillow's own options
    return path


def letter_from(media_type: str, pages: int = 1) -> Letter:
    letter = letter_of(TEXT, code="71/TB-UBND", date="2019-05-03", subject="hoà giải")
    source = letter.source.model_copy(
        update={"media_type": media_type, "pages": tuple(range(1, pages + 1))}
    )
    return letter.model_copy(update={"source": source})


def words_of(path: Path) -> list[str]:
    done = subprocess.run(
        ["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True, text=True
    )
    return done.stdout.split()


def check(target: Path, flavour: str, pages: list[PageText]) -> None:
    want = [word.text for page in pages for line in page.lines for word in line.words]
    assert words_of(target) == want
    assert all(unicodedata.is_normalized("NFC", word) for word in words_of(target))
    with pikepdf.open(target) as pdf:
        assert pdf.open_metadata().pdfa_status == flavour.upper()
        assert str(pdf.docinfo["/Title"]) == "71/TB-UBND: hoà giải"
        assert "/OutputIntents" in pdf.Root


@pytest.mark.parametrize(("name", "media_type"), [
    ("a.png", "image/png"), ("a.jpg", "image/jpeg"), ("a.tif", "image/tiff"),
    ("a.webp", "image/webp"),
])  # fmt: skip
def test_pictures_become_pages(tmp_path: Path, name: str, media_type: str) -> None:
    source = scan_of(tmp_path / name)
    target = tmp_path / "out.pdf"
    pages = [page_of(TEXT)]
    assert write_pdf(source, letter_from(media_type), pages, target, SETTINGS) == "2b"
    check(target, "2b", pages)
    with pikepdf.open(target) as pdf:
        box = pdf.pages[0].mediabox
        assert [round(float(v)) for v in box] == [0, 0, 595, 842]
        if name == "a.jpg":  # not one byte of the picture is made again
            picture = next(iter(pdf.pages[0].get_images().values()))
            assert picture.read_raw_bytes() == source.read_bytes()


@pytest.mark.parametrize("flavour", ["2b", "1b"])
def test_the_samples_become_pdfa(tmp_path: Path, flavour: str) -> None:
    settings = Settings.model_validate({"export": {"pdfa": flavour}})
    for source in sorted((ROOT / "samples" / "letters").glob("*.pdf")):
        with pikepdf.open(source) as pdf:
            count = len(pdf.pages)
        pages = [page_of(TEXT, number) for number in range(1, count + 1)]
        target = tmp_path / source.name
        letter = letter_from("application/pdf", count)
        made = write_pdf(source, letter, pages, target, settings)
        assert made in ("2b", flavour)
        assert words_of(target)[-len(TEXT.split()) :] == TEXT.split()


def test_a_bundles_letter_has_its_own_pages_only(tmp_path: Path) -> None:
    source = tmp_path / "bundle.pdf"
    pictures = [Image.new("L", (1654, 2339), shade) for shade in (250, 200, 150)]
    pictures[0].save(source, save_all=True, append_images=pictures[1:], resolution=200)
    pages = [page_of("thư hai", 2), page_of("trang ba", 3)]
    target = tmp_path / "out.pdf"
    write_pdf(source, letter_from("application/pdf"), pages, target, SETTINGS)
    check(target, "2b", pages)
    with pikepdf.open(target) as pdf:
        assert len(pdf.pages) == 2


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_words_stand_where_the_reader_saw_them(tmp_path: Path, turn: int) -> None:
    source, target = tmp_path / "a.pdf", tmp_path / "out.pdf"
    size = (1654, 2339) if turn in (0, 180) else (2339, 1654)
    Image.new("L", size, 250).save(source, resolution=200)
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        pdf.pages[0].obj["/Rotate"] = turn
        pdf.save(source)
    write_pdf(
        source, letter_from("application/pdf"), [page_of("đầu trang\ndưới")], target, SETTINGS
    )
    done = subprocess.run(
        ["pdftotext", "-bbox", str(target), "-"], capture_output=True, check=True, text=True
    )
    line = next(line for line in done.stdout.splitlines() if ">đầu<" in line)
    x, y = (float(line.split(f'{name}="')[1].split('"')[0]) for name in ("xMin", "yMin"))
    assert x == pytest.approx(100 * 72 / 200, abs=3)
    assert y == pytest.approx(100 * 72 / 200, abs=8)


def test_words_whose_boxes_touch_stay_apart(tmp_path: Path) -> None:
    source = scan_of(tmp_path / "a.png")
    text = "Sở Y tế tỉnh Đắk Lắk phòng, chống HIV/AIDS"
    words, x = [], 100
    for at, word in enumerate(text.split()):
        words.append(Word(word, (x, 100, x + 14 * len(word), 126 + at % 3), 0.9))
        x += 14 * len(word)
    line = Line(tuple(words), (100, 100, x, 130))
    page = PageText(1, (Zone("body", (0, 0, 1654, 2339), (line,)),), 1654, 2339, 200)
    target = tmp_path / "out.pdf"
    write_pdf(source, letter_from("image/png"), [page], target, SETTINGS)
    assert words_of(target) == text.split()
