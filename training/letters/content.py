"""What letters say: a draft composed by grammar from the word lists."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from training.letters.bodies import Scene, body
from training.letters.draft import Arrival, Draft, Issuer, Overlay, Signature
from training.letters.offices import office, signature
from training.letters.phrases import Rng, chance, phrases, pick, some

CODES = {
    "quyết định": "QĐ", "thông báo": "TB", "báo cáo": "BC", "kế hoạch": "KH", "tờ trình": "TTr",
    "giấy mời": "GM", "chỉ thị": "CT", "hướng dẫn": "HD", "chương trình": "CTr", "công điện": "CĐ",
}  # fmt: skip
"""Named types and their codes (NĐ 30/2020 Phụ lục III)."""

_SHARES = {"công văn": 9, "quyết định": 3, "thông báo": 2, "báo cáo": 2, "kế hoạch": 2,
           "tờ trình": 1, "giấy mời": 1, "chỉ thị": 1, "hướng dẫn": 1}  # fmt: skip
NEW_RULES = dt.date(2020, 3, 5)  # NĐ 30/2020 came into force


def compose(rng: Rng, doc_type: str | None = None, kind: str | None = None) -> Draft:
    """A letter of an office, of a random type unless one is asked for."""
    doc_type = doc_type or _type(rng)
    if doc_type == "chỉ thị":
        kind = kind or pick(rng, ("province", "district"))
    issuer = office(rng, kind)
    day = dt.date(1999, 1, 4) + dt.timedelta(days=int(9673 * rng.random() ** 0.45))
    topic = pick(rng, phrases()["topics"][pick(rng, issuer.topics)])
    subject, thing = topic
    if chance(rng, 0.4):
        subject += f" năm {day.year}"
    elif chance(rng, 0.3) and issuer.kind in ("province", "so"):
        level = "tỉnh" if issuer.collective is None else issuer.author.removeprefix("UBND ")
        subject += f" trên địa bàn {level} {issuer.place}"
    scene = Scene(issuer, day, doc_type, subject, thing)
    recipients, blocks = body(rng, scene)
    number = _number(rng, doc_type)
    notation = _notation(rng, issuer, doc_type)
    normative = doc_type == "quyết định" and issuer.code == "UBND" and chance(rng, 0.3)
    signer = signature(rng, issuer, doc_type)
    if day.year < 2004 and chance(rng, 0.5):  # as typed before TT 01/2011: T/M, K/T
        signer = replace(signer, authority=tuple(map(_older, signer.authority)))
    return Draft(
        doc_type=doc_type,
        issuer=issuer,
        number=number,
        notation=notation,
        code=f"{number}/{day.year}/{notation}" if normative else f"{number}/{notation}",
        place=issuer.place,
        date=day.isoformat(),
        subject=subject,
        recipients=recipients,
        blocks=blocks,
        copies=_copies(rng, doc_type, scene),
        filing=_filing(rng, issuer),
        signature=signer,
        number_handwritten=chance(rng, 0.85),
        day_handwritten=chance(rng, 0.7),
        urgency=pick(rng, ("HỎA TỐC", "THƯỢNG KHẨN", "KHẨN")) if chance(rng, 0.12) else None,
        secrecy="MẬT" if chance(rng, 0.03) else None,
        arrival=_arrival(rng, day),
        overlays=_overlays(rng, issuer, signer, day),
        new_layout=day >= NEW_RULES,
    )


def _older(authority: str) -> str:
    """KT. CHỦ TỊCH as older papers have it: K/T CHỦ TỊCH."""
    prefix, _, rest = authority.partition(". ")
    return f"{'/'.join(prefix)} {rest}" if len(prefix) == 2 else authority


def _type(rng: Rng) -> str:
    return pick(rng, [name for name, share in _SHARES.items() for _ in range(share)])


def _number(rng: Rng, doc_type: str) -> str:
    top = 5.2 if doc_type == "công văn" else 3.2
    return f"{int(10 ** rng.uniform(0.3, top) / 10) + 1:02}"


def _notation(rng: Rng, issuer: Issuer, doc_type: str) -> str:
    if doc_type != "công văn":
        return f"{CODES[doc_type]}-{issuer.code}"
    return f"{issuer.code}-{pick(rng, issuer.units)}" if chance(rng, 0.93) else issuer.code


def _copies(rng: Rng, doc_type: str, scene: Scene) -> tuple[str, ...]:
    first = {"quyết định": "Như Điều 3", "giấy mời": "Như thành phần mời"}.get(doc_type, "Như trên")
    if chance(rng, 0.1):
        first = pick(rng, phrases()["people"][scene.issuer.kind])
    rest = some(rng, phrases()["people"]["copies"], int(rng.integers(0, 5)))
    return (first, *rest)


def _filing(rng: Rng, issuer: Issuer) -> str:
    unit = pick(rng, issuer.units)
    forms = (
        f"Lưu: VT, {unit}",
        f"Lưu: VT, {unit} (02b)",
        "Lưu: VT",
        f"Lưu: VT, {unit}, h{rng.integers(5, 80)}b",
    )
    return pick(rng, forms)


def _arrival(rng: Rng, day: dt.date) -> Arrival | None:
    if not chance(rng, 0.15):
        return None
    came = day + dt.timedelta(days=int(rng.integers(0, 6)))
    office_name = pick(rng, ("VĂN PHÒNG UBND HUYỆN", "SỞ NỘI VỤ", "TRUNG TÂM Y TẾ", "CHI CỤC THUẾ"))
    return Arrival(office_name, str(rng.integers(10, 4000)), f"{came.day}/{came.month}/{came.year}")


def _overlays(rng: Rng, issuer: Issuer, signer: Signature, day: dt.date) -> tuple[Overlay, ...]:
    """Marks of digital signatures: offices sign since about 2018."""
    if day.year < 2018 or not chance(rng, 0.3):
        return ()
    when = dt.datetime(day.year, day.month, day.day, int(rng.integers(7, 18)), 0) + dt.timedelta(
        seconds=int(rng.integers(0, 3600))
    )
    name = " ".join(issuer.name)
    spoken = name[0] + name[1:].lower().replace(issuer.place.lower(), issuer.place)
    seat = spoken if issuer.kind == "central" else f"Tỉnh {issuer.place}"
    marks = [Overlay(spoken, seat, None, f"{when:%d/%m/%Y %H:%M:%S}")]
    if chance(rng, 0.3):
        later = when + dt.timedelta(hours=15)
        mail = "congbao@" + issuer.code.lower().replace("đ", "d") + ".example.vn"
        marks.append(
            Overlay(
                "TRUNG TÂM CÔNG BÁO VÀ TIN HỌC", None, mail, f"{later:%d.%m.%Y %H:%M:%S} +07:00"
            )
        )
    elif chance(rng, 0.2):
        marks = [Overlay(signer.name, spoken, None, f"{when:%d/%m/%Y %H:%M:%S}")]
    return tuple(marks)
