"""The end of a page, sorted: Nơi nhận, the signature, page numbers, feet (cells 7, 9b, 13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.page import Line, ZoneKind
from pipeline.recognise.columns import Part
from pipeline.recognise.lines import group_words, split_line
from pipeline.recognise.marks import FOOT, NUMBER_ONLY, is_capitals, is_copies, is_motto
from pipeline.text import fold


@dataclass(slots=True)
class Draft:
    """Lines of one zone while the page is being sorted."""

    kind: ZoneKind
    lines: list[Line] = field(default_factory=list)


STAMPS: frozenset[ZoneKind] = frozenset({"arrival_stamp", "urgency", "secrecy", "seal"})
ORDER: tuple[ZoneKind, ...] = (
    "overlay", "header_left", "header_right", "title", "addressee", "body", "table", "unknown",
    "copies", "signature", "page_number", "foot", "footnote",
    "arrival_stamp", "urgency", "secrecy", "seal",
)  # fmt: skip


class Ends:
    """Lines of a page by column while they are sorted, and the rules for its end."""

    def __init__(
        self,
        parts: Sequence[tuple[Part, Sequence[Line]]],
        width: int,
        height: int,
        letter: float,
    ) -> None:
        self.columns: dict[Part, list[Line]] = {
            "head_left": [], "head_right": [], "middle": [], "end_left": [], "end_right": [],
        }  # fmt: skip
        for part, lines in parts:
            self.columns[part].extend(lines)
        self.width, self.height, self.letter = width, height, letter
        everything = [line for lines in self.columns.values() for line in lines]
        self.left, self.right = _margins(everything, width)
        self.first = any(self._heads(line) for line in everything)
        self.drafts: list[Draft] = []

    def _put(self, kind: ZoneKind, lines: Sequence[Line]) -> None:
        if not lines:
            return
        draft = next((d for d in self.drafts if d.kind == kind and kind not in STAMPS), None)
        if draft is not None:
            draft.lines += lines
        else:
            self.drafts.append(Draft(kind, list(lines)))

    def _heads(self, line: Line) -> bool:
        """Whether a line is quốc hiệu or tiêu ngữ at the head of the page."""
        return line.box[1] < 0.45 * self.height and is_motto(line.text)

    def _feet(self) -> None:
        """Cell 13: the address line at the very foot, often under a rule."""
        for lines in self.columns.values():
            for line in list(lines):
                if line.box[1] > 0.85 * self.height and FOOT.match(fold(line.text)):
                    lines.remove(line)
                    self._put("foot", [line])

    def _page_numbers(self) -> None:
        """A number alone in the middle of the top or bottom margin."""
        for lines in self.columns.values():
            for line in list(lines):
                middle = (line.box[0] + line.box[2]) / 2
                central = abs(middle - (self.left + self.right) / 2) < 0.12 * self.width
                outer = line.box[3] < 0.1 * self.height or line.box[1] > 0.9 * self.height
                if NUMBER_ONLY.match(line.text) and outer and central:
                    lines.remove(line)
                    self._put("page_number", [line])

    def _end(self) -> None:
        """Cells 7 and 9b: Nơi nhận on the left, the signature on the right."""
        left, right = self.columns["end_left"], self.columns["end_right"]
        start = next((i for i, x in enumerate(left) if is_copies(x.text)), None)
        if start is None:
            self._copies_in_middle()
            if any(is_capitals(x.text) for x in right[:2]):
                self._put("copies", left)
                self._put("signature", right)
            else:  # a list or a table in two columns
                both = [*left, *right]
                words = [word for line in both for word in line.words]
                self.columns["middle"] += group_words(words, both[0].reader) if both else []
            return
        # Last lines of the body that the corridor happened to pass, in two parts.
        over = [x for x in right if any(_beside(x, y) for y in left[:start])]
        words = [word for line in [*left[:start], *over] for word in line.words]
        self.columns["middle"] += group_words(words, left[0].reader) if words else []
        self._put("copies", [x for x in left[start:] if not self._far_below(x, left[start:])])
        self._put("foot", [x for x in left[start:] if self._far_below(x, left[start:])])
        self._put("signature", [x for x in right if x not in over])

    def _authority(self) -> None:
        """Lines in capitals on the right that end the middle belong to the signature below."""
        lines = self.columns["middle"]
        signed: list[Line] = []
        while lines and any(d.kind in ("copies", "signature") for d in self.drafts):
            last = lines[-1]
            centre = (self.left + self.right) / 2
            if not is_capitals(last.text) or (last.box[0] + last.box[2]) / 2 < centre:
                break
            if last.box[0] < self.left + 0.3 * (self.right - self.left):
                break
            signed.insert(0, lines.pop())
        draft = next((d for d in self.drafts if d.kind == "signature"), None)
        if draft is not None:
            draft.lines[:0] = signed
        else:
            self._put("signature", signed)

    def _far_below(self, line: Line, lines: Sequence[Line]) -> bool:
        """Whether a wide gap parts a line (or what stands above it) from the list."""
        ordered = sorted(lines, key=lambda x: x.box[1])
        for before, after in pairwise(ordered):
            if after.box[1] - before.box[3] > 6 * self.letter:
                return line.box[1] >= after.box[1] - 1
        return False

    def _copies_in_middle(self) -> None:
        """No corridor was found, but Nơi nhận is there: what stands right of it signs."""
        lines = self.columns["middle"]
        start = next((i for i, x in enumerate(lines) if is_copies(x.text)), None)
        if start is None:
            return
        top = lines[start].box[1] - 2 * self.letter
        centre = (self.left + self.right) / 2
        tail = [part for x in lines if x.box[1] >= top for part in split_line(x, 3 * self.letter)]
        signed = [x for x in tail if x.box[0] > centre - 8 * self.letter and not is_copies(x.text)]
        signed = [x for x in signed if (x.box[0] + x.box[2]) / 2 > centre]
        self._put("copies", [x for x in tail if x not in signed])
        self._put("signature", signed)
        self.columns["middle"] = [x for x in lines if x.box[1] < top]


def _beside(a: Line, b: Line) -> bool:
    """Whether two lines stand at one height."""
    overlap = min(a.box[3], b.box[3]) - max(a.box[1], b.box[1])
    return overlap > 0.5 * min(a.box[3] - a.box[1], b.box[3] - b.box[1])


def _margins(lines: Sequence[Line], width: int) -> tuple[float, float]:
    """Left and right edge of the text: of the wide lines, so that marks in a margin don't count."""
    wide = [x for x in lines if x.box[2] - x.box[0] > 0.45 * width] or list(lines)
    if not wide:
        return 0.1 * width, 0.9 * width
    lefts, rights = sorted(x.box[0] for x in wide), sorted(x.box[2] for x in wide)
    return float(lefts[len(lefts) // 5]), float(rights[-1 - len(rights) // 5])
