"""What clerks change: fields, corrections, directives, and the end of a review."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from pipeline.archive.edits import FieldChanged
from pipeline.desk import letters as view
from pipeline.desk.context import Clerk, audit, check_csrf, desk_of, language_of, visitor
from pipeline.desk.contract import REFUSALS, Closed, Edit, Elsewhere, Switch
from pipeline.desk.directives import close
from pipeline.desk.figures import judge
from pipeline.desk.texts import say
from pipeline.letter import Letter

router = APIRouter(dependencies=[Depends(check_csrf)], responses=REFUSALS)


@router.patch("/letters/{letter_id}")
def edit(request: Request, account: Clerk, letter_id: str, body: Edit) -> Response:
    """Set a field. 409 if someone else changed it since ``expected`` was read: nothing is lost."""
    desk = desk_of(request)
    before, _ = view.visitor_letter(request, letter_id)
    if not view.may_edit(before, body.field):
        raise HTTPException(422)
    value = view.entered(body.field, body.value)
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
    value = view.entered(body.field, body.value)
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
