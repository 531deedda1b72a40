"""Fields against their gold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from rapidfuzz import fuzz

from pipeline.evaluation.scores import LISTS, STRINGS, FieldScore, SilentError
from pipeline.evaluation.text import matched
from pipeline.text import same_key

# For these, null in the gold means that the letter has none; for the others, that the gold
# doesn't say (a name that was cut off), and then nothing is scored.
_MAY_BE_ABSENT = {"urgency", "secrecy", "issuer.parent", "signer.authority"}
_SURE = 0.9
_SAME_TEXT = 92.0

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def score_fields(
    name: str, gold: dict[str, Any], record: dict[str, Any]
) -> tuple[tuple[FieldScore, ...], tuple[SilentError, ...]]:
    """All fields that the gold speaks of; gold may leave out what it doesn't know."""
    scores: list[FieldScore] = []
    silent: list[SilentError] = []
    for field in STRINGS:
        if field.split(".")[0] in gold:
            score, wrong = _string(name, field, gold, record)
            scores += score
            silent += wrong
    for field, least in LISTS.items():
        if field in gold:
            wanted, given = _items(gold.get(field)), _items(record.get(field))
            hits = _pairs(wanted, given, least)
            scores.append(FieldScore(field, hits, len(wanted), len(given)))
    if "percentages" in gold:
        scores.append(_percentages(gold, record))
    if "directives" in gold:
        scores.append(_directives(gold, record))
    return tuple(scores), tuple(silent)


def _string(
    name: str, field: str, gold: dict[str, Any], record: dict[str, Any]
) -> tuple[list[FieldScore], list[SilentError]]:
    wanted_raw, _ = _value(gold, field)
    given_raw, confidence = _value(record, field)
    wanted, given = same_key(wanted_raw), same_key(given_raw)
    if not wanted and field not in _MAY_BE_ABSENT:
        return [], []
    hit = int(bool(wanted) and wanted == given)
    scores = [FieldScore(field, hit, int(bool(wanted)), int(bool(given)))]
    sure = confidence is None or confidence >= _SURE
    if given and given != wanted and sure:
        return scores, [SilentError(name, field, given_raw, wanted_raw)]
    return scores, []


def _value(record: dict[str, Any], field: str) -> tuple[str, float | None]:
    """The value as text ("" = none) and its confidence; gold holds bare strings."""
    node: Any = record
    for part in field.split("."):
        node = node.get(part) if isinstance(node, dict) else None
    confidence = None
    if isinstance(node, dict) and "value" in node:
        node, confidence = node["value"], node.get("confidence")
    return ("" if node is None else str(node)), confidence


def _items(values: Sequence[Any] | None) -> list[str]:
    """List items as keys, whether bare strings (gold), fields or citations; dates as ISO."""
    out = []
    for item in values or []:
        value = item
        if isinstance(item, dict):
            value = item.get("value") or item.get("code")
        if value:
            out.append(_iso(same_key(str(value))))
    return out


def _iso(text: str) -> str:
    match = _DAY.fullmatch(text)
    return f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}" if match else text


def _pairs(wanted: Sequence[str], given: Sequence[str], least: float) -> int:
    """Gold items that find a partner of their own, the most similar first."""
    left, hits = list(given), 0
    for item in wanted:
        best = max(left, key=lambda other: fuzz.ratio(item, other), default=None)
        if best is not None and fuzz.ratio(item, best) >= least:
            left.remove(best)
            hits += 1
    return hits


def _percentages(gold: dict[str, Any], record: dict[str, Any]) -> FieldScore:
    wanted, given = (
        [str(float(p["value"])) for p in source.get("percentages") or []]
        for source in (gold, record)
    )
    return FieldScore("percentages", matched(wanted, given), len(wanted), len(given))


def _directives(gold: dict[str, Any], record: dict[str, Any]) -> FieldScore:
    wanted, left = list(_orders(gold)), list(_orders(record))
    given, hits = len(left), 0
    for label, text in wanted:
        for candidate in left:
            if candidate[0] == label and fuzz.ratio(text, candidate[1]) >= _SAME_TEXT:
                left.remove(candidate)
                hits += 1
                break
    return FieldScore("directives", hits, len(wanted), given)


def _orders(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Labels (``Điều 1`` and ``1`` are one) and texts of the numbered items."""
    for item in record.get("directives") or []:
        label = same_key(str(item.get("label", ""))).removeprefix("điều ")
        yield label, same_key(str(item.get("text") or ""))
