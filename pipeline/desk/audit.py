"""The audit log: who did what to which letter or user, when, and from where."""

from __future__ import annotations

from pipeline.desk.store import Store, now
from pipeline.desk.tables import Event

ACTIONS = (
    "sign-in", "sign-in-failed", "sign-out", "password", "user-added", "user-changed",
    "user-reset", "upload", "retry", "edit", "undo", "redo", "accept", "open-secret",
    "download", "export", "refused", "directive",
)  # fmt: skip
"""Everything that is kept; each has a text ``audit.<action>``."""


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


def events(store: Store, before: int | None = None, limit: int = 100) -> list[Event]:
    """The latest rows, newest first; ``before`` an id pages back."""
    with store.look() as work:
        rows = work.query(Event)
        if before is not None:
            rows = rows.filter(Event.id < before)
        return list(rows.order_by(Event.id.desc()).limit(limit))
