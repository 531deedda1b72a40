"""The page layout of NĐ 30/2020 Phụ lục I (and TT 01/2011): a draft over A4 sheets, in points."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.page import ZoneKind
from training.letters.draft import Block, Draft
from training.letters.phrases import Rng, chance, pick
from training.letters.typeset import (
    FAMILIES,
    Face,
    Run,
    Style,
    TextLine,
    advance,
    break_lines,
    place_line,
    words,
)

WIDTH, HEIGHT = 595.3, 841.9  # A4

MarkKind = Literal["seal", "signature", "paraph", "urgency", "secrecy", "arrival", "overlay"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that is no print: box in points, and what it says."""

    kind: MarkKind
    box: tuple[float, float, float, float]
    words: tuple[str, ...] = ()


@dataclass
class Sheet:
    """One page: printed lines, ruled lines (x0, y0, x1, y1, width) and marks."""

    lines: list[TextLine] = field(default_factory=list)
    rules: list[tuple[float, float, float, float, float]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class House:
    """The habits of one typist: fonts, sizes, margins and spacing."""

    family: str
    size: float  # of the body
    head: float  # of the header
    left: float
    right: float
    leading: float
    gap: float
    bold_marks: bool
    note_sign: Literal["raised", "round"]


def house(rng: Rng) -> House:
    """Habits within what the rules allow (13-14 points, margins of 15-35 mm)."""
    return House(
        family=pick(rng, list(FAMILIES)),
        size=pick(rng, (13.0, 13.5, 14.0)),
        head=pick(rng, (12.0, 12.5, 13.0)),
        left=float(pick(rng, (76, 80, 85))),
        right=WIDTH - float(pick(rng, (43, 50, 57))),
        leading=pick(rng, (1.15, 1.2, 1.3, 1.4)),
        gap=pick(rng, (3.0, 4.0, 6.0)),
        bold_marks=chance(rng, 0.5),
        note_sign=pick(rng, ("raised", "round")),
    )


def lay_out(rng: Rng, draft: Draft) -> tuple[House, list[Sheet]]:
    """All sheets of a letter."""
    habits = house(rng)
    flow = Flow(habits, draft.new_layout)
    flow.y = header(flow, draft)
    _title_or_addressee(flow, draft)
    for block in draft.blocks:
        _block(flow, block)
    _foot(flow, draft)
    flow.finish()
    _margin_marks(rng, flow, draft)
    return habits, flow.sheets


class Flow:
    """Where the next line goes; opens sheets and keeps room for footnotes."""

    def __init__(self, habits: House, new_layout: bool) -> None:
        self.house = habits
        self.new_layout = new_layout
        self.sheets = [Sheet()]
        self.y = 57.0
        self.bottom = HEIGHT - 57.0
        self._notes: list[TextLine] = []
        self._note_count = 0

    @property
    def sheet(self) -> Sheet:
        return self.sheets[-1]

    def style(self, **changes: object) -> Style:
        """The body's style with changes."""
        return replace(Style(self.house.size, leading=self.house.leading), **changes)  # type: ignore[arg-type]  # field names of Style

    def add(
        self,
        zone: ZoneKind,
        marked: str,
        style: Style,
        *,
        left: float | None = None,
        width: float | None = None,
        tag: str | None = None,
    ) -> None:
        """A paragraph at the cursor, over as many sheets as it needs."""
        left = self.house.left if left is None else left
        width = self.house.right - left if width is None else width
        runs = self._numbered(words(self.house.family, marked, style, tag))
        lines = break_lines(self.house.family, runs, width, style)
        for number, line in enumerate(lines):
            notes = self._note_lines(line)
            height = style.size * style.leading
            need = height + _height(notes)
            if self.y + need > self.bottom - _height(self._notes):
                self.turn()
            self._notes += notes
            indent = style.indent if number == 0 else 0.0
            last = number == len(lines) - 1
            placed = place_line(self.house.family, line, left + indent, width - indent, style, last)
            self.put(zone, placed, self.y + style.size * 0.95)
            self.y += height

    def put(self, zone: ZoneKind, runs: Sequence[Run], baseline: float) -> None:
        """A line with its baseline at a height of the current sheet."""
        moved = tuple(replace(run, y=run.y + baseline) for run in runs)
        self.sheet.lines.append(TextLine(zone, moved))

    def need(self, height: float) -> None:
        """Turn the page unless there is room."""
        if self.y + height > self.bottom - _height(self._notes):
            self.turn()

    def turn(self) -> None:
        """Close the sheet with its footnotes and open the next, with its number."""
        self.finish()
        self.sheets.append(Sheet())
        self.y = 57.0
        number = str(len(self.sheets))
        style = Style(13.0, align="center")
        at = 36.0
        if not self.new_layout:  # TT 01/2011: at the foot, right
            style, at = replace(style, align="right"), HEIGHT - 30.0
        runs = words(self.house.family, number, style)
        width = self.house.right - self.house.left
        self.put("page_number", place_line(self.house.family, runs, self.house.left, width, style, True), at)

    def finish(self) -> None:
        """Set the footnotes of the sheet at its foot."""
        if self._notes:
            y = self.bottom - _height(self._notes) + 8
            self.sheet.rules.append((self.house.left, y, self.house.left + 140, y, 0.6))
            for line in self._notes:
                y += 12.0
                self.put("footnote", line.runs, y)
        self._notes = []

    def _numbered(self, runs: list[Run]) -> list[Run]:
        out = []
        for run in runs:
            if run.note is None:
                out.append(run)
                continue
            self._note_count += 1
            sign = self.sign(self._note_count)
            size = run.size if self.house.note_sign == "raised" else self.house.size
            rise = run.rise if self.house.note_sign == "raised" else 0.0
            width = advance(self.house.family, "regular", _plain(sign)) * size
            out.append(replace(run, text=sign, face="regular", size=size, rise=rise, width=width))
        return out

    def sign(self, number: int) -> str:
        """A footnote's sign as gold writes it: ¹ or (1)."""
        raised = self.house.note_sign == "raised"
        return "⁰¹²³⁴⁵⁶⁷⁸⁹"[number] if raised else f"({number})"

    def _note_lines(self, line: Sequence[Run]) -> list[TextLine]:
        style = Style(10.0, align="left")
        width = self.house.right - self.house.left
        out = []
        for run in line:
            if run.note is None:
                continue
            mark = replace(run, size=7.0 if self.house.note_sign == "raised" else 10.0, note=None, glued=False)
            mark = replace(mark, width=advance(self.house.family, "regular", _plain(run.text)) * mark.size)
            mark = replace(mark, rise=3.0 if self.house.note_sign == "raised" else 0.0)
            runs = [mark, *words(self.house.family, run.note, style)]
            for part in break_lines(self.house.family, runs, width, style):
                placed = place_line(self.house.family, part, self.house.left, width, style, True)
                out.append(TextLine("footnote", placed))
        return out


def _plain(sign: str) -> str:
    return sign.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))


def _height(notes: Sequence[TextLine]) -> float:
    return 12.0 * len(notes) + (14.0 if notes else 0.0)


# --- Header: cells 1-5b -------------------------------------------------------------------------


def header(flow: Flow, draft: Draft) -> float:
    """Both columns of the header; returns where the letter goes on."""
    left, right = (54.0, 196.0), (252.0, 304.0)  # start and width
    y = 57.0 if not draft.overlays else 66.0
    head = flow.house.head
    baseline = y + head
    for text in draft.issuer.parent:
        _column(flow, "header_left", text, "regular", head, left, baseline, "issuer.parent")
        baseline += head * 1.25
    for text in draft.issuer.name:
        wide = _column(flow, "header_left", text, "bold", head, left, baseline, "issuer.name")
        baseline += head * 1.25
    _rule(flow, left, wide * 0.4, baseline - head * 0.85)
    number_line = max(baseline + head * 0.7, y + head * 4.1)
    _column_runs(flow, "header_left", _number_runs(flow, draft), left, number_line)
    lower = number_line
    if draft.title is None:
        lower = _subject(flow, draft, left, number_line)
    motto = y + head * 2.35
    republic = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    if not draft.new_layout and draft.issuer.place[0] > "M":
        republic = republic.replace("HÒA", "HOÀ")
    _column(flow, "header_right", republic, "bold", head, right, y + head, None)
    wide = _column(flow, "header_right", "Độc lập - Tự do - Hạnh phúc", "bold", head + 1, right, motto, None)
    _rule(flow, right, wide, motto + head * 0.4)
    _column_runs(flow, "header_right", _date_runs(flow, draft), right, max(number_line, motto + head * 1.6))
    return max(lower, motto + head * 1.6) + head * 1.6


def _column(
    flow: Flow, zone: ZoneKind, text: str, face: Face, size: float,
    column: tuple[float, float], baseline: float, tag: str | None,
) -> float:  # fmt: skip
    """A centred line, smaller where the column is narrow; returns its width."""
    natural = advance(flow.house.family, face, text) * size
    size = min(size, size * column[1] / natural)
    style = Style(size, face, "center")
    runs = words(flow.house.family, text, style, tag)
    flow.put(zone, place_line(flow.house.family, runs, *column, style, True), baseline)
    return min(natural, column[1])


def _column_runs(
    flow: Flow, zone: ZoneKind, runs: list[Run], column: tuple[float, float], baseline: float
) -> None:
    style = Style(runs[0].size, runs[0].face, "center")
    flow.put(zone, place_line(flow.house.family, runs, *column, style, True), baseline)


def _rule(flow: Flow, column: tuple[float, float], width: float, y: float) -> None:
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


def _subject(flow: Flow, draft: Draft, column: tuple[float, float], y: float) -> float:
    """Cell 5b, under the number; returns its last baseline."""
    style = Style(12.0, align="center")
    runs = words(flow.house.family, f"V/v {draft.subject}", style)
    tagged = [runs[0], *(replace(run, field="subject") for run in runs[1:])]
    for line in break_lines(flow.house.family, tagged, column[1] - 10, style):
        y += 14.5
        flow.put("header_left", place_line(flow.house.family, line, *column, style, True), y)
    return y


# --- Body: cells 5a, 6, 9a ----------------------------------------------------------------------


def _title_or_addressee(flow: Flow, draft: Draft) -> None:
    if draft.title is not None:
        flow.y += 8
        flow.add("title", draft.title, flow.style(size=flow.house.size + 0.5, face="bold", align="center"), tag="doc_type")
        prefix = "" if draft.doc_type == "giấy mời" else "Về việc "
        subject = draft.subject[0].upper() + draft.subject[1:] if not prefix else draft.subject
        style = flow.style(face="bold", align="center")
        flow.add("title", prefix + subject, style, left=flow.house.left + 50, width=flow.house.right - flow.house.left - 100, tag="subject")
        _rule(flow, (flow.house.left, flow.house.right - flow.house.left), 110, flow.y + 3)
        flow.y += 14
    if not draft.recipients:
        return
    left = flow.style(align="left")
    flow.y += 6
    if len(draft.recipients) == 1:
        flow.add("addressee", f"Kính gửi: {draft.recipients[0]}.", replace(left, align="center"), tag="recipients")
    else:
        flow.add("addressee", "Kính gửi:", left, left=flow.house.left + 80)
        for number, who in enumerate(draft.recipients):
            end = "." if number == len(draft.recipients) - 1 else ";"
            flow.add("addressee", f"- {who}{end}", left, left=flow.house.left + 125, tag="recipients")
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
        max(advance(flow.house.family, face, row[c]) * size for row, face in zip(rows, faces, strict=True)) + 2 * pad
        for c in range(len(rows[0]))
    ]
    room = flow.house.right - flow.house.left
    size *= min(1.0, room / sum(widths))
    widths = [width * min(1.0, room / sum(widths)) for width in widths]
    left = flow.house.left + (room - sum(widths)) / 2
    flow.need(height * 3)
    for row, face in zip(rows, faces, strict=True):
        flow.need(height)
        x, runs = left, []
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


# --- Foot: cells 7, 8, 9b, 13 -------------------------------------------------------------------


def _foot(flow: Flow, draft: Draft) -> None:
    signature = draft.signature
    above = (*signature.authority, signature.position)
    size = flow.house.head + 1
    entries = [f"- {who};" for who in draft.copies] + [f"- {draft.filing}."]
    copies_style = Style(11.0, align="left")
    broken = [
        break_lines(flow.house.family, words(flow.house.family, entry, copies_style, "copies_to"), 200, copies_style)
        for entry in entries
    ]
    tall = max(len(above) * size * 1.25 + 100, 16 + 13.5 * sum(map(len, broken)))
    flow.y += 6
    flow.need(tall)
    top = flow.y
    head = Style(12.0, "bolditalic", "left")
    runs = words(flow.house.family, "Nơi nhận:", head)
    flow.put("copies", place_line(flow.house.family, runs, flow.house.left, 200, head, True), top + 12)
    y = top + 12
    for entry_lines in broken:
        for line in entry_lines:
            y += 13.5
            placed = place_line(flow.house.family, line, flow.house.left, 200, copies_style, True)
            flow.put("copies", placed, y)
    column = (flow.house.right - 232, 232.0)
    baseline = top + size
    for number, text in enumerate(above):
        tag = "signer.position" if number == len(above) - 1 else "signer.authority"
        _signed(flow, text, size, column, baseline, tag, "position" in signature.stamped and number == len(above) - 1)
        baseline += size * 1.25
    name = baseline + 78
    _signed(flow, signature.name, size, column, name, "signer.name", "name" in signature.stamped)
    _sign(flow, draft, column, baseline - size, name)
    flow.y = max(y, name) + 10
    if draft.issuer.address:
        _address(flow, draft.issuer.address)


def _signed(
    flow: Flow, text: str, size: float, column: tuple[float, float], baseline: float, tag: str, stamped: bool
) -> None:
    style = Style(size, "bold", "center")
    runs = words(flow.house.family, text, style, tag)
    if stamped:
        runs = [replace(run, ink="red") for run in runs]
    flow.put("signature", place_line(flow.house.family, runs, *column, style, True), baseline)


def _sign(flow: Flow, draft: Draft, column: tuple[float, float], top: float, bottom: float) -> None:
    """The pen and the seal over its left third."""
    middle = column[0] + column[1] / 2
    height = (top + bottom) / 2
    flow.sheet.marks.append(Mark("signature", (middle - 45, height - 30, middle + 75, height + 30)))
    radius = 50.0
    seal = middle - 48
    flow.sheet.marks.append(
        Mark("seal", (seal - radius, height - radius, seal + radius, height + radius), seal_words(draft))
    )


def seal_words(draft: Draft) -> tuple[str, ...]:
    """What the round seal says: the ring above, the ring below, the middle."""
    name = " ".join(draft.issuer.name)
    if draft.issuer.collective:
        return name, "", ""
    if draft.issuer.kind == "central":
        return "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "", name
    return "CỘNG HÒA XHCN VIỆT NAM", f"TỈNH {draft.place.upper()}", name


def _address(flow: Flow, text: str) -> None:
    """Cell 13, at the foot of the first page."""
    style = Style(9.5, align="center")
    width = flow.house.right - flow.house.left
    runs = words(flow.house.family, text, style)
    placed = place_line(flow.house.family, runs, flow.house.left, width, style, True)
    moved = tuple(replace(run, y=run.y + HEIGHT - 32) for run in placed)
    flow.sheets[0].lines.append(TextLine("foot", moved))
    flow.sheets[0].rules.append((flow.house.left, HEIGHT - 43, flow.house.right, HEIGHT - 43, 0.5))


def _margin_marks(rng: Rng, flow: Flow, draft: Draft) -> None:
    """Urgency, secrecy and arrival stamps, overlays, and the drafter's paraph."""
    first = flow.sheets[0]
    low = max(line.runs[0].y for line in first.lines if line.zone in ("header_left", "header_right"))
    y = low + 14
    for kind, word in (("urgency", draft.urgency), ("secrecy", draft.secrecy)):
        if word:
            first.marks.append(Mark(kind, (58, y, 58 + 12.0 * len(word), y + 24), (word,)))  # type: ignore[arg-type]  # two of MarkKind
            y += 30
    if draft.arrival:
        box = (30.0, 8.0, 165.0, 54.0) if y > low + 14 or draft.title else (46.0, y, 176.0, y + 46)
        stamp = draft.arrival
        first.marks.append(Mark("arrival", box, (stamp.office, stamp.number, stamp.day)))
    x = WIDTH - 20
    for overlay in draft.overlays:
        text = [overlay.by, overlay.organisation or "", overlay.email or "", overlay.time]
        first.marks.append(Mark("overlay", (x - 175, 8, x, 50), tuple(text)))
        x -= 185
    if chance(rng, 0.3):
        sheet = flow.sheets[-1]
        ends = [line for line in sheet.lines if line.zone == "body"]
        if ends:
            last = ends[-1].runs[-1]
            x = last.x + last.width + 6
            if x < WIDTH - 80:
                sheet.marks.append(Mark("paraph", (x, last.y - 14, x + 36, last.y + 6)))
