"""Words, lines and justified paragraphs in points, from marked text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from PIL import ImageFont

from pipeline.page import ZoneKind
from training.letters.marks import pieces

Face = Literal["regular", "bold", "italic", "bolditalic"]
Ink = Literal["black", "red", "pen"]

FAMILIES: dict[str, dict[Face, str]] = {
    "Tinos": {
        "regular": "truetype/croscore/Tinos-Regular.ttf",
        "bold": "truetype/croscore/Tinos-Bold.ttf",
        "italic": "truetype/croscore/Tinos-Italic.ttf",
        "bolditalic": "truetype/croscore/Tinos-BoldItalic.ttf",
    },
    "TeX Gyre Termes": {
        "regular": "opentype/public/tex-gyre/texgyretermes-regular.otf",
        "bold": "opentype/public/tex-gyre/texgyretermes-bold.otf",
        "italic": "opentype/public/tex-gyre/texgyretermes-italic.otf",
        "bolditalic": "opentype/public/tex-gyre/texgyretermes-bolditalic.otf",
    },
    "FreeSerif": {
        "regular": "truetype/freefont/FreeSerif.ttf",
        "bold": "truetype/freefont/FreeSerifBold.ttf",
        "italic": "truetype/freefont/FreeSerifItalic.ttf",
        "bolditalic": "truetype/freefont/FreeSerifBoldItalic.ttf",
    },
}
"""Times-like fonts of Debian that have every Vietnamese letter (Liberation Serif has not)."""

_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/share/texmf/fonts"))
_PACKAGES = "fonts-croscore fonts-texgyre fonts-freefont-ttf"


@lru_cache(maxsize=64)
def font_path(family: str, face: Face) -> Path:
    """The font's file.

    Raises:
        FileNotFoundError: its Debian package is not installed; the sentence names it.
    """
    for folder in _FOLDERS:
        path = folder / FAMILIES[family][face]
        if path.exists():
            return path
    raise FileNotFoundError(f"{family} ({face}) is missing: apt-get install {_PACKAGES}")


@lru_cache(maxsize=512)
def font(family: str, face: Face, pixels: int) -> ImageFont.FreeTypeFont:
    """A font at a size in pixels per em; the basic layout engine is the same on every machine."""
    path = str(font_path(family, face))
    return ImageFont.truetype(path, pixels, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=200_000)
def advance(family: str, face: Face, text: str) -> float:
    """Width of a text in ems."""
    return font(family, face, 1000).getlength(text) / 1000


@dataclass(frozen=True, slots=True)
class Run:
    """One printed word: ``x``, ``y`` is the start of its baseline, ``width`` its advance (points).

    ``glued`` runs follow the one before without a space. ``ink`` "pen" is written by hand. A
    footnote's sign is raised by ``rise`` and carries its ``note``.
    """

    text: str
    face: Face
    size: float
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    glued: bool = False
    ink: Ink = "black"
    field: str | None = None
    rise: float = 0.0
    note: str | None = None


@dataclass(frozen=True, slots=True)
class TextLine:
    """One printed line, in the zone that it belongs to."""

    zone: ZoneKind
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The line as gold writes it: handwriting between ⟦h: and ⟧."""
        out = ""
        for run in self.runs:
            shown = f"⟦h:{run.text}⟧" if run.ink == "pen" else run.text
            out += shown if run.glued or not out else f" {shown}"
        return out


@dataclass(frozen=True, slots=True)
class Style:
    """How a paragraph is set, in points."""

    size: float
    face: Face = "regular"
    align: Literal["justify", "left", "center", "right"] = "justify"
    indent: float = 0.0  # of the first line
    leading: float = 1.25  # line height in font sizes


def words(family: str, marked: str, style: Style, field: str | None = None) -> list[Run]:
    """Marked text as unplaced runs; a footnote becomes a raised run that carries its note."""
    runs: list[Run] = []
    glue = False
    for piece in pieces(marked):
        if piece.kind == "f":
            runs.append(
                Run(
                    "",
                    style.face,
                    style.size * 0.65,
                    glued=True,
                    rise=style.size * 0.33,
                    note=piece.value,
                )
            )
            glue = True
            continue
        face = _face(style.face, piece.kind)
        text = piece.shown
        parts = text.split()
        for number, part in enumerate(parts):
            glued = number == 0 and bool(runs) and glue and not text[0].isspace()
            width = advance(family, face, part) * style.size
            runs.append(Run(part, face, style.size, width=width, glued=glued, field=field))
        if text:
            glue = not text[-1].isspace()
    return runs


def _face(base: Face, kind: str) -> Face:
    if kind == "b":
        return "bolditalic" if "italic" in base else "bold"
    if kind == "i":
        return "italic" if base == "regular" else base
    return base


def break_lines(family: str, runs: Sequence[Run], width: float, style: Style) -> list[list[Run]]:
    """Runs over lines of at most ``width`` points, greedily; codes may break after a hyphen."""
    lines: list[list[Run]] = []
    line: list[Run] = []
    room = width - style.indent
    used = 0.0
    queue = list(runs)
    while queue:
        run = queue.pop(0)
        space = 0.0 if run.glued or not line else advance(family, run.face, " ") * run.size
        if not line or used + space + run.width <= room or run.glued:
            line.append(run)
            used += space + run.width
            continue
        head, tail = _split(family, run, room - used - space)
        if head is not None and tail is not None:
            line.append(head)
            run = tail
        lines.append(line)
        line, used, room = [replace(run, glued=False)], run.width, width
    if line:
        lines.append(line)
    return lines


def _split(family: str, run: Run, room: float) -> tuple[Run | None, Run | None]:
    """A code such as 1744/QĐ-BGTVT in two at its hyphen, when the first part has room."""
    cut = run.text.find("-", 3) + 1
    if "/" not in run.text or not 0 < cut < len(run.text):
        return None, None
    head = run.text[:cut]
    width = advance(family, run.face, head) * run.size
    if width > room:
        return None, None
    tail = run.text[cut:]
    return replace(run, text=head, width=width), replace(
        run, text=tail, width=advance(family, run.face, tail) * run.size, glued=False
    )


def place_line(
    family: str, runs: Sequence[Run], left: float, width: float, style: Style, last: bool
) -> tuple[Run, ...]:
    """Runs placed from ``left``, on a baseline at y = 0; all but the last line fill the width."""
    gaps = [i for i, run in enumerate(runs) if i and not run.glued]
    space = advance(family, "regular", " ") * style.size
    natural = sum(run.width for run in runs) + space * len(gaps)
    slack = width - natural
    if style.align == "justify" and not last and gaps:
        space += slack / len(gaps)
    start = {"center": slack / 2, "right": slack}.get(style.align, 0.0)
    x, placed = left + start, []
    for number, run in enumerate(runs):
        if number and not run.glued:
            x += space
        placed.append(replace(run, x=x, y=-run.rise))
        x += run.width
    return tuple(placed)
