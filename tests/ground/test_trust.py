"""The table of promises names only tests and benchmarks that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`((?:tests|benchmarks)/[\w/]+\.py)(?:::(\w+))?`")


def test_what_shows_a_promise_is_there() -> None:
    for page in ("docs/trust.md", "SECURITY.md"):
        text = (ROOT / page).read_text("utf-8")
        found = NAMED.findall(text)
        assert len(found) > 10
        for path, name in found:
            source = (ROOT / path).read_text("utf-8")
            assert not name or f"def {name}(" in source, f"{page}: {path}::{name}"


def test_every_promise_is_shown_by_something() -> None:
    text = (ROOT / "docs" / "trust.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "shown by" not in line]
    assert len(rows) > 30
    assert [row for row in rows if not NAMED.search(row)] == []
