"""Every address of the desk, tried by everyone who may not: generated from the application itself.

An address that is added later is tried too: one that changes something must be given a request
that would succeed in ``REQUESTS``, and who may ask is read from the route's own dependencies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import MetaData, select

from pipeline.archive import Archive
from pipeline.desk import sessions
from pipeline.desk.accounts import ROLES
from pipeline.desk.context import Need, check_csrf
from tests.desk.conftest import PASSWORD, Client

OPEN = {
    ("GET", "/login"), ("POST", "/login"), ("POST", "/logout"), ("POST", "/language"),
    ("GET", "/static/{version}/{name}"), ("GET", "/favicon.ico"), ("POST", "/api/v1/session"),
}  # fmt: skip
"""What is there for people who are not signed in; everything else asks for a role."""

LETTER = "CV%2073"
PLACES = {
    "letter_id": LETTER, "number": "1", "form": "csv", "kind": "json", "user_id": "1",
    "name": "x.pdf", "version": "x",
}  # fmt: skip
EDIT = {"field": "place", "value": "Huế", "expected": "Sông Hồng"}
USER = {"name": "mai", "role": "admin", "clearance": "3"}
REQUESTS: dict[str, dict[str, Any]] = {
    "POST /login": {"data": {"name": "lan", "password": PASSWORD}},
    "POST /logout": {},
    "POST /language": {},
    "POST /password": {"data": {"old": PASSWORD, "new": "một câu khác cũng dài"}},
    "POST /searches": {"data": {"name": "của tôi", "query": "q=71"}},
    "POST /searches/{number}/remove": {},
    "POST /admin/users": {"data": USER},
    "POST /admin/users/{user_id}": {"data": USER},
    "POST /admin/users/{user_id}/reset": {},
    "DELETE /api/v1/session": {},
    "PUT /api/v1/files/{name}": {"content": b"%PDF-1.4"},
    "POST /api/v1/jobs/retry": {},
    "POST /api/v1/jobs/{number}/retry": {},
    "PATCH /api/v1/letters/{letter_id}": {"json": EDIT},
    "POST /api/v1/letters/{letter_id}/accept": {},
    "POST /api/v1/letters/{letter_id}/elsewhere": {
        "json": {
            "field": "place", "before": "Sông Hồng", "value": "Huế", "letters": ["CV 71"],
        },
    },
    "PUT /api/v1/letters/{letter_id}/corrections/{number}": {"json": {"undone": True}},
    "PUT /api/v1/letters/{letter_id}/directives": {"json": {"label": "1", "done": True}},
}  # fmt: skip
"""A request that would do something, for each address that can."""


@dataclass(frozen=True)
class Address:
    """A route with its method; ``role`` is the least that may ask, None = anyone."""

    method: str
    path: str
    role: str | None
    asks_csrf: bool

    @property
    def changes(self) -> bool:
        return self.method != "GET"

    @property
    def label(self) -> str:
        return f"{self.method} {self.path}"

    def send(self, client: TestClient, **more: Any) -> Any:
        """A request to it that would succeed but for who sends it."""
        path = self.path
        for name, value in PLACES.items():
            path = path.replace(f"{{{name}}}", value)
        assert "{" not in path, f"say in PLACES what {path} is filled with"
        asked = REQUESTS[self.label] if self.changes else {}
        return client.request(self.method, path, **asked, **more)


def addresses(app: Any) -> Iterator[Address]:
    """Every address of the application, those of included routers too."""

    def walk(found: Any, prefix: str, given: list[Any]) -> Iterator[Address]:
        for route in found:
            if isinstance(route, APIRoute):
                calls = [*given, *_calls(route.dependant)]
                needs = [call for call in calls if isinstance(call, Need)]
                role = max((need._role for need in needs), key=ROLES.index, default=None)
                for method in sorted(route.methods or ()):
                    yield Address(method, prefix + route.path, role, check_csrf in calls)
            elif hasattr(route, "original_router"):
                context = route.include_context
                more = [one.dependency for one in context.dependencies]
                inside = route.original_router.routes
                yield from walk(inside, prefix + context.prefix, [*given, *more])
            else:
                raise AssertionError(f"an address of another kind: {route}")

    yield from walk(app.routes, "", [])


def _calls(dependant: Any) -> Iterator[Any]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)


def refused(answer: Any) -> bool:
    """Whether the door stayed shut: 401, 403, or the way to the form for signing in."""
    to_form = answer.status_code == 303 and answer.headers["location"].startswith("/login?")
    return answer.status_code in (401, 403) or to_form


def contents(archive: Archive) -> dict[str, list[Any]]:
    """All rows of the database but what only notes that someone asked."""
    tables = MetaData()
    tables.reflect(archive.engine)
    noted = {"desk_events", "desk_sessions", "desk_attempts"}
    with archive.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in tables.sorted_tables
            if table.name not in noted
        }


def test_every_address_says_who_may_ask(browser: Client) -> None:
    found = list(addresses(browser(None).app))
    assert len(found) >= 40
    assert {(a.method, a.path) for a in found if a.role is None} == OPEN
    assert {a.method for a in found} <= {"GET", "POST", "PUT", "PATCH", "DELETE"}
    changing = {a.label for a in found if a.changes and a.path != "/api/v1/session"}
    assert changing <= REQUESTS.keys(), "a request for each new address belongs in REQUESTS"
    without = {a.label for a in found if a.changes and not a.asks_csrf}
    assert without == {"POST /api/v1/session"}  # it reads no cookie, and makes none


@pytest.mark.parametrize("who", [None, "stranger", "lan", "minh"])
def test_nobody_does_what_their_role_may_not(
    browser: Client, archive: Archive, who: str | None
) -> None:
    """No session, an invented one, a reader, a clerk: each at every address above them."""
    rank = {"lan": 0, "minh": 1}.get(who or "", -1)
    client = browser(who if rank >= 0 else None)
    if who == "stranger":
        client.cookies.set("congvan", "invented")
        client.headers["x-csrf-token"] = sessions.csrf_of("invented")
    before, tried = contents(archive), 0
    for address in addresses(client.app):
        if address.role is None or ROLES.index(address.role) <= rank:
            continue
        tried += 1
        assert refused(address.send(client)), address.label
        for accept in ("application/json", "*/*"):
            answer = address.send(client, headers={"accept": accept})
            assert answer.status_code in (401, 403), address.label
            assert "CV 73" not in answer.text
    assert tried >= 5
    assert contents(archive) == before


def test_no_change_without_the_sessions_own_token(browser: Client, archive: Archive) -> None:
    client, other = browser("sếp"), browser("minh")
    own = client.headers["x-csrf-token"]
    wrong = [None, "", own[:-1], own.upper(), "0" * 64, other.headers["x-csrf-token"]]
    before = contents(archive)
    for address in addresses(client.app):
        if not address.changes or not address.asks_csrf:
            continue
        for token in wrong:
            client.headers.pop("x-csrf-token", None)
            if token is not None:
                client.headers["x-csrf-token"] = token
            assert address.send(client).status_code == 403, (address.label, token)
    assert contents(archive) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver.evil.example"},
        {"origin": "http://testserver@evil.example"},
        {"origin": "http://testserver:8080"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_no_change_from_another_site(
    browser: Client, archive: Archive, headers: dict[str, str]
) -> None:
    """Even with the right token: it may have been seen."""
    client = browser("sếp")
    before = contents(archive)
    for address in addresses(client.app):
        if address.changes and address.path != "/api/v1/session":
            assert address.send(client, headers=headers).status_code == 403, address.label
    assert contents(archive) == before


def test_looking_changes_nothing(browser: Client, archive: Archive) -> None:
    """A link in a letter or a mail can't do more than look."""
    client = browser("sếp")
    before = contents(archive)
    for address in addresses(client.app):
        if not address.changes:
            assert address.send(client).status_code < 500, address.label
    assert contents(archive) == before


def test_other_methods_are_no_way_round(browser: Client, archive: Archive) -> None:
    client = browser("lan")
    before = contents(archive)
    for address in addresses(client.app):
        path = address.path.replace("{letter_id}", LETTER).replace("{number}", "1")
        for method in ("HEAD", "OPTIONS", "TRACE"):
            answer = client.request(method, path.replace("{", "").replace("}", ""))
            assert answer.status_code in (404, 405, 421), (method, path)
        override = {"x-http-method-override": "DELETE", "x-method-override": "DELETE"}
        if not address.changes and address.role == "reader":
            assert address.send(client, headers=override).status_code != 204
    assert contents(archive) == before


def test_a_cookie_and_a_bearer_token_together_need_both(browser: Client) -> None:
    """A page that plants a header can't ride on a cookie without the token that goes with it."""
    client = browser("minh")
    del client.headers["x-csrf-token"]
    client.headers["authorization"] = "Bearer invented"
    assert client.patch(f"/api/v1/letters/{LETTER}", json=EDIT).status_code == 401
    client.headers["authorization"] = "Bearer "
    assert client.patch(f"/api/v1/letters/{LETTER}", json=EDIT).status_code == 403
    client.headers["authorization"] = "Basic bWluaDp4"
    assert client.patch(f"/api/v1/letters/{LETTER}", json=EDIT).status_code == 403
