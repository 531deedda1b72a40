"""The header: issuing body, number and V/v on the left; the republic, place and date on the right.

Cells 1 to 5b of NĐ 30/2020 Phụ lục I.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from pipeline.page import ZoneKind
from training.letters.draft import Draft
from training.letters.flow import Flow
from training.letters.typeset import Face, Run, Style, advance, break_lines, place_line, words


@dataclass(frozen=True, slots=True)
class Column:
    """One half of the header; lines are centred in it."""

    zone: ZoneKind
    left: float
    width: float


_LEFT = Column("header_left", 54.0, 196.0)
_RIGHT = Column("header_right", 252.0, 304.0)


def header(flow: Flow, draft: Draft) -> float:
    """Both columns of the header; returns where the letter goes on."""
    top = 66.0 if draft.overlays else 57.0
    head = flow.house.head
    y = top + head
    for text in draft.issuer.parent:
        _line(flow, _LEFT, text, Style(head), y, "issuer.parent")
        y += head * 1.25
    wide = 0.0
    for text in draft.issuer.name:
        wide = _line(flow, _LEFT, text, Style(head, "bold"), y, "issuer.name")
        y += head * 1.25
    rule(flow, (_LEFT.left, _LEFT.width), wide * 0.4, y - head * 0.85)
    number_line = max(y + head * 0.7, top + head * 4.1)
    _runs(flow, _LEFT, _number_runs(flow, draft), number_line)
    lower = _subject(flow, draft, number_line) if draft.title is None else number_line
    motto = _republic(flow, draft, top)
    dated = max(number_line, motto + head * 1.6)
    _runs(flow, _RIGHT, _date_runs(flow, draft), dated)
    return max(lower, dated) + head * 1.6


def _republic(flow: Flow, draft: Draft, top: float) -> float:
    """Cell 1; returns the baseline of the motto."""
    head = flow.house.head
    republic = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    if not draft.new_layout and draft.issuer.place[0] > "M":  # half of the older offices
        republic = republic.replace("HÒA", "HOÀ")
    _line(flow, _RIGHT, republic, Style(head, "bold"), top + head)
    motto = top + head * 2.35
    style = Style(head + 1, "bold")
    wide = _line(flow, _RIGHT, "Độc lập - Tự do - Hạnh phúc", style, motto)
    rule(flow, (_RIGHT.left, _RIGHT.width), wide, motto + head * 0.4)
    return motto


def _line(
    flow: Flow, column: Column, text: str, style: Style, baseline: float, tag: str | None = None
) -> float:
    """A centred line, smaller where the column is narrow; returns its width."""
    natural = advance(flow.house.family, style.face, text) * style.size
    size = min(style.size, style.size * column.width / natural)
    fitted = Style(size, style.face, "center")
    _runs(flow, column, words(flow.house.family, text, fitted, tag), baseline)
    return min(natural, column.width)


def _runs(flow: Flow, column: Column, runs: list[Run], baseline: float) -> None:
    style = Style(runs[0].size, runs[0].face, "center")
    placed = place_line(flow.house.family, runs, column.left, column.width, style, True)
    flow.put(column.zone, placed, baseline)


def rule(flow: Flow, column: tuple[float, float], width: float, y: float) -> None:
    """A thin line of a width, in the middle of a column (start, width)."""
    middle = column[0] + column[1] / 2
    flow.sheet.rules.append((middle - width / 2, y, middle + width / 2, y, 0.7))


def _run(flow: Flow, text: str, face: Face, **more: object) -> Run:
    size = flow.house.head + 0.5
    width = advance(flow.house.family, face, text) * size
    return Run(text, face, size, width=width, **more)  # type: ignore[arg-type]  # field names of Run


def _pen_run(flow: Flow, text: str, tag: str) -> Run:
    size = flow.house.head + 0.5
    return Run(text, "regular", size, width=size * (0.55 * len(text) + 0.35), ink="pen", field=tag)


def _number_runs(flow: Flow, draft: Draft) -> list[Run]:
    tail = draft.code[len(draft.number) :]
    if not draft.number_handwritten:
        return [_run(flow, "Số:", "regular"), _run(flow, draft.code, "regular", field="code")]
    return [
        _run(flow, "Số:", "regular"),
        _pen_run(flow, draft.number, "number"),
        _run(flow, tail, "regular", glued=True, field="notation"),
    ]


def _date_runs(flow: Flow, draft: Draft) -> list[Run]:
    day = dt.date.fromisoformat(draft.date)
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    shown = f"{day.day:02}"
    runs = [_run(flow, word, "italic", field="place") for word in f"{draft.place},".split()]
    runs.append(_run(flow, "ngày", "italic"))
    if draft.day_handwritten:
        runs.append(_pen_run(flow, shown, "day"))
    else:
        runs.append(_run(flow, shown, "italic", field="day"))
    rest = f"tháng {month} năm {day.year}".split()
    tags = (None, "month", None, "year")
    return runs + [_run(flow, w, "italic", field=t) for w, t in zip(rest, tags, strict=True)]


def _subject(flow: Flow, draft: Draft, y: float) -> float:
    """Cell 5b, under the number; returns its last baseline."""
    style = Style(12.0, align="center")
    runs = words(flow.house.family, f"V/v {draft.subject}", style)
    tagged = [runs[0], *(replace(run, field="subject") for run in runs[1:])]
    for line in break_lines(flow.house.family, tagged, _LEFT.width - 10, style):
        y += 14.5
        _runs(flow, _LEFT, line, y)
    return y
