"""Letters of our own making, and an archive with them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.archive import Archive, ledger
from pipeline.archive.database import writing
from pipeline.archive.store import How
from pipeline.letter import (
    Citation,
    Deadline,
    Directive,
    Field,
    Issuer,
    Letter,
    Page,
    Percentage,
    Review,
    Signer,
    Source,
)
from pipeline.page import Line, PageText, Word, Zone


def field(value: str | None, confidence: float = 0.95) -> Field:
    return Field(value=value, raw=value, confidence=confidence, page=1, box=(10, 10, 90, 30))


def page_of(text: str, number: int = 1) -> PageText:
    """A page whose words stand in a grid, a printed line a line of the text."""
    lines = []
    for row, line in enumerate(text.split("\n")):
        words, x = [], 100
        for word in line.split():
            words.append(Word(word, (x, 100 + 50 * row, x + 15 * len(word), 130 + 50 * row), 0.93))
            x += 15 * len(word) + 12
        lines.append(Line(tuple(words), (100, 100 + 50 * row, x, 130 + 50 * row)))
    zone = Zone("body", (100, 100, 1500, 2200), tuple(lines))
    return PageText(number, (zone,), width=1654, height=2339, dpi=200)


def letter_of(text: str, **fields: Any) -> Letter:
    """A letter of one page; ``code`` gives number and notation too."""
    code = fields.pop("code", None)
    values: dict[str, Any] = {
        name: field(value) if isinstance(value, str) else value for name, value in fields.items()
    }
    if code:
        number, _, notation = code.partition("/")
        values |= {"code": field(code), "number": field(number), "notation": field(notation)}
    if isinstance(issuer := values.get("issuer"), Field):
        values["issuer"] = Issuer(name=issuer)
    if isinstance(signer := values.get("signer"), Field):
        values["signer"] = Signer(name=signer, position=field("CHỦ TỊCH"))
    return Letter(
        id="new",
        source=Source(
            file="thư.pdf",
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            media_type="application/pdf",
            pages=(1,),
            reading="scan",
        ),
        pages=(Page(number=1, text=page_of(text).text, width=1654, height=2339, dpi=200),),
        **values,
    )


def add(
    archive: Archive, name: str, *letters: Letter, folder: Path | None = None
) -> tuple[str, ...]:
    """Store letters as those of one file; gives their ids."""
    content = "\0".join(letter.pages[0].text for letter in letters) + name
    with writing(archive.engine) as connection:
        path = (folder or Path("/scans")) / f"{name}.pdf"
        ledger.add_paths(connection, [(path, len(content), 1)])
        row, _ = ledger.waiting_paths(connection, 1)[0]
        sha256 = hashlib.sha256(content.encode()).hexdigest()
        entry = ledger.take_in(connection, row, path, sha256, len(content))
    parts = [(letter, (page_of(letter.pages[0].text),)) for letter in letters]
    stored = archive.put(entry, parts, how=How("1", "abc", 0.5))
    return tuple(letter.id for letter in stored)


def samples() -> Mapping[str, Letter]:
    """Five letters that the searches tell apart."""
    return {
        "tru-so": letter_of(
            "Kính gửi: Sở Tài chính\nVề trụ sở làm việc của Ủy ban nhân dân thành phố Bắc Giang",
            code="71/TB-UBND", date="2019-05", issuer="ỦY BAN NHÂN DÂN TỈNH BẮC GIANG",
            doc_type="thông báo", subject="Trụ sở làm việc", recipients=(field("Sở Tài chính"),),
            directives=(
                Directive(
                    label="1", text="Giao Sở Xây dựng lập hồ sơ trụ sở", assignees=("Sở Xây dựng",),
                    deadlines=("2019-06-30",), due=(Deadline(text="30/6/2019", date="2019-06-30"),),
                    items=(Directive(label="a", text="Theo dõi", assignees=("Văn phòng",)),),
                ),
                Directive(label="2", text="Sở Y tế báo cáo", assignees=("Sở Y tế",)),
            ),
            percentages=(Percentage(value=20.7, text="20,7%", holder="Sở Y tế", about="hồ sơ"),),
            citations=(Citation(code="15/QĐ-UBND"), Citation(code="30/2020/NĐ-CP")),
        ),
        "dak-lak": letter_of(
            "Ủy ban nhân dân tỉnh Đắk Lắk đề nghị hoà giải, sở hữu tru so lam viec",
            code="15/QĐ-UBND", date="2020-03-05", issuer="ỦY BAN NHÂN DÂN TỈNH ĐẮK LẮK",
            doc_type="quyết định", subject="Về hòa giải ở cơ sở", signer="Trần Văn Mẫu",
            percentages=(Percentage(value=35.0, text="35%", holder="Sở Y tế", about="hồ sơ"),),
            citations=(Citation(code="99/CT-TTg"),), review=Review(needed=True, reasons=("x",)),
        ),
        "cong-tac": letter_of(
            "Việc làm sở trụ công tác năm 2021 tại thị xã", code="120/UBND-VX", date="2021-12-01",
            issuer="ỦY BAN NHÂN DÂN THỊ XÃ", doc_type="công văn", subject="Công tác cuối năm",
        ),
        "truc-tuyen": letter_of(
            "Dịch vụ công trực tuyến mức độ 4; trực tuvến", code="7/BC-STTTT", date="2021-01-15",
            issuer="SỞ THÔNG TIN VÀ TRUYỀN THÔNG", doc_type="báo cáo", subject="Dịch vụ công",
            citations=(Citation(code="71/TB-UBND"),),
        ),
        "khong-ngay": letter_of("Không rõ ngày, số liệu dân số", subject="Số liệu dân số"),
    }  # fmt: skip
