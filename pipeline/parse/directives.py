"""Directives: the numbered items of the body, whole across lines and pages.

NĐ 30/2020/NĐ-CP Phụ lục I numbers them ``1.``, ``a)`` (a b c d đ e g h …), ``Điều 1.``, ``I.``.
The scheme whose item comes first is the top level; everything below stands in ``items``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipeline.letter import Directive
from pipeline.parse.assignees import assignees_of
from pipeline.parse.citations import citations_in
from pipeline.parse.deadlines import deadlines_in
from pipeline.parse.rows import Row, box_around
from pipeline.text import LOWER, UPPER

ROMAN = {name: n for n, name in enumerate("I II III IV V VI VII VIII IX X XI XII".split(), 1)}
_LETTERS = {letter: n for n, letter in enumerate("abcdđeghiklmnopqrstuvxy", 1)}
_LABEL = re.compile(
    r"^[\W_]{0,5}?(?:(?P<article>[ĐD]i[eềê]u\s+\d{1,3})\s*[.:]"
    r"|(?P<roman>[IVX]{1,4})\s*[./-]\s"
    r"|(?P<deep>\d{1,2}(?:\.\d{1,2})+)\s*[.)]?\s"
    rf"|(?P<number>\d{{1,2}})(?!/[A-ZĐ]{{2}})\s*(?:[./)](?:\s+|(?=[^\d\s/%]))|-\s(?=[{UPPER}])|-(?=[{UPPER}][{LOWER}]))"
    r"|\(?(?P<letter>[a-zđ])\s*\)"
    r"|(?P<dash>[-–—+])\s+)\s*"
)
_BROKEN_CODE = re.compile(r"/\S*[\wĐ]-$")  # of two lines: "1205/QĐ-" "UBND"
_QUOTED = re.compile(r"\W{0,2}[“\"«„]")  # the item of a quoted law, whose quotation opens here
_TOP = ("article", "roman", "number")
_BELOW = ("number", "deep", "letter", "dash")
_LEVELS = 5  # Mục, Điều, khoản, điểm, gạch đầu dòng; what looks like more is a flood of labels
_SENTENCE_ENDS = re.compile(r"[.;:/]\W*$")
# How the paragraph after the last item opens, whatever its indent (NĐ 30/2020 Phụ lục III, forms).
_CLOSING = re.compile(
    r"^\W{0,2}(?:de nghi (?:cac|quy|thu truong)|yeu cau (?:cac|thu truong)|tren day la|vay |"
    r"trong qua trinh|nhan duoc|giao (?:van phong|so |chanh)|kinh de nghi|ket thuc)"
)
_MISSED = 2  # an item whose label was lost may be skipped: 8 may follow 6, not 5


@dataclass(frozen=True, slots=True)
class _Label:
    scheme: str
    label: str
    order: int
    end: int


def _label_of(row: Row) -> _Label | None:
    match = _LABEL.match(row.text)
    if match is None or match.lastgroup is None or _QUOTED.match(row.text):
        return None
    scheme, printed = match.lastgroup, match[match.lastgroup]
    if scheme == "article":
        number = re.sub(r"\D", "", printed)
        return _Label(scheme, f"Điều {number}", int(number), match.end())
    order = {
        "roman": ROMAN.get(printed, 0),
        "number": int(printed) if printed.isdecimal() else 0,
        "deep": int(printed.split(".")[-1]) if scheme == "deep" else 0,
        "letter": _LETTERS.get(printed, 0),
        "dash": 0,
    }[scheme]
    return _Label(scheme, printed, order, match.end())


def directives_of(
    body: Sequence[Row], recipients: Sequence[str], *, articles: bool = True
) -> tuple[Directive, ...]:
    """The top-level items of a letter's body, their sub-items inside.

    Args:
        articles: whether ``Điều 1.`` can be an item of its own; in a công văn it is quoted law.
        body: rows of cell 6 in reading order, page breaks passed over.
        recipients: the bodies of Kính gửi, to resolve assignees against.
    """
    spans = _top_spans(body, articles=articles)
    return tuple(_directive(label, rows, recipients) for label, rows in spans)


def _top_spans(body: Sequence[Row], *, articles: bool) -> list[tuple[_Label, list[Row]]]:
    """Each top-level label with its rows, up to the next one or the paragraph that ends them."""
    spans: list[tuple[_Label, list[Row]]] = []
    scheme: str | None = None
    last: dict[int, int] = {}  # where the labels of the scheme stand for the last time, by number
    schemes = _TOP if articles else _TOP[1:]
    quoted = _quoted(body)
    layout = _Layout.of(body)
    labels = [_label_of(row) for row in body]
    before: Row | None = None
    for index, row in enumerate(body):
        label = None if index in quoted else labels[index]
        if scheme is None and label and label.scheme in schemes and label.order == 1:
            scheme = label.scheme
            last = {
                each.order: at for at, each in enumerate(labels) if each and each.scheme == scheme
            }
        if label and label.scheme == scheme and _follows(spans, label):
            spans.append((label, [row.part(label.end)]))
        elif spans and before is not None and label is None and layout.new_paragraph(before, row):
            order = spans[-1][0].order
            if all(last.get(order + n, -1) < index for n in range(1, _MISSED + 1)):
                break  # no further item comes: a new paragraph closes the last one
            spans[-1][1].append(row)
        elif spans:
            spans[-1][1].append(row)
        before = row
    return spans


def _follows(spans: Sequence[tuple[_Label, list[Row]]], label: _Label) -> bool:
    last = spans[-1][0].order if spans else 0
    return last < label.order <= last + _MISSED if spans else label.order == 1


def _quoted(body: Sequence[Row]) -> set[int]:
    """Rows that begin inside a quotation: the items of a quoted law are not this letter's.

    An opening mark counts only if the next mark closes it: reading loses many.
    """
    marks = [(i, c) for i, row in enumerate(body) for c in row.text if c in "“”"]
    inside: set[int] = set()
    for (opened, first), (closed, second) in pairwise(marks):
        if first == "“" and second == "”":
            inside.update(range(opened + 1, closed + 1))
    return inside


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the body is set: the left margin and page widths in pixels, the usual line length."""

    margin: dict[int, float]
    right: dict[int, float]
    length: float

    @classmethod
    def of(cls, body: Sequence[Row]) -> _Layout:
        margin: dict[int, float] = {}
        right: dict[int, float] = {}
        for page in {row.page for row in body}:
            boxes = [row.box for row in body if row.page == page]
            lefts = [box[0] for box in boxes if box]
            rights = [box[2] for box in boxes if box]
            if lefts:
                # Full lines start at the margin, first lines of paragraphs to its right.
                margin[page] = sorted(lefts)[len(lefts) // 4]
                right[page] = max(rights)
        lengths = [len(row.text) for row in body]
        return cls(margin, right, median(lengths) if lengths else 0)

    def new_paragraph(self, before: Row, row: Row) -> bool:
        """Whether a row without a label opens a paragraph of its own."""
        if not row.text[:1].isupper() or not _SENTENCE_ENDS.search(before.text):
            return False
        if _CLOSING.match(row.folded):
            return True
        if row.box is not None and row.page in self.margin:
            width = self.right[row.page] - self.margin[row.page]
            return row.box[0] - self.margin[row.page] > 0.02 * width
        return row.gap or len(before.text) < 0.75 * self.length


def _directive(
    label: _Label, rows: list[Row], recipients: Sequence[str], level: int = 1
) -> Directive:
    text = _joined(rows)
    lead, below = _sub_spans(rows) if level < _LEVELS else (rows, [])
    due = tuple(deadlines_in(text))
    return Directive(
        label=label.label,
        text=text,
        confidence=_reading(rows),
        page=rows[0].page,
        box=box_around([w for r in rows if r.page == rows[0].page for w in r.words]),
        assignees=assignees_of(_joined(lead), recipients),
        deadlines=tuple(dict.fromkeys(d.date for d in due if d.date)),
        due=due,
        citations=tuple(c.code for c in citations_in(text)),
        items=tuple(_directive(sub, inside, recipients, level + 1) for sub, inside in below),
    )


def _sub_spans(rows: list[Row]) -> tuple[list[Row], list[tuple[_Label, list[Row]]]]:
    """The rows before the first sub-item, and the sub-items of the first scheme met."""
    lead: list[Row] = []
    spans: list[tuple[_Label, list[Row]]] = []
    scheme: str | None = None
    for index, row in enumerate(rows):
        label = _label_of(row) if index or not row.text[:1].isupper() else None
        if label and label.scheme in _BELOW and scheme is None and label.order <= 1:
            scheme = label.scheme
        if label and label.scheme == scheme and (scheme == "dash" or _follows(spans, label)):
            spans.append((label, [row.part(label.end)]))
        else:
            (spans[-1][1] if spans else lead).append(row)
    return lead, spans


def _joined(rows: Sequence[Row]) -> str:
    """The rows on one line; a word or code broken by a hyphen at a line's end comes together."""
    pieces: list[str] = []
    for row in rows:
        piece = row.text.strip()
        if pieces and piece[:1].isupper() and _BROKEN_CODE.search(pieces[-1]):
            pieces[-1] += piece
        elif piece:
            pieces.append(piece)
    return " ".join(" ".join(pieces).split()).strip(" *_|")


def _reading(rows: Sequence[Row]) -> float:
    """How surely the words were read: their mean, weighted by letters."""
    words = [w for row in rows for w in row.words]
    letters = sum(len(w.text) for w in words)
    return sum(w.confidence * len(w.text) for w in words) / letters if letters else 0.0
