"""Programs that fail in the ways real ones have, put first on the PATH under a real name."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
from pathlib import Path

import pytest

FAULTS = {
    "crashes": "kill -SEGV $$",
    "is killed": "kill -KILL $$",
    "fails": "echo 'something broke' >&2; exit 1",
    "hangs": "exec sleep 600",
    "hangs with a child": "sleep 600 & sleep 600 & wait",
    "ignores being told to stop": "trap '' TERM INT HUP; while :; do sleep 1; done",
    "eats memory": "exec {python} -c 'x = bytearray(64 * 1024**3)'",
    "fills the disk": 'exec {python} -c \'f = open("huge", "wb"); f.truncate(64 * 1024**3)\'',
    "prints nothing": "exit 0",
    "talks for ever": "yes 'level\tpage' | head -c 3000000000",
}

TSV = (
    "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
)

TESSERACT = FAULTS | {
    # Called as: tesseract PICTURE - …; what it reads is expected on its standard output.
    "writes bad UTF-8": "printf '"
    + TSV
    + "\\n5\\t1\\t1\\t1\\t1\\t1\\t9\\t9\\t9\\t9\\t90\\t\\377\\376\\n'",
    "writes half a table": "printf 'level\\tpage_num\\tblo'",
    "writes nonsense": "printf '" + TSV + "\\n5\\tx\\ty\\n'",
    "writes a binary": "head -c 4000 /dev/urandom",
}

# pdf2image ends the program alone, not its group: poppler starts no children.
_WITH_CHILDREN = {"hangs with a child", "talks for ever"}
PDFTOPPM = {name: body for name, body in FAULTS.items() if name not in _WITH_CHILDREN} | {
    # Called as: pdftoppm -r DPI … FILE ROOT.
    "stops half-way": (
        'for last; do :; done; printf "P6\\n1654 2339\\n255\\n" > "$last-1.ppm"; '
        'head -c 4000000 /dev/zero >> "$last-1.ppm"; exit 1'
    ),
    "stops half-way in silence": (
        'for last; do :; done; printf "P6\\n1654 2339\\n255\\n" > "$last-1.ppm"; '
        'head -c 4000000 /dev/zero >> "$last-1.ppm"; exit 0'
    ),
    "writes no picture": 'for last; do :; done; echo "not a picture" > "$last-1.ppm"',
    "writes an empty picture": 'for last; do :; done; : > "$last-1.ppm"',
}


def put_first(folder: Path, program: str, body: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a program of this name that does ``body``, and put it first on the PATH."""
    folder.mkdir(exist_ok=True)
    path = folder / program
    python = shutil.which("python3") or "python3"
    # What it writes under a name without a folder lands beside it, not where the tests run.
    home = f"cd {shlex.quote(str(folder))}\n"
    path.write_text("#!/bin/sh\n" + home + body.replace("{python}", python) + "\n", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return path
