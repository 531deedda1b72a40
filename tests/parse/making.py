"""Letters for the tests: text of our own making as pages, and the record made of them."""

from pathlib import Path

from pipeline.config import Settings
from pipeline.letter import Letter, SourceFile
from pipeline.page import Line, PageText, Word, Zone, ZoneKind
from pipeline.parse import Register, parse_letters

SETTINGS = Settings()

LETTER = """UBND TỈNH LÂM SƠN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
SỞ Y TẾ Độc lập - Tự do - Hạnh phúc
Số: 512/SYT-NVY Lâm Sơn, ngày 04 tháng 3 năm 2021
V/v tăng cường phòng, chống
dịch bệnh mùa hè

Kính gửi:
- Bệnh viện đa khoa tỉnh;
- Trung tâm Y tế các huyện, thành phố.

Thực hiện Công văn số 1288/BYT-DP ngày 25/02/2021 của Bộ Y tế về phòng bệnh, \
tỷ lệ tiêm chủng đạt khoảng 92,5%, riêng Bệnh viện đa khoa tỉnh (88%).
Sở Y tế yêu cầu các đơn vị thực hiện:
1. Bệnh viện đa khoa tỉnh chuẩn bị giường bệnh, thuốc và vật tư;
hoàn thành trước ngày 20/3/2021.
2. Trung tâm Y tế các huyện, thành phố:
a) Giám sát ca bệnh hằng tuần;
b) Báo cáo Sở Y tế trong vòng 05 ngày làm việc.
Đề nghị các đơn vị nghiêm túc thực hiện./.

Nơi nhận: KT. GIÁM ĐỐC
- Như trên; PHÓ GIÁM ĐỐC
- Lưu: VT, NVY.
Trần Thị Bình Minh
"""


def lines_of(text: str, top: int = 0, boxes: tuple[tuple[int, int], ...] = ()) -> tuple[Line, ...]:
    """Lines of a text; with ``boxes`` (left, right) each line lies there, else nowhere."""
    lines = []
    for number, row in enumerate(text.splitlines()):
        box = (0, 0, 0, 0)
        if boxes:
            left, right = boxes[min(number, len(boxes) - 1)]
            box = (left, top + 40 * number, right, top + 40 * number + 30)
        words = tuple(Word(word, box, 1.0) for word in row.split())
        lines.append(Line(words, box, reader="text"))
    return tuple(lines)


def page_of(text: str) -> PageText:
    """A plain text page."""
    return PageText(1, (Zone("unknown", (0, 0, 0, 0), lines_of(text)),), reading="text")


def zoned(kind: ZoneKind, *rows: str, boxes: tuple[tuple[int, int], ...] = ()) -> Zone:
    """A zone of a scan."""
    return Zone(kind, (0, 0, 0, 0), lines_of("\n".join(rows), boxes=boxes))


def letter_of(
    *pages: PageText, name: str = "letter.txt", register: Register | None = None
) -> Letter:
    """The first record that the parser makes of the pages."""
    source = SourceFile(Path(name), "0" * 64, "text/plain", len(pages), pages[0].reading)
    return parse_letters(pages, pages, source, (), SETTINGS, register)[0]


def parsed(text: str) -> Letter:
    """The record of a plain text."""
    return letter_of(page_of(text))


def value(field: object) -> object:
    """A field's value; None for no field."""
    return getattr(field, "value", None)
