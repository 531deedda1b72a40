"""An empty archive on SQLite and on a real PostgreSQL: every test of the contract runs on both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.archive import Archive
from pipeline.config import Settings
from tests.servers import Server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest) -> Settings:
    """Settings whose archives lie in the parameter's database."""
    if request.param == "sqlite":
        return Settings()
    server: Server = request.getfixturevalue("postgres")
    return Settings.model_validate({"archive": {"database": server.database()}})


@pytest.fixture
def archive(tmp_path: Path, settings: Settings) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive", settings) as opened:
        yield opened
