"""models/manifest.json: what each trained artefact is, where it comes from, how to rebuild it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

MODELS = Path(__file__).parent.parent / "models"


def record_artefact(path: Path, *, source: str, licence: str, command: str) -> None:
    """Add or renew the entry of one artefact (its name, size, SHA-256) in the folder's manifest."""
    manifest = path.parent / "manifest.json"
    entries = json.loads(manifest.read_text(encoding="utf-8")) if manifest.is_file() else {}
    content = path.read_bytes()
    entries[path.name] = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "source": source,
        "licence": licence,
        "command": command,
    }
    text = json.dumps(dict(sorted(entries.items())), ensure_ascii=False, indent=1)
    manifest.write_text(text + "\n", encoding="utf-8")
