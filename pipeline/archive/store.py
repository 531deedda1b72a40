"""The archive: a folder of plain files and the database that finds them again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select

from pipeline.archive import index, keeping, ledger, pieces
from pipeline.archive.database import open_database, reading, sqlite_url, writing
from pipeline.archive.edits import ANYTHING, FieldChanged, amend
from pipeline.archive.filters import Filters, conditions
from pipeline.archive.folder import make_folder
from pipeline.archive.layout import boxes_of, unpack
from pipeline.archive.ledger import Entry, now
from pipeline.archive.results import Hit, Results
from pipeline.archive.rows import letter_of
from pipeline.archive.search import Order, search
from pipeline.archive.stores import url_of
from pipeline.archive.tables import Body, Edit, File, Layout
from pipeline.archive.tables import Letter as LetterRow
from pipeline.config import Settings
from pipeline.errors import ArchiveError
from pipeline.letter import Letter
from pipeline.page import PageText

Part = tuple[Letter, Sequence[PageText]]
"""A letter with its pages as restored."""


@dataclass(frozen=True, slots=True)
class How:
    """How letters came about: congvan's version, the settings' hash, the seconds it took."""

    version: str
    settings: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a letter's history; values are JSON-able."""

    field: str
    before: Any
    after: Any
    who: str
    at: str


class Archive:
    """An archive folder with its database. Cheap to open; safe to use from several processes."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder = folder
        self.engine = engine

    @classmethod
    def open(cls, folder: Path, settings: Settings, *, create: bool = True) -> Archive:
        """Open the archive in ``folder``; make it unless ``create`` is false.

        Raises:
            ArchiveError: it isn't there, can't be made, or its database can't be reached.
            ConfigError: ``archive.database`` is no URL.
        """
        if url := url_of(folder):
            raise ArchiveError("archive-in-store", url=url)
        if not create and not (folder / "records").is_dir():
            raise ArchiveError("archive-missing", folder=folder)
        try:
            make_folder(folder)
        except OSError as error:
            reason = error.strerror or str(error)
            raise ArchiveError("archive-closed", reason=f"{folder}: {reason}") from error
        return cls(folder, open_database(settings.archive.database or sqlite_url(folder)))

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # --- Letters ----------------------------------------------------------------------------

    def put(
        self,
        entry: Entry,
        parts: Sequence[Part],
        *,
        how: How,
        pdfs: Sequence[Path | None] = (),
    ) -> tuple[Letter, ...]:
        """Store a file's letters in place of those of its last conversion, and mark it done.

        One transaction; a clerk's edits stay in force over the new reading. The plain files are
        written before it ends, so that whoever sees the file done in the ledger finds them.

        Args:
            entry: the file of the ledger.
            parts: its letters, with their pages.
            how: version, hash of the settings, and seconds of the conversion.
            pdfs: each letter's staged PDF, moved into place.

        Returns:
            the letters as stored: with their ids, source names and edits.
        """
        digests = [pieces.digest_file(pdf) if pdf and pdf.exists() else None for pdf in pdfs]
        with writing(self.engine) as connection:
            stored = tuple(
                keeping.put_letter(connection, entry, part, letter, pages)
                for part, (letter, pages) in enumerate(parts, start=1)
            )
            keeping.drop_beyond(connection, self.folder, entry.id, len(parts))
            doubtful = any(letter.review.needed for letter in stored)
            count = sum(len(pages) for _, pages in parts)
            state = "doubtful" if doubtful else "done"
            ended = ledger.Ending(state, pages=count, seconds=how.seconds)
            ledger.finish(connection, entry.id, ended, how.version, how.settings)
            for letter in stored:
                keeping.write_files(connection, self.folder, letter)
            for letter, staged, digest in zip(stored, pdfs, digests, strict=False):
                if staged is not None:
                    keeping.place_pdf(connection, self.folder, letter.id, staged, digest)
        return stored

    def get(self, letter_id: str) -> Letter:
        """The letter as it is valid now.

        Raises:
            ArchiveError: there is no such letter.
        """
        with reading(self.engine) as connection:
            record = connection.scalar(
                select(Body.record).join(LetterRow).where(LetterRow.id == letter_id)
            )
        if record is None:
            raise ArchiveError("letter-missing", id=letter_id)
        return letter_of(record)

    def reading(self, letter_id: str) -> Letter:
        """What the last conversion read, without any edit."""
        with reading(self.engine) as connection:
            row = connection.execute(
                select(Body.record, Body.reading).join(LetterRow).where(LetterRow.id == letter_id)
            ).one_or_none()
        if row is None:
            raise ArchiveError("letter-missing", id=letter_id)
        return letter_of(row[1] or row[0])

    def letters(self, query: str = "", filters: Filters | None = None) -> Iterator[Letter]:
        """Stream the letters that a search finds (all, without one), oldest row first."""
        for record in self.records(query, filters):
            yield letter_of(record)

    def records(self, query: str = "", filters: Filters | None = None) -> Iterator[str]:
        """Stream the letters' records as JSON text, in constant memory."""
        from pipeline.archive.query import parse_query

        parsed = parse_query(query)
        narrowed = conditions(filters or Filters())
        last = 0
        while True:
            with reading(self.engine) as connection:
                if parsed is None:
                    base, pk = select(LetterRow.pk).where(*narrowed), LetterRow.pk.expression
                else:
                    base = index.matching(connection, parsed, narrowed)
                    pk = index.key(connection)
                page = base.where(pk > last).order_by(pk).limit(500)
                chosen = list(connection.scalars(page))
                if not chosen:
                    return
                bodies = select(Body.record).where(Body.letter_pk.in_(chosen))
                found = list(connection.scalars(bodies.order_by(Body.letter_pk)))
            yield from found
            last = chosen[-1]

    def pages(self, letter_id: str) -> tuple[PageText, ...]:
        """The letter's restored pages with the box of every word, as stored at conversion."""
        with reading(self.engine) as connection:
            packed = connection.scalar(
                select(Layout.pages)
                .join(LetterRow, LetterRow.pk == Layout.letter_pk)
                .where(LetterRow.id == letter_id)
            )
        return unpack(packed) if packed else ()

    def original(self, letter_id: str) -> Path:
        """The file that the letter came from, byte for byte as it came."""
        with reading(self.engine) as connection:
            row = connection.execute(
                select(File.name, File.suffix)
                .join(LetterRow, LetterRow.file_id == File.id)
                .where(LetterRow.id == letter_id)
            ).one_or_none()
        if row is None:
            raise ArchiveError("letter-missing", id=letter_id)
        return self.original_of(*row)

    def original_of(self, name: str, suffix: str) -> Path:
        """Where the original of a file of the ledger lies."""
        return self.folder / "originals" / f"{name}{suffix}"

    def pdf(self, letter_id: str) -> Path:
        """Where the letter's searchable PDF lies (it may not be there: ``export.pdf: false``)."""
        return self.folder / "pdf" / f"{letter_id}.pdf"

    # --- Search -----------------------------------------------------------------------------

    def search(
        self,
        query: str,
        filters: Filters | None = None,
        offset: int = 0,
        limit: int = 20,
        *,
        facets: bool = False,
        order: Order = "rank",
    ) -> Results:
        """A page of the letters that match ``query`` (see ``query.py``) and ``filters``.

        An empty query lists all letters, newest date first unless ``order`` says otherwise. Hits
        carry snippets whose marks
        count characters of ``Letter.pages[…].text``.

        Raises:
            UsageError: the query or a filter can't be understood.
        """
        with reading(self.engine) as connection:
            return search(connection, query, filters or Filters(), offset, limit, facets, order)

    def with_boxes(self, hit: Hit) -> Hit:
        """The hit with the boxes of its marks on the page."""
        pages = self.pages(hit.id)
        snippets = []
        for snippet in hit.snippets:
            spans = [(a + snippet.start, b + snippet.start) for a, b in snippet.marks]
            boxes = boxes_of(pages[snippet.page - 1], spans) if snippet.page <= len(pages) else ()
            snippets.append(replace(snippet, boxes=boxes))
        return replace(hit, snippets=tuple(snippets))

    # --- Edits ------------------------------------------------------------------------------

    def edit(
        self, letter_id: str, field: str, value: Any, who: str, *, expected: Any = ANYTHING
    ) -> Letter:
        """Set a field to what a person says it is; the same value again confirms it.

        Args:
            letter_id: the letter.
            field: its path in the record: ``number``, ``issuer.name``, ``recipients.0``,
                ``directives.2.text``, ``review.needed``.
            value: a string or null for a Field; for a whole list of fields a list of strings;
                anything that JSON holds elsewhere.
            who: the person's name, for the history.
            expected: the value that the person saw; if another stands there, nothing is changed.

        Raises:
            UsageError: there is no such field, or the value doesn't fit it.
            FieldChanged: someone else changed the field since ``expected`` was read.
            ArchiveError: there is no such letter.
        """
        with writing(self.engine) as connection:
            row = connection.execute(
                select(LetterRow.pk, LetterRow.file_id, Body.record, Body.reading, Body.text)
                .join_from(LetterRow, Body)
                .where(LetterRow.id == letter_id)
            ).one_or_none()
            if row is None:
                raise ArchiveError("letter-missing", id=letter_id)
            before = letter_of(row.record)
            after, old, new = amend(before, field, value)
            if expected is not ANYTHING and old != expected:
                raise FieldChanged("field-changed", field=field)
            connection.execute(
                insert(Edit).values(
                    letter_pk=row.pk, field=field, who=who, at=now(),
                    before=json.dumps(old, ensure_ascii=False),
                    after=json.dumps(new, ensure_ascii=False),
                )
            )  # fmt: skip
            keeping.replace_letter(connection, row.pk, before, after, row.reading or row.record)
            keeping.settle(connection, row.file_id)
            keeping.write_files(connection, self.folder, after)
        return after

    def history(self, letter_id: str) -> tuple[Change, ...]:
        """Every edit of a letter, oldest first."""
        with reading(self.engine) as connection:
            found = connection.execute(
                select(Edit.field, Edit.before, Edit.after, Edit.who, Edit.at)
                .join(LetterRow, LetterRow.pk == Edit.letter_pk)
                .where(LetterRow.id == letter_id)
                .order_by(Edit.id)
            ).all()
        return tuple(
            Change(field, json.loads(before), json.loads(after), who, at)
            for field, before, after, who, at in found
        )
