"""Tables of figures: whose figure a cell is (row head) and what it counts (column head)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.letter import Percentage, Table
from pipeline.page import PageText
from pipeline.parse.shapes import letters_in


def tables_of(pages: Sequence[PageText]) -> tuple[Table, ...]:
    """The tables that reading found, their cells as text."""
    return tuple(
        Table(rows=zone.rows, page=page.number, box=zone.box)
        for page in pages
        for zone in page.zones
        if zone.kind == "table" and zone.rows
    )


def headed(percentages: Sequence[Percentage], tables: Sequence[Table]) -> tuple[Percentage, ...]:
    """Percentages that stand in a table's cells with the heads of their row and column.

    >>> table = Table(rows=(("Đơn vị", "Tỷ lệ"), ("Sở Y tế", "56,6%")))
    >>> found = headed([Percentage(value=56.6, text="56,6%")], [table])[0]
    >>> found.holder, found.about
    ('Sở Y tế', 'Tỷ lệ')
    """
    cells = list(_cells(tables))
    done = []
    for percentage in percentages:
        own = next((cell for cell in cells if cell[0] == _bare(percentage.text)), None)
        if own is None or percentage.holder is not None:
            done.append(percentage)
            continue
        cells.remove(own)
        _, holder, about = own
        heads = {"holder": holder, "about": about or percentage.about}
        done.append(percentage.model_copy(update=heads))
    return tuple(done)


def _cells(tables: Sequence[Table]) -> Iterator[tuple[str, str | None, str | None]]:
    """The cells that are a percentage: text, row head, column head, in reading order."""
    for table in tables:
        for row in table.rows[1:]:
            holder = next((cell for cell in row if letters_in(cell) > 2), None)
            for column, cell in enumerate(row):
                if "%" in cell and letters_in(cell) == 0:
                    head = table.rows[0][column] if column < len(table.rows[0]) else None
                    yield _bare(cell), holder, head or None


def _bare(text: str) -> str:
    return text.replace(" ", "").strip(".;,")
