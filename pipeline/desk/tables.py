"""The desk's own tables, in the archive's database: who may come in, and what they did.

Times are UTC text (``2024-05-06T07:08:09Z``) as in the archive's tables. ``migrations/`` makes
the tables under a version table of its own, so that the archive works without them.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Base of the desk's tables."""

    metadata = MetaData()
    type_annotation_map = {str: Text, int: BigInteger}  # noqa: RUF012 (SQLAlchemy's own form)


def _key() -> Mapped[int]:
    """A row number: SQLite counts only columns that are exactly INTEGER."""
    return mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


class User(Base):
    """Someone who may sign in.

    ``clearance`` is the highest secrecy that they may see: 0 none, 1 MẬT, 2 TỐI MẬT, 3 TUYỆT MẬT.
    ``fresh`` marks a password that someone else chose: it must be changed before anything else.
    """

    __tablename__ = "desk_users"
    id: Mapped[int] = _key()
    name: Mapped[str] = mapped_column(unique=True)
    password: Mapped[str]
    role: Mapped[str]
    clearance: Mapped[int]
    fresh: Mapped[bool]
    active: Mapped[bool]
    created_at: Mapped[str]


class Session(Base):
    """A signed-in browser or program. Only the hash of its token is kept."""

    __tablename__ = "desk_sessions"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("desk_users.id"), index=True)
    address: Mapped[str]
    born_at: Mapped[str]
    seen_at: Mapped[str]


class Attempt(Base):
    """Failed sign-ins of one key (a name, an address, or both) and how long it must wait."""

    __tablename__ = "desk_attempts"
    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[str]
    blocked_until: Mapped[str]


class Event(Base):
    """The audit log: rows are only ever added; those that count refusals count on for an hour."""

    __tablename__ = "desk_events"
    id: Mapped[int] = _key()
    at: Mapped[str]
    who: Mapped[str]
    address: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[str]
    __table_args__ = (Index("desk_events_subject", "subject"),)


class SavedSearch(Base):
    """A search that a user keeps under a name; ``query`` is the page's query string."""

    __tablename__ = "desk_searches"
    id: Mapped[int] = _key()
    user_id: Mapped[int] = mapped_column(ForeignKey("desk_users.id"), index=True)
    name: Mapped[str]
    query: Mapped[str]


class Verdict(Base):
    """Whether the machine had read a doubtful field right, as a clerk's review found."""

    __tablename__ = "desk_verdicts"
    id: Mapped[int] = _key()
    letter_id: Mapped[str] = mapped_column(index=True)
    field: Mapped[str]
    right: Mapped[bool]
    who: Mapped[str]
    at: Mapped[str] = mapped_column(index=True)


class Upload(Base):
    """Who sent a file: ``path_id`` is the row of the archive's table of paths."""

    __tablename__ = "desk_uploads"
    path_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("desk_users.id"), index=True)
