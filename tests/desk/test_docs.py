"""The example of docs/desk.md, run as it stands there (but for the name of the letter)."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.archive import Archive

from .conftest import PASSWORD

DOCS = (Path(__file__).parents[2] / "docs" / "desk.md").read_text("utf-8")
STANDS_FOR = {
    "http://127.0.0.1:8737": "ADDRESS",
    '"password": "…"': f'"password": "{PASSWORD}"',
    "/letters/scan": "/letters/CV%2073",
    '"expected": "11"': '"expected": "73"',
}


@pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("jq")), reason="curl or jq is not installed"
)
def test_the_example_with_curl(address: str, archive: Archive, tmp_path: Path) -> None:
    block = re.search(r"```bash\n(desk=.*?)```", DOCS, re.DOTALL)
    assert block is not None
    script = block[1]
    for written, real in STANDS_FOR.items():
        assert written in script
        script = script.replace(written, real)
    script = script.replace("ADDRESS", address)
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.4 a scan")
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    answers = [json.loads(part) for part in re.split(r"(?<=})(?={)", run.stdout) if part]
    job, found, record, edited = answers
    assert (job["file"], job["state"]) == ("scan.pdf", "queued")
    assert found["total"] == 4
    assert record["id"] == "CV 73"
    assert edited["value"] == "71"
    assert (tmp_path / "register.xlsx").read_bytes()[:2] == b"PK"
    number = archive.get("CV 73").number
    assert number is not None
    assert number.value == "71"
