"""A clerk's edits: applied to a record, and kept in force over a new reading of the letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from pipeline.errors import ArchiveError, UsageError
from pipeline.letter import Correction, Field, Letter
from pipeline.restore.replay import replay, undo

_FIELD_KEYS = frozenset(Field.model_fields)
_LISTS_OF_FIELDS = frozenset({"recipients", "copies_to"})
_FIXED = frozenset({"schema", "id", "source", "pages", "corrections", "process"})

ANYTHING = object()
"""Stands for "whatever the field holds now" where an edit may name what it expects."""


class FieldChanged(ArchiveError):
    """Someone else changed the field since it was read."""


def amend(letter: Letter, path: str, value: Any) -> tuple[Letter, Any, Any]:
    """The letter with ``path`` set to ``value``, and the plain value before and after.

    Whatever a person enters is certain (confidence 1, rule ``edited``); raw, page and box stay.
    Setting ``corrections`` to other ones makes the text of the pages again from the raw text.

    Raises:
        UsageError: no such field, or the value doesn't fit.
    """
    if path == "corrections":
        return _correct(letter, value)
    record = letter.model_dump(mode="json", by_alias=True)
    steps = path.split(".")
    if steps[0] in _FIXED or steps[0] not in record:
        raise UsageError("field-unknown", field=path)
    try:
        before = _set(record, steps, value)
        _settle_review(record, path, steps[0])
        return Letter.model_validate(record), before, value
    except (KeyError, IndexError, ValueError, TypeError, ValidationError) as error:
        raise UsageError("field-unknown", field=path) from error


def overlay(read: Letter, before: Letter, edited: Sequence[str]) -> Letter:
    """A new reading under the edits made so far.

    ``before`` is the record that was valid until now. Lists that a person touched are taken over
    whole: the places in a new reading may have moved.
    """
    if not edited:
        return read
    record = read.model_dump(mode="json", by_alias=True)
    held = before.model_dump(mode="json", by_alias=True)
    for path in dict.fromkeys(edited):
        if path == "corrections":
            continue  # a new reading has corrections of its own, for another raw text
        steps = path.split(".")
        if isinstance(held[steps[0]], list) or len(steps) == 1 or held[steps[0]] is None:
            record[steps[0]] = held[steps[0]]
        elif steps[0] == "review":
            continue
        else:
            inner = record[steps[0]] or {}
            record[steps[0]] = {**inner, steps[1]: held[steps[0]][steps[1]]}
        _settle_review(record, path, steps[0])
    if "review.needed" in edited and not held["review"]["needed"]:
        record["review"] = {**record["review"], "needed": False}
    return Letter.model_validate(record)


def _correct(letter: Letter, value: Any) -> tuple[Letter, Any, Any]:
    """The letter with just these corrections, its pages' text made again from the raw text."""
    try:
        wanted = tuple(Correction.model_validate(item) for item in value)
        raw = undo({page.number: page.text for page in letter.pages}, letter.corrections)
        texts = replay(raw, wanted)
    except (ValueError, TypeError) as error:
        raise UsageError("field-unknown", field="corrections") from error
    pages = tuple(page.model_copy(update={"text": texts[page.number]}) for page in letter.pages)
    before = [item.model_dump(mode="json") for item in letter.corrections]
    after = [item.model_dump(mode="json") for item in wanted]
    return letter.model_copy(update={"pages": pages, "corrections": wanted}), before, after


def _set(record: dict[str, Any], steps: Sequence[str], value: Any) -> Any:
    """Set the value at the end of ``steps`` and give back the plain value that stood there."""
    place: Any = record
    for step in steps[:-1]:
        if isinstance(place, list):
            place = place[_index(step)]
            continue
        if place[step] is None:
            place[step] = {}
        place = place[step]
    last: Any = _index(steps[-1]) if isinstance(place, list) else steps[-1]
    old = place.get(last) if isinstance(place, dict) else place[last]
    place[last] = _entered(old, steps, value)
    return _plain(old)


def _entered(old: Any, steps: Sequence[str], value: Any) -> Any:
    if steps[-1] in _LISTS_OF_FIELDS and isinstance(value, list):
        held = {item["value"]: item for item in old}
        return [_field(held.get(item), item) for item in value]
    if _is_field(old) or (
        old is None and (value is None or isinstance(value, str)) and _takes(steps)
    ):
        return _field(old, value)
    return value


def _takes(steps: Sequence[str]) -> bool:
    """Whether an absent value at this path is a Field (and not a plain string)."""
    return ".".join(steps) not in {"abstract", "drafting_marks", "language"} and steps[0] not in {
        "directives", "percentages", "quantities", "citations", "tables", "footnotes",
        "digital_signatures",
    }  # fmt: skip


def _field(old: dict[str, Any] | None, value: str | None) -> dict[str, Any]:
    return {**(old or {}), "value": value, "confidence": 1.0, "rule": "edited"}


def _is_field(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == _FIELD_KEYS


def _plain(value: Any) -> Any:
    if _is_field(value):
        return value["value"]
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _settle_review(record: dict[str, Any], path: str, top: str) -> None:
    """A field that a person looked at is no longer doubtful; the last one ends the review."""
    review = record["review"]
    if top == "review" or not review["fields"]:
        return
    fields = [name for name in review["fields"] if name not in (path, top)]
    if fields != review["fields"]:
        record["review"] = {**review, "fields": fields, "needed": bool(fields)}


def _index(step: str) -> int:
    return int(step)
