"""Document types and their codes.

Sources: NĐ 30/2020/NĐ-CP Phụ lục III (29 types of administrative documents and three of copies);
Luật Ban hành văn bản quy phạm pháp luật for the legal ones; Hướng dẫn 36-HD/VPTW for the Party's.
"""

from __future__ import annotations

from pipeline.text import fold

ADMINISTRATIVE: dict[str, str] = {
    "NQ": "nghị quyết", "QĐ": "quyết định", "CT": "chỉ thị", "QC": "quy chế",
    "QyĐ": "quy định", "TC": "thông cáo", "TB": "thông báo", "HD": "hướng dẫn",
    "CTr": "chương trình", "KH": "kế hoạch", "PA": "phương án", "ĐA": "đề án",
    "DA": "dự án", "BC": "báo cáo", "BB": "biên bản", "TTr": "tờ trình",
    "HĐ": "hợp đồng", "CĐ": "công điện", "BGN": "bản ghi nhớ", "BTT": "bản thỏa thuận",
    "GUQ": "giấy ủy quyền", "GM": "giấy mời", "GGT": "giấy giới thiệu",
    "GNP": "giấy nghỉ phép", "PG": "phiếu gửi", "PC": "phiếu chuyển", "PB": "phiếu báo",
    "SY": "sao y", "SL": "sao lục", "TrS": "trích sao",
}  # fmt: skip

LEGAL: dict[str, str] = {
    "NĐ": "nghị định", "TT": "thông tư", "TTLT": "thông tư liên tịch", "L": "luật",
    "PL": "pháp lệnh", "KL": "kết luận", "CV": "công văn",
}  # fmt: skip

CODES: dict[str, str] = ADMINISTRATIVE | LEGAL

HEADINGS: dict[str, str] = {
    fold(name): name
    for name in (
        *CODES.values(), "thư công", "lệnh", "hiến pháp", "bộ luật", "thông tri", "văn bản",
        "giấy chứng nhận", "giấy đi đường", "phiếu trình", "công bố", "đề nghị", "bản cam kết",
    )
    if name not in ("công văn", "văn bản", "luật", "đề nghị")
}  # fmt: skip
"""Folded headings (cell 5a) and the types they name; a công văn has no heading."""

CITED: dict[str, str] = {
    fold(name): name
    for name in (
        *CODES.values(),
        "bộ luật",
        "văn bản",
        "hiến pháp",
        "lệnh",
        "công hàm",
        "văn bản hợp nhất",
        "giấy phép",
    )
}
"""Folded words before ``số`` that name the type of a cited document."""


def type_of_code(first: str) -> str | None:
    """The type that the first part of a symbol stands for (``QĐ`` of ``QĐ-BNV``).

    Case decides between ``CT`` and ``CTr``, ``TT`` and ``TTr``; a missing stroke on Đ is
    forgiven where no other code reads that way.

    >>> type_of_code("QĐ"), type_of_code("TTr"), type_of_code("QD"), type_of_code("UBND")
    ('quyết định', 'tờ trình', 'quyết định', None)
    """
    if first in CODES:
        return CODES[first]
    stroked = first.replace("D", "Đ")
    return CODES.get(stroked) if first not in CODES and first != "DA" else None
