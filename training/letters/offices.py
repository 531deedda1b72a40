"""Offices that write letters, and who signs for them."""

from __future__ import annotations

from training.letters.draft import Issuer, Signature
from training.letters.phrases import Rng, chance, person, phrases, pick

_UNITS = ("KTTH", "KGVX", "NC", "TH", "CN", "NN", "KSTT", "TTHC", "VX")


def office(rng: Rng, kind: str | None = None) -> Issuer:
    """An office of a random kind and place."""
    kinds = ("province", "province", "so", "so", "so", "district", "central", "institute")
    return _MAKERS[kind or pick(rng, kinds)](rng)


def _address(rng: Rng, place: str) -> str | None:
    if not chance(rng, 0.25):
        return None
    number, phone = rng.integers(2, 300), rng.integers(200000, 899999)
    street = pick(rng, ("Trần Phú", "Lê Lợi", "Hùng Vương", "Nguyễn Huệ", "Quang Trung"))
    telephone = f"0{rng.integers(204, 299)}.3{phone}"
    return f"Địa chỉ: Số {number} đường {street}, {place}; Điện thoại: {telephone}"


def _province(rng: Rng) -> Issuer:
    city = chance(rng, 0.1)
    name = pick(rng, phrases()["cities" if city else "provinces"])
    level = "THÀNH PHỐ" if city else "TỈNH"
    people = "UỶ BAN NHÂN DÂN" if chance(rng, 0.2) else "ỦY BAN NHÂN DÂN"
    level_word = level.lower()
    return Issuer(
        kind="province",
        parent=(),
        name=(people, f"{level} {name.upper()}"),
        code="UBND",
        units=_UNITS,
        place=name,
        boss="CHỦ TỊCH",
        author=f"UBND {level_word}",
        topics=tuple(phrases()["topics"]),
        collective=people,
        address=_address(rng, name),
    )


def _so(rng: Rng) -> Issuer:
    entry, province = pick(rng, phrases()["so"]), pick(rng, phrases()["provinces"])
    whole = chance(rng, 0.3)
    parent = (
        ("ỦY BAN NHÂN DÂN", f"TỈNH {province.upper()}")
        if whole
        else (f"UBND TỈNH {province.upper()}",)
    )
    return Issuer(
        kind="so",
        parent=parent,
        name=_wrapped(entry["name"].upper(), 26),
        code=entry["code"],
        units=tuple(entry["units"]),
        place=province,
        boss="GIÁM ĐỐC",
        author=entry["name"],
        topics=tuple(entry["topics"]),
        address=_address(rng, province),
    )


def _district(rng: Rng) -> Issuer:
    entry = pick(rng, phrases()["districts"])
    name = pick(rng, entry["names"])
    return Issuer(
        kind="district",
        parent=(),
        name=("ỦY BAN NHÂN DÂN", f"HUYỆN {name.upper()}"),
        code="UBND",
        units=("VP", "TCKH", "NV", "GDĐT", "NNPTNT", "YT"),
        place=name,
        boss="CHỦ TỊCH",
        author="UBND huyện",
        topics=("farm", "school", "social", "general", "build", "safety"),
        collective="ỦY BAN NHÂN DÂN",
        address=None,
    )


def _central(rng: Rng) -> Issuer:
    entry = pick(rng, phrases()["central"])
    return Issuer(
        kind="central",
        parent=_wrapped(entry["parent"], 26) if entry["parent"] else (),
        name=_wrapped(entry["name"], 26),
        code=entry["code"],
        units=tuple(entry["units"]),
        place="Hà Nội",
        boss=entry["boss"],
        author=_spoken(entry["name"]),
        topics=tuple(entry["topics"]),
        address=_address(rng, "Hà Nội"),
    )


def _institute(rng: Rng) -> Issuer:
    province = pick(rng, phrases()["provinces"])
    if chance(rng, 0.5):
        return Issuer(
            kind="institute",
            parent=(f"SỞ Y TẾ {province.upper()}",),
            name=("BỆNH VIỆN ĐA KHOA", f"TỈNH {province.upper()}"),
            code="BVĐK",
            units=("KHTH", "TCHC", "TCKT", "ĐD"),
            place=province,
            boss="GIÁM ĐỐC",
            author="Bệnh viện",
            topics=("health", "general"),
            address=_address(rng, province),
        )
    return Issuer(
        kind="institute",
        parent=("BỘ GIÁO DỤC VÀ ĐÀO TẠO",),
        name=("TRƯỜNG ĐẠI HỌC", province.upper()),
        code="ĐH" + "".join(word[0] for word in province.replace("-", " ").split()).upper(),
        units=("ĐT", "TCHC", "CTSV", "KHTC"),
        place=province,
        boss="HIỆU TRƯỞNG",
        author="Nhà trường",
        topics=("school", "general"),
        address=_address(rng, province),
    )


_MAKERS = {
    "province": _province,
    "so": _so,
    "district": _district,
    "central": _central,
    "institute": _institute,
}


def signature(rng: Rng, issuer: Issuer, doc_type: str) -> Signature:
    """Who signs: the head, a deputy (KT.), or by order (TL.), with the committee's TM."""
    position, authority = issuer.boss, []
    by_order = issuer.kind in ("province", "so", "central") and doc_type in (
        "công văn",
        "giấy mời",
        "thông báo",
    )
    draw = rng.random()
    if issuer.collective and (
        doc_type in ("quyết định", "kế hoạch", "báo cáo", "tờ trình") or draw < 0.3
    ):
        authority.append(f"TM. {issuer.collective}")
    if draw > 0.75 and by_order and not authority:
        authority.append(f"TL. {issuer.boss}")
        position = "CHÁNH VĂN PHÒNG"
        if chance(rng, 0.4):
            authority.append("KT. CHÁNH VĂN PHÒNG")
            position = "PHÓ CHÁNH VĂN PHÒNG"
    elif draw > 0.3:
        if draw > 0.68 and chance(rng, 0.2):
            authority.append(f"TUQ. {issuer.boss}")
            position = "CHÁNH VĂN PHÒNG" if issuer.kind != "institute" else "TRƯỞNG PHÒNG"
        else:
            authority.append(f"KT. {issuer.boss}")
            position = "THỨ TRƯỞNG" if issuer.boss == "BỘ TRƯỞNG" else f"PHÓ {issuer.boss}"
    stamped = frozenset(part for part in ("name", "position") if chance(rng, 0.13))
    return Signature(tuple(authority), position, person(rng), stamped)


def _wrapped(name: str, width: int) -> tuple[str, ...]:
    """A long name over lines of at most ``width`` letters, broken as evenly as they allow."""
    words, best = name.split(), (name,)
    if len(name) <= width:
        return best
    cuts = range(1, len(words))
    even = min(cuts, key=lambda k: abs(len(" ".join(words[:k])) - len(" ".join(words[k:]))))
    return " ".join(words[:even]), " ".join(words[even:])


def _spoken(name: str) -> str:
    """BỘ Y TẾ as text says it: Bộ Y tế."""
    names = "Việt Nam Y Giáo Đào Nội Thuế Hải Trồng".split()
    kept = {name.lower(): name for name in names}
    first, *rest = name.lower().split()
    return " ".join([first.capitalize(), *(kept.get(word, word) for word in rest)])
