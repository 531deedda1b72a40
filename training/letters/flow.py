"""The typist: where the next line goes, over sheets, with room kept for footnotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.page import ZoneKind
from training.letters.phrases import Rng, chance, pick
from training.letters.sheet import HEIGHT, WIDTH, Sheet
from training.letters.typeset import (
    FAMILIES,
    Run,
    Style,
    TextLine,
    advance,
    break_lines,
    place_line,
    words,
)


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
        """The sheet that is written on."""
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
        self.put(
            "page_number",
            place_line(self.house.family, runs, self.house.left, width, style, True),
            at,
        )

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
            mark = replace(
                run, size=7.0 if self.house.note_sign == "raised" else 10.0, note=None, glued=False
            )
            mark = replace(
                mark, width=advance(self.house.family, "regular", _plain(run.text)) * mark.size
            )
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
