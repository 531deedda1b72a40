"""A record as rows: the columns and child rows that searches and questions use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Table, delete, insert

from pipeline.archive.filters import KEY_CHARS, code_key, span
from pipeline.archive.tables import (
    CITATIONS,
    DIRECTIVES,
    PARTIES,
    PERCENTAGES,
    Body,
    Closing,
    Layout,
    Piece,
)
from pipeline.archive.tables import Letter as LetterRow
from pipeline.errors import ArchiveError, UsageError
from pipeline.letter import Directive, Field, Letter
from pipeline.text import fold, nfc

PAGE_BREAK = "\f"


def value_of(field: Field | None) -> str | None:
    """A field's value, NFC; None where it is absent or can't be read."""
    return nfc(field.value) if field is not None and field.value else None


def letter_of(record: str) -> Letter:
    """The letter of a record in the database.

    Raises:
        ArchiveError: it is none.
    """
    try:
        return Letter.model_validate_json(record)
    except ValidationError as error:
        raise ArchiveError("record-damaged") from error


def text_of(letter: Letter) -> str:
    """The text of the pages, joined by form feeds."""
    return PAGE_BREAK.join(nfc(page.text) for page in letter.pages)


def title_of(letter: Letter) -> str:
    """What the index weighs more: code, type, subject, issuing body, recipients."""
    fields = (letter.code, letter.doc_type, letter.subject, letter.issuer.name)
    values = [value_of(field) for field in (*fields, *letter.recipients)]
    return "\n".join(value for value in values if value)


def columns(letter: Letter) -> dict[str, Any]:
    """The columns of ``letters``."""
    date = value_of(letter.date)
    try:
        low, high = span(date) if date else (None, None)
    except UsageError:  # a clerk may keep an impossible date as printed; it just can't be sorted
        low = high = None
    code = value_of(letter.code)
    issuer = ", ".join(
        value for part in (letter.issuer.parent, letter.issuer.name) if (value := value_of(part))
    )
    doc_type = value_of(letter.doc_type)
    return {
        "id": letter.id,
        "doc_type": doc_type,
        "doc_type_key": key(doc_type),
        "number": value_of(letter.number),
        "notation": value_of(letter.notation),
        "code": code,
        "code_key": code_key(code) if code else None,
        "issuer": value_of(letter.issuer.name),
        "issuer_key": index_key(issuer),
        "place": value_of(letter.place),
        "date": date,
        "date_low": low,
        "date_high": high,
        "subject": value_of(letter.subject),
        "secrecy": secrecy_of(letter),
        "review": letter.review.needed,
        "doubt": doubt_of(letter),
    }


_SECRECY = {"mat": 1, "toi mat": 2, "tuyet mat": 3}


def secrecy_of(letter: Letter) -> int:
    """0 open, 1 MẬT, 2 TỐI MẬT, 3 TUYỆT MẬT; a mark that can't be read counts as the highest.

    A clerk who clears the field (rule ``edited``) says that the paper bears no mark.
    """
    mark = letter.secrecy
    if mark is None or (mark.value is None and mark.rule == "edited"):
        return 0
    return _SECRECY.get(key(mark.value) or "", 3)


def doubt_of(letter: Letter) -> float:
    """How much there is to review: what the doubtful fields lack of certainty, summed.

    A doubtful name without a field (a missing date, a whole list) counts fully.
    """
    if not letter.review.needed:
        return 0.0
    record = letter.model_dump(include={name.split(".")[0] for name in letter.review.fields})
    total = 0.0
    for name in letter.review.fields:
        part: Any = record
        for step in name.split("."):
            part = part.get(step) if isinstance(part, dict) else None
        sure = part.get("confidence", 0.0) if isinstance(part, dict) else 0.0
        total += 1.0 - sure
    return round(max(total, 0.01), 3)


def key(value: str | None) -> str | None:
    """A value folded, with single spaces."""
    return " ".join(fold(nfc(value)).split()) if value else None


def index_key(value: str | None) -> str | None:
    """As much of a value's key as an index can hold."""
    folded = key(value)
    return folded[:KEY_CHARS] if folded else None


def put_children(connection: Connection, letters: Iterable[tuple[int, Letter]]) -> None:
    """Write the child rows of letters, as (pk, letter), that have none."""
    made: dict[Table, list[dict[str, Any]]] = {table: [] for table in _CHILDREN}
    for pk, letter in letters:
        for table, rows_of in _CHILDREN.items():
            made[table] += ({"letter_pk": pk, **row} for row in rows_of(letter))
    for table, rows in made.items():
        if rows:
            connection.execute(insert(table), rows)


def drop_children(connection: Connection, pk: int) -> None:
    """Take the child rows of a letter away."""
    for table in _CHILDREN:
        connection.execute(delete(table).where(table.c.letter_pk == pk))


def walk(directives: tuple[Directive, ...], above: str = "") -> Iterator[tuple[str, Directive]]:
    """Every directive and sub-item with its path of labels: ``4``, ``4/a``."""
    for item in directives:
        path = f"{above}/{item.label}" if above else item.label
        yield path, item
        yield from walk(item.items, path)


def _parties(letter: Letter) -> Iterator[dict[str, Any]]:
    for role, fields in (("recipient", letter.recipients), ("copy", letter.copies_to)):
        for field in fields:
            name = value_of(field)
            if name:
                yield {"role": role, "name": name, "name_key": index_key(name), "directive": None}
    for label, item in walk(letter.directives):
        for name in item.assignees:
            yield {
                "role": "assignee",
                "name": name,
                "name_key": index_key(name),
                "directive": label,
            }


def _directives(letter: Letter) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for label, item in walk(letter.directives):
        own = label if label not in seen else f"{label}#{len(seen)}"
        seen.add(own)
        yield {
            "label": own,
            "text": item.text,
            "assignees": "; ".join(item.assignees),
            "deadline": min(item.deadlines, default=None),
        }


def _citations(letter: Letter) -> Iterator[dict[str, Any]]:
    for citation in letter.citations:
        yield {"code": citation.code, "code_key": code_key(citation.code)}


def _percentages(letter: Letter) -> Iterator[dict[str, Any]]:
    for item in letter.percentages:
        yield {
            "value": item.value,
            "text": item.text,
            "comparison": item.comparison,
            "about": item.about,
            "holder": item.holder,
            "holder_key": index_key(item.holder),
        }


_CHILDREN: dict[Table, Callable[[Letter], Iterator[dict[str, Any]]]] = {
    PARTIES: _parties,
    DIRECTIVES: _directives,
    CITATIONS: _citations,
    PERCENTAGES: _percentages,
}


def drop_letter(connection: Connection, pk: int) -> None:
    """Take a letter and all its rows away (the index of words apart)."""
    drop_children(connection, pk)
    for table in (Layout, Body, Closing, Piece):
        connection.execute(delete(table).where(table.letter_pk == pk))
    connection.execute(delete(LetterRow).where(LetterRow.pk == pk))
