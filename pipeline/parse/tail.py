"""The end of a letter: Nơi nhận on the left (cell 9b), the signature on the right (cell 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.parse import patterns as p
from pipeline.parse.offices import is_office, signature_start
from pipeline.parse.parts import Sections
from pipeline.parse.people import name_start, person_in
from pipeline.parse.rows import Row
from pipeline.parse.shapes import capitals, letters_in, soundness, unspaced
from pipeline.parse.signature import titles_on


def _cells(row: Row) -> Iterator[Row]:
    """The cells of a row that a table's rules part: the list's and the signature's."""
    for cell in re.finditer(r"[^|]+", row.text) if "|" in row.text else ():
        if letters_in(cell[0]) > 1:
            yield row.part(cell.start(), cell.end())
    if "|" not in row.text:
        yield row


def _files(row: Row) -> bool:
    return p.FILED.match(p.BULLET.sub("", row.folded)) is not None


class Tail:
    """Parts the rows of the end between the list of copies and the signature."""

    def __init__(self, found: Sections) -> None:
        self.found = found
        self._labelled = False
        self.filed = False
        """Whether the list's last line, ``Lưu: VT``, was read."""

    def begins(self, row: Row) -> bool:
        """Whether the end of the letter begins at a row of the body."""
        if p.COPIES.match(row.folded) and len(row.folded) < 110:
            return True
        if not self.found.body:
            return False
        if self.found.ended and p.BULLET.match(row.text):
            return True
        signs = capitals(unspaced(row.text)) > 0.75 and is_office(row)
        return signs and (self.found.ended or bool(p.AUTHORITY.match(row.text)))

    def lists(self, row: Row) -> bool:
        """Whether a row that a scan's zones give to Nơi nhận may stand there."""
        return self._labelled or bool(
            p.COPIES.match(row.folded) or p.BULLET.match(row.text) or p.FILED.match(row.folded)
        )

    def goes_on(self, row: Row) -> bool:
        """Whether a new page goes on with the list of copies or the signature."""
        if self.filed:
            signs = row.kind == "signature" or signature_start(row) == 0
            return signs and not self.found.signature
        return bool(
            row.kind in ("copies", "signature")
            or p.BULLET.match(row.text)
            or p.COPIES.match(row.folded)
            or (not self.found.signature and is_office(row))
        )

    def ended_by(self, row: Row) -> bool:
        """Whether an annex, or another letter's header, begins."""
        if p.ANNEX.match(row.folded) and row.gap:
            return True
        if self.filed and row.gap and capitals(row.text) > 0.8 and p.ENCLOSED.match(row.folded):
            return True
        begun = bool(self.found.copies or self.found.signature)
        return begun and p.find_motto(row.folded) is not None

    def take(self, row: Row) -> None:
        """Put one row of the end where it belongs."""
        label = p.COPIES.match(row.folded)
        if label and not self._labelled:
            self._labelled = True
            # What looked like a list before it (papers enclosed, a wrong zone) is the body's.
            self.found.body.extend(self.found.copies)
            self.found.copies.clear()
            self.filed = False
            self._beside_label(row.part(label.end()))
            return
        begun = self.found.copies or self._labelled or self.found.signature
        if not begun and p.END_OF_BODY.search(row.folded[-12:]):
            self.found.body.append(row)  # the body's last line, level with the list below it
            return
        for cell in _cells(row):
            self._part(cell)

    def _beside_label(self, rest: Row) -> None:
        """What stands beside ``Nơi nhận:``, whose list begins below: mostly the signature."""
        if letters_in(rest.text) < 3:
            return
        if self.found.signature and capitals(rest.text) > 0.7:
            self.found.signature.append(rest)
        else:
            self._part(rest)

    def _part(self, row: Row) -> None:
        """Cut a row between the list on the left and the signature on the right."""
        signature = self.found.signature
        signed = bool(signature) and not person_in(signature[-1].text)
        cut = signature_start(row, goes_on=signed)
        if cut is None and row.kind == "unknown":
            cut = name_start(row.text)
        if cut is not None:
            if cut > 0 and letters_in(row.text[:cut]) > 1:
                self._copy(row.part(0, cut))
            signature.append(row.part(cut))
        elif (
            row.kind == "signature"
            or (person_in(row.text) and not p.BULLET.match(row.text) and not self._item_open(row))
            or (signed and not p.BULLET.match(row.text) and titles_on(signature, row))
        ):
            signature.append(row)
        else:
            self._copy(row)

    def _item_open(self, row: Row) -> bool:
        """Whether the last item of the list waits for its end on this row."""
        copies = self.found.copies
        if not copies or row.gap or copies[-1].page != row.page:
            return False
        return not copies[-1].text.rstrip().endswith((";", ".")) and not _files(copies[-1])

    def _copy(self, row: Row) -> None:
        copies = self.found.copies
        bullet = p.BULLET.match(row.text)
        if (
            (
                bullet
                or (p.FILED.match(row.folded) and not self.filed)
                or p.ALSO_BY_MAIL.match(row.folded)
            )
            or (row.kind == "copies")
            or (copies and not self.filed and soundness(row.text) >= 0.5)
            or (not copies and self._labelled and soundness(row.text) >= 0.6)
        ):
            copies.append(row)
            self.filed |= _files(row)
