"""Footnotes, tied to their marks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.letter import Footnote
from pipeline.parse.rows import Row
from pipeline.parse.shapes import soundness

_SOUND = 0.5
_MARK = re.compile(r"^\W{0,2}?(?P<mark>\(?\d{1,2}\)?|\*{1,3}|[¹²³⁴⁵⁶⁷⁸⁹])\s*(?=\D)")


def footnotes_of(rows: Sequence[Row]) -> tuple[Footnote, ...]:
    """Each note with its mark; a line without one goes on with the note above it."""
    notes: list[Footnote] = []
    for row in rows:
        if soundness(row.text) < _SOUND:
            continue  # what a seal or a rule at the foot was read as
        match = _MARK.match(row.text)
        if match or not notes:
            mark = match["mark"].strip("()") if match else ""
            text = row.text[match.end() :] if match else row.text
            notes.append(Footnote(mark=mark, text=text.strip(), page=row.page))
        else:
            last = notes.pop()
            notes.append(last.model_copy(update={"text": f"{last.text} {row.text.strip()}"}))
    return tuple(notes)
