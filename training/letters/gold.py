"""The truth of a generated letter: exact text, the record a careful clerk would type, boxes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.page import ZoneKind
from training.letters.draft import Draft
from training.letters.marks import PERCENTAGE, pieces, shown, values
from training.letters.scanner import Matrix
from training.letters.sheet import Mark, Sheet
from training.letters.stamps import overlay_lines
from training.letters.typeset import Run

SCALE = 300 / 72
_ORDER: dict[ZoneKind, int] = {
    "header_left": 0, "header_right": 1, "copies": 3, "signature": 4, "page_number": 5,
    "foot": 6, "footnote": 7,
}  # fmt: skip


def gold_text(sheets: Sequence[Sheet], first: int = 1) -> str:
    """The exact transcription in canonical order, stamps after ``--- stamps ---``."""
    out = []
    for number, sheet in enumerate(sheets, first):
        out.append(f"=== page {number} ===")
        ordered = sorted(sheet.lines, key=lambda line: _ORDER.get(line.zone, 2))
        out += [line.text for line in ordered]
        stamps = [text for mark in sheet.marks if (text := stamp_text(mark))]
        if stamps:
            out += ["--- stamps ---", *stamps]
    return "\n".join(out) + "\n"


def stamp_text(mark: Mark) -> str:
    """What a stamp says; pen strokes that are no letters are ⟦?⟧."""
    if mark.kind in ("signature", "paraph"):
        return "⟦?⟧"
    if mark.kind == "arrival":
        office, number, day = mark.words
        return f"{office} ĐẾN Số: ⟦h:{number}⟧ Ngày: ⟦h:{day}⟧"
    if mark.kind == "overlay":
        return " ".join(overlay_lines(mark))
    return " ★ ".join(word for word in mark.words if word)


def record(draft: Draft) -> dict[str, Any]:
    """The record in the gold format."""
    text = "\n".join(
        block.text or "\n".join(" ".join(row) for row in block.rows) for block in draft.blocks
    )
    printed = "".join(p.shown if p.kind != "f" else " " for p in pieces(text))
    authority = " ".join(draft.signature.authority)
    cited = values(text, "c")
    return {
        "doc_type": draft.doc_type,
        "code": draft.code,
        "number": draft.number,
        "notation": draft.notation,
        "number_handwritten": draft.number_handwritten,
        "issuer": {
            "parent": " ".join(draft.issuer.parent) or None,
            "name": " ".join(draft.issuer.name),
        },
        "place": draft.place,
        "date": draft.date,
        "date_handwritten": draft.day_handwritten,
        "subject": draft.subject,
        "recipients": list(draft.recipients),
        "directives": _directives(draft),
        "percentages": [
            {"value": float(p.rstrip("% ").replace(",", ".")), "text": p}
            for p in PERCENTAGE.findall(printed)
        ],
        "citations": list(dict.fromkeys(cited)),
        "deadlines": [
            f"{dt.date.fromisoformat(day):%d/%m/%Y}" for day in dict.fromkeys(values(text, "d"))
        ],
        "copies_to": [*draft.copies, draft.filing],
        "signer": {
            "authority": authority or None,
            "position": draft.signature.position,
            "name": draft.signature.name,
        },
        "urgency": draft.urgency,
        "secrecy": draft.secrecy,
        "arrival_stamp": {"number": draft.arrival.number, "date": draft.arrival.day}
        if draft.arrival
        else None,
        "digital_signatures": [{"by": o.by, "time": o.time} for o in draft.overlays],
    }


def _directives(draft: Draft) -> list[dict[str, str]]:
    parts: dict[str, list[str]] = {}
    for block in draft.blocks:
        if block.directive is not None:
            text = shown(block.text) or " ".join(" ".join(row) for row in block.rows)
            parts.setdefault(block.directive, []).append(text)
    return [
        {"label": label, "text": " ".join(texts).removeprefix(f"{label}.").strip()}
        for label, texts in parts.items()
    ]


def boxes(sheets: Sequence[Sheet], matrices: Sequence[Matrix], first: int = 1) -> dict[str, Any]:
    """Boxes [x0, y0, x1, y1] of words, fields and marks, in pixels of the upright scan."""
    pages = []
    for number, (sheet, matrix) in enumerate(zip(sheets, matrices, strict=True), first):
        words: list[dict[str, Any]] = []
        fields: dict[str, list[int]] = {}
        for line in sheet.lines:
            for run in line.runs:
                box = moved((run.x, *_span(run), run.x + run.width), matrix)
                words.append({"text": run.text, "box": box, "zone": line.zone, "ink": run.ink})
                if run.field:
                    fields[run.field] = _union(fields.get(run.field), box)
        marks = [
            {
                "kind": mark.kind,
                "box": moved((mark.box[0], mark.box[1], mark.box[3], mark.box[2]), matrix),
            }
            for mark in sheet.marks
        ]
        pages.append({"page": number, "words": words, "fields": fields, "marks": marks})
    return {"pages": pages}


def _span(run: Run) -> tuple[float, float]:
    return run.y - run.size * 0.9, run.y + run.size * 0.25


def moved(box: tuple[float, float, float, float], matrix: Matrix) -> list[int]:
    """A box (x0, y0, y1, x1) in points as its upright hull in pixels of the scan."""
    x0, y0, y1, x1 = (value * SCALE for value in box)
    corners = np.array([[x0, y0, 1], [x1, y0, 1], [x1, y1, 1], [x0, y1, 1]]) @ matrix.T
    at = corners[:, :2] / corners[:, 2:]
    low, high = np.floor(at.min(axis=0)), np.ceil(at.max(axis=0))
    return [int(low[0]), int(low[1]), int(high[0]), int(high[1])]


def _union(a: list[int] | None, b: list[int]) -> list[int]:
    return b if a is None else [min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])]
