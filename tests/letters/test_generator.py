"""The generator: same seed, same bytes; gold that says what is on the sheet."""

import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from pipeline.text import is_syllable, nfc
from training.letters.content import CODES, compose
from training.letters.draft import Draft
from training.letters.gold import gold_text, record
from training.letters.layout import lay_out
from training.letters.make import Made, Order, make, write
from training.letters.marks import shown, values
from training.letters.pen import digit_strokes, hand, skeletons
from training.letters.plans import KINDS, SAMPLES, benchmark
from training.letters.scanner import MOVES, SPOILS, Scan, bilevel, scan
from training.letters.sheet import HEIGHT, WIDTH, Sheet
from training.letters.typeset import FAMILIES, font

FAX = Scan("bilevel", 200, (("skew", 0.3),))


def drafted(seed: int, doc_type: str | None = None) -> tuple[Draft, list[Sheet]]:
    draft = compose(np.random.default_rng([seed, 0]), doc_type)
    return draft, lay_out(np.random.default_rng([seed, 1]), draft)[1]


@pytest.fixture(scope="module")
def made() -> Made:
    return make(Order("one", 24, FAX, "công văn", "so"))[0]


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    sums = []
    for run in ("a", "b"):
        order = Order("x", 7, Scan("grey", 200, (("noise", 0.2), ("faint", 0.3))), signed=True)
        write(make(order), order, tmp_path / run)
        files = sorted(p for p in (tmp_path / run).rglob("*") if p.is_file())
        sums.append([hashlib.sha256(p.read_bytes()).hexdigest() for p in files])
    assert sums[0] == sums[1]
    assert len(sums[0]) == 4


@pytest.mark.parametrize("doc_type", ["công văn", *list(CODES)[:8]])
def test_gold_text_holds_what_the_record_says(doc_type: str) -> None:
    draft, sheets = drafted(11, doc_type)
    gold = record(draft)
    text = " ".join(re.sub(r"⟦h:(.*?)⟧", r"\1", gold_text(sheets)).split())
    unbroken = text.replace("- ", "-")
    for code in gold["citations"]:
        assert code in unbroken
    assert f"{gold['number']}" in text
    assert gold["signer"]["name"] in text
    assert gold["issuer"]["name"] in text
    printed = re.findall(r"\d+(?:,\d+)?%", gold_text(sheets).split("Nơi nhận")[0])
    assert len(printed) >= len(gold["percentages"])


def test_directives_are_whole_across_pages_and_without_footnotes() -> None:
    draft, sheets = drafted(62, "công văn")
    assert len(sheets) > 1
    labels = [d["label"] for d in record(draft)["directives"]]
    assert labels == [str(n) for n in range(1, len(labels) + 1)]
    notes = [line.text for sheet in sheets for line in sheet.lines if line.zone == "footnote"]
    for note in notes:
        assert not any(note[4:] in d["text"] for d in record(draft)["directives"])


@pytest.mark.parametrize("seed", range(1, 30))
def test_every_line_lies_on_the_sheet_and_is_vietnamese(seed: int) -> None:
    _, sheets = drafted(seed)
    for sheet in sheets:
        for line in sheet.lines:
            assert line.text == nfc(line.text)
            for run in line.runs:
                assert run.x > 20, line.text
                assert run.x + run.width < WIDTH - 10, line.text
                assert 20 < run.y < HEIGHT, line.text
            if line.zone in ("body", "addressee", "title"):
                words = re.findall(r"[^\W\d_]+", line.text)
                strange = {w for w in words if len(w) > 1 and w.islower() and not is_syllable(w)}
                assert not strange, line.text


def test_marks_read_apart() -> None:
    text = "Theo ‹c|71/TB-UBND›‹f|Xem ‹c|5/KH-SYT›.›, ‹b|trước› ‹d|2019-05-20|ngày 20/5/2019›."
    assert shown(text) == "Theo 71/TB-UBND, trước ngày 20/5/2019."
    assert values(text, "c") == ["71/TB-UBND", "5/KH-SYT"]
    assert values(text, "d") == ["2019-05-20"]


@pytest.mark.parametrize("family", FAMILIES)
def test_fonts_have_every_vietnamese_letter(family: str) -> None:
    face = font(family, "regular", 40)
    missing = face.getmask("\U000f0000").getbbox(), bytes(face.getmask("\U000f0000"))
    for letter in "ăâđêôơưắằẳẵặấầẩẫậếềểễệốồổỗộớờởỡợứừửữựỳỷỹỵ" + "ẮẤĐẾỐỚỨỲ":
        mask = face.getmask(letter)
        assert (mask.getbbox(), bytes(mask)) != missing, letter


def test_boxes_lie_on_ink(made: Made, tmp_path: Path) -> None:
    order = Order("one", 24, FAX)
    write([made], order, tmp_path)
    page = json.loads((tmp_path / "boxes/one.boxes.json").read_text("utf-8"))["pages"][0]
    image = made.images[0]
    inked = 0
    for word in page["words"]:
        x0, y0, x1, y1 = word["box"]
        inked += bool((image[y0:y1, x0:x1] == 0).any())
    assert inked == len(page["words"])
    assert set(page["fields"]) >= {"number", "place", "signer.name", "issuer.name"}


def test_a_fax_is_stored_as_group_4(made: Made, tmp_path: Path) -> None:
    order = Order("one", 24, FAX)
    with pikepdf.open(write([made], order, tmp_path)) as pdf:
        stream = pdf.pages[0].Resources.XObject["/Im0"]
        assert isinstance(stream, pikepdf.Stream)
        image = pikepdf.PdfImage(stream)
        assert image.filters == ["/CCITTFaxDecode"]
        assert "/ModDate" not in pdf.docinfo
        stored = np.asarray(image.as_pil_image().convert("L"))
    assert np.array_equal(stored, made.images[0])


def test_a_bundle_numbers_its_pages_as_the_file_does(tmp_path: Path) -> None:
    order = Order("b", 5, FAX, letters=2, ending="tiff")
    letters = make(order)
    with Image.open(write(letters, order, tmp_path)) as tiff:
        pages = tiff.n_frames  # type: ignore[attr-defined]  # a TIFF has them
    assert pages == sum(len(one.images) for one in letters)
    assert pages % 2 == 0
    second = (tmp_path / "gold/b-2.txt").read_text("utf-8")
    assert second.startswith(f"=== page {letters[1].first} ===")


def test_a_signed_scan_has_only_the_marks_as_text(tmp_path: Path) -> None:
    order = Order("s", 12, FAX, "quyết định", "province", signed=True)
    made = make(order)
    assert made[0].draft.overlays
    with pikepdf.open(write(made, order, tmp_path)) as pdf:
        content = pdf.pages[0].Contents
        streams = content if isinstance(content, pikepdf.Array) else [content]
        drawn = b"".join(s.read_bytes() for s in streams)
    assert drawn.count(b"Tj") == 3


@pytest.mark.parametrize("name", [*MOVES, *SPOILS])
def test_defects_grow_with_their_degree(made: Made, name: str) -> None:
    page = np.repeat(made.images[0][:, :, None], 3, axis=2)

    def harm(degree: float) -> float:
        how = Scan("grey", 300, ((name, degree),))
        spoiled, _ = scan(page, how, np.random.default_rng(3))
        return float(np.abs(spoiled.astype(float) - page[..., 0]).mean())

    assert harm(1.0) > harm(0.25) > 0


def test_a_threshold_follows_the_paper() -> None:
    page = np.full((320, 320), 250, np.uint8)
    page[:, 160:] = 120  # shadow
    page[100:110] //= 4
    black = bilevel(page) == 0
    assert black[100:110].all()
    assert not black[200:, 200:].any()


def test_digits_differ_from_time_to_time_but_stay_in_their_line() -> None:
    rng = np.random.default_rng(1)
    writer = hand(rng)
    first, again = (digit_strokes(rng, "2019", writer) for _ in range(2))
    assert not np.array_equal(first[0], again[0])
    for stroke in first:
        assert -0.5 < stroke[:, 1].min() < stroke[:, 1].max() < 1.5
    assert set(skeletons()) == set("0123456789/")


def test_a_smaller_benchmark_is_the_start_of_a_larger() -> None:
    small, large = list(benchmark(20, 1)), list(benchmark(60, 1))
    assert large[: len(small)] == small
    assert {kind for kind, _ in large} == set(KINDS)
    assert len({order.name for order in SAMPLES}) == len(SAMPLES)
