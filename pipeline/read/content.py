"""What the content of a PDF page draws: which pictures and where, and whether text shows.

Only as much of the language is followed as tells a scan from a typed page (ISO 32000-1, 8.4 and
9.3.6): the graphics state's matrix and clip, XObjects, inline images, the text mode.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Rectangle = tuple[float, float, float, float]
_EVERYWHERE: Rectangle = (-1e9, -1e9, 1e9, 1e9)
_SHOWS_TEXT = frozenset({"Tj", "TJ", "'", '"'})
_MOST_FORMS = 500
_MOST_STATES = 1000  # saved one over another: the norm asks readers for 28
_PAINTS = frozenset({"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh"})


@dataclass(frozen=True)
class Drawn:
    """A picture on the page: the stream, and the place of its unit square (x down the rows)."""

    image: Any
    matrix: Matrix
    clip: Rectangle
    inline: bool = False

    @property
    def box(self) -> Rectangle:
        """The bounding rectangle in page space."""
        corners = np.array([[0, 0, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1]]) @ self.matrix
        return (
            float(corners[:, 0].min()), float(corners[:, 1].min()),
            float(corners[:, 0].max()), float(corners[:, 1].max()),
        )  # fmt: skip


@dataclass
class Content:
    """What a page draws.

    ``text`` counts the strings that show, ``hidden`` those that don't (mode 3: OCR layers);
    ``text_after`` and ``paint_after`` count text, lines and areas over the last picture.
    ``too_deep``: forms nest beyond the limit; ``too_much``: more forms than a letter can need.
    """

    drawn: list[Drawn] = field(default_factory=list)
    text: int = 0
    hidden: int = 0
    text_after: int = 0
    paint_after: int = 0
    forms: int = 0
    too_deep: bool = False
    too_much: bool = False
    fonts: set[str] = field(default_factory=set)


@dataclass
class _State:
    matrix: Matrix
    clip: Rectangle = _EVERYWHERE
    mode: int = 0
    path: Rectangle | None = None


def look(
    instructions: Iterable[Any], resources: Any, depth: int, fits: Callable[[Any], bool]
) -> Content:
    """Follow the instructions of a page. ``depth`` bounds forms within forms.

    Args:
        instructions: from ``pikepdf.parse_content_stream``.
        resources: the page's resource dictionary.
        depth: forms may nest this deep; deeper ones set ``too_deep``.
        fits: tells whether a form's stream may be unpacked and followed.
    """
    content = Content()
    _follow(content, instructions, resources, _State(np.eye(3)), depth, fits)
    return content


def _follow(
    content: Content,
    instructions: Iterable[Any],
    resources: Any,
    state: _State,
    depth: int,
    fits: Callable[[Any], bool],
) -> None:
    stack: list[_State] = []
    for instruction in instructions:
        if content.too_deep or content.too_much:
            return
        name = str(instruction.operator)
        operands = instruction.operands
        if name == "q":
            stack.append(replace(state))
            content.too_deep = len(stack) > _MOST_STATES
        elif name == "Q":
            state = stack.pop() if stack else state
        elif name == "Do" and operands:
            _invoke(content, resources, operands[0], state, depth, fits)
        elif name == "INLINE IMAGE":
            _note_image(content, Drawn(operands[0], state.matrix, state.clip, inline=True))
        elif name == "Tf" and operands:
            _note_font(content, resources, operands[0])
        elif name in _SHOWS_TEXT:
            _note_text(content, state)
        elif name in _PAINTS:
            content.paint_after += 1
        else:
            _change(state, name, operands)


def _change(state: _State, name: str, operands: Any) -> None:
    """What an instruction does to the graphics state."""
    if name == "cm":
        state.matrix = matrix_of(operands) @ state.matrix
    elif name == "re" and len(operands) == 4:
        state.path = _placed(operands, state.matrix)
    elif name in {"W", "W*"} and state.path is not None:
        state.clip = common(state.clip, state.path)
    elif name == "n":
        state.path = None
    elif name == "Tr" and operands:
        state.mode = int(operands[0])


def matrix_of(numbers: Any) -> Matrix:
    """A PDF matrix [a b c d e f] for row vectors; a broken one is the unit matrix."""
    try:
        a, b, c, d, e, f = (float(n) for n in numbers)
    except (TypeError, ValueError):
        return np.eye(3)
    return np.array([[a, b, 0.0], [c, d, 0.0], [e, f, 1.0]])


def _placed(operands: Any, matrix: Matrix) -> Rectangle:
    x, y, width, height = (float(n) for n in operands)
    corners = np.array([[x, y, 1], [x + width, y + height, 1]]) @ matrix
    (x0, y0), (x1, y1) = corners[:, :2].min(axis=0), corners[:, :2].max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)


def common(one: Rectangle, other: Rectangle) -> Rectangle:
    """Where two rectangles overlap; of no extent where they don't."""
    x0, y0 = max(one[0], other[0]), max(one[1], other[1])
    return x0, y0, max(x0, min(one[2], other[2])), max(y0, min(one[3], other[3]))


def area(box: Rectangle) -> float:
    """Area in square points."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _note_font(content: Content, resources: Any, name: Any) -> None:
    font = resources.get("/Font", {}).get(str(name))
    if font is not None:
        content.fonts.add(str(font.get("/BaseFont", "")))


def _note_text(content: Content, state: _State) -> None:
    if state.mode in {3, 7}:
        content.hidden += 1
    else:
        content.text += 1
        content.text_after += 1


def _note_image(content: Content, drawn: Drawn) -> None:
    content.drawn.append(drawn)
    content.text_after = content.paint_after = 0


def _invoke(
    content: Content,
    resources: Any,
    name: Any,
    state: _State,
    depth: int,
    fits: Callable[[Any], bool],
) -> None:
    from pikepdf import parse_content_stream

    target = resources.get("/XObject", {}).get(str(name))
    kind = str(target.get("/Subtype", "")) if target is not None else ""
    if kind == "/Image":
        _note_image(content, Drawn(target, state.matrix, state.clip))
    elif kind == "/Form":
        content.forms += 1
        content.too_deep = depth <= 0
        content.too_much = content.forms > _MOST_FORMS or not fits(target)
        if content.too_deep or content.too_much:
            return
        inner = matrix_of(target.get("/Matrix", (1, 0, 0, 1, 0, 0))) @ state.matrix
        own = target.get("/Resources", resources)
        _follow(
            content, parse_content_stream(target), own,
            _State(inner, state.clip, state.mode), depth - 1, fits,
        )  # fmt: skip
