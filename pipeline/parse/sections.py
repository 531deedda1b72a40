"""Rows of a letter dealt into its parts (the cells of NĐ 30/2020/NĐ-CP Phụ lục I).

One way for both kinds of pages: a scan's zones say where a row stands, and a plain text, whose
left and right columns lie merged on one line, is cut at the anchors that only one column has
(quốc hiệu, tiêu ngữ, place and date; authority and position of the signer).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.parse import cells
from pipeline.parse import patterns as p
from pipeline.parse.found import tidy
from pipeline.parse.parts import ZONE_PARTS, Sections
from pipeline.parse.places import place_start
from pipeline.parse.rows import Row, Span, outside
from pipeline.parse.shapes import (
    capitals,
    heading_in,
    letters_in,
    soundness,
)
from pipeline.parse.tail import Tail


def sections_of(rows: Sequence[Row]) -> Sections:
    """Deal the rows of one letter into its parts."""
    dealer = _Dealer(Span.of(rows))
    for row in rows:
        dealer.deal(row)
    return dealer.found


def _shouts(row: Row) -> bool:
    """Whether a row is in capitals, abbreviations apart."""
    return capitals(row.text) > 0.7 and letters_in(row.text) > 6


def _is_item(row: Row) -> bool:
    """Whether a row is a numbered item; ``(1)`` is the mark of a note."""
    return bool(p.ITEM.match(row.text)) and not row.text.startswith("(")


class _Dealer:
    """Walks down the rows; ``_state`` is the part that a row without a label belongs to."""

    def __init__(self, span: Span) -> None:
        self._span = span
        self.found = Sections()
        self._state: Callable[[Row], None] = self._top
        self._page = 0
        self._listed = False
        self._tail_of = Tail(self.found)

    def deal(self, row: Row) -> None:
        """Put one row where it belongs."""
        part = ZONE_PARTS.get(row.kind)
        if part is not None:
            getattr(self.found, part).append(row)
            return
        if outside(row) or row.kind == "page_number" or p.NOISE.search(row.folded):
            return
        new_page = row.page != self._page
        self._page = row.page
        if new_page and self._in_tail() and not self._tail_of.goes_on(row):
            self._state = self._after
        if p.PAGE_NUMBER.match(row.folded) and not self._top_of_letter():
            wrapped = self._state in (self._subject, self._title) and not (row.gap or new_page)
            if not wrapped:
                return
        self._by_zone(row)
        self._state(row)

    def _top_of_letter(self) -> bool:
        return self._state == self._top

    def _in_tail(self) -> bool:
        return self._state == self._tail and bool(self.found.copies or self.found.signature)

    def _by_zone(self, row: Row) -> None:
        """Let a scan's zones move the state on; their order is the canonical one."""
        if self._state == self._after and self._tail_of.filed:
            return  # what is sent along has an end of its own
        if row.kind == "signature" or (row.kind == "copies" and self._tail_of.lists(row)):
            self._state = self._tail
        elif row.kind in ("addressee", "body") and self.found.addressee and self._top_of_letter():
            self._state = self._addressee
        elif row.kind in ("body", "table") and self._state in (self._top, self._subject):
            if not p.ADDRESSEE.match(row.folded) and not cells.is_header(self.found, row):
                self._state = self._body
        elif row.kind == "body" and self._titles(row):
            self._state = self._title
        elif row.kind == "body" and self._state in (self._title, self._addressee):
            if not p.ADDRESSEE.match(row.folded) and not p.BULLET.match(row.text):
                self._state = self._body
        elif row.kind in ("title", "header_right") and self._state == self._subject:
            self._state = self._top

    def _titles(self, row: Row) -> bool:
        """Whether a line that a scan's zones give to the body goes on with the title (cell 5a)."""
        found = self.found
        if not found.heading or found.body or p.TITLE_ENDS.match(row.folded):
            return False
        if p.ABOUT.match(row.folded.lstrip(" -")) and not found.title:
            return True
        title = found.title
        alike = not title or _shouts(title[-1]) == _shouts(row)
        sound = soundness(row.text) >= 0.9
        return self._state == self._title and alike and sound and self._span.centred(row)

    # --- the top of page 1: cells 1 to 5 ---------------------------------------------------

    def _top(self, row: Row) -> None:
        if self._addressee_starts(row) or self._right_column(row):
            return
        self._left_column(row)

    def _right_column(self, row: Row) -> bool:
        """Cut off quốc hiệu, tiêu ngữ or the date; what stands left of it is the left column's."""
        for find in (p.find_motto, p.find_slogan, p.find_party):
            at = find(row.folded)
            if at is not None:
                self.found.motto = True
                self._left_of(row.part(0, at))
                return True
        date = p.DATE.search(row.folded) or p.DATE_START.search(row.folded)
        if date is None or self.found.date or len(row.folded) - date.end() > 30:
            return False
        if date.start() > 70 or (date.start() > 4 and "ngay" in row.folded[: date.start()]):
            return False
        start = place_start(row.text, row.folded, date.start())
        self.found.date.append(row.part(start))
        self._left_of(row.part(0, start))
        return True

    def _left_of(self, row: Row) -> None:
        if letters_in(row.text) >= 2 or any(c.isdigit() for c in row.text):
            (self._subject if self._state == self._subject else self._left_column)(row)

    def _stamped(self, row: Row) -> bool:
        """Put a stamp of urgency or secrecy, alone on its line, where it belongs."""
        stamp = p.STAMPED.match(row.folded) if capitals(row.text) > 0 else None
        if stamp:
            part = self.found.secrecy if stamp[1].endswith("mat") else self.found.urgency
            part.append(row)
        return stamp is not None

    def _margin(self, row: Row) -> bool:
        """Put marks of signatures and stamps, which are no cell's, where they belong."""
        found = self.found
        if p.OVERLAY.match(row.folded) and not found.number:
            if not found.motto:  # capitals above a signature's mark are the signer's, not cell 2
                found.overlay.extend(found.issuer)
                found.issuer.clear()
            found.overlay.append(row)
        else:
            return self._stamped(row)
        return True

    def _left_column(self, row: Row) -> None:
        found = self.found
        if self._margin(row):
            return
        if cells.is_number(self.found, row):
            found.number.append(row)
        elif cells.is_subject(self.found, row):
            found.subject.append(row)
            self._state = self._subject
        elif heading_in(row.text) and (found.number or found.motto or found.issuer):
            found.heading.append(row)
            self._state = self._title
        elif cells.is_unlabelled_subject(self.found, row):
            found.subject.append(row)
            self._state = self._subject
        elif p.ARRIVAL.match(row.folded) and found.motto:
            found.arrival.append(row)
        elif not found.number and capitals(row.text) >= 0.7 and letters_in(row.text) >= 3:
            found.issuer.append(row)
        elif cells.body_starts(self.found, row):
            self._state = self._body
            self._body(row)

    def _subject(self, row: Row) -> None:
        """Lines after ``V/v``, until a gap, the right column or the address."""
        if self._addressee_starts(row) or self._right_column(row) or self._stamped(row):
            return
        last = self.found.subject[-1]
        heading = heading_in(row.text)
        plausible = soundness(tidy(row.text)) >= 0.6 and len(row.text) < 75
        goes_on = not row.gap or row.text[:1].islower() or row.kind == "header_left" == last.kind
        stamped = _shouts(row) and not _shouts(last)
        if heading or stamped or not goes_on or not plausible:
            self._state = self._top
            if heading or cells.is_number(self.found, row):
                self._left_column(row)
        else:
            self.found.subject.append(row)

    def _title(self, row: Row) -> None:
        """Lines under a heading (cell 5a), until the address, an authority or the body."""
        if self._addressee_starts(row) or self._right_column(row) or self._stamped(row):
            return
        title = self.found.title
        if p.TELEGRAM.match(row.folded) and "cong dien" in (r.folded for r in self.found.heading):
            self._listed = True
            self._state = self._addressee
            return
        if not title and heading_in(row.text):
            self.found.heading.append(row)
            return
        known = row.kind == "title" or (row.kind == "body" and self._titles(row))
        office = capitals(row.text) > 0.85 and letters_in(row.text) > 6 and bool(title)
        # A title may begin with "Triển khai", and its next line with "trọng".
        begins = p.TITLE_ENDS.match(row.folded) and bool(title or row.gap)
        ends = (begins or (row.gap and bool(title))) and not row.text[:1].islower()
        if office and known:
            return  # the office that enacts, over "Căn cứ": neither subject nor body
        basis = bool(title) and bool(p.BASIS.match(row.folded))
        if basis or (not known and (office or ends or len(title) >= 6)):
            self._state = self._body
            self._body(row)
        else:
            title.append(row)

    # --- the address: cell 9a ---------------------------------------------------------------

    def _addressee_starts(self, row: Row) -> bool:
        match = p.ADDRESSEE.match(row.folded)
        if match is None or self.found.addressee:
            return False
        self.found.addressee.append(rest := row.part(match.end()))
        self._listed = match.end() >= len(row.text) or bool(p.BULLET.match(rest.text))
        if row.kind in ("header_left", "header_right"):
            self._state = self._top  # the label was read with a column; its list comes below
            return True
        self._state = self._addressee
        return True

    def _addressee(self, row: Row) -> None:
        rows = self.found.addressee
        last = rows[-1].text.rstrip() if rows else ""
        open_list = self._listed or last.endswith((":", ";", ","))
        if rows and row.kind == "addressee" == rows[-1].kind:
            takes = True
        elif p.BULLET.match(row.text):
            takes = open_list
            self._listed = self._listed or takes
        elif p.DETAIL.match(row.folded):
            takes = True
        elif row.gap and (
            (len(row.text) > 45 and p.BODY_OPENS.match(row.folded))
            or (last.endswith((".", ";")) and not self._listed)
        ):
            takes = False
        elif row.text[:1].islower() or last.endswith((",", "-", "–", " và")) or not last:
            takes = True
        else:
            short = len(row.text) < 55 and not row.gap and not last.endswith(".")
            takes = short and not p.BODY_STARTS.match(row.folded)
        if takes:
            rows.append(row)
        elif not self._heading_below(row):
            self._state = self._body
            self._body(row)

    def _heading_below(self, row: Row) -> bool:
        """A heading under the address, as some offices print it."""
        if heading_in(row.text) is None or self.found.heading:
            return False
        self.found.heading.append(row)
        self._state = self._title
        return True

    # --- body: cell 6 -------------------------------------------------------------------------

    def _body(self, row: Row) -> None:
        found = self.found
        if not found.addressee and len(found.body) < 8 and self._addressee_starts(row):
            return
        if self._tail_of.begins(row):
            self._state = self._tail
            self._tail(row)
            return
        if row.kind == "unknown" and p.FOOT.match(row.folded):
            found.foot.append(row)
            return
        noted = p.FOOTNOTE.match(row.text) and not _is_item(row)
        if row.kind == "unknown" and row.gap and found.body and noted:
            self._state = self._footnote
            self._footnote(row)
            return
        found.body.append(row)
        if p.END_OF_BODY.search(row.folded[-12:]):
            found.ended = True
        elif letters_in(row.text) > 20:
            found.ended = False

    def _footnote(self, row: Row) -> None:
        """A note that a plain text has between its paragraphs, where a page ended."""
        notes = self.found.footnotes
        if notes and (_is_item(row) or (row.gap and not p.FOOTNOTE.match(row.text))):
            self._state = self._body
            self._body(row)
        else:
            notes.append(row)

    # --- Nơi nhận and signature: cells 9b and 7 ------------------------------------------------

    def _tail(self, row: Row) -> None:
        if self._tail_of.ended_by(row):
            self._state = self._after
        else:
            self._tail_of.take(row)

    def _after(self, row: Row) -> None:
        self.found.annex.append(row)
