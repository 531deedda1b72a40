"""What clerks' edits teach: names that the machine misread, and how it misread them.

Nothing is learnt by itself. :func:`lessons_of` collects what the edits in force would teach,
:func:`learn` and :func:`forget` change the archive's file of learnt names when a person says so,
and conversions into the archive use that file (:mod:`pipeline.restore.learnt`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from rapidfuzz.distance import Levenshtein
from sqlalchemy import select

from pipeline.archive.database import reading
from pipeline.archive.folder import write_text
from pipeline.archive.store import Archive
from pipeline.archive.tables import Edit
from pipeline.archive.tables import Letter as LetterRow
from pipeline.config import Settings
from pipeline.errors import UsageError
from pipeline.letter import Field, Letter
from pipeline.restore.learnt import Learnt, Lesson, load_learnt, words_of
from pipeline.text import fold, nfc

FILE = "learnt.json"
SINGLE = (
    "issuer.parent", "issuer.name", "place", "signer.authority", "signer.position", "signer.name",
)  # fmt: skip
SUBJECT = "subject"
LISTS = ("recipients", "copies_to")
"""Fields that hold names. Numbers, codes and dates are never learnt: each letter has its own. Of a
subject, only the words that were put right are, between their neighbours."""

State = Literal["new", "learnt", "known-name", "two-names", "other-words", "one-word"]
TEACHES: frozenset[State] = frozenset({"new", "learnt"})
"""The other states say why nothing is learnt: the reading is itself a known name, it was corrected
to two different names, the correction is no misreading of the same words, or it is one word only.
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """A reading and the name that clerks made of it, in some letters, and what is to be learnt."""

    name: str
    read: str
    letters: tuple[str, ...]
    who: tuple[str, ...]
    at: str
    state: State


def learnt_path(folder: Path) -> Path:
    """Where an archive keeps what it learnt."""
    return folder / FILE


def with_lessons(settings: Settings, folder: Path) -> Settings:
    """The settings of a conversion into this archive: with its learnt names, if it has any."""
    path = learnt_path(folder).absolute()
    if settings.restore.learnt or not path.is_file():
        return settings
    restore = settings.restore.model_copy(update={"learnt": str(path)})
    return settings.model_copy(update={"restore": restore})


def settings_hash(settings: Settings, folder: Path) -> str:
    """Twelve hex digits that tell one set of settings from another, learnt names included.

    After ``congvan learn --apply`` letters of before count as converted with other settings.
    """
    told = hashlib.sha256(settings.model_dump_json().encode())
    used = with_lessons(settings, folder).restore.learnt
    with suppress(FileNotFoundError):
        told.update(Path(used).read_bytes() if used else b"")
    return told.hexdigest()[:12]


def lessons_of(archive: Archive) -> list[Finding]:
    """All that the edits in force could teach, names in alphabetical order."""
    held = {
        (lesson.name, read)
        for lesson in load_learnt(learnt_path(archive.folder)).names
        for read in lesson.read
    }
    found: dict[tuple[str, str], Finding] = {}
    for letter_id in _edited(archive):
        history = archive.history(letter_id)
        for path, name, read in _changed(archive.get(letter_id), archive.reading(letter_id)):
            touched = [c for c in history if c.field in (path, path.split(".", maxsplit=1)[0])]
            last = touched[-1] if touched else history[-1]
            known = found.get((name, read))
            found[name, read] = Finding(
                name, read,
                (*(known.letters if known else ()), letter_id),
                tuple(sorted({*(known.who if known else ()), last.who})),
                max(last.at, known.at if known else ""),
                "learnt" if (name, read) in held else "new",
            )  # fmt: skip
    return [_judged(item, found) for _, item in sorted(found.items())]


def _edited(archive: Archive) -> Sequence[str]:
    query = select(LetterRow.id).join(Edit, Edit.letter_pk == LetterRow.pk).distinct()
    with reading(archive.engine) as connection:
        return list(connection.scalars(query.order_by(LetterRow.id)))


def _changed(now: Letter, read: Letter) -> Iterator[tuple[str, str, str]]:
    """(path, name, reading) of every field of a name that a person changed."""
    for path, field, before in _pairs(now, read):
        if field is None or before is None or field.rule != "edited":
            continue
        name = nfc(field.value or "").strip()
        # What stood in the record, and what the page showed before it was restored.
        seen = {words_of(text): " ".join(nfc(text).split()) for text in _texts(before)}
        for words, text in seen.items():
            if name and words and words != words_of(name):
                if path == SUBJECT:
                    yield from ((path, *phrase) for phrase in _phrases(words_of(name), words))
                else:
                    yield path, name, text


def _phrases(right: Sequence[str], read: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every run of words that were put right, three words at least, as (right, read)."""
    if len(right) != len(read):
        return
    at = 0
    while at < len(right):
        stop = at
        while stop < len(right) and right[stop] != read[stop]:
            stop += 1
        if stop > at:
            start, end = max(0, at - 1 - (stop == len(right))), stop + 1 + (at == 0)
            told = right[start:end], read[start:end]
            if len(told[0]) > 2 and all(word.isalpha() for words in told for word in words):
                yield " ".join(told[0]), " ".join(told[1])
        at = stop + 1


def _texts(field: Field) -> Iterator[str]:
    yield from (text for text in (field.raw, field.value) if text)


def _pairs(now: Letter, read: Letter) -> Iterator[tuple[str, Field | None, Field | None]]:
    for path in (*SINGLE, SUBJECT):
        yield path, _at(now, path), _at(read, path)
    for top in LISTS:
        mine, theirs = getattr(now, top), getattr(read, top)
        if len(mine) == len(theirs):
            for at, (field, before) in enumerate(zip(mine, theirs, strict=True)):
                yield f"{top}.{at}", field, before


def _at(letter: Letter, path: str) -> Field | None:
    place: Any = letter
    for step in path.split("."):
        place = getattr(place, step, None)
    return place if isinstance(place, Field) else None


def _judged(item: Finding, all_found: dict[tuple[str, str], Finding]) -> Finding:
    if item.state == "learnt":
        return item
    right, read = words_of(item.name), words_of(item.read)
    if len(right) == 1:
        state: State = "one-word"
    elif len(right) != len(read) or not all(map(_alike, right, read)):
        state = "other-words"
    elif _is_name(item.read):
        state = "known-name"
    elif any(words_of(r) == read and words_of(n) != right for n, r in all_found):
        state = "two-names"
    else:
        state = "new"
    return replace(item, state=state)


def _alike(right: str, read: str) -> bool:
    """Whether one word can be a misreading of the other: a letter in three, accents apart.

    A clerk who puts another office into a field corrects no misreading.
    """
    apart = Levenshtein.distance(fold(right), fold(read))
    return apart <= max(1, max(len(right), len(read)) // 3)


def _is_name(text: str) -> bool:
    """Whether a reading is the proper name of a place or office that the gazetteer knows."""
    from pipeline.parse.gazetteer import gazetteer, proper_agency

    plain = nfc(text).lower()
    places = gazetteer().places.get(fold(text), ())
    agency = proper_agency(text)
    return plain in {nfc(name).lower() for name in (*places, agency) if name is not None}


def learn(archive: Archive, findings: Sequence[Finding]) -> Learnt:
    """Add what the findings teach to the archive's learnt names; gives back all of them."""
    names = {item.name: item for item in load_learnt(learnt_path(archive.folder)).names}
    for item in findings:
        if item.state not in TEACHES:
            continue
        held = names.get(item.name)
        names[item.name] = Lesson(
            name=item.name,
            read=_union(held.read if held else (), (item.read,)),
            letters=_union(held.letters if held else (), item.letters),
            who=_union(held.who if held else (), item.who),
            at=max(item.at, held.at if held else ""),
        )
    return _write(archive, names)


def forget(archive: Archive, names: Sequence[str]) -> Learnt:
    """Take names out again (all of them if none is given); gives back what is left.

    Raises:
        UsageError: a name is not learnt.
    """
    held = {item.name: item for item in load_learnt(learnt_path(archive.folder)).names}
    for name in names or tuple(held):
        if held.pop(nfc(name), None) is None:
            raise UsageError("lesson-unknown", name=name)
    return _write(archive, held)


def _union(held: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({*held, *more}))


def _write(archive: Archive, names: dict[str, Lesson]) -> Learnt:
    learnt = Learnt(names=tuple(names[name] for name in sorted(names)))
    write_text(learnt_path(archive.folder), learnt.model_dump_json(indent=1) + "\n")
    return learnt
