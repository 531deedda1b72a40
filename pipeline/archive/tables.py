"""The tables of the archive. ``migrations/`` makes them; a test keeps the two equal.

Times are UTC text (``2024-05-06T07:08:09Z``) and dates ISO text, so that SQLite and PostgreSQL
hold, sort and compare them alike. Text columns named ``…_key`` are folded (``text.fold``).
"""

from __future__ import annotations

import zlib
from typing import Any, ClassVar, cast

from sqlalchemy import (
    BigInteger,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from pipeline.errors import ArchiveError


class Packed(TypeDecorator[str]):
    """Text kept compressed: a record shrinks to about a fifth, in a tenth of a millisecond."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        """Text → zlib stream."""
        del dialect
        return None if value is None else zlib.compress(value.encode("utf-8"), 6)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """Zlib stream → text.

        Raises:
            ArchiveError: the database, or who wrote to it, spoiled it.
        """
        del dialect
        try:
            return None if value is None else zlib.decompress(value).decode("utf-8")
        except (zlib.error, TypeError, UnicodeDecodeError) as error:
            raise ArchiveError("record-damaged") from error


class Base(DeclarativeBase):
    """Base of the tables."""

    type_annotation_map: ClassVar = {str: Text, int: BigInteger}


def _key() -> Mapped[int]:
    """A row number: SQLite counts only columns that are exactly INTEGER."""
    return mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


_SECRET = text("secrecy > 0")


class Run(Base):
    """One process that converts; its beat tells others whether it still lives."""

    __tablename__ = "runs"
    id: Mapped[int] = _key()
    host: Mapped[str]
    pid: Mapped[int]
    born: Mapped[str]
    beat_at: Mapped[str]


class File(Base):
    """The ledger: one row a content (SHA-256), however many names it has.

    ``state`` is queued, running, done, doubtful or failed; ``why`` a sentence of the wording.
    """

    __tablename__ = "files"
    id: Mapped[int] = _key()
    sha256: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    name_key: Mapped[str] = mapped_column(unique=True)
    suffix: Mapped[str]
    size: Mapped[int]
    state: Mapped[str]
    code: Mapped[str | None]
    why: Mapped[str | None]
    tries: Mapped[int]
    version: Mapped[str | None]
    settings: Mapped[str | None]
    run_id: Mapped[int | None]
    queued_at: Mapped[str]
    started_at: Mapped[str | None]
    finished_at: Mapped[str | None]
    pages: Mapped[int]
    seconds: Mapped[float] = mapped_column(Float)
    __table_args__ = (Index("files_state", "state", "id"),)


class Path(Base):
    """A place where a content was found. ``file_id`` null = not taken in yet (or never: ``why``).

    ``size`` and ``mtime_ns`` tell an untouched file without reading it again.
    """

    __tablename__ = "paths"
    id: Mapped[int] = _key()
    path: Mapped[str] = mapped_column(unique=True)
    size: Mapped[int]
    mtime_ns: Mapped[int]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"), index=True)
    code: Mapped[str | None]
    why: Mapped[str | None]
    queued_at: Mapped[str]


class Letter(Base):
    """A letter's columns that are asked for; slim, so that filters read few disk pages.

    A date that is not known to the day is the span ``date_low`` … ``date_high``.
    """

    __tablename__ = "letters"
    pk: Mapped[int] = _key()
    id: Mapped[str] = mapped_column(unique=True)
    id_key: Mapped[str] = mapped_column(unique=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"))
    part: Mapped[int]
    doc_type: Mapped[str | None]
    doc_type_key: Mapped[str | None]
    number: Mapped[str | None] = mapped_column(index=True)
    notation: Mapped[str | None]
    code: Mapped[str | None]
    code_key: Mapped[str | None] = mapped_column(index=True)
    issuer: Mapped[str | None]
    issuer_key: Mapped[str | None]
    place: Mapped[str | None]
    date: Mapped[str | None]
    date_low: Mapped[str | None]
    date_high: Mapped[str | None]
    subject: Mapped[str | None]
    secrecy: Mapped[int] = mapped_column(default=0)  # 1 MẬT, 2 TỐI MẬT, 3 TUYỆT MẬT or unreadable
    review: Mapped[bool]
    doubt: Mapped[float] = mapped_column(Float, default=0.0)  # how much there is to review
    added_at: Mapped[str]
    changed_at: Mapped[str]
    __table_args__ = (
        Index("letters_file", "file_id", "part", unique=True),
        Index("letters_issuer", "issuer_key"),
        Index("letters_review", "review", "doubt"),
        Index("letters_dates", "date_low", "date_high"),
        Index("letters_secret", "secrecy", sqlite_where=_SECRET, postgresql_where=_SECRET),
    )


class Body(Base):
    """A letter's record: ``record`` is valid now, ``reading`` is what the last conversion read.

    ``reading`` is null unless a clerk's edits made the two differ. ``text`` is the text of the
    pages, joined by form feeds.
    """

    __tablename__ = "bodies"
    letter_pk: Mapped[int] = mapped_column(ForeignKey("letters.pk"), primary_key=True)
    record: Mapped[str] = mapped_column(Packed)
    reading: Mapped[str | None] = mapped_column(Packed)
    text: Mapped[str] = mapped_column(Packed)


class Layout(Base):
    """The words of a letter's pages with their boxes (see ``layout.py``)."""

    __tablename__ = "layouts"
    letter_pk: Mapped[int] = mapped_column(ForeignKey("letters.pk"), primary_key=True)
    pages: Mapped[str] = mapped_column(Packed)


class Party(Base):
    """Who a letter is for: ``role`` is recipient, copy or assignee."""

    __tablename__ = "parties"
    id: Mapped[int] = _key()
    letter_pk: Mapped[int] = mapped_column(ForeignKey("letters.pk"), index=True)
    role: Mapped[str]
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)
    directive: Mapped[str | None]


class Directive(Base):
    """A directive (or a sub-item) with its path of labels, ``4`` or ``4/a``."""

    __tablename__ = "directives"
    id: Mapped[int] = _key()
    letter_pk: Mapped[int] = mapped_column(ForeignKey("letters.pk"), index=True)
    label: Mapped[str]
    text: Mapped[str]
    assignees: Mapped[str]
    deadline: Mapped[str | None] = mapped_column(index=True)


class Closing(Base):
    """A directive that a clerk marked as done; it outlives a new conversion of the letter."""

    __tablename__ = "closings"
    letter_pk: Mapped[int] = mapped_column(ForeignKey("letters.pk"), primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)
    who: Mapped[str]
    at: Mapped[str]


class Citation(Base):
    """A document that a letter cites."""

    __tablename__ = "citations"
    id: Mapped[int] = _key()
    letter_pk: Mapped[int] = mapped_column(ForeignKey("letters.pk"), index=True)
    code: Mapped[str]
    code_key: Mapped[str] = mapped_column(index=True)


class Percentage(Base):
    """A percentage that a letter states."""

    __tablename__ = "percentages"
    id: Mapped[int] = _key()
    letter_pk: Mapped[int] = mapped_column(ForeignKey("letters.pk"), index=True)
    value: Mapped[float] = mapped_column(Float, index=True)
    text: Mapped[str]
    comparison: Mapped[str | None]
    about: Mapped[str | None]
    holder: Mapped[str | None]
    holder_key: Mapped[str | None] = mapped_column(index=True)


class Edit(Base):
    """History: who changed which field when, from what to what (values as JSON)."""

    __tablename__ = "edits"
    id: Mapped[int] = _key()
    letter_pk: Mapped[int] = mapped_column(ForeignKey("letters.pk"), index=True)
    field: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    who: Mapped[str]
    at: Mapped[str]


class Piece(Base):
    """A plain file of a letter (``records/NAME.json``), with the SHA-256 of what was written."""

    __tablename__ = "pieces"
    path: Mapped[str] = mapped_column(primary_key=True)
    letter_pk: Mapped[int] = mapped_column(ForeignKey("letters.pk"), index=True)
    sha256: Mapped[str]
    size: Mapped[int]


def _table(kind: type[Base]) -> Table:
    """The plain table of a class: its inserts are spared the ORM's bookkeeping."""
    return cast("Table", kind.__table__)


FILES, LETTERS, BODIES, LAYOUTS = map(_table, (File, Letter, Body, Layout))
PARTIES, DIRECTIVES, CITATIONS, PERCENTAGES = map(_table, (Party, Directive, Citation, Percentage))
PIECES = _table(Piece)
