"""Letters of many offices and all document types, rendered as text beside the record they hold.

Offices, names and subjects are made up of what such letters have; no letter here was ever sent.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from pipeline.parse.doctypes import ADMINISTRATIVE

MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
TYPES = {code: name for code, name in ADMINISTRATIVE.items() if code not in ("SY", "SL", "TrS")}
"""The named types of NĐ 30/2020 Phụ lục III, copies apart, by their codes."""


@dataclass(frozen=True)
class Office:
    """Lines of parent and name parted by ``|``; ``signers`` are authority lines > position."""

    parent: str
    name: str
    organ: str
    units: str
    place: str
    signers: tuple[str, ...]


def _office(row: str) -> Office:
    parent, name, organ, units, place, signers = (cell.strip() for cell in row.split(";"))
    return Office(parent, name, organ, units, place, tuple(s.strip() for s in signers.split("/")))


OFFICES = tuple(
    _office(row)
    for row in """
BỘ Y TẾ; CỤC KHÁM, CHỮA BỆNH; KCB; QLCL NV; Hà Nội; KT. CỤC TRƯỞNG > PHÓ CỤC TRƯỞNG / CỤC TRƯỞNG
; BỘ NỘI VỤ; BNV; CCVC; Hà Nội; KT. BỘ TRƯỞNG > THỨ TRƯỞNG / TL. BỘ TRƯỞNG > VỤ TRƯỞNG VỤ PHÁP CHẾ
; BỘ NÔNG NGHIỆP|VÀ MÔI TRƯỜNG; BNNMT; TCLN; Hà Nội; TL. BỘ TRƯỞNG > CHÁNH VĂN PHÒNG
; ỦY BAN NHÂN DÂN|TỈNH LÂM ĐỒNG; UBND; NC VX1; Lâm Đồng; TM. ỦY BAN NHÂN DÂN > CHỦ TỊCH
; UBND TỈNH GIA LAI; UBND; TH; Gia Lai; TM. ỦY BAN NHÂN DÂN|KT. CHỦ TỊCH > PHÓ CHỦ TỊCH
; CHÍNH PHỦ; CP; TH; Hà Nội; TM. CHÍNH PHỦ > THỦ TƯỚNG / TM. CHÍNH PHỦ|KT. THỦ TƯỚNG > PHÓ THỦ TƯỚNG
ỦY BAN NHÂN DÂN|TỈNH ĐỒNG NAI; SỞ GIÁO DỤC VÀ ĐÀO TẠO; SGDĐT; GDTrH VP; Đồng Nai; GIÁM ĐỐC
UBND THÀNH PHỐ HẢI PHÒNG; SỞ KHOA HỌC VÀ CÔNG NGHỆ; SKHCN; QLKH; Hải Phòng;\
 TUQ. GIÁM ĐỐC > TRƯỞNG PHÒNG QUẢN LÝ KHOA HỌC
SỞ Y TẾ TỈNH ĐẮK LẮK; BỆNH VIỆN ĐA KHOA|VÙNG TÂY NGUYÊN; BVVTN; KHTH; Đắk Lắk; GIÁM ĐỐC
ỦY BAN NHÂN DÂN|HUYỆN CỦ CHI; PHÒNG TƯ PHÁP; TP; HT; Củ Chi; KT. TRƯỞNG PHÒNG > PHÓ TRƯỞNG PHÒNG
UBND TỈNH NINH BÌNH; UBND XÃ YÊN MÔ; UBND; VP; Yên Mô; TM. ỦY BAN NHÂN DÂN > CHỦ TỊCH
; ỦY BAN NHÂN DÂN|PHƯỜNG BẾN THÀNH; UBND; KTHTĐT; Bến Thành;\
 TM. ỦY BAN NHÂN DÂN|KT. CHỦ TỊCH > PHÓ CHỦ TỊCH
; HỘI ĐỒNG NHÂN DÂN|TỈNH CÀ MAU; HĐND; VP; Cà Mau; TM. THƯỜNG TRỰC HĐND > CHỦ TỊCH
BỘ GIÁO DỤC VÀ ĐÀO TẠO; TRƯỜNG ĐẠI HỌC CẦN THƠ; ĐHCT; TCCB; Cần Thơ; HIỆU TRƯỞNG
TẬP ĐOÀN ĐIỆN LỰC VIỆT NAM; TỔNG CÔNG TY ĐIỆN LỰC|THÀNH PHỐ HÀ NỘI; EVNHANOI; B04; Hà Nội;\
 KT. TỔNG GIÁM ĐỐC > PHÓ TỔNG GIÁM ĐỐC
; CÔNG TY CỔ PHẦN|CẤP NƯỚC BÌNH DƯƠNG; CNBD; KT; Bình Dương; CHỦ TỊCH HỘI ĐỒNG QUẢN TRỊ
TỔNG CÔNG TY BƯU CHÍNH VIỄN THÔNG VIỆT NAM; BƯU ĐIỆN TỈNH KHÁNH HÒA; BĐKH; KTNV; Nha Trang;\
 GIÁM ĐỐC BƯU ĐIỆN TỈNH KHÁNH HÒA
NGÂN HÀNG NHÀ NƯỚC|VIỆT NAM; CHI NHÁNH TỈNH NGHỆ AN; NGA; TTGS; Nghệ An; GIÁM ĐỐC
BẢO HIỂM XÃ HỘI VIỆT NAM; BẢO HIỂM XÃ HỘI|TỈNH HÀ TĨNH; BHXH; CST; Hà Tĩnh; GIÁM ĐỐC
BỘ CÔNG AN; CÔNG AN TỈNH QUẢNG TRỊ; CAT; PV01; Quảng Trị; KT. GIÁM ĐỐC > PHÓ GIÁM ĐỐC
QUÂN KHU 9; BỘ CHỈ HUY QUÂN SỰ|TỈNH VĨNH LONG; BCH; TM; Vĩnh Long;\
 CHỈ HUY TRƯỞNG / KT. CHỈ HUY TRƯỞNG > PHÓ CHỈ HUY TRƯỞNG
; VIỆN KIỂM SÁT NHÂN DÂN|TỈNH TÂY NINH; VKS; P1; Tây Ninh; KT. VIỆN TRƯỞNG > PHÓ VIỆN TRƯỞNG
; TÒA ÁN NHÂN DÂN|THÀNH PHỐ ĐÀ NẴNG; TA; TCCB; Đà Nẵng; CHÁNH ÁN / KT. CHÁNH ÁN > PHÓ CHÁNH ÁN
; VĂN PHÒNG CHÍNH PHỦ; VPCP; KGVX NN; Hà Nội; KT. BỘ TRƯỞNG, CHỦ NHIỆM > PHÓ CHỦ NHIỆM
; KIỂM TOÁN NHÀ NƯỚC; KTNN; TH; Hà Nội;\
 KT. TỔNG KIỂM TOÁN NHÀ NƯỚC > PHÓ TỔNG KIỂM TOÁN NHÀ NƯỚC
TỔNG LIÊN ĐOÀN LAO ĐỘNG VIỆT NAM; LIÊN ĐOÀN LAO ĐỘNG|TỈNH BẮC GIANG; LĐLĐ; TG; Bắc Giang;\
 TM. BAN THƯỜNG VỤ > PHÓ CHỦ TỊCH
BỘ TÀI CHÍNH; KHO BẠC NHÀ NƯỚC; KBNN; KSC; Hà Nội; KT. TỔNG GIÁM ĐỐC > PHÓ TỔNG GIÁM ĐỐC
SỞ NÔNG NGHIỆP VÀ PTNT; CHI CỤC THỦY LỢI; CCTL; QLCT; Thanh Hóa; CHI CỤC TRƯỞNG
UBND TỈNH AN GIANG; BAN QUẢN LÝ KHU KINH TẾ; BQLKKT; QHXD; An Giang; TRƯỞNG BAN
UBND THÀNH PHỐ HỒ CHÍ MINH; THANH TRA THÀNH PHỐ; TTTP; P2; Thành phố Hồ Chí Minh; CHÁNH THANH TRA
HỘI LIÊN HIỆP PHỤ NỮ VIỆT NAM; HỘI LIÊN HIỆP PHỤ NỮ|TỈNH SƠN LA; BTV; TG; Sơn La;\
 TM. BAN THƯỜNG VỤ > CHỦ TỊCH
ĐẠI HỌC QUỐC GIA HÀ NỘI; TRƯỜNG ĐẠI HỌC|KHOA HỌC TỰ NHIÊN; ĐHKHTN; ĐT; Hà Nội;\
 KT. HIỆU TRƯỞNG > PHÓ HIỆU TRƯỞNG
""".replace("\\\n", "")
    .strip()
    .splitlines()
)

_SUBJECTS = (
    "triển khai công tác phòng, chống thiên tai và tìm kiếm cứu nạn năm {year}",
    "tăng cường bảo đảm trật tự, an toàn giao thông dịp nghỉ lễ Quốc khánh 02/9",
    "rà soát, cập nhật cơ sở dữ liệu quốc gia về cán bộ, công chức, viên chức",
    "hướng dẫn thanh toán, quyết toán vốn đầu tư công",
    "tổ chức Hội nghị tổng kết năm học {year} - {next}",
    "chuyển đổi số và thực hiện Đề án 06",
    "xử lý kiến nghị của cử tri sau kỳ họp thứ 8",
)
_PERSONS = (
    "Nguyễn Văn Thành", "Trần Thị Thu Hương", "Lê Quang Vinh", "Lưu Đức Huy", "Rơ Chăm Hùng",
    "TS. Đỗ Hồng Sơn", "BSCKII. Ngô Văn Bảy", "Thượng tá Dương Văn Nam", "Y Thanh Hà Niê",
)  # fmt: skip
_ADDRESSED = (
    ("Các sở, ban, ngành thuộc tỉnh", "Ủy ban nhân dân các xã, phường"),
    ("Bộ Tài chính",),
    ("Bộ Kế hoạch và Đầu tư", "Bộ Tư pháp", "Văn phòng Chính phủ"),
    ("Công ty TNHH Thương mại và Dịch vụ Hoàng Anh",),
)
_COPIES = (
    ("Như trên", "Bộ trưởng (để b/c)", "Các Thứ trưởng"),
    ("Như trên", "Thường trực Tỉnh ủy", "Chủ tịch, các PCT UBND tỉnh"),
    ("Như Điều 3",),
)
_LABELS = ("Số: {}", "Số:{}", "Số : {}", "Số {}")
_BODIES = {
    "articles": (
        "Căn cứ Nghị định số 24/2014/NĐ-CP ngày 04 tháng 4 năm 2014 của Chính phủ;\n"
        "Theo đề nghị của Chánh Văn phòng.\n\nQUYẾT ĐỊNH:\n\n"
        "Điều 1. Phê duyệt kế hoạch kèm theo với tổng kinh phí 1.250 triệu đồng.\n"
        "Điều 2. Chánh Văn phòng có trách nhiệm tổ chức thực hiện.\n"
        "Điều 3. Văn bản này có hiệu lực kể từ ngày ký./.",
        ("24/2014/NĐ-CP",), ("Điều 1", "Điều 2", "Điều 3"),
    ),
    "parts": (
        "Thực hiện Nghị quyết số 57-NQ/TW ngày 22 tháng 12 năm 2024 của Bộ Chính trị, đơn vị xây\n"
        "dựng nội dung như sau:\nI. MỤC ĐÍCH, YÊU CẦU\n1. Mục đích\nNâng cao nhận thức.\n"
        "2. Yêu cầu\nTỷ lệ đạt trên 95%.\nII. NỘI DUNG\n1. Tuyên truyền, phổ biến.\n"
        "III. TỔ CHỨC THỰC HIỆN\nGiao Văn phòng theo dõi, đôn đốc./.",
        ("57-NQ/TW",), ("I", "II", "III"),
    ),
    "items": (
        "Thực hiện Công văn số 1234/BNV-CCVC ngày 05 tháng 3 năm 2024 của Bộ Nội vụ, đề nghị:\n"
        "1. Các cơ quan, đơn vị triển khai thực hiện, hoàn thành trước ngày 30/9/2025.\n"
        "2. Phòng Tổ chức cán bộ tổng hợp, báo cáo kết quả theo quy định.\n"
        "Đề nghị các đơn vị quan tâm thực hiện./.",
        ("1234/BNV-CCVC",), ("1", "2"),
    ),
}  # fmt: skip
_BODY_OF = dict.fromkeys(("QĐ", "NQ", "QC", "QyĐ"), "articles") | dict.fromkeys(
    ("KH", "CTr", "PA", "ĐA", "DA", "BC", "HD", "CT"), "parts"
)


def letter(office: Office, code: str, seed: int) -> tuple[str, dict[str, Any]]:
    """A letter of a type (``""`` for a công văn) as text, and the values of its record."""
    rng = random.Random(f"{seed} {office.name} {code}")
    number = rng.choice((f"{rng.randint(1, 9):02}", str(rng.randint(10, 9999))))
    unit = rng.choice(office.units.split())
    symbol = f"{code}-{office.organ}" if code else f"{office.organ}-{unit}"
    year, month, day = rng.randint(2003, 2025), rng.randint(1, 12), rng.randint(1, 28)
    subject = rng.choice(_SUBJECTS).format(year=year, next=year + 1)
    recipients = () if code in ("QĐ", "NQ", "KH") else rng.choice(_ADDRESSED)
    text, cited, labels = _BODIES[_BODY_OF.get(code, "items")]
    authority, _, position = rng.choice(office.signers).rpartition(" > ")
    person = rng.choice(_PERSONS)
    copies = (*rng.choice(_COPIES), f"Lưu: VT, {unit}{rng.choice(('', ' (3b)'))}")
    left = (
        _lines(office.parent),
        _lines(office.name),
        rng.choice(_LABELS).format(f"{number}/{symbol}"),
        [] if code else wrap(rng.choice(("V/v ", "V/v: ", "Về việc ")) + subject, 34),
    )
    dated = f"{office.place}, ngày {day:02} tháng {month if month > 2 else f'0{month}'} năm {year}"
    rows = [
        *_header(rng, *left, dated),
        "",
        *(_title(rng, TYPES[code], subject) if code else []),
        *_address(recipients),
        *text.split("\n"),
        "",
        *_end(rng, copies, [*_lines(authority), position], person),
    ]
    return "\n".join(rows), {
        "doc_type": TYPES.get(code, "công văn"), "code": f"{number}/{symbol}", "number": number,
        "notation": symbol, "place": office.place, "date": f"{year}-{month:02}-{day:02}",
        "subject": subject, "issuer.parent": office.parent.replace("|", " "),
        "issuer.name": office.name.replace("|", " "),
        "signer.authority": authority.replace("|", " "), "signer.position": position,
        "signer.name": re.sub(r"^(?:\w+\. |Thượng tá )", "", person),
        "recipients": recipients, "copies_to": copies, "citations": cited, "directives": labels,
    }  # fmt: skip


def _lines(cell: str) -> list[str]:
    return cell.split("|") if cell else []


def _header(
    rng: random.Random,
    parent: list[str],
    name: list[str],
    number: str,
    about: list[str],
    dated: str,
) -> list[str]:
    """The two columns as readers give them: merged, one after the other, the right one first."""
    body = [*parent, *name]
    rule = rng.choice(([], ["-------"], ["____ ________"]))
    way = rng.choice(("merged", "left above", "left first", "right first"))
    if way == "merged":
        body += [""] * (2 - len(body))
        both = [f"{left} {right}".strip() for left, right in zip(body, MOTTO, strict=False)]
        return [*both, *body[2:], *rule, f"{number} {dated}", *about]
    if way == "left above":
        return [*body, *rule, *MOTTO, f"{number} {dated}", *about]
    if way == "left first":
        return [*body, number, *about, "", *MOTTO, dated]
    return [*MOTTO, *rule, *body, number, *about, dated]


def _title(rng: random.Random, name: str, subject: str) -> list[str]:
    label = rng.choice(("Về việc ", "V/v ", ""))
    return [name.upper(), *wrap(label + subject, rng.choice((48, 60))), ""]


def _address(recipients: tuple[str, ...]) -> list[str]:
    if len(recipients) == 1:
        return [f"Kính gửi: {recipients[0]}", ""]
    if not recipients:
        return []
    return ["Kính gửi:", *[f"- {name};" for name in recipients[:-1]], f"- {recipients[-1]}.", ""]


def _end(rng: random.Random, copies: tuple[str, ...], titles: list[str], person: str) -> list[str]:
    """Nơi nhận and signature, level with each other or one under the other."""
    items = [*[f"- {name};" for name in copies[:-1]], f"- {copies[-1]}."]
    signed = rng.choice(("", "(Đã ký)"))
    if rng.random() < 0.5:
        return ["Nơi nhận:", *items, "", *titles, signed, person]
    right = titles[1:] + [""] * (len(items) - len(titles) + 1)
    items += [""] * (len(right) - len(items))
    level = [f"{item} {title}".strip() for item, title in zip(items, right, strict=True)]
    return [f"Nơi nhận: {titles[0]}", *level, "", signed, person]
