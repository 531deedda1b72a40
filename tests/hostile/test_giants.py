"""What is large for a good reason passes, under the memory that a worker of a bulk run has."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFont

WORK = """
import json, os, sys
from pathlib import Path
from pipeline.bulk.work import prepare_worker
from pipeline.clean import clean_page
from pipeline.config import Settings
from pipeline.read import open_source, read_pages
settings = Settings()
prepare_worker(settings.limits.memory_mb, dict(os.environ))
(image,) = read_pages(open_source(Path(sys.argv[1]), settings), settings)
page = clean_page(image, settings)
peak = next(x for x in open("/proc/self/status") if x.startswith("VmHWM")).split()[1]
print(json.dumps([list(image.pixels.shape), list(page.black.shape), int(peak) // 1024]))
"""


def sheet(size: tuple[int, int], letter: int) -> Image.Image:
    """A page in colours with lines of text ``letter`` pixels high, and a red ring."""
    image = Image.new("RGB", size, (250, 248, 240))
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype("DejaVuSerif.ttf", letter)
    text = "Căn cứ Luật Tổ chức chính quyền địa phương, xét đề nghị của Sở Xây dựng. " * 3
    for y in range(3 * letter, size[1] - 3 * letter, 2 * letter):
        pen.text((3 * letter, y), text, fill=(30, 30, 34), font=font)
    pen.ellipse((size[0] // 2, size[1] // 2, size[0] - 400, size[1] // 2 + 900), None, "red", 18)
    return image


def worked(path: Path) -> tuple[list[int], list[int], int]:
    """Sizes of the page as read and as cleaned, and the peak of memory in MiB."""
    done = subprocess.run(
        [sys.executable, "-c", WORK, str(path)],
        capture_output=True, text=True, check=True, timeout=240,
    )  # fmt: skip
    import json

    read, cleaned, peak = json.loads(done.stdout)
    return read, cleaned, peak


@pytest.mark.parametrize(
    ("name", "size", "dpi"),
    [("a4-600.pdf", (4960, 7016), 600), ("a0-150.jpg", (4967, 7022), 150)],
)
def test_large_scans_in_colour(tmp_path: Path, name: str, size: tuple[int, int], dpi: int) -> None:
    path = tmp_path / name
    sheet(size, dpi // 5).save(path, quality=60, dpi=(dpi, dpi), resolution=dpi)
    read, cleaned, peak = worked(path)
    assert read[:2] == [size[1], size[0]]  # not a pixel less than was scanned
    if dpi == 600:
        assert max(cleaned) < max(read) / 1.5  # letters brought to the reader's height
    assert peak < 1500


def test_an_a0_map_is_drawn_at_its_scale(tmp_path: Path) -> None:
    """Vector lines and small names on 84 × 119 cm."""
    path = tmp_path / "map.pdf"
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(2384, 3370))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    pdf.pages[0].obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    roads = " ".join(f"{x} 0 m {3 * x % 2384} 3370 l S" for x in range(0, 2384, 40))
    names = " ".join(f"(Ban do quy hoach {n}) Tj 0 -60 Td" for n in range(50))
    drawn = f"{roads} BT /F1 30 Tf 200 3200 Td {names} ET"
    pdf.pages[0].obj.Contents = pdf.make_stream(drawn.encode())
    pdf.save(path)
    read, cleaned, peak = worked(path)
    assert 45_000_000 < read[0] * read[1] <= 50_500_000
    assert min(cleaned) > 1000
    assert peak < 1500
