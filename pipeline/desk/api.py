"""The HTTP API, version 1: what the pages use, and programs too."""

from __future__ import annotations

import math
import os
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from pipeline.archive.edits import FieldChanged
from pipeline.desk import accounts, sessions
from pipeline.desk import letters as view
from pipeline.desk.accounts import Account
from pipeline.desk.audit import note
from pipeline.desk.context import (
    Clerk,
    Reader,
    RowNumber,
    address_of,
    audit,
    check_csrf,
    desk_of,
    language_of,
    visitor,
)
from pipeline.desk.contract import (
    AT_THE_DOOR,
    FILE,
    REFUSALS,
    Closed,
    Edit,
    Elsewhere,
    SignIn,
    Switch,
)
from pipeline.desk.directives import close
from pipeline.desk.export import FORMATS, export
from pipeline.desk.figures import judge
from pipeline.desk.finder import Ask
from pipeline.desk.guard import TooLarge
from pipeline.desk.jobs import SUFFIXES, Job
from pipeline.desk.texts import say
from pipeline.letter import Letter
from pipeline.wording import translate

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


@router.put("/files/{name}", status_code=201, openapi_extra=FILE)
async def upload(request: Request, account: Clerk, name: str) -> dict[str, Any]:
    """Send one file as the request's body; it is queued for conversion. Returns its job."""
    desk = desk_of(request)
    del account
    path = desk.jobs.place_for(name)
    if path.suffix not in SUFFIXES:
        desk.jobs.discard(path)
        raise HTTPException(415, "files.kind")
    try:
        with path.open("wb") as file:
            async for block in request.stream():
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
    except (ClientDisconnect, TooLarge, OSError):
        desk.jobs.discard(path)
        raise
    audit(request, "upload", path.name)
    return {"job": desk.jobs.add(path)}


@router.get("/jobs")
def jobs(request: Request, account: Clerk) -> list[dict[str, Any]]:
    """The latest files and how they fared."""
    return [_job(request, job) for job in desk_of(request).jobs.listing(account.clearance)]


@router.get("/jobs/{number}")
def job(request: Request, account: Clerk, number: RowNumber) -> dict[str, Any]:
    """One file and how it fared."""
    found = desk_of(request).jobs.listing(account.clearance, job=number)
    if not found:
        raise HTTPException(404)
    return _job(request, found[0])


def _job(request: Request, job: Job) -> dict[str, Any]:
    return {
        "id": job.id, "file": job.file, "state": job.state, "at": job.at,
        "why": translate(job.why, language_of(request)) if job.why else None,
        "letters": list(job.letters),
    }  # fmt: skip


@router.post("/jobs/retry")
def retry_all(request: Request, account: Clerk) -> dict[str, int]:
    """Try all failed files again."""
    del account
    audit(request, "retry")
    return {"queued": desk_of(request).jobs.retry()}


@router.post("/jobs/{number}/retry")
def retry(request: Request, account: Clerk, number: RowNumber) -> dict[str, int]:
    """Try one failed file again."""
    desk = desk_of(request)
    found = desk.jobs.listing(account.clearance, job=number)
    if not found or found[0].state != "failed":
        raise HTTPException(404)
    name = found[0].name
    audit(request, "retry", found[0].file)
    return {"queued": desk.jobs.retry((name,) if name else ())}


@router.get("/letters")
def letters(
    request: Request,
    account: Reader,
    q: Annotated[str, Query(description="words, see the search language")] = "",
    page: Annotated[int, Query(ge=1, le=500)] = 1,
) -> dict[str, Any]:
    """Search. All filters of the search page work here too (``issuer``, ``year``, ``number``)."""
    del q, page  # read with all the other filters
    ask = Ask.of(request.query_params)
    results, counts = desk_of(request).finder.search(ask, account.clearance)
    return {
        "total": results.total,
        "more": results.more,
        "facets": {name: dict(values) for name, values in counts.items()},
        "letters": [
            {
                "id": hit.id, "code": hit.code, "doc_type": hit.doc_type, "date": hit.date,
                "issuer": hit.issuer, "subject": hit.subject, "review": hit.review,
                "snippets": [
                    {"page": s.page, "text": s.text, "marks": s.marks} for s in hit.snippets
                ],
            }
            for hit in results.hits
        ],
    }  # fmt: skip


@router.get("/letters/{letter_id}")
def letter(request: Request, account: Reader, letter_id: str) -> Response:
    """The record (``congvan schema`` describes it)."""
    del account
    found, secrecy = view.visitor_letter(request, letter_id)
    if secrecy:
        audit(request, "open-secret", letter_id)
    return Response(found.to_json().encode("utf-8"), media_type="application/json")


@router.get("/letters/{letter_id}/pages/{number}/words")
def words(request: Request, account: Reader, letter_id: str, number: int) -> dict[str, Any]:
    """A page's lines of words with their boxes and certainty, and the size they count in."""
    del account
    found, _ = view.visitor_letter(request, letter_id)
    sheet = next((p for p in desk_of(request).archive.pages(letter_id) if p.number == number), None)
    text = next((p.text for p in found.pages if p.number == number), None)
    if sheet is None or text is None:
        raise HTTPException(404)
    return {
        "width": sheet.width, "height": sheet.height, "low": view.LOW_WORD,
        "lines": view.words_of(sheet, text),
    }  # fmt: skip


@router.get("/letters/{letter_id}/history")
def history(request: Request, account: Reader, letter_id: str) -> list[dict[str, Any]]:
    """Who changed which field when, oldest first."""
    del account
    view.visitor_letter(request, letter_id)
    return [
        {"field": c.field, "before": c.before, "after": c.after, "who": c.who, "at": c.at}
        for c in desk_of(request).archive.history(letter_id)
    ]


@router.patch("/letters/{letter_id}")
def edit(request: Request, account: Clerk, letter_id: str, body: Edit) -> Response:
    """Set a field. 409 if someone else changed it since ``expected`` was read: nothing is lost."""
    desk = desk_of(request)
    before, _ = view.visitor_letter(request, letter_id)
    if not view.may_edit(before, body.field):
        raise HTTPException(422)
    value = view.entered(body.value)
    try:
        after = desk.archive.edit(
            letter_id, body.field, value, account.name, expected=body.expected
        )
    except FieldChanged:
        return _conflict(request, letter_id, body.field)
    audit(request, "edit", letter_id, f"{body.field}: {body.expected!r} → {value!r}")
    if before.review.needed and not after.review.needed:
        _end_review(request, after)
    others: list[str] = []
    if value and body.expected and value != body.expected and body.field not in view.OWN:
        found = view.same_reading(desk.archive, after, body.field, body.expected, account.clearance)
        others = [item.id for item in found]
    return JSONResponse(
        {"value": value, "review": after.review.model_dump(mode="json"), "elsewhere": others}
    )


def _conflict(request: Request, letter_id: str, field: str) -> Response:
    archive = desk_of(request).archive
    theirs = view.field_at(archive.get(letter_id), field)
    last = [c for c in archive.history(letter_id) if c.field == field]
    return JSONResponse(
        {
            "error": say("error.409", language_of(request)),
            "theirs": theirs.value if theirs else None,
            "who": last[-1].who if last else "",
            "at": last[-1].at if last else "",
        },
        409,
    )


def _end_review(request: Request, letter: Letter) -> None:
    desk = desk_of(request)
    found = visitor(request)
    judge(desk.store, letter, desk.archive.reading(letter.id), found.account.name if found else "")
    audit(request, "accept", letter.id)


@router.post("/letters/{letter_id}/accept")
def accept(request: Request, account: Clerk, letter_id: str) -> dict[str, str | None]:
    """Confirm the whole record; answers with the next letter of the queue."""
    desk = desk_of(request)
    before, _ = view.visitor_letter(request, letter_id)
    following = view.next_doubtful(desk.archive, account.clearance, letter_id)
    if before.review.needed:
        after = desk.archive.edit(letter_id, "review.needed", False, account.name)
        _end_review(request, after)
    return {"next": following}


@router.post("/letters/{letter_id}/elsewhere")
def elsewhere(
    request: Request, account: Clerk, letter_id: str, body: Elsewhere
) -> dict[str, list[str]]:
    """Make the same change in the named letters, where the field still reads ``before``."""
    desk = desk_of(request)
    view.visitor_letter(request, letter_id)
    value = view.entered(body.value)
    changed = []
    for other_id in body.letters:
        other, _ = view.visitor_letter(request, other_id)
        for path in view.paths_reading(other, body.field, body.before):
            try:
                desk.archive.edit(other_id, path, value, account.name, expected=body.before)
            except FieldChanged:
                continue
            audit(request, "edit", other_id, f"{path}: {body.before!r} → {value!r}")
            changed.append(other_id)
    return {"changed": changed}


@router.put("/letters/{letter_id}/corrections/{number}")
def switch(request: Request, account: Clerk, letter_id: str, number: int, body: Switch) -> Response:
    """Undo a correction of the text, or make it again."""
    found, _ = view.visitor_letter(request, letter_id)
    try:
        view.switch_correction(
            desk_of(request).archive, found, number, undo=body.undone, who=account.name
        )
    except FieldChanged:
        return JSONResponse({"error": say("error.409", language_of(request))}, 409)
    audit(request, "undo" if body.undone else "redo", letter_id, str(number))
    return JSONResponse({"undone": body.undone})


@router.put("/letters/{letter_id}/directives")
def switch_directive(
    request: Request, account: Clerk, letter_id: str, body: Closed
) -> dict[str, bool]:
    """Mark a directive as done, or open it again."""
    view.visitor_letter(request, letter_id)
    close(desk_of(request).archive, letter_id, body.label, account.name, done=body.done)
    audit(request, "directive", letter_id, f"{body.label} {'done' if body.done else 'open'}")
    return {"done": body.done}


@router.get("/export/{form}")
def export_letters(
    request: Request, account: Reader, form: str, q: Annotated[str, Query()] = ""
) -> Response:
    """What a search finds, as xlsx, csv, nd30-xml, nd30-json, tt02-csv, json, jsonl, alto, hocr."""
    del q  # read with all the other filters
    if form not in FORMATS:
        raise HTTPException(404)
    ask = Ask.of(request.query_params)
    response = export(desk_of(request).archive, form, ask.q, ask.filters(account.clearance))
    audit(request, "export", form, ask.address())
    return response
