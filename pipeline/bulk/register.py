"""The register as a worker sees it: the confirmed letters that the run wrote down for it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipeline.parse.evidence import Neighbour
from pipeline.text import fold, nfc

Series = tuple[str, str, str]
"""Folded issuer, notation, year: what numbers count up in (NĐ 30/2020, Điều 15)."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """:class:`pipeline.parse.Register` over the letters of a run's file, those of one left out."""

    series: Mapping[Series, Sequence[tuple[Neighbour, str]]]
    own: str

    def neighbours(self, issuer: str, notation: str, year: str) -> Sequence[Neighbour]:
        """Letters of the same series; those of the file at hand are no witness of themselves."""
        known = self.series.get((fold(nfc(issuer)), nfc(notation), year), ())
        return [letter for letter, sha256 in known if sha256 != self.own]


def confirmed(path: Path, own: str) -> Confirmed:
    """The register in a run's file; an empty one where the run wrote none.

    Args:
        path: see :func:`pipeline.archive.register.write_register`.
        own: SHA-256 of the file that is about to be converted.
    """
    written = path.stat().st_mtime_ns if path.is_file() else None
    return Confirmed(_series(path, written), own)


@lru_cache(maxsize=1)
def _series(path: Path, written: int | None) -> Mapping[Series, Sequence[tuple[Neighbour, str]]]:
    """Read once a run; ``written`` tells runs apart whose numbers the database gave out again."""
    series: dict[Series, list[tuple[Neighbour, str]]] = defaultdict(list)
    if written is not None:
        for issuer, notation, number, date, sha256 in json.loads(path.read_text("utf-8")):
            series[issuer, notation, date[:4]].append((Neighbour(number, date), sha256))
    return series
