"""A folder of records against a folder of gold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.evaluation.fields import score_fields
from pipeline.evaluation.scores import Evaluation, LetterScore
from pipeline.evaluation.text import gold_pages, score_pages


def evaluate(gold_dir: Path, records_dir: Path) -> Evaluation:
    """Compare the records of a folder (``NAME.json``) with the gold of the same names.

    Raises:
        OSError: a folder can't be read.
        ValueError: a gold file or a record is no JSON object.
    """
    return Evaluation(
        tuple(_letter(gold, records_dir / gold.name) for gold in sorted(gold_dir.glob("*.json")))
    )


def _letter(gold_path: Path, record_path: Path) -> LetterScore:
    name = gold_path.stem
    gold = _object(gold_path)
    missing = not record_path.exists()
    record = {} if missing else _object(record_path)
    fields, silent = score_fields(name, gold, record)
    text_path = gold_path.with_suffix(".txt")
    text = None
    if text_path.exists():
        pages = {int(p["number"]): str(p["text"]) for p in record.get("pages") or []}
        text = score_pages(gold_pages(text_path.read_text(encoding="utf-8")), pages)
    return LetterScore(name, fields, silent, text, missing)


def _object(path: Path) -> dict[str, Any]:
    value = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(value, dict):
        raise ValueError(f"{path} holds no JSON object")
    return value
