"""The house keeps its rules: sizes, names of places, packed models."""

import json
import re
import subprocess
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[2]


def tracked() -> list[Path]:
    out = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    return [ROOT / name for name in out.decode().split("\0") if name and (ROOT / name).is_file()]


def test_modules_stay_readable() -> None:
    """About 300 lines, as CONTRIBUTING.md says; past 400 a module has become two things."""
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "pipeline").rglob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert not long


def test_no_file_names_a_machine_path() -> None:
    pattern = re.compile(rb"(?<![\w.])/(?:work|farm|root)/")
    bad = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.name != "uv.lock" and pattern.search(path.read_bytes()) and path != Path(__file__)
    ]
    assert not bad


def test_models_match_their_manifest() -> None:
    manifest = json.loads((ROOT / "models" / "manifest.json").read_text("utf-8"))
    entries = manifest.get("artefacts", manifest)
    for name, entry in entries.items():
        data = (ROOT / "models" / name).read_bytes()
        assert sha256(data).hexdigest() == entry["sha256"], name
        assert len(data) == entry["bytes"], name
    files = {p.name for p in (ROOT / "models").iterdir() if p.is_file()} - {
        "manifest.json",
        "README.md",
    }
    assert files == set(entries)
    assert sum((ROOT / "models" / name).stat().st_size for name in files) <= 25_000_000
