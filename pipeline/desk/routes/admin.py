"""Users and the audit log: for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.exc import NoResultFound
from starlette.exceptions import HTTPException

from pipeline.desk import accounts
from pipeline.desk.accounts import CLEARANCES, ROLES, NameTaken, Role
from pipeline.desk.audit import events
from pipeline.desk.context import Admin, RowNumber, audit, check_csrf, desk_of
from pipeline.desk.pages import page

router = APIRouter(prefix="/admin", dependencies=[Depends(check_csrf)], include_in_schema=False)

Clearance = Annotated[int, Form(ge=min(CLEARANCES), le=max(CLEARANCES))]


def _users(
    request: Request, status: int = 200, *, error: str = "", once: tuple[str, str] | None = None
) -> HTMLResponse:
    return page(
        request, "users.html", status,
        users=accounts.users(desk_of(request).store), roles=ROLES, clearances=CLEARANCES,
        error=error, once=once,
    )  # fmt: skip


def _name(request: Request, user_id: int) -> str:
    found = [user.name for user in accounts.users(desk_of(request).store) if user.id == user_id]
    if not found:
        raise HTTPException(404)
    return found[0]


@router.get("/users")
def users_page(request: Request, account: Admin) -> HTMLResponse:
    """Everyone who may sign in."""
    del account
    return _users(request)


@router.post("/users")
def add_user(
    request: Request, account: Admin, name: Annotated[str, Form(max_length=60)],
    role: Annotated[Role, Form()], clearance: Clearance = 0,
) -> HTMLResponse:  # fmt: skip
    """A new user; their one-time password is shown once."""
    del account
    try:
        password = accounts.add_user(desk_of(request).store, name, role, clearance)
    except NameTaken:
        return _users(request, 422, error="users.taken")
    audit(request, "user-added", name, f"{role} {clearance}")
    return _users(request, once=(name, password))


@router.post("/users/{user_id}")
def change_user(
    request: Request, account: Admin, user_id: RowNumber, role: Annotated[Role, Form()],
    clearance: Clearance, active: Annotated[bool, Form()] = False,
) -> HTMLResponse:  # fmt: skip
    """Role, clearance, and whether they may come in at all."""
    del account
    name = _name(request, user_id)
    if not accounts.change_user(desk_of(request).store, user_id, role, clearance, active):
        return _users(request, 409, error="users.last")
    audit(request, "user-changed", name, f"{role} {clearance} {'active' if active else 'shut out'}")
    if user_id == _own(request):
        raise HTTPException(401)
    return _users(request)


def _own(request: Request) -> int | None:
    held = getattr(request.state, "visitor", None)
    return held.account.id if held else None


@router.post("/users/{user_id}/reset")
def reset_user(request: Request, account: Admin, user_id: RowNumber) -> HTMLResponse:
    """A new one-time password, shown once."""
    del account
    name = _name(request, user_id)
    try:
        password = accounts.reset_password(desk_of(request).store, user_id)
    except NoResultFound as error:
        raise HTTPException(404) from error
    audit(request, "user-reset", name)
    return _users(request, once=(name, password))


@router.get("/audit")
def audit_page(request: Request, account: Admin, before: RowNumber | None = None) -> HTMLResponse:
    """The audit log, newest first."""
    desk = desk_of(request)
    unread = desk.settings.desk.unread_secrecy
    return page(
        request, "audit.html", 200, events=events(desk.store, account.clearance, unread, before)
    )
