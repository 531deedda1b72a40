"""Signing in and out, and the description of the API."""

from __future__ import annotations

import math

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from pipeline.desk import accounts, sessions
from pipeline.desk.accounts import Account
from pipeline.desk.audit import note
from pipeline.desk.context import (
    Reader,
    address_of,
    audit,
    check_csrf,
    desk_of,
    language_of,
    visitor,
)
from pipeline.desk.contract import AT_THE_DOOR, REFUSALS, SignIn
from pipeline.desk.texts import say

router = APIRouter(dependencies=[Depends(check_csrf)], responses=REFUSALS)
door = APIRouter(responses=AT_THE_DOOR)
"""The one address that needs no session yet: it makes one."""


@door.post("/session")
def make_session(request: Request, body: SignIn) -> Response:
    """Sign in; the token goes into ``Authorization: Bearer …`` of every other call."""
    desk = desk_of(request)
    found = accounts.sign_in(desk.store, body.name, body.password, address_of(request))
    if not isinstance(found, Account):
        note(desk.store, body.name, address_of(request), "sign-in-failed")
        code = "login.wait" if found else "login.wrong"
        sentence = say(code, language_of(request), seconds=math.ceil(found))
        headers = {"retry-after": str(math.ceil(found))} if found else {}
        return JSONResponse({"error": sentence}, 429 if found else 401, headers)
    if found.fresh:
        raise HTTPException(403, "error.fresh")
    note(desk.store, found.name, address_of(request), "sign-in")
    return JSONResponse({"token": sessions.begin(desk.store, found, address_of(request))})


@router.delete("/session", status_code=204)
def end_session(request: Request, account: Reader) -> None:
    """Sign out."""
    del account
    found = visitor(request)
    if found is not None:
        audit(request, "sign-out")
        sessions.end(desk_of(request).store, found.token_hash)


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request, account: Reader) -> Response:
    """This API's description."""
    del account
    return JSONResponse(request.app.openapi())
