"""Tables of a plain text: columns parted by rules, tabs or white space that words alone lose.

Pages hold words; the file's own lines say where the gaps between them are, so each row of a table
is looked up there, and its cells get the restored words.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from pipeline.letter import Table
from pipeline.page import PageText
from pipeline.text import printed

_GAP = re.compile(r"(\s{3,}|\t)")
# Between two cells. It begins behind one, and no line ends in white space when it is looked for:
# so a run of white space is read once, however long it is.
_PARTING = re.compile(r"(?<=\S)(?:\s{3,}|\s*[\t|]\s*)(?=\S)")
_COLUMNS = 3  # two side by side are a header, or a list and a signature
_ROWS = 3  # the heads and two more
_CELL = "\0"


def tables_in_text(
    text: str, pages: Sequence[PageText], raw: Sequence[PageText]
) -> tuple[Table, ...]:
    """Runs of rows with three columns and more, figures among them; the first has the heads.

    Args:
        text: the file's content, its white space as it is.
        pages: the same text as pages of restored words.
        raw: the pages before restoring.
    """
    spaced = _parted_lines(text)
    found: list[Table] = []
    for page, before in zip(pages, raw, strict=False) if spaced else ():
        block: list[tuple[str, ...]] = []
        for line, read in zip(page.lines, before.lines, strict=False):
            if not line.words:
                continue  # some converters put an empty line between rows
            lines = spaced.get(read.text, [])
            words = [word.text for word in line.words]
            cells = _cells(lines[0], words) if lines else ()
            if len(cells) < _COLUMNS:
                found += _tables(block, page.number)
                block = []
            else:
                block.append(cells)
        found += _tables(block, page.number)
    return tuple(found)


def _parted_lines(text: str) -> dict[str, list[str]]:
    """The file's lines that have columns, by their words joined with single spaces."""
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for line in printed(text).split("\n"):
        if len(_PARTING.findall(line.strip())) >= _COLUMNS - 1:
            lines[" ".join(line.split())].append(line)
    return lines if sum(map(len, lines.values())) >= _ROWS else {}


def _cells(spaced: str, words: Sequence[str]) -> tuple[str, ...]:
    r"""The cells of a row: its words, parted where the file's line has a gap or a rule.

    >>> _cells("1    Sở Y tê\t40 |56,6%|", "1 Sở Y tế 40 |56,6%|".split())
    ('1', 'Sở Y tế', '40', '56,6%')
    """
    left = list(words)
    row = ""
    for piece in _GAP.split(spaced.strip()):
        if not piece.strip():
            row += _CELL
            continue
        count = len(piece.split())
        row += " ".join(left[:count])
        left = left[count:]
    cells = [cell.strip() for cell in re.split(rf"[{_CELL}|]", re.sub(rf"\s*{_CELL}\|", "|", row))]
    return tuple(cells[int(not cells[0]) : len(cells) - int(not cells[-1])])


def _tables(block: list[tuple[str, ...]], page: int) -> list[Table]:
    """The rows as a table, if they are enough, alike, and hold figures."""
    if len(block) < _ROWS:
        return []
    width, alike = Counter(map(len, block)).most_common(1)[0]
    figures = sum(any(c.isdigit() for cell in row[1:] for c in cell) for row in block[1:])
    if 2 * alike < len(block) or 2 * figures < len(block):
        return []
    rows = tuple((*row, *[""] * (width - len(row))) for row in block)
    return [Table(rows=rows, page=page)]
