"""What a search may be narrowed to, and the SQL that does it (the same on both databases)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, select, text, true
from sqlalchemy.orm import aliased

from pipeline.archive.tables import Citation, Letter, Party, Percentage
from pipeline.archive.tables import Directive as DirectiveRow
from pipeline.errors import UsageError
from pipeline.text import fold, nfc

KEY_CHARS = 600
"""As much of a name or code is indexed: PostgreSQL's index takes 2,704 bytes."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrowing of a search; None = not narrowed.

    Dates are ISO and may be short: ``2019`` or ``2019-05`` mean the whole year or month. A letter
    whose day can't be read counts for every day of its month. Names are found anywhere in the
    field, with or without accents. ``secrecy`` is the highest level that may be seen (see
    ``tables.Letter``). ``deadline`` is a day, month or year in which something is due;
    ``percent`` the least and the greatest value of a percentage that the letter states.
    """

    date_from: str | None = None
    date_to: str | None = None
    issuer: str | None = None
    doc_type: str | None = None
    recipient: str | None = None
    assignee: str | None = None
    deadline: str | None = None
    number: str | None = None
    code: str | None = None
    cites: str | None = None
    percent: tuple[float, float] | None = None
    review: bool | None = None
    secrecy: int | None = None


def span(date: str) -> tuple[str, str]:
    """First and last day of an ISO date that may lack its day or month.

    >>> span("2019-02"), span("2019")
    (('2019-02-01', '2019-02-28'), ('2019-01-01', '2019-12-31'))

    Raises:
        UsageError: it is no date.
    """
    try:
        parts = [int(part) for part in date.strip().split("-")]
        if not 1 <= len(parts) <= 3:
            raise ValueError
        year, month = parts[0], parts[1] if len(parts) > 1 else 12
        last = calendar.monthrange(year, month)[1]
        day = parts[2] if len(parts) == 3 else last
        if not (1 <= day <= last and 1000 <= year <= 9999):
            raise ValueError
    except ValueError as error:
        raise UsageError("date-wrong", date=date) from error
    first_month = month if len(parts) > 1 else 1
    first_day = day if len(parts) == 3 else 1
    return f"{year}-{first_month:02}-{first_day:02}", f"{year}-{month:02}-{day:02}"


_HIGHEST = 3  # TUYỆT MẬT: who may see it sees all


def conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """The filters as conditions on :class:`~pipeline.archive.tables.Letter`."""
    made = (
        filters.issuer and Letter.issuer_key.contains(_key(filters.issuer), autoescape=True),
        filters.doc_type and Letter.doc_type_key == _key(filters.doc_type),
        filters.number and Letter.number == filters.number.strip(),
        filters.code and Letter.code_key == code_key(filters.code),
        filters.recipient and _party(filters.recipient, ("recipient", "copy")),
        filters.assignee and _party(filters.assignee, ("assignee",)),
        filters.deadline and _due(filters.deadline),
        filters.cites and _cites(filters.cites),
        filters.secrecy is not None and Letter.secrecy <= filters.secrecy,
        filters.percent and _states(filters.percent),
    )
    found = dated(filters.date_from, filters.date_to)
    found += [condition for condition in made if isinstance(condition, ColumnElement)]
    if filters.review is not None:
        found.append(Letter.review.is_(filters.review))
    return found


def hidden(filters: Filters) -> Select[int] | None:
    """Row numbers of the letters that are too secret; None = nothing is."""
    return None if filters.secrecy is None else secret(filters.secrecy)


def secret(clearance: int) -> Select[int] | None:
    """Row numbers of the letters that a clearance is too low for; None = it is the highest.

    They are few and have an index of their own: what a search finds is held against them without
    a look at the letters. The index is used only where its own condition stands literally.
    """
    if clearance >= _HIGHEST:
        return None
    one = aliased(Letter, name="secret")
    return select(one.pk).where(one.secrecy > text("0"), one.secrecy > clearance)


def seen(clearance: int) -> ColumnElement[bool]:
    """Letters that a clearance is high enough for, by :func:`secret`: indexes alone are read."""
    too_secret = secret(clearance)
    return true() if too_secret is None else Letter.pk.not_in(too_secret)


def dated(date_from: str | None, date_to: str | None) -> list[ColumnElement[bool]]:
    """Letters that may be of this time.

    No letter's span crosses a year: the index is read from the first year on, not from the oldest
    letter.
    """
    found: list[ColumnElement[bool]] = []
    if date_from:
        first = span(date_from)[0]
        found += [Letter.date_low >= f"{first[:4]}-01-01", Letter.date_high >= first]
    if date_to:
        found.append(Letter.date_low <= span(date_to)[1])
    return found


def _due(deadline: str) -> ColumnElement[bool]:
    query = select(DirectiveRow.letter_pk).where(DirectiveRow.deadline.between(*span(deadline)))
    return Letter.pk.in_(query)


def _cites(code: str) -> ColumnElement[bool]:
    return Letter.pk.in_(select(Citation.letter_pk).where(Citation.code_key == code_key(code)))


def _states(percent: tuple[float, float]) -> ColumnElement[bool]:
    return Letter.pk.in_(select(Percentage.letter_pk).where(Percentage.value.between(*percent)))


def _party(name: str, roles: tuple[str, ...]) -> ColumnElement[bool]:
    query: Select[int] = select(Party.id).where(Party.letter_pk == Letter.pk)
    named = Party.name_key.contains(_key(name), autoescape=True)
    return exists(query.where(Party.role.in_(roles), named))


def _key(name: str) -> str:
    return " ".join(fold(nfc(name)).split())


def code_key(code: str) -> str:
    """What two spellings of one code share: ``71 / TB–UBND`` and ``71/tb-ubnd``."""
    return "".join(fold(nfc(code)).split())[:KEY_CHARS]
