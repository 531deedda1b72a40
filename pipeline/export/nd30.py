"""The metadata of NĐ 30/2020/NĐ-CP, Phụ lục VI, Phần II, Mục II (incoming documents).

Names and lengths are the decree's. What a letter doesn't tell (file code, order in the file) is
left empty. A value longer than the decree allows is cut at a word, and ``Description`` says so:
the whole value stays in the record.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, BinaryIO

from pipeline.export.values import Record, value, values, vietnamese_date, xml_text

LENGTHS = {
    "TypeName": 100, "CodeNumber": 11, "CodeNotation": 30, "IssuedDate": 10, "OrganName": 200,
    "Subject": 500, "Language": 30, "PageAmount": 3, "Description": 500, "ArrivalDate": 10,
    "ArrivalNumber": 10, "Position": 100, "FullName": 50, "Priority": 1, "ToPlaces": 1000,
    "DueDate": 10,
}  # fmt: skip
"""Greatest number of characters of each field."""

# The decree gives Priority one digit and no code list; these are congvan's own, stated in the docs.
_PRIORITY = {"khẩn": 1, "thượng khẩn": 2, "hỏa tốc": 3, "mật": 4, "tối mật": 5, "tuyệt mật": 6}


def document(record: Record) -> dict[str, Any]:
    """A letter under the decree's names; empty = not known."""
    signer, arrival = record["signer"], record["arrival_stamp"] or {}
    position = " ".join(filter(None, (value(signer["authority"]), value(signer["position"]))))
    raw: dict[str, Any] = {
        "FileCode": {"OrganId": "", "FileCatalog": "", "FileNotation": ""},
        "DocOrdinal": "",
        "TypeName": value(record["doc_type"]),
        "CodeNumber": value(record["number"]),
        "CodeNotation": value(record["notation"]),
        "IssuedDate": _day(value(record["date"])),
        "OrganName": value(record["issuer"]["name"]),
        "Subject": value(record["subject"]),
        "Language": "Tiếng Việt" if record["language"] == "vi" else record["language"],
        "PageAmount": str(len(record["pages"])),
        "Description": "",
        "ArrivalDate": _day(value(arrival.get("date"))),
        "ArrivalNumber": value(arrival.get("number")),
        "SignerInfo": {"Position": position, "FullName": value(signer["name"])},
        "Priority": _priority(record),
        "ToPlaces": "; ".join(values(record["recipients"])),
        "TraceHeaderList": "",
        "DueDate": _day(min((d for d in record["deadlines"] if len(d) == 10), default="")),
    }
    cut: list[str] = []
    checked = _fit(raw, cut)
    notes = [f"Rút gọn: {', '.join(cut)}."] if cut else []
    checked["Description"] = _short(" ".join(notes + record["review"]["reasons"]), 500)
    return checked


def as_json(record: Record) -> str:
    """:func:`document` as one line of JSON."""
    return json.dumps(document(record), ensure_ascii=False)


def write_xml(records: Iterable[Record], file: BinaryIO) -> None:
    """All letters as one XML file, written letter by letter."""
    from lxml import etree

    with etree.xmlfile(file, encoding="UTF-8") as out:
        out.write_declaration()
        with out.element("Documents"):
            out.write("\n")
            for record in records:
                element = etree.Element("Document", id=xml_text(record["id"]))
                _fill(element, document(record))
                out.write(element)
                out.write("\n")
    file.write(b"\n")


def _fill(element: Any, values_: dict[str, Any]) -> None:
    from lxml import etree

    for name, held in values_.items():
        child = etree.SubElement(element, name)
        if isinstance(held, dict):
            _fill(child, held)
        else:
            child.text = xml_text(held) or None


def _fit(raw: dict[str, Any], cut: list[str]) -> dict[str, Any]:
    """Values within the decree's lengths; codes and dates that don't fit are left out, not cut."""
    fitted: dict[str, Any] = {}
    for name, held in raw.items():
        if isinstance(held, dict):
            fitted[name] = _fit(held, cut)
            continue
        limit = LENGTHS.get(name, len(held))
        if len(held) > limit:
            cut.append(name)
            words = name in {"Subject", "OrganName", "ToPlaces", "Position", "FullName", "TypeName"}
            held = _short(held, limit) if words else ""  # noqa: PLW2901 (the same value, fitted)
        fitted[name] = held
    return fitted


def _short(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0] + "…"


def _day(iso: str) -> str:
    """The decree's date has ten characters, DD/MM/YYYY; a date without its day can't be given."""
    return vietnamese_date(iso) if len(iso) == 10 else ""


def _priority(record: Record) -> str:
    found = [_PRIORITY.get(value(record[name]).lower(), 0) for name in ("urgency", "secrecy")]
    return str(max(found)) if any(found) else ""
