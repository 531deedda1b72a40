"""The words of pages with their boxes, kept small: what the desk, ALTO and the PDF draw from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.page import Box, Line, PageText, Word, Zone


def pack(pages: Sequence[PageText]) -> str:
    """Pages as JSON; second readings and spots are left out (the record holds their outcome)."""
    return json.dumps([_page(page) for page in pages], ensure_ascii=False, separators=(",", ":"))


def unpack(packed: str) -> tuple[PageText, ...]:
    """The pages of :func:`pack`."""
    return tuple(
        PageText(
            number=page["number"],
            zones=tuple(_zone(zone) for zone in page["zones"]),
            width=page["width"],
            height=page["height"],
            dpi=page["dpi"],
            rotation=page["rotation"],
            skew=page["skew"],
            reading=page["reading"],
        )
        for page in json.loads(packed)
    )


def words_at(page: PageText) -> Iterator[tuple[int, int, Word]]:
    """Each word with its (start, end) in ``page.text``."""
    at = 0
    for line in page.lines:
        for word in line.words:
            yield at, at + len(word.text), word
            at += len(word.text) + 1
        at += 0 if line.words else 1


def boxes_of(page: PageText, spans: Sequence[tuple[int, int]]) -> tuple[Box, ...]:
    """Where on the page the words under ``spans`` of its text stand."""
    return tuple(
        word.box
        for start, end, word in words_at(page)
        if any(start < stop and begin < end for begin, stop in spans)
    )


def _page(page: PageText) -> dict[str, Any]:
    return {
        "number": page.number,
        "width": page.width,
        "height": page.height,
        "dpi": page.dpi,
        "rotation": page.rotation,
        "skew": round(page.skew, 3),
        "reading": page.reading,
        "zones": [
            {
                "kind": zone.kind,
                "box": zone.box,
                "rows": zone.rows,
                "lines": [
                    [
                        line.box,
                        line.reader,
                        [[w.text, w.box, round(w.confidence, 3)] for w in line.words],
                    ]
                    for line in zone.lines
                ],
            }
            for zone in page.zones
        ],
    }


def _zone(zone: dict[str, Any]) -> Zone:
    return Zone(
        kind=zone["kind"],
        box=_box(zone["box"]),
        lines=tuple(
            Line(
                words=tuple(Word(text, _box(place), sure) for text, place, sure in words),
                box=_box(box),
                reader=reader,
            )
            for box, reader, words in zone["lines"]
        ),
        rows=tuple(tuple(row) for row in zone["rows"]),
    )


def _box(values: Sequence[int]) -> Box:
    x0, y0, x1, y1 = values
    return x0, y0, x1, y1
