"""Plain values out of a record that was loaded from JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Record = dict[str, Any]


def value(field: Record | None) -> str:
    """A field's value, or an empty string."""
    return (field or {}).get("value") or ""


def values(fields: list[Record]) -> list[str]:
    """The values of a list of fields."""
    return [found for field in fields if (found := value(field))]


def sureness(record: Record) -> float:
    """The confidence of the least certain main field that is there."""
    fields = [record[name] for name in ("number", "notation", "date", "subject")]
    fields.append(record["issuer"]["name"])
    sure = [field["confidence"] for field in fields if field]
    return min(sure, default=0.0)


def walk(directives: list[Record], above: str = "") -> Iterator[tuple[str, Record]]:
    """Directives and sub-items with their path of labels."""
    for item in directives:
        path = f"{above}/{item['label']}" if above else item["label"]
        yield path, item
        yield from walk(item["items"], path)


def vietnamese_date(iso: str) -> str:
    """``2019-05-31`` as offices write it, ``31/05/2019``; ``2019-05`` as ``05/2019``."""
    return "/".join(reversed(iso.split("-")))


_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """Text without the characters that XML 1.0 can't hold."""
    return _ILLEGAL.sub("\ufffd", text)
