"""What every route stands on: the desk itself, who asks, and in which language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, cast

from fastapi import Depends, Request
from pydantic import Field
from starlette.exceptions import HTTPException

from pipeline.desk import sessions
from pipeline.desk.accounts import Account, Role
from pipeline.desk.audit import note
from pipeline.desk.sessions import Pass
from pipeline.desk.store import Store
from pipeline.desk.texts import Language

if TYPE_CHECKING:
    from jinja2 import Environment

    from pipeline.archive import Archive
    from pipeline.config import Settings
    from pipeline.desk.clock import Clock
    from pipeline.desk.finder import Finder
    from pipeline.desk.jobs import Jobs
    from pipeline.desk.pictures import Pictures

LANGUAGE_COOKIE = "congvan-language"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
RowNumber = Annotated[int, Field(ge=0, lt=2**63)]
"""A row's number in an address: databases take no larger one."""


@dataclass(frozen=True, slots=True)
class Desk:
    """All that the routes share; lives in ``app.state.desk``."""

    archive: Archive
    settings: Settings
    store: Store
    pictures: Pictures
    jobs: Jobs
    finder: Finder
    templates: Environment
    clock: Clock
    assets: str
    tls: bool

    @property
    def session_cookie(self) -> str:
        """Under TLS the prefix binds the cookie to this very host (RFC 6265bis)."""
        return "__Host-congvan" if self.tls else "congvan"


def desk_of(request: Request) -> Desk:
    """The desk that serves this request."""
    return cast("Desk", request.app.state.desk)


def language_of(request: Request) -> Language:
    """The visitor's choice; Vietnamese until they choose."""
    return "en" if request.cookies.get(LANGUAGE_COOKIE) == "en" else "vi"


def address_of(request: Request) -> str:
    """The peer's address. Forwarding headers are never believed."""
    return request.client.host if request.client else ""


def token_of(request: Request) -> tuple[str | None, bool]:
    """The session token that came along, and whether as a bearer token."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and token:
        return token, True
    return request.cookies.get(desk_of(request).session_cookie), False


def visitor(request: Request) -> Pass | None:
    """Who asks, if they are signed in; looked up once a request."""
    if not hasattr(request.state, "visitor"):
        token, _ = token_of(request)
        request.state.visitor = sessions.find(desk_of(request).store, token) if token else None
    return cast("Pass | None", request.state.visitor)


async def check_csrf(request: Request) -> None:
    """Every change that rides on a cookie must repeat the CSRF token, as header or form field.

    Raises:
        HTTPException: 403.
    """
    if request.method in SAFE_METHODS:
        return
    token, bearer = token_of(request)
    if bearer:
        return
    given = request.headers.get("x-csrf-token")
    if given is None and request.headers.get("content-type", "").startswith(
        "application/x-www-form-urlencoded"
    ):
        field = (await request.form(max_files=0, max_fields=100)).get("csrf")
        given = field if isinstance(field, str) else None
    if token is None or given is None or not sessions.csrf_fits(token, given):
        raise HTTPException(403, "error.csrf")


class Need:
    """A dependency: a signed-in user of at least ``role``, whose password is their own."""

    def __init__(self, role: Role, *, fresh: bool = False) -> None:
        self._role = role
        self._fresh = fresh

    def __call__(self, request: Request) -> Account:
        """The account.

        Raises:
            HTTPException: 401 not signed in, 403 not allowed.
        """
        found = visitor(request)
        if found is None:
            raise HTTPException(401, "error.401")
        account = found.account
        if account.fresh and not self._fresh:
            raise HTTPException(403, "error.fresh")
        if not account.may(self._role):
            audit(request, "refused", request.url.path)
            raise HTTPException(403, "error.403")
        return account


Reader = Annotated[Account, Depends(Need("reader"))]
Clerk = Annotated[Account, Depends(Need("clerk"))]
Admin = Annotated[Account, Depends(Need("admin"))]


def audit(request: Request, action: str, subject: str = "", detail: str = "") -> None:
    """Note in the audit log what this request's user did."""
    found = visitor(request)
    who = found.account.name if found else ""
    note(desk_of(request).store, who, address_of(request), action, subject, detail)


def wants_page(request: Request) -> bool:
    """Whether a browser asks for a page (and not the API or a picture)."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get(
        "accept", ""
    )


def flag(form: Any, name: str) -> bool:
    """Whether a check box of a form is ticked."""
    return form.get(name) is not None
