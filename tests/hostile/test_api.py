"""The HTTP API under Schemathesis: whatever is sent, no fault and no answer out of its contract.

``CONGVAN_API_EXAMPLES=500 pytest tests/hostile/test_api.py`` sends more than the usual few.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from schemathesis.specs.openapi.checks import positive_data_acceptance

from pipeline.archive import Archive
from pipeline.config import Settings
from pipeline.desk import accounts, sessions
from pipeline.desk.app import create_app
from pipeline.desk.store import Store

EXAMPLES = int(os.environ.get("CONGVAN_API_EXAMPLES", "12"))


@pytest.fixture(scope="module")
def app(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("api") / "archive"
    shutil.copytree(template / "archive", folder)
    settings = Settings(language="en")
    with Archive.open(folder, settings) as archive:
        app = create_app(archive, settings, hosts=frozenset({"testserver"}), convert=False)
        yield app
        app.state.desk.pictures.close()


def signed_in(app: Any, name: str) -> TestClient:
    """A program with ``name``'s token."""
    store: Store = app.state.desk.store
    found = next(user for user in accounts.users(store) if user.name == name)
    token = sessions.begin(store, found, "testclient")
    return TestClient(
        app, headers={"authorization": f"Bearer {token}"}, raise_server_exceptions=False
    )


def test_no_request_breaks_the_contract(app: Any) -> None:
    contract = schemathesis.openapi.from_dict(app.openapi())
    wrong: list[str] = []
    operations: Any = contract.get_all_operations()
    for found in operations:
        operation = found.ok()

        @effort(
            max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def attack(case: Any) -> None:
            with signed_in(app, "sếp") as client:
                answer = client.request(**sent(case))
            # What fits the contract may still not fit the letter (a field it has not got: 422).
            case.validate_response(answer, excluded_checks=[positive_data_acceptance])

        try:
            attack()
        except BaseExceptionGroup as failures:
            wrong += [f"{operation.label}: {failure!r}" for failure in failures.exceptions]
    assert not wrong, "\n".join(wrong)


def sent(case: Any) -> dict[str, Any]:
    """A case as the arguments of a client's request."""
    return dict(case.as_transport_kwargs(base_url="http://testserver"))
