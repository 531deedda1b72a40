"""The audit log: who did what to which letter or user, when, and from where."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from pipeline.archive.tables import Letter as LetterRow
from pipeline.desk.store import Store, now
from pipeline.desk.tables import Event

ACTIONS = (
    "sign-in", "sign-in-failed", "sign-out", "password", "user-added", "user-changed",
    "user-reset", "upload", "retry", "edit", "undo", "redo", "accept", "open-secret",
    "download", "export", "refused", "directive",
)  # fmt: skip
"""Everything that is kept; each has a text ``audit.<action>``."""

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
        work.add(
            Event(
                at=now(), who=clean[0][:100], address=address, action=action,
                subject=clean[1][:300], detail=clean[2][:1000],
            )
        )  # fmt: skip


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
