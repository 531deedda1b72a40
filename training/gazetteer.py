"""Build ``models/gazetteer.json``: places and agencies in their proper spelling.

    python -m training.gazetteer PLACES_FOLDER [MODELS_FOLDER]

PLACES_FOLDER holds the gazetteer files that :mod:`training.places` reads; the agencies stand in
``agencies.tsv`` beside this module.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from pipeline.text import fold
from training.places import read_places

AGENCIES = Path(__file__).with_name("agencies.tsv")
_LEVEL = re.compile(r"^(?:Tỉnh|Thành phố|Thủ đô|Quận|Huyện|Thị xã) (?=\D)")


def build(folder: Path) -> dict[str, object]:
    """Folded name → proper name of provinces and districts; agencies with their abbreviations."""
    places: dict[str, str] = {}
    for place in read_places(folder):
        for name in (place.province, place.district):
            bare = _LEVEL.sub("", name)
            if bare and not bare[0].isdigit() and not bare.startswith(("Quận", "Huyện")):
                places.setdefault(fold(bare), bare)
    agencies, followed = [], []
    for line in AGENCIES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, short = line.split("\t")
            entry = {"name": name.removesuffix(" …"), "short": short.split()}
            (followed if name.endswith(" …") else agencies).append(entry)
    return {
        "places": dict(sorted(places.items())),
        "agencies": agencies,
        "agencies_of_a_place": followed,
    }


def main(arguments: list[str]) -> None:
    """Write the artefact."""
    models = Path(arguments[1]) if len(arguments) > 1 else Path("models")
    text = json.dumps(build(Path(arguments[0])), ensure_ascii=False, indent=0)
    (models / "gazetteer.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
