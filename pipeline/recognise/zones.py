"""Lines of a page's columns → zones by the layout rules of NĐ 30/2020 Phụ lục I (cells 1-14)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.page import Line, Zone
from pipeline.recognise.columns import Part
from pipeline.recognise.ends import ORDER, Ends
from pipeline.recognise.lines import around, group_words, level, split_line, without_words
from pipeline.recognise.marks import (
    ADDRESSEE,
    DATE,
    NOTE,
    NUMBER,
    SUBJECT,
    is_type,
    stamp_kind,
)
from pipeline.text import fold


def sort_lines(
    parts: Sequence[tuple[Part, Sequence[Line]]], width: int, height: int, letter: float
) -> list[Zone]:
    """Zones in canonical order.

    Args:
        parts: the lines of each column of the page, in reading order.
        width: of the page, in the pixels of the lines' boxes.
        height: of the page.
        letter: x-height in those pixels.
    """
    sorter = _Sorter(parts, width, height, letter)
    return sorter.zones()


def place_tables(zones: Sequence[Zone], tables: Sequence[Zone]) -> list[Zone]:
    """Zones with the tables where they stand: the body is divided at each of them."""
    out = list(zones)
    for table in sorted(tables, key=lambda zone: zone.box[1]):
        top = table.box[1]
        at = next((i for i, z in enumerate(out) if z.kind == "body" and z.box[3] > top), None)
        if at is None:
            last = [i for i, z in enumerate(out) if ORDER.index(z.kind) <= ORDER.index("table")]
            out.insert(last[-1] + 1 if last else 0, table)
            continue
        above = tuple(x for x in out[at].lines if level(x) < top)
        below = tuple(x for x in out[at].lines if level(x) >= top)
        parts = [Zone("body", around(x.box for x in p), p) for p in (above, below) if p]
        out[at : at + 1] = [*parts[: 1 if above else 0], table, *parts[1 if above else 0 :]]
    return out


class _Sorter(Ends):
    """The rules in the order in which they fire; each takes lines out of the columns."""

    def zones(self) -> list[Zone]:
        """Run the rules and make the zones."""
        self._page_numbers()
        self._feet()
        if self.first:
            self._stamps()
            self._overlay()
            self._head()
        else:
            # Two columns at the top of a later page are no header.
            self._rejoin_head()
        self._end()
        self._authority()
        self._middle()
        drafts = sorted((d for d in self.drafts if d.lines), key=lambda d: ORDER.index(d.kind))
        return [Zone(d.kind, around(x.box for x in d.lines), tuple(d.lines)) for d in drafts]

    def _stamps(self) -> None:
        """A stamp in black beside a line: its words go to a zone of their own."""
        for part, lines in self.columns.items():
            kept: list[Line] = []
            for line in lines:
                pieces = split_line(line, 1.5 * self.letter)
                stamps = [(kind, x) for x in pieces if (kind := stamp_kind(x.text))]
                rest = line
                for kind, piece in stamps:
                    self._put(kind, [piece])
                    rest = without_words(rest, piece)
                if rest.words:
                    kept.append(rest)
            self.columns[part] = kept

    def _overlay(self) -> None:
        """Small type above quốc hiệu: a digital signature painted into the page."""
        tops = [
            line.box[1]
            for part in ("head_left", "head_right", "middle")
            for line in self.columns[part]
            if self._heads(line)
        ]
        first = min(tops)
        above: list[Line] = []
        for part in ("head_left", "head_right", "middle"):
            lines = self.columns[part]
            taken = [x for x in lines if x.box[3] < first - 0.3 * self.letter]
            if part == "head_left":  # issuing body may stand a little higher than quốc hiệu
                taken = [x for x in taken if x.box[3] < first - 2.5 * self.letter]
            above += taken
            self.columns[part] = [x for x in lines if x not in taken]
        self._put("overlay", above)

    def _head(self) -> None:
        """Cells 1-5b; what follows them in the two columns goes back to the middle."""
        left, right = self.columns["head_left"], self.columns["head_right"]
        if not right:  # the columns were not found: take the head from the middle
            return self._head_from_middle()
        end = _last(right, lambda x: self._heads(x) or bool(DATE.search(fold(x.text))))
        at = _last(left, lambda x: bool(NUMBER.match(x.text)))
        if left and at < len(left):
            bottom = left[at].box[3] + self.letter
            while end + 1 < len(right) and right[end + 1].box[1] < bottom:
                end += 1
        self._put("header_right", right[: end + 1])
        rest = right[end + 1 :]
        stop = next(
            (i for i, x in enumerate(left) if ADDRESSEE.match(fold(x.text)) or is_type(x.text)),
            len(left),
        )
        self._put("header_left", left[:stop])
        back = sorted([*left[stop:], *rest], key=level)
        self.columns["middle"] = [*back, *self._subject(self.columns["middle"])]
        return None

    def _subject(self, lines: list[Line]) -> list[Line]:
        """Cell 5b below the place where the columns end: V/v and its lines, on the left."""
        if not lines or not SUBJECT.match(fold(lines[0].text)):
            return lines
        centre = (self.left + self.right) / 2
        end = 0
        while end < min(len(lines), 6) and lines[end].box[2] < centre + 2 * self.letter:
            if ADDRESSEE.match(fold(lines[end].text)):
                break
            end += 1
        self._put("header_left", lines[:end])
        return lines[end:]

    def _head_from_middle(self) -> None:
        lines = self.columns["middle"]
        end = _last(lines, lambda x: self._heads(x) or bool(DATE.search(fold(x.text))), limit=14)
        centre = (self.left + self.right) / 2
        head = lines[: end + 1]
        left = [x for x in head if (x.box[0] + x.box[2]) / 2 < centre]
        self._put("header_left", [*self.columns["head_left"], *left])
        self._put("header_right", [x for x in head if x not in left])
        self.columns["middle"] = lines[end + 1 :]

    def _rejoin_head(self) -> None:
        both = [*self.columns["head_left"], *self.columns["head_right"]]
        words = [word for line in both for word in line.words]
        joined = group_words(words, both[0].reader) if both else []
        self.columns["middle"] = [*joined, *self.columns["middle"]]

    def _middle(self) -> None:
        lines = self.columns["middle"]
        lines = self._footnotes(lines)
        if not self.first:
            self._put("body", lines)
            return
        lines = self._title(lines)
        lines = self._addressee(lines)
        self._put("body", lines)

    def _footnotes(self, lines: list[Line]) -> list[Line]:
        """Small type at the foot that opens with a mark."""
        for i, line in enumerate(lines):
            low = line.box[1] > 0.6 * self.height
            tail = lines[i:]
            small = all(_size(x) < 0.88 * self._body_size(lines) for x in tail)
            if low and small and NOTE.match(line.text) and len(tail) <= 15:
                self._put("footnote", tail)
                return lines[:i]
        return lines

    def _body_size(self, lines: Sequence[Line]) -> float:
        sizes = sorted(_size(x) for x in lines)
        return sizes[len(sizes) // 2] if sizes else 0.0

    def _title(self, lines: list[Line]) -> list[Line]:
        """Cell 5a: a type in capitals, centred, and the centred lines under it."""
        start = next((i for i, x in enumerate(lines[:6]) if is_type(x.text)), None)
        if start is None:
            return lines
        end = start + 1
        while end < min(len(lines), start + 9) and self._is_centred(lines[end]):
            if lines[end].box[1] - lines[end - 1].box[3] > 2.4 * self.letter and end > start + 1:
                break
            end += 1
        self._put("title", lines[start:end])
        return lines[:start] + lines[end:]

    def _is_centred(self, line: Line) -> bool:
        left, right = line.box[0] - self.left, self.right - line.box[2]
        even = abs(left - right) < 0.07 * (self.right - self.left)
        return even and min(left, right) > 1.2 * self.letter

    def _addressee(self, lines: list[Line]) -> list[Line]:
        """Cell 9a: Kính gửi and its list, up to the first line of a paragraph."""
        start = next((i for i, x in enumerate(lines[:5]) if ADDRESSEE.match(fold(x.text))), None)
        if start is None:
            return lines
        end = start + 1
        while end < min(len(lines), start + 40) and self._is_inset(lines[end], lines[end - 1]):
            end += 1
        self._put("addressee", lines[start:end])
        return lines[:start] + lines[end:]

    def _is_inset(self, line: Line, before: Line) -> bool:
        inset = line.box[0] - self.left
        dashed = line.text[:1] in "-–—+•·"
        if inset > 0.2 * (self.right - self.left):
            return True
        near = line.box[1] - before.box[3] < 2.2 * self.letter
        return dashed and near and inset > 2.5 * self.letter and not before.text.endswith(".")


def _size(line: Line) -> float:
    heights = sorted(w.box[3] - w.box[1] for w in line.words)
    return float(heights[len(heights) // 2])


def _last(lines: Sequence[Line], test: Callable[[Line], bool], limit: int = 8) -> int:
    """The last of the first lines that passes, or the third line."""
    found = [i for i, line in enumerate(lines[:limit]) if test(line)]
    return found[-1] if found else min(len(lines), 3) - 1
