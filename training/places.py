"""Names and formulas of official letters as text: the gazetteer × ``formulas.txt``.

The gazetteer is a folder with one or both of the JSON layouts in use: ``[{"Name", "Districts":
[{"Name", "Wards": [{"Name"}]}]}]`` (63 provinces, before 1 July 2025) and ``[{"FullName",
"Wards": [{"FullName"}]}]`` (34 provinces, two levels, since then).
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.text import nfc

FORMULAS = Path(__file__).with_name("formulas.txt")
_LEVEL = re.compile(r"^(?:Tỉnh|Thành phố|Thủ đô) ")


@dataclass(frozen=True)
class Place:
    """A commune with the district (empty since 2025) and province above it."""

    commune: str
    district: str
    province: str


def read_places(folder: Path) -> list[Place]:
    """All communes of every gazetteer file in ``folder``, sorted by file name."""
    found = []
    for path in sorted(folder.glob("*.json")):
        for province in json.loads(path.read_text(encoding="utf-8")):
            top = nfc(province.get("Name") or province["FullName"])
            districts = province.get("Districts") or [{"Name": "", "Wards": province["Wards"]}]
            for district in districts:
                for ward in district["Wards"]:
                    name = nfc(ward.get("Name") or ward.get("FullName") or "")
                    found.append(Place(name, nfc(district["Name"]), top))
    return found


def read_formulas() -> tuple[list[str], dict[str, list[str]]]:
    """The formula lines, and the lists that their ``{places}`` stand for."""
    lists: dict[str, list[str]] = {}
    formulas: list[str] = []
    into = formulas
    for line in FORMULAS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith("@"):
            into = lists.setdefault(line[1:], []) if line[1:] else formulas
        else:
            into.append(nfc(line))
    return formulas, lists


def formula_lines(places: list[Place], rounds: int, seed: int = 1) -> Iterator[str]:
    """``rounds`` fillings of every formula; deterministic for one ``seed``.

    >>> next(formula_lines([Place("Xã An Hà", "Huyện Lạng Giang", "Tỉnh Bắc Giang")], 1))
    'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM'
    """
    chance = random.Random(seed)
    formulas, lists = read_formulas()
    for _ in range(rounds):
        for formula in formulas:
            yield fill(formula, lists, chance.choice(places), chance)


def fill(formula: str, lists: dict[str, list[str]], place: Place, chance: random.Random) -> str:
    """One formula with its ``{names}`` filled; a name in capitals is filled in capitals."""

    def one(match: re.Match[str]) -> str:
        name = match[1].lower()
        if name == "địa danh":
            value = _LEVEL.sub("", place.province)
        elif name in lists:
            value = chance.choice(lists[name])
        else:
            value = {
                "tỉnh": place.province,
                "huyện": place.district or place.commune,
                "xã": place.commune,
            }[name]
            value = value[0].lower() + value[1:]
        return value.upper() if match[1].isupper() else value

    return re.sub(r"\{([^}]+)\}", one, formula)


def place_lines(places: list[Place]) -> Iterator[str]:
    """Every place once, as letters write it: ``xã An Hà, huyện Lạng Giang, tỉnh Bắc Giang``."""
    for place in places:
        names = [n for n in (place.commune, place.district, place.province) if n]
        yield ", ".join(name[0].lower() + name[1:] for name in names)
