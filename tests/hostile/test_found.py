"""Cases that the corpus and the fuzzer found, each kept so that it stays mended."""

from __future__ import annotations

import io
import sqlite3
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.archive.query import parse_query, to_fts5
from pipeline.cli.progress import summary
from pipeline.errors import InputError, UsageError
from pipeline.read.pictures import sound_fax


@pytest.mark.parametrize("query", ["(" * 5000 + "a", "(x " * 400, "((" * 13 + "N" + "))" * 13])
def test_parentheses_without_end_are_refused(query: str) -> None:
    """SQLite: parser stack overflow; Python: recursion."""
    with pytest.raises(UsageError) as caught:
        parse_query(query)
    assert caught.value.code == "search-too-deep"


def test_many_exclusions_and_the_deepest_nesting_reach_the_index() -> None:
    index = sqlite3.connect(":memory:")
    index.execute("CREATE VIRTUAL TABLE t USING fts5(text)")
    index.execute("INSERT INTO t VALUES ('thong bao ket luan')")
    many = "ket luan " + " ".join(f"-tu{n}" for n in range(300))
    deep = "(thong OR (x -y " * 6 + "z" + "))" * 6
    counts = []
    for typed in (many, deep):
        query = parse_query(typed)
        assert query is not None
        match = "SELECT count(*) FROM t WHERE t MATCH ?"
        counts.append(index.execute(match, (to_fts5(query),)).fetchone()[0])
    assert counts == [1, 1]


def test_what_libtiff_only_mutters_is_damage(tmp_path: Path) -> None:
    import os

    with pytest.raises(InputError) as caught, sound_fax(500, 3):
        os.write(2, b"Fax4Decode: Bad code word at line 120 of strip 0 (x 40).\n")
    assert caught.value.code == "page-damaged"
    assert caught.value.values["page"] == 3
    with sound_fax(500, 3):  # the last rows of a scanner that stops early
        os.write(2, b"Fax4Decode: Premature EOF at line 498 of strip 0 (x 0).\n")


def test_a_name_can_neither_steer_the_terminal_nor_hide_the_reason() -> None:
    """Markup crashed the table, 255 bytes pushed the reason off it, ESC reached the terminal."""
    out = io.StringIO()
    names = ("[/b].pdf", "thư\x1b[2J.pdf", "\u202efdp.exe.pdf", "hai\ndòng.pdf", "d" * 255)
    rows = [("failed", name, "The file is empty") for name in names]
    summary(Console(file=out, width=100), Counter(failed=len(rows)), rows)
    printed = out.getvalue()
    assert printed.count("The file is empty") == len(names)
    assert "[/b].pdf" in printed
    assert not set("\x1b\u202e") & set(printed)
