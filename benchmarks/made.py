"""Small letters of our own making, each with a content of its own, for runs over many files."""

from __future__ import annotations

import io
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_TEXT = """\
ỦY BAN NHÂN DÂN          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
TỈNH SÔNG HỒNG                 Độc lập - Tự do - Hạnh phúc
Số: {number}/UBND-VX
V/v {subject}
Sông Hồng, ngày {day:02} tháng {month:02} năm {year}
Kính gửi: Sở {office}; Sở Tài chính.
{body}
1. Giao Sở {office} {task} trước ngày {day:02}/12/{year}.
2. Tỷ lệ thực hiện đạt {percent},{tenth}% so với kế hoạch.
Nơi nhận:
- Như trên;
- Lưu: VT.
TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
"""
_OFFICES = ("Y tế", "Xây dựng", "Nội vụ", "Tư pháp", "Công Thương", "Giáo dục và Đào tạo")
_TASKS = ("rà soát trụ sở làm việc", "báo cáo kết quả", "trình phương án", "kiểm tra hồ sơ")
_WORDS = (
    "thực hiện kế hoạch công tác năm đề nghị các cơ quan đơn vị liên quan phối hợp chặt chẽ "
    "nâng cao chất lượng giải quyết thủ tục hành chính trên địa bàn tỉnh theo quy định"
).split()


def text_of(number: int, seed: int = 1) -> str:
    """The text of letter ``number``."""
    draw = random.Random(f"{seed} {number}")
    body = "\n".join(" ".join(draw.choices(_WORDS, k=11)) + "." for _ in range(6))
    return _TEXT.format(
        number=number, subject=" ".join(draw.choices(_WORDS, k=6)), office=draw.choice(_OFFICES),
        task=draw.choice(_TASKS), day=draw.randint(1, 28), month=draw.randint(1, 12),
        year=draw.randint(2015, 2025), body=body, percent=draw.randint(10, 99),
        tenth=draw.randint(0, 9),
    )  # fmt: skip


def picture_of(text: str) -> Image.Image:
    """The text as a page of A4 at 120 dpi."""
    image = Image.new("L", (992, 1403), 248)
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype("DejaVuSerif.ttf", 20)
    for row, line in enumerate(text.splitlines()):
        pen.text((70, 80 + 34 * row), line, fill=25, font=font)
    return image


def write(folder: Path, number: int, form: str, seed: int = 1) -> Path:
    """Letter ``number`` as a file: ``form`` is ``txt``, ``png``, ``jpg``, ``tif`` or ``pdf``."""
    path = folder / f"CV {number}.{form}"
    path.write_bytes(content(number, form, seed))
    return path


def content(number: int, form: str, seed: int = 1) -> bytes:
    """The bytes of letter ``number`` as a file of ``form``."""
    text = text_of(number, seed)
    if form == "txt":
        return text.encode()
    out = io.BytesIO()
    kind = {"png": "PNG", "jpg": "JPEG", "tif": "TIFF", "pdf": "PDF"}[form]
    picture_of(text).save(out, kind, dpi=(120, 120), resolution=120)
    return out.getvalue()
