"""Signing in and out, the password, the language."""

from __future__ import annotations

import math
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from pipeline.desk import accounts, sessions
from pipeline.desk.accounts import Account, BadPassword
from pipeline.desk.audit import note
from pipeline.desk.context import (
    LANGUAGE_COOKIE,
    Desk,
    Need,
    address_of,
    audit,
    check_csrf,
    desk_of,
    language_of,
    token_of,
    visitor,
)
from pipeline.desk.pages import page

router = APIRouter(dependencies=[Depends(check_csrf)], include_in_schema=False)

Text = Annotated[str, Form(max_length=1000)]
Newcomer = Annotated[Account, Depends(Need("reader", fresh=True))]


def inner_address(target: str) -> str:
    """``target`` if it is a path of this desk, else the first page: no open redirect."""
    parts = urlsplit(target)
    plain = target.startswith("/") and not target.startswith(("//", "/\\"))
    fine = plain and not parts.netloc and not parts.scheme and target.isprintable()
    return target if fine and "\\" not in target else "/"


def set_session(response: Response, desk: Desk, token: str) -> None:
    """The cookie: out of reach of scripts, and not sent along from other sites."""
    response.set_cookie(
        desk.session_cookie, token, httponly=True, samesite="lax", secure=desk.tls, path="/"
    )


@router.get("/login")
def login_page(request: Request, to: str = "/") -> Response:
    """The form, with a pre-session cookie that its CSRF token belongs to."""
    if visitor(request) is not None:
        return RedirectResponse(inner_address(to), 303)
    return _login_form(request, to)


def _login_form(request: Request, to: str, error: str = "", wait: int = 0) -> HTMLResponse:
    desk = desk_of(request)
    token = sessions.new_token()
    response = page(
        request, "login.html", 200 if not error else 429 if wait else 401,
        form_csrf=sessions.csrf_of(token), to=inner_address(to), error=error, wait=wait,
    )  # fmt: skip
    set_session(response, desk, token)
    if wait:
        response.headers["retry-after"] = str(wait)
    return response


@router.post("/login")
def login(request: Request, name: Text, password: Text, to: Text = "/") -> Response:
    """Sign in: a new token always, so that one planted before is worth nothing."""
    desk = desk_of(request)
    found = accounts.sign_in(desk.store, name, password, address_of(request))
    if not isinstance(found, Account):
        note(desk.store, name, address_of(request), "sign-in-failed")
        error = "login.wait" if found else "login.wrong"
        return _login_form(request, to, error, math.ceil(found))
    old = visitor(request)
    if old is not None:
        sessions.end(desk.store, old.token_hash)
    token = sessions.begin(desk.store, found, address_of(request))
    note(desk.store, found.name, address_of(request), "sign-in")
    response = RedirectResponse("/password" if found.fresh else inner_address(to), 303)
    set_session(response, desk, token)
    return response


@router.post("/logout")
def logout(request: Request) -> Response:
    """End the session on the server, then forget the cookie."""
    found = visitor(request)
    desk = desk_of(request)
    if found is not None:
        audit(request, "sign-out")
        sessions.end(desk.store, found.token_hash)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(desk.session_cookie, path="/", secure=desk.tls, httponly=True)
    return response


@router.get("/password")
def password_page(request: Request, account: Newcomer) -> HTMLResponse:
    """The form for a new password."""
    del account
    return page(request, "password.html", error="", done=False)


@router.post("/password")
def password(request: Request, account: Newcomer, old: Text, new: Text) -> HTMLResponse:
    """Change it; every other session of the user ends."""
    desk = desk_of(request)
    token, _ = token_of(request)
    try:
        accounts.change_password(
            desk.store, account, old, new, keep=sessions.token_hash(token or "")
        )
    except BadPassword as error:
        return page(request, "password.html", 422, error=str(error), done=False)
    audit(request, "password")
    del request.state.visitor
    return page(request, "password.html", error="", done=True)


@router.post("/language")
def language(request: Request, to: Text = "/") -> Response:
    """Switch between Vietnamese and English."""
    other = "vi" if language_of(request) == "en" else "en"
    response = RedirectResponse(inner_address(to), 303)
    response.set_cookie(
        LANGUAGE_COOKIE, other, max_age=31_536_000, httponly=True, samesite="lax",
        secure=desk_of(request).tls,
    )  # fmt: skip
    return response
