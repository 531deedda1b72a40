"""The audit log: who did what to which letter or user, when, and from where.

Who is refused can be refused a thousand times a minute. So of refusals only so many of an hour are
rows of their own, first of each address, then of all; the rest is counted in one row an hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from pipeline.archive.tables import Letter as LetterRow
from pipeline.desk.accounts import network_of
from pipeline.desk.store import Store, now
from pipeline.desk.tables import Attempt, Event

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as Work

ACTIONS = (
    "sign-in", "sign-in-failed", "sign-out", "password", "user-added", "user-changed",
    "user-reset", "upload", "retry", "edit", "undo", "redo", "accept", "open-secret",
    "download", "export", "refused", "directive", "sign-in-failed-more", "refused-more",
)  # fmt: skip
"""Everything that is kept; each has a text ``audit.<action>``."""

_FLOODS = frozenset({"sign-in-failed", "refused"})
_OF_ONE, _OF_ALL = 30, 600
"""Refusals of an hour that are rows of their own: of an address, and of everyone."""

_FILES = frozenset({"upload", "retry"})


def note(
    store: Store, who: str, address: str, action: str, subject: str = "", detail: str = ""
) -> None:
    """Add a row. Control characters are taken out: a row is one line wherever it is shown."""
    if action not in ACTIONS:
        raise ValueError(action)
    clean = [
        "".join(c if c.isprintable() else " " for c in part) for part in (who, subject, detail)
    ]
    with store.work() as work:
        if action in _FLOODS:
            flooding = _flooding(work, action, address)
            if flooding is not None:
                _count(work, f"{action}-more", flooding)
                return
        work.add(
            Event(
                at=now(), who=clean[0][:100], address=address, action=action,
                subject=clean[1][:300], detail=clean[2][:1000],
            )
        )  # fmt: skip


def _flooding(work: Work, action: str, address: str) -> str | None:
    """None while refusals are noted one by one; else the address they are counted under."""
    hour = now()[:13]
    names = (f"log {hour} {action} {network_of(address)}", f"log {hour} {action}")
    one, all_ = (_counter(work, name) for name in names)
    if all_.failures >= _OF_ALL:
        return ""
    if one.failures >= _OF_ONE:
        return network_of(address)
    for counter in (one, all_):
        counter.failures += 1
        counter.last_at = now()
    return None


def _counter(work: Work, key: str) -> Attempt:
    found = work.get(Attempt, key)
    if found is None:
        found = Attempt(key=key, failures=0, last_at=now(), blocked_until="")
        work.add(found)
    return found


def _count(work: Work, action: str, address: str) -> None:
    """One more in the row of this hour; its subject is the hour, its detail how many."""
    hour = now()[:13]
    query = select(Event).filter_by(subject=hour, action=action, address=address)
    row = work.scalars(query).first()
    if row is None:
        row = Event(at=now(), who="", address=address, action=action, subject=hour, detail="0")
        work.add(row)
    row.detail = str(int(row.detail) + 1)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the log as an administrator sees it."""

    id: int
    at: str
    who: str
    address: str
    action: str
    subject: str
    detail: str


def events(
    store: Store, clearance: int, unread: int, before: int | None = None, limit: int = 100
) -> list[Line]:
    """The latest rows, newest first; ``before`` an id pages back.

    What was done to a letter above ``clearance`` is shown with who and when, but not to which
    letter; so are files that were sent, as long as ``clearance`` is below ``unread``.
    """
    secrecy = func.coalesce(LetterRow.secrecy, 0)
    query = select(Event, secrecy).outerjoin(LetterRow, LetterRow.id == Event.subject)
    if before is not None:
        query = query.where(Event.id < before)
    with store.look() as work:
        found = work.execute(query.order_by(Event.id.desc()).limit(limit)).all()
    return [
        _line(event, hidden=level > clearance or (event.action in _FILES and unread > clearance))
        for event, level in found
    ]


def _line(event: Event, *, hidden: bool) -> Line:
    subject, detail = ("•••", "") if hidden else (event.subject, event.detail)
    return Line(event.id, event.at, event.who, event.address, event.action, subject, detail)
