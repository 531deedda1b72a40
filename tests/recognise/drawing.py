"""A letter of our own making, drawn at 200 dpi."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.page import Pixels

FOLDER = "/usr/share/fonts/truetype/croscore/Tinos-"
Placed = tuple[str, int, int, str]  # text, middle or left x, y, style

LEFT = [
    ("ỦY BAN NHÂN DÂN", 430, 160, "c"),
    ("HUYỆN PHONG ĐIỀN", 430, 215, "cb"),
    ("Số: 245/UBND-TH", 430, 300, "c"),
    ("V/v tăng cường quản lý", 430, 360, "c"),
    ("đất đai trên địa bàn", 430, 410, "c"),
]
RIGHT = [
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 1130, 160, "cb"),
    ("Độc lập - Tự do - Hạnh phúc", 1130, 215, "cb"),
    ("Phong Điền, ngày 12 tháng 4 năm 2023", 1130, 300, "ci"),
]
BODY = [
    ("Kính gửi: Ủy ban nhân dân các xã, thị trấn", 480, 540, ""),
    ("Thực hiện Kế hoạch số 18/KH-UBND ngày 03 tháng 02 năm 2023 về việc", 330, 640, ""),
    ("quản lý đất đai, Ủy ban nhân dân huyện yêu cầu các đơn vị rà soát hồ sơ còn", 210, 700, ""),
    ("tồn đọng và báo cáo kết quả trước ngày 25 tháng 4 năm 2023./.", 210, 760, ""),
]
COPIES = [
    ("Nơi nhận:", 210, 880, "i"),
    ("- Như trên;", 210, 930, ""),
    ("- Phòng Tư pháp;", 210, 980, ""),
    ("- Lưu: VT.", 210, 1030, ""),
]
SIGNED = [
    ("KT. CHỦ TỊCH", 1180, 880, "cb"),
    ("PHÓ CHỦ TỊCH", 1180, 940, "cb"),
    ("Trần Thị Mai Hương", 1180, 1260, "cb"),
]
ORDER = [*LEFT, *RIGHT, *BODY, *COPIES, *SIGNED]


def draw(lines: Sequence[Placed], color: str = "black", base: Pixels | None = None) -> Pixels:
    """Lines on an A4 page at 200 dpi, BGR."""
    picture = np.full((2339, 1654, 3), 255, np.uint8) if base is None else base
    image = Image.fromarray(picture[:, :, ::-1].copy())
    canvas = ImageDraw.Draw(image)
    for text, x, y, style in lines:
        face = {"b": "Bold", "i": "Italic"}.get(style[-1:], "Regular")
        font = ImageFont.truetype(f"{FOLDER}{face}.ttf", 37)
        canvas.text((x, y), text, font=font, fill=color, anchor="ms" if "c" in style else "ls")
    return np.asarray(image)[:, :, ::-1].copy()
