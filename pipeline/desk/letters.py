"""A letter as the pages show it: rows of fields, words of a page, corrections, links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.requests import Request

from pipeline.archive.database import reading
from pipeline.archive.filters import code_key
from pipeline.archive.tables import Citation as CitationRow
from pipeline.archive.tables import Letter as LetterRow
from pipeline.desk import dates
from pipeline.desk.context import desk_of, visitor
from pipeline.letter import Candidate, Correction, Field, Letter
from pipeline.page import OUTSIDE_TEXT, PageText, Word
from pipeline.text import nfc

if TYPE_CHECKING:
    from pipeline.archive import Archive
    from pipeline.desk.accounts import Account

SINGLE = (
    "code", "number", "notation", "date", "place", "doc_type", "subject", "issuer.parent",
    "issuer.name", "signer.authority", "signer.position", "signer.name", "urgency", "secrecy",
    "arrival_stamp.number", "arrival_stamp.date",
)  # fmt: skip
"""Fields in the order of a clerk's eye; each has a text ``field.<path>``."""

LISTS = ("recipients", "copies_to")
LONG = frozenset({"subject"})
OWN = frozenset({"code", "number", "date", "arrival_stamp.number", "arrival_stamp.date"})
"""Fields that say which letter it is: the same reading elsewhere is chance, not a pattern."""

LOW_WORD = 0.6
"""Words less certain than this are underlined."""

_NOISE = 0.005


@dataclass(frozen=True, slots=True)
class Row:
    """A field of the record: ``path`` in it, the text code of its name, and how it stands."""

    path: str
    label: str
    field: Field | None
    doubtful: bool
    long: bool

    @property
    def value(self) -> str | None:
        """The value, if there is one."""
        return self.field.value if self.field else None

    @property
    def choices(self) -> tuple[Candidate, ...]:
        """Other readings to choose from, one for each digit key; those under 0.5 % are noise."""
        found = self.field.candidates if self.field else ()
        likely = tuple(item for item in found if item.probability >= _NOISE)[:9]
        return () if [item.value for item in likely] == [self.value] else likely

    @property
    def dated(self) -> bool:
        """Whether it is a date: shown as clerks write it."""
        return self.path in dates.FIELDS


def visible(archive: Archive, account: Account, letter_id: str) -> tuple[Letter, int]:
    """The letter and its level of secrecy, if this user may see it.

    A letter that is not there and one that may not be seen look the same.

    Raises:
        HTTPException: 404.
    """
    with reading(archive.engine) as connection:
        secrecy = connection.scalar(select(LetterRow.secrecy).where(LetterRow.id == letter_id))
    if secrecy is None or secrecy > account.clearance:
        raise HTTPException(404)
    return archive.get(letter_id), secrecy


def visitor_letter(request: Request, letter_id: str) -> tuple[Letter, int]:
    """:func:`visible` for whoever asks.

    Raises:
        HTTPException: 401 nobody is signed in, 404.
    """
    found = visitor(request)
    if found is None:
        raise HTTPException(401)
    return visible(desk_of(request).archive, found.account, letter_id)


def field_at(letter: Letter, path: str) -> Field | None:
    """The field at a path such as ``issuer.name`` or ``recipients.0``; None if absent."""
    place: Any = letter
    for step in path.split("."):
        if place is None:
            return None
        if isinstance(place, tuple):
            place = place[int(step)] if step.isdecimal() and int(step) < len(place) else None
        else:
            place = getattr(place, step, None)
    return place if isinstance(place, Field) else None


def may_edit(letter: Letter, path: str) -> bool:
    """Whether the page offers this field for editing."""
    top, _, rest = path.partition(".")
    return path in SINGLE or (
        top in LISTS and rest.isdecimal() and int(rest) < len(getattr(letter, top))
    )


def entered(path: str, value: str | None) -> str | None:
    """What a person typed, as the record keeps it: NFC, no stray spaces, nothing = null.

    Raises:
        HTTPException: 422 the field is a date, and this is none.
    """
    clean = " ".join(nfc(value or "").split())
    clean = "".join(c for c in clean if c.isprintable())
    if clean and path in dates.FIELDS:
        try:
            return dates.iso_date(clean)
        except dates.NoDate as error:
            raise HTTPException(422, "error.date") from error
    return clean or None


def paths_reading(letter: Letter, path: str, value: str) -> list[str]:
    """The places of this field in another letter that read ``value``."""
    top = path.split(".", maxsplit=1)[0]
    paths = [f"{top}.{at}" for at in range(len(getattr(letter, top)))] if top in LISTS else [path]
    if not all(may_edit(letter, item) for item in paths):
        return []
    return [item for item in paths if (held := field_at(letter, item)) and held.value == value]


def rows(letter: Letter) -> list[Row]:
    """All fields, the absent single ones too."""
    doubts = set(letter.review.fields)
    found = []
    for path in SINGLE:
        top = path.split(".")[0]
        field = field_at(letter, path)
        if field is None and top == "arrival_stamp" and letter.arrival_stamp is None:
            continue
        doubtful = path in doubts or (top in doubts and field is not None)
        found.append(Row(path, f"field.{path}", field, doubtful, path in LONG))
    for name in LISTS:
        for at, field in enumerate(getattr(letter, name)):
            path = f"{name}.{at}"
            found.append(Row(path, f"field.{name}", field, bool({path, name} & doubts), False))
    return found


def words_of(page: PageText, text: str) -> list[list[dict[str, Any]]]:
    """A page's lines as words with box and certainty, their text as the record has it now.

    A line whose number of words differs from the stored layout (a correction was undone) comes
    as words without boxes.
    """
    now = text.split("\n")
    stored = [line for zone in page.zones if zone.kind not in OUTSIDE_TEXT for line in zone.lines]
    lines = []
    for at, held in enumerate(now):
        words = held.split()
        known = stored[at].words if len(now) == len(stored) else ()
        places: list[Word | None] = list(known) if len(known) == len(words) else [None] * len(words)
        lines.append(
            [
                {
                    "text": word,
                    "box": place.box if place else None,
                    "sure": round(place.confidence, 3) if place else 1.0,
                }
                for word, place in zip(words, places, strict=True)
            ]
        )
    return lines


@dataclass(frozen=True, slots=True)
class Step:
    """A correction and whether it is in force; ``number`` names it in the conversion's list."""

    number: int
    correction: Correction
    undone: bool


def corrections(archive: Archive, letter: Letter) -> list[Step]:
    """Everything that the conversion corrected, with what a clerk has undone since."""
    held = set(letter.corrections)
    read = archive.reading(letter.id).corrections
    return [Step(at, item, item not in held) for at, item in enumerate(read)]


def switch_correction(
    archive: Archive, letter: Letter, number: int, *, undo: bool, who: str
) -> Letter:
    """Undo a correction, or make it again; the text follows.

    Raises:
        HTTPException: 404 no such correction.
        FieldChanged: someone else switched one meanwhile.
    """
    steps = corrections(archive, letter)
    if not 0 <= number < len(steps):
        raise HTTPException(404)
    kept = [s.correction for s in steps if (s.undone if s.number != number else undo) is False]
    before = [item.model_dump(mode="json") for item in letter.corrections]
    after = [item.model_dump(mode="json") for item in kept]
    return archive.edit(letter.id, "corrections", after, who, expected=before)


def held_codes(archive: Archive, codes: Sequence[str], clearance: int) -> dict[str, str]:
    """For each cited code that a letter of the archive bears: that letter's id."""
    keys = {code_key(code): code for code in codes}
    if not keys:
        return {}
    query = select(LetterRow.code_key, LetterRow.id)
    query = query.where(LetterRow.code_key.in_(list(keys)), LetterRow.secrecy <= clearance)
    with reading(archive.engine) as connection:
        rows_found = connection.execute(query).all()
    return {keys[row.code_key]: row.id for row in rows_found if row.code_key is not None}


def cited_by(archive: Archive, code: str | None, clearance: int) -> list[tuple[str, str]]:
    """Letters (id, code) that cite this code."""
    if not code:
        return []
    query = (
        select(LetterRow.id, LetterRow.code)
        .join(CitationRow, CitationRow.letter_pk == LetterRow.pk)
        .where(CitationRow.code_key == code_key(code), LetterRow.secrecy <= clearance)
        .distinct()
        .limit(20)
    )
    with reading(archive.engine) as connection:
        return [(letter_id, held or letter_id) for letter_id, held in connection.execute(query)]


def next_doubtful(archive: Archive, clearance: int, after: str | None = None) -> str | None:
    """The letter that needs a person most, or the next one after another in that order."""
    order = (LetterRow.doubt.desc(), LetterRow.pk)
    query = select(LetterRow.id).where(LetterRow.review, LetterRow.secrecy <= clearance)
    with reading(archive.engine) as connection:
        if after is not None:
            place = connection.execute(
                select(LetterRow.doubt, LetterRow.pk).where(
                    LetterRow.id == after, LetterRow.secrecy <= clearance
                )
            ).one_or_none()
            if place is not None:
                doubt, pk = place
                behind = (LetterRow.doubt < doubt) | (
                    (LetterRow.doubt == doubt) & (LetterRow.pk > pk)
                )
                query_after = query.where(behind, LetterRow.id != after)
                found = connection.scalar(query_after.order_by(*order).limit(1))
                if found is not None:
                    return str(found)
        first = connection.scalar(
            query.where(LetterRow.id != (after or "")).order_by(*order).limit(1)
        )
    return str(first) if first is not None else None


def same_reading(
    archive: Archive, letter: Letter, path: str, before: str, clearance: int
) -> Iterator[Letter]:
    """Other letters whose field at ``path`` reads ``before`` too (at most 50 are looked at)."""
    from pipeline.archive import Filters

    phrase = '"' + before.replace('"', " ") + '"'
    hits = archive.search(phrase, Filters(secrecy=clearance), 0, 50).hits
    for hit in hits:
        if hit.id == letter.id:
            continue
        other = archive.get(hit.id)
        if paths_reading(other, path, before):
            yield other
