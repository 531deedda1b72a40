"""What PostgreSQL takes worse than SQLite: the character NUL, in everything that can be sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from pipeline.archive import Archive
from pipeline.config import Settings
from pipeline.desk import accounts, sessions
from pipeline.desk.app import create_app
from pipeline.desk.store import Store
from pipeline.desk.tables import User
from tests.desk.conftest import add_letter
from tests.hostile.test_routes import PLACES, REQUESTS, addresses
from tests.servers import Server

NUL = "a\0b"


def spoiled(value: Any) -> Any:
    """A request with NUL in each of its texts."""
    if isinstance(value, dict):
        return {key: spoiled(held) for key, held in value.items()}
    if isinstance(value, list):
        return [spoiled(held) for held in value]
    return value + NUL if isinstance(value, str) and not value.isdecimal() else value


@pytest.mark.postgres
def test_nul_is_no_fault(postgres: Server, tmp_path: Path) -> None:
    settings = Settings.model_validate({"archive": {"database": postgres.database()}})
    (tmp_path / "scans").mkdir()
    with Archive.open(tmp_path / "archive", settings) as archive:
        add_letter(archive, tmp_path / "scans", 73, doubtful=True)
        store = Store(archive.engine)
        accounts.add_user(store, "chief", "admin", 3)
        with store.work() as work:
            work.query(User).update({"fresh": False})
        app = create_app(archive, settings, hosts=frozenset({"testserver"}), convert=False)
        token = sessions.begin(store, accounts.users(store)[0], "")
        kept = {"role", "clearance"}
        with TestClient(
            app, headers={"authorization": f"Bearer {token}"}, follow_redirects=False,
            raise_server_exceptions=False,
        ) as client:  # fmt: skip
            for address in addresses(app):
                if address.path in ("/logout", "/api/v1/session"):
                    continue
                for letter_id in ("CV%2073", "CV%2073%00"):
                    path = address.path.replace("{letter_id}", letter_id)
                    for name, value in PLACES.items():
                        path = path.replace(f"{{{name}}}", value)
                    asked = dict(REQUESTS[address.label]) if address.changes else {}
                    for form in ("json", "data"):
                        if form in asked:
                            asked[form] = {
                                k: v if k in kept else spoiled(v) for k, v in asked[form].items()
                            }
                    answer = client.request(address.method, path, **asked)
                    assert answer.status_code < 500, (address.label, letter_id, answer.text)
            for where in ("/", "/api/v1/letters", "/export", "/review", "/admin/audit", "/login"):
                for name in ("q", "issuer", "code", "date_from", "after", "to", "form", "before"):
                    answer = client.get(f"{where}?{name}=a%00b")
                    assert answer.status_code < 500, (where, name)
            guess = {"name": NUL, "password": NUL}
            assert client.post("/api/v1/session", json=guess).status_code == 422
