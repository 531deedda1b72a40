"""A corpus of bad inputs, made from nothing but a seed.

``build`` writes it into a folder; every case says what a file is and whether it must be refused
or may also be read (a flipped bit need not harm a page).
"""

from __future__ import annotations

import io
import os
import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Pdf
from PIL import Image, ImageDraw, ImageFont, TiffImagePlugin


@dataclass(frozen=True)
class Case:
    """One bad file. ``refused``: congvan must say no; otherwise it may also read it."""

    kind: str
    path: Path
    refused: bool


FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf"
HEAD = ("ỦY BAN NHÂN DÂN", "Số: 71/TB-UBND", "Kính gửi: Sở Y tế", "Nơi nhận: Như trên")
"""Signs enough of a letter, so that sound files go the whole way to a record and a PDF."""

# --- sound files that the damage starts from ------------------------------------------------------


def page_picture(seed: int = 0, size: tuple[int, int] = (420, 594)) -> Image.Image:
    """A small grey page: the head of a letter, and lines of dashes as if seen from afar."""
    draw = random.Random(seed)
    image = Image.new("L", size, 245)
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(FONT, 17)
    for at, line in enumerate(HEAD):
        pen.text((40, 30 + 24 * at), line, fill=20, font=font)
    for y in range(130, size[1] - 40, 14):
        x = 40
        while x < size[0] - 60:
            width = draw.randint(8, 40)
            pen.rectangle((x, y, x + width, y + 5), fill=draw.randint(10, 60))
            x += width + draw.randint(4, 8)
    return image


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    """The picture as a file of ``form``."""
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def saved(pdf: Pdf, **options: Any) -> bytes:
    """The PDF as bytes."""
    out = io.BytesIO()
    pdf.save(out, deterministic_id="encryption" not in options, **options)
    return out.getvalue()


def scan_pdf(form: str = "JPEG", pages: int = 2) -> Pdf:
    """A PDF of whole-page scans: JPEG, JPEG2000, CCITT (1 bit), JBIG2 (a header only) or FLATE."""
    pdf = pikepdf.new()
    for number in range(pages):
        image = page_picture(number)
        stream = pdf.make_stream(b"")
        entries = {
            "Type": Name.XObject, "Subtype": Name.Image, "Width": image.width,
            "Height": image.height, "ColorSpace": Name.DeviceGray, "BitsPerComponent": 8,
        }  # fmt: skip
        if form == "CCITT":
            bits = image.point(lambda v: 255 if v > 128 else 0).convert("1")
            data = _group4(bits)
            parameters = Dictionary(K=-1, Columns=image.width, Rows=image.height)
            stream = pikepdf.Stream(pdf, data)
            entries |= {"BitsPerComponent": 1, "Filter": Name.CCITTFaxDecode}
            entries |= {"DecodeParms": parameters}
        elif form == "FLATE":
            stream = pikepdf.Stream(pdf, zlib.compress(image.tobytes()))
            entries |= {"Filter": Name.FlateDecode}
        elif form == "JBIG2":
            stream = pikepdf.Stream(pdf, b"\0\0\0\0\x30\0\x01\0\0\0\x13" + b"\0\0\x01\xa4" * 5)
            entries |= {"BitsPerComponent": 1, "Filter": Name.JBIG2Decode}
        else:
            names = {"JPEG": Name.DCTDecode, "JPEG2000": Name.JPXDecode}
            stream = pikepdf.Stream(pdf, encoded(image, form))
            entries |= {"Filter": names[form]}
        for key, value in entries.items():
            stream[f"/{key}"] = value
        pdf.add_blank_page(page_size=(595, 842))
        page = pdf.pages[-1]
        page.obj.Resources = Dictionary(XObject=Dictionary(Im0=stream))
        page.obj.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q")
    return pdf


def _group4(bits: Image.Image) -> bytes:
    file = io.BytesIO(encoded(bits, "TIFF", compression="group4", tiffinfo={278: bits.height}))
    with TiffImagePlugin.TiffImageFile(file) as tiff:
        offset, size = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
    return file.getvalue()[offset : offset + size]


def typed_pdf() -> Pdf:
    """A page of typed ASCII text."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary(F1=font))
    lines = b" ".join(b"(Kinh gui cac so %d) Tj 0 -20 Td" % n for n in range(20))
    pdf.pages[0].obj.Contents = pdf.make_stream(b"BT /F1 14 Tf 60 780 Td " + lines + b" ET")
    return pdf


def bases() -> dict[str, bytes]:
    """Sound files of every kind, by a name with its suffix."""
    picture = page_picture()
    more = [page_picture(n) for n in (1, 2)]
    bits = [p.convert("1") for p in (picture, *more)]
    text = "ỦY BAN NHÂN DÂN TỈNH\nSố: 12/UBND-VX\nKính gửi: Các sở, ngành\n" * 20
    return {
        "jpeg-scan.pdf": saved(scan_pdf("JPEG")),
        "jpeg2000-scan.pdf": saved(scan_pdf("JPEG2000")),
        "ccitt-scan.pdf": saved(scan_pdf("CCITT")),
        "flate-scan.pdf": saved(
            scan_pdf("FLATE"), object_stream_mode=pikepdf.ObjectStreamMode.generate
        ),
        "typed.pdf": saved(typed_pdf()),
        "pages.tif": encoded(
            bits[0], "TIFF", save_all=True, append_images=bits[1:], compression="group4"
        ),
        "page.jpg": encoded(picture, "JPEG", dpi=(50, 50)),
        "page.png": encoded(picture, "PNG"),
        "page.webp": encoded(picture.convert("RGB"), "WEBP"),
        "letter.txt": text.encode(),
    }


# --- damage by chance -----------------------------------------------------------------------------


def truncated(draw: random.Random, each: int = 16) -> Iterator[tuple[str, str, bytes, bool]]:
    """Every kind of file cut at the start, the end and many places between."""
    for name, content in bases().items():
        size = len(content)
        cuts = {0, 1, 4, 12, size // 2, size - 1, size - 7}
        while len(cuts) < each:
            cuts.add(draw.randrange(size))
        for cut in sorted(cuts):
            sure = (cut <= 4 and not name.endswith(".txt")) or cut == 0
            yield f"cut-{cut:06d}-{name}", "truncated", content[:cut], sure


def flipped(draw: random.Random, each: int = 14) -> Iterator[tuple[str, str, bytes, bool]]:
    """Every kind of file with 1 to 64 bits turned."""
    for name, content in bases().items():
        for number in range(each):
            damaged = bytearray(content)
            for _ in range(2 ** draw.randint(0, 6)):
                damaged[draw.randrange(len(damaged))] ^= 1 << draw.randrange(8)
            yield f"flip-{number:02d}-{name}", "bit flips", bytes(damaged), False


def swapped(draw: random.Random) -> Iterator[tuple[str, str, bytes, bool]]:
    """Parts of a file in the place of others, and zeros as a broken disk leaves them."""
    for name, content in bases().items():
        size = len(content)
        for number in range(3):
            a, b = sorted(draw.sample(range(size), 2))
            yield f"swap-{number}-{name}", "swapped parts", content[b:] + content[a:b], False
        start = draw.randrange(size)
        zeros = content[:start] + bytes(size - start)
        yield f"zeros-{name}", "zeroed tail", zeros, False


# --- damage by thought ----------------------------------------------------------------------------


def raw_pdf(objects: list[bytes], root: int = 1, trailer: bytes = b"") -> bytes:
    """A PDF from the bodies of its objects, numbered from 1, with a right table."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer\n<< /Size %d /Root %d 0 R %s >>\n" % (len(objects) + 1, root, trailer)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)


def one_page(page: bytes, *more: bytes, box: bytes = b"[0 0 595 842]") -> bytes:
    """A PDF of one page with the entries ``page``; objects from 4 on are ``more``."""
    return raw_pdf([
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox " + box + b" " + page + b" >>",
        *more,
    ])  # fmt: skip


def stream(entries: bytes, data: bytes) -> bytes:
    """The body of a stream object."""
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)


def picture_page(entries: bytes, data: bytes) -> bytes:
    """A PDF whose page is the picture of these entries and data."""
    return one_page(
        b"/Contents 4 0 R /Resources << /XObject << /Im0 5 0 R >> >>",
        stream(b"", b"q 595 0 0 842 0 0 cm /Im0 Do Q"),
        stream(b"/Type /XObject /Subtype /Image " + entries, data),
    )


def huge_image() -> bytes:
    """60,000 × 60,000 pixels of one bit, deflated to about 438 kB."""
    squeeze = zlib.compressobj(9)
    data = b"".join(squeeze.compress(bytes(7500)) for _ in range(60000)) + squeeze.flush()
    return picture_page(
        b"/Width 60000 /Height 60000 /ColorSpace /DeviceGray /BitsPerComponent 1 "
        b"/Filter /FlateDecode",
        data,
    )


def bomb(megabytes: int) -> bytes:
    """Zeros, deflated a thousand times smaller."""
    squeeze = zlib.compressobj(9)
    million = bytes(1_000_000)
    return b"".join(squeeze.compress(million) for _ in range(megabytes)) + squeeze.flush()


def _broken_trees() -> Iterator[tuple[str, bytes, bool]]:
    catalog = b"<< /Type /Catalog /Pages 2 0 R >>"
    yield "tree-loop", raw_pdf([catalog, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"]), True
    yield "tree-loop-two", raw_pdf([
        catalog, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Pages /Kids [2 0 R] /Parent 2 0 R /Count 1 >>",
    ]), True  # fmt: skip
    yield "no-pages", raw_pdf([catalog, b"<< /Type /Pages /Kids [] /Count 0 >>"]), True
    yield "no-tree", raw_pdf([b"<< /Type /Catalog >>"]), True
    yield "kids-number", raw_pdf([catalog, b"<< /Type /Pages /Kids 7 /Count 1 >>"]), False
    yield "kids-null", raw_pdf([catalog, b"<< /Type /Pages /Kids [null 9 0 R] /Count 2 >>"]), True
    yield "root-missing", raw_pdf([catalog], root=9), True
    yield "root-array", raw_pdf([b"[1 2 3]"]), True
    laughs = [catalog]
    for level in range(2, 12):
        kids = b"%d 0 R " % (level + 1) * 10
        laughs += [b"<< /Type /Pages /Kids [%s] /Count 9999 >>" % kids]
    yield "tree-laughs", raw_pdf([*laughs, b"<< /Type /Page /MediaBox [0 0 9 9] >>"]), True
    deep = [catalog]
    deep += [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (n + 1) for n in range(2, 2000)]
    yield "tree-deep", raw_pdf([*deep, b"<< /Type /Page /MediaBox [0 0 9 9] >>"]), True
    many = b" ".join(b"%d 0 R" % n for n in range(3, 1203))
    yield "too-many-pages", raw_pdf([
        catalog, b"<< /Type /Pages /Kids [%s] /Count 1200 >>" % many,
        *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"] * 1200,
    ]), True  # fmt: skip


def _broken_pages() -> Iterator[tuple[str, bytes, bool]]:
    yield "page-14400", one_page(b"", box=b"[0 0 14400 14400]"), True
    yield "page-unit", one_page(b"/UserUnit 100"), True
    yield "page-endless", one_page(b"", box=b"[0 0 1e30 1e30]"), False
    yield "page-flat", one_page(b"", box=b"[0 0 0 0]"), True
    yield "page-words", one_page(b"", box=b"[(a) (b) (c) (d)]"), False
    yield "page-short-box", one_page(b"", box=b"[0 0 1]"), False
    yield "page-turned-45", one_page(b"/Rotate 45"), False
    yield "page-turned-word", one_page(b"/Rotate (x)"), False
    yield "page-crop-outside", one_page(b"/CropBox [9000 9000 9100 9100]"), False
    yield "contents-number", one_page(b"/Contents 7"), False
    yield "contents-page", one_page(b"/Contents 3 0 R"), False
    yield (
        "resources-number",
        one_page(b"/Contents 4 0 R /Resources 7", stream(b"", b"/A Do")),
        False,
    )
    yield "annots-number", one_page(b"/Annots 7"), False
    yield "annots-loop", one_page(b"/Annots [3 0 R 3 0 R]"), False
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 5 0 R >> >>"
    yield "form-loop", one_page(
        b"/Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >>",
        stream(b"", b"/F Do"), stream(form, b"/F Do /F Do"),
    ), True  # fmt: skip
    yield "array-deep", one_page(b"/X " + b"[" * 5000 + b"]" * 5000), False
    yield "dictionary-deep", one_page(b"/X " + b"<< /A " * 3000 + b"1" + b" >>" * 3000), False
    yield "content-deep", one_page(b"/Contents 4 0 R", stream(b"", b"[" * 50000)), False
    yield "content-q", one_page(b"/Contents 4 0 R", stream(b"", b"q " * 200_000)), True
    yield "content-Q", one_page(b"/Contents 4 0 R", stream(b"", b"Q " * 200_000)), False
    yield "content-junk", one_page(b"/Contents 4 0 R", stream(b"", bytes(range(256)) * 99)), False
    yield "content-cm-words", one_page(b"/Contents 4 0 R", stream(b"", b"(a) cm /x re W n")), False
    yield "content-wrong-counts", one_page(
        b"/Contents 4 0 R", stream(b"", b"cm re Tr Do Tf Tj (a) (b) re 1 2 3 (x) re (y) Tr W")
    ), False  # fmt: skip
    yield "inline-image-open", one_page(b"/Contents 4 0 R", stream(b"", b"BI /W 9 ID abc")), False
    yield "inline-image-huge", one_page(
        b"/Contents 4 0 R", stream(b"", b"595 0 0 842 0 0 cm BI /W 90000 /H 90000 ID a EI")
    ), False  # fmt: skip


def _bombs() -> Iterator[tuple[str, bytes, bool]]:
    yield "image-60000", huge_image(), True
    packed = bomb(300)
    flate = b"/Filter /FlateDecode"
    yield "content-bomb", one_page(b"/Contents 4 0 R", stream(flate, packed)), True
    yield "content-bomb-twice", one_page(
        b"/Contents 4 0 R",
        stream(b"/Filter [/FlateDecode /FlateDecode]", zlib.compress(packed)),
    ), True  # fmt: skip
    small = b"/Width 100 /Height 100 /ColorSpace /DeviceGray /BitsPerComponent 8 "
    yield "image-data-bomb", picture_page(small + flate, packed), True
    yield "object-stream-bomb", raw_pdf([
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        stream(b"/Type /ObjStm /N 1 /First 4 " + flate, packed),
    ]), True  # fmt: skip
    jpeg = bytearray(encoded(page_picture(), "JPEG"))
    start = jpeg.index(b"\xff\xc0")
    jpeg[start + 5 : start + 9] = b"\xff\xdc\xff\xdc"  # 65,500 × 65,500
    yield "jpeg-lies", picture_page(small + b"/Filter /DCTDecode", bytes(jpeg)), False
    yield "image-negative", picture_page(b"/Width -5 /Height 10 /BitsPerComponent 8", b"x"), False
    yield "image-words", picture_page(b"/Width (a) /Height (b)", b"x"), False
    yield "image-no-data", picture_page(small, b""), False
    yield "image-mask-loop", picture_page(small + b"/SMask 5 0 R", b"x"), False
    yield (
        "image-space-loop",
        picture_page(small + b"/ColorSpace [/Indexed 5 0 R 1 (x)]", b""),
        False,
    )
    yield "jbig2-damage", saved(scan_pdf("JBIG2", 1)), False
    for form in ("JPEG2000", "CCITT", "JPEG"):
        pdf = scan_pdf(form, 1)
        image = pdf.pages[0].obj.Resources.XObject.Im0
        data = image.read_raw_bytes()
        parameters: Any = image.get("/DecodeParms")
        coding: Any = image["/Filter"]
        image.write(data[: len(data) // 3], filter=coding, decode_parms=parameters)
        yield f"data-cut-{form.lower()}", saved(pdf), False


def _locked() -> Iterator[tuple[str, bytes, bool]]:
    for revision in (2, 3, 4, 6):
        aes = revision >= 4
        for user in ("", "open"):
            lock = pikepdf.Encryption(
                user=user, owner="chief", R=revision, aes=aes, metadata=aes
            )  # fmt: skip
            name = f"locked-{'user' if user else 'owner'}-r{revision}"
            yield name, saved(scan_pdf("JPEG", 1), encryption=lock), bool(user)


def _polyglots() -> Iterator[tuple[str, str, bytes, bool]]:
    pdf = saved(scan_pdf("JPEG", 1))
    yield "html-then-pdf.pdf", "polyglot", b"<html><script>x</script>\n" + pdf, False
    yield "zip-then-pdf.pdf", "polyglot", b"PK\x03\x04" + bytes(60) + pdf, False
    yield "jpeg-then-pdf.pdf", "polyglot", encoded(page_picture(), "JPEG") + pdf, False
    yield "pdf-far-inside.pdf", "polyglot", bytes(5000) + pdf, True
    yield "pdf-twice.pdf", "polyglot", pdf + pdf, False
    yield "text.pdf", "wrong type", b"khong phai PDF\n" * 50, True
    yield "page.html.pdf", "wrong type", b"<!DOCTYPE html><p>Error 404</p>", True
    yield "empty.pdf", "empty", b"", True
    yield "only-header.pdf", "truncated", b"%PDF-1.4\n%%EOF\n", True
    yield "letter.docx", "wrong type", b"PK\x03\x04" + bytes(range(256)) * 9, True
    yield "letter.doc", "wrong type", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), True
    yield "program", "wrong type", b"\x7fELF" + bytes(range(256)) * 4, True
    yield "script", "wrong type", b"#!/bin/sh\necho xin chao\n", True
    yield "drawing.svg", "wrong type", b"<svg xmlns='http://www.w3.org/2000/svg'/>", True
    yield "page.gif", "wrong type", encoded(page_picture().convert("P"), "GIF"), True
    yield "page.bmp", "wrong type", encoded(page_picture(), "BMP"), True
    yield "noise.txt", "wrong type", random.Random(1).randbytes(5000), True
    yield "blank.txt", "empty", b" \n\t\r\n", True
    yield "bad-utf8.txt", "wrong encoding", "Kính gửi".encode()[:-1] * 40, False
    yield "half-utf16.txt", "wrong encoding", "Kính gửi".encode("utf-16")[:-1], True
    yield "scan.png", "wrong type", encoded(page_picture(), "JPEG"), False
    yield "wide.png", "image bomb", _wide_png(), True
    yield "loop.tif", "loop", _looped_tiff(), False
    yield "chunks.png", "image bomb", _text_png(), False


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


def _wide_png() -> bytes:
    head = (60000).to_bytes(4) * 2 + b"\x01\x00\x00\x00\x00"
    chunks = _chunk(b"IHDR", head) + _chunk(b"IDAT", bomb(2)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _text_png() -> bytes:
    sound = encoded(page_picture(), "PNG")
    text = _chunk(b"zTXt", b"a\x00\x00" + bomb(200))
    return sound[:33] + text + sound[33:]


def _looped_tiff() -> bytes:
    """A TIFF whose second directory names itself as the next one."""
    pages = [page_picture(n).convert("1") for n in (0, 1)]
    data = bytearray(encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    place = int.from_bytes(data[4:8], "little")
    entries = int.from_bytes(data[place : place + 2], "little")
    after = place + 2 + 12 * entries
    data[after : after + 4] = place.to_bytes(4, "little")
    return bytes(data)


STRANGE_NAMES = (
    "hai\ndòng.pdf", "tab\t.pdf", "-rf.pdf", "--help.pdf", "$(touch bi-tan-cong).pdf",
    "`id`.pdf", "a;b|c&d.pdf", "thư 😀.pdf", "\u202efdp.exe.pdf", "\u200f.pdf", "%s%n%x.pdf",
    "..\\..\\x.pdf", "'\"<b>&.pdf", " trước và sau .pdf", "C\u0302ng v\u0103n.pdf",
    "d" * 251 + ".pdf", "ấ" * 83 + ".pdf", "con.pdf", ".pdf", "[bold].pdf", "thư\x1b[2J.pdf",
    "không đuôi",
)  # fmt: skip


def build(folder: Path, seed: int = 2026) -> list[Case]:
    """Write the corpus into ``folder`` (made if need be) and return its cases, in order."""
    draw = random.Random(seed)
    cases: list[Case] = []
    for group in (truncated, flipped, swapped):
        cases += _write(folder / group.__name__, group(draw))
    thought: list[Callable[[], Iterator[tuple[str, bytes, bool]]]] = [
        _broken_trees, _broken_pages, _bombs, _locked,
    ]  # fmt: skip
    for made in thought:
        kind = made.__name__.strip("_").replace("_", " ")
        files = ((f"{name}.pdf", kind, data, refused) for name, data, refused in made())
        cases += _write(folder / kind.replace(" ", "-"), files)
    cases += _write(folder / "types", _polyglots())
    cases += _names(folder / "names")
    cases += _places(folder / "places")
    return cases


def _write(folder: Path, files: Iterator[tuple[str, str, bytes, bool]]) -> list[Case]:
    folder.mkdir(parents=True, exist_ok=True)
    cases = []
    for name, kind, data, refused in files:
        (folder / name).write_bytes(data)
        cases.append(Case(kind, folder / name, refused))
    return cases


def _names(folder: Path) -> list[Case]:
    """Sound files under names that have broken programs."""
    sound = saved(scan_pdf("JPEG", 1))
    files = ((name, "strange name", sound, False) for name in STRANGE_NAMES)
    cases = _write(folder, files)
    raw = os.fsencode(folder) + b"/\xff\xfe khong utf8.pdf"
    Path(os.fsdecode(raw)).write_bytes(sound)
    return [*cases, Case("strange name", Path(os.fsdecode(raw)), refused=False)]


def _places(folder: Path) -> list[Case]:
    """Things that stand where a file should: links, pipes, folders, what may not be read."""
    folder.mkdir(parents=True, exist_ok=True)
    sound = folder / "sound.pdf"
    sound.write_bytes(saved(scan_pdf("JPEG", 1)))
    (folder / "folder.pdf").mkdir()
    (folder / "link.pdf").symlink_to(sound)
    (folder / "link-nowhere.pdf").symlink_to(folder / "none.pdf")
    (folder / "link-loop.pdf").symlink_to(folder / "link-loop.pdf")
    (folder / "link-device.pdf").symlink_to("/dev/zero")
    (folder / "link-folder.pdf").symlink_to(folder)
    os.mkfifo(folder / "pipe.pdf")
    (folder / "closed.pdf").write_bytes(sound.read_bytes())
    (folder / "closed.pdf").chmod(0)
    refused = (
        "folder.pdf", "link-nowhere.pdf", "link-loop.pdf", "link-device.pdf", "link-folder.pdf",
        "pipe.pdf", "missing.pdf", "x" * 300 + ".pdf", "nul\0byte.pdf",
    )  # fmt: skip
    cases = [Case("no file", folder / name, refused=True) for name in refused]
    # The superuser reads what nobody may: then it is only a sound file.
    cases.append(Case("no permission", folder / "closed.pdf", refused=os.geteuid() != 0))
    cases.append(Case("link", folder / "link.pdf", refused=False))
    return cases
