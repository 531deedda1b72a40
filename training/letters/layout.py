"""The page layout of NĐ 30/2020 Phụ lục I (and TT 01/2011): a draft over A4 sheets, in points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from training.letters.draft import Block, Draft
from training.letters.flow import Flow, House, house
from training.letters.foot import foot, margin_marks
from training.letters.header import header, rule
from training.letters.phrases import Rng
from training.letters.sheet import Sheet
from training.letters.typeset import Face, Run, Style, advance, place_line, words


def lay_out(rng: Rng, draft: Draft, family: str | None = None) -> tuple[House, list[Sheet]]:
    """All sheets of a letter, in a font family if one is asked for."""
    habits = house(rng)
    if family is not None:
        habits = replace(habits, family=family)
    flow = Flow(habits, draft.new_layout)
    flow.y = header(flow, draft)
    _title_or_addressee(flow, draft)
    for block in draft.blocks:
        _block(flow, block)
    foot(flow, draft)
    flow.finish()
    margin_marks(rng, flow, draft)
    return habits, flow.sheets


def _title_or_addressee(flow: Flow, draft: Draft) -> None:
    if draft.title is not None:
        flow.y += 8
        flow.add(
            "title",
            draft.title,
            flow.style(size=flow.house.size + 0.5, face="bold", align="center"),
            tag="doc_type",
        )
        prefix = "" if draft.doc_type == "giấy mời" else "Về việc "
        subject = draft.subject[0].upper() + draft.subject[1:] if not prefix else draft.subject
        style = flow.style(face="bold", align="center")
        flow.add(
            "title",
            prefix + subject,
            style,
            left=flow.house.left + 50,
            width=flow.house.right - flow.house.left - 100,
            tag="subject",
        )
        rule(flow, (flow.house.left, flow.house.right - flow.house.left), 110, flow.y + 3)
        flow.y += 14
    if not draft.recipients:
        return
    left = flow.style(align="left")
    flow.y += 6
    if len(draft.recipients) == 1:
        flow.add(
            "addressee",
            f"Kính gửi: {draft.recipients[0]}.",
            replace(left, align="center"),
            tag="recipients",
        )
    else:
        flow.add("addressee", "Kính gửi:", left, left=flow.house.left + 80)
        for number, who in enumerate(draft.recipients):
            end = "." if number == len(draft.recipients) - 1 else ";"
            flow.add(
                "addressee", f"- {who}{end}", left, left=flow.house.left + 125, tag="recipients"
            )
    flow.y += 8


def _block(flow: Flow, block: Block) -> None:
    if block.kind == "table":
        _table(flow, block.rows)
        return
    styles = {
        "basis": flow.style(indent=36.0, face="italic"),
        "heading": flow.style(face="bold", align="center"),
        "section": flow.style(indent=36.0, face="bold", align="left"),
    }
    flow.add("body", block.text, styles.get(block.kind, flow.style(indent=36.0)))
    flow.y += flow.house.gap


def _table(flow: Flow, rows: Sequence[Sequence[str]]) -> None:
    """A ruled table; columns as wide as their widest cell, one line a row."""
    size, pad, height = 12.0, 5.0, 17.0
    faces: list[Face] = ["bold", *["regular"] * (len(rows) - 1)]  # type: ignore[list-item]  # literals
    widths = [
        max(
            advance(flow.house.family, face, row[c]) * size
            for row, face in zip(rows, faces, strict=True)
        )
        + 2 * pad
        for c in range(len(rows[0]))
    ]
    room = flow.house.right - flow.house.left
    size *= min(1.0, room / sum(widths))
    widths = [width * min(1.0, room / sum(widths)) for width in widths]
    left = flow.house.left + (room - sum(widths)) / 2
    flow.need(height * 3)
    for row, face in zip(rows, faces, strict=True):
        flow.need(height)
        x = left
        runs: list[Run] = []
        flow.sheet.rules.append((left, flow.y, left + sum(widths), flow.y, 0.6))
        for width, cell in zip(widths, row, strict=True):
            style = Style(size, face, "left" if len(cell) > 10 and face == "regular" else "center")
            cell_runs = words(flow.house.family, cell, style)
            runs += place_line(flow.house.family, cell_runs, x + pad, width - 2 * pad, style, True)
            flow.sheet.rules.append((x, flow.y, x, flow.y + height, 0.6))
            x += width
        flow.sheet.rules.append((x, flow.y, x, flow.y + height, 0.6))
        flow.sheet.rules.append((left, flow.y + height, x, flow.y + height, 0.6))
        flow.put("table", runs, flow.y + 12.5)
        flow.y += height
    flow.y += 8
