"""Build ``models/gazetteer.json``: places and agencies in their proper spelling.

    python -m training.gazetteer --places FOLDER

The folder holds the gazetteer files that :mod:`training.places` reads; the agencies stand in
``agencies.tsv`` beside this module.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from pipeline.text import fold, new_tone_style
from training.manifest import MODELS, record_artefact
from training.places import read_places

AGENCIES = Path(__file__).with_name("agencies.tsv")
_LEVEL = re.compile(r"^(?:Tỉnh|Thành phố|Thủ đô|Quận|Huyện|Thị xã) (?=\D)")


_COMMUNE = re.compile(r"^(?:Xã|Phường|Thị trấn|Đặc khu) (?=\D)")


def _add(names: list[str], name: str) -> None:
    if new_tone_style(name) not in map(new_tone_style, names):
        names.append(name)


def build(folder: Path) -> dict[str, object]:
    """Folded name → proper names of provinces and districts; agencies with their abbreviations.

    A commune's name is kept only where it is another spelling of theirs.
    """
    places: dict[str, list[str]] = {}
    known = read_places(folder)
    # Provinces first: of names that differ by accents alone, the larger place is likelier meant.
    for names in ([p.province for p in known], [p.district for p in known]):
        for name in names:
            bare = _LEVEL.sub("", name)
            if bare and not bare[0].isdigit() and not bare.startswith(("Quận", "Huyện")):
                _add(places.setdefault(fold(bare), []), bare)
    for place in known:
        bare = _COMMUNE.sub("", place.commune)
        if fold(bare) in places:
            _add(places[fold(bare)], bare)
    agencies: list[dict[str, object]] = []
    followed: list[dict[str, object]] = []
    for line in AGENCIES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, short = line.split("\t")
            entry: dict[str, object] = {"name": name.removesuffix(" …"), "short": short.split()}
            (followed if name.endswith(" …") else agencies).append(entry)
    return {
        "places": dict(sorted(places.items())),
        "agencies": agencies,
        "agencies_of_a_place": followed,
    }


def main() -> None:
    """Write the artefact."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", type=Path, required=True, help="folder of the lists of units")
    parser.add_argument("--out", type=Path, default=MODELS / "gazetteer.json")
    options = parser.parse_args()
    text = json.dumps(build(options.places), ensure_ascii=False, indent=0)
    options.out.write_text(text + "\n", encoding="utf-8")
    record_artefact(
        options.out,
        source="public lists of administrative units before and after 2025; training/agencies.tsv",
        licence="Apache-2.0",
        command="python -m training.gazetteer --places FOLDER",
    )


if __name__ == "__main__":
    main()
