"""A letter beside its scan, its pictures and files, and the review queue."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from pipeline.desk import letters as view
from pipeline.desk.context import Clerk, Reader, audit, check_csrf, desk_of, language_of
from pipeline.desk.directives import directives_of
from pipeline.desk.figures import accuracy, queue_figures
from pipeline.desk.pages import page
from pipeline.desk.pictures import Size
from pipeline.letter import Letter
from pipeline.page import PageText
from pipeline.wording import translate

router = APIRouter(dependencies=[Depends(check_csrf)], include_in_schema=False)

_ORIGINALS = {
    ".pdf": "application/pdf", ".tif": "image/tiff", ".tiff": "image/tiff", ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp",
}  # fmt: skip
"""Kinds that are named to the browser; anything else is plain bytes."""


@router.get("/letters/{letter_id}")
def letter_page(request: Request, account: Reader, letter_id: str) -> HTMLResponse:
    """The scan and the record."""
    return _show(request, account.clearance, letter_id, review=False)


@router.get("/review")
def review(request: Request, account: Clerk, after: str | None = None) -> Response:
    """The most doubtful letter, or the next one after another."""
    found = view.next_doubtful(desk_of(request).archive, account.clearance, after)
    if found is None:
        return page(request, "review_empty.html", **_figures(request, account.clearance))
    return RedirectResponse(f"/review/{quote(found, safe='')}", 303)


@router.get("/review/{letter_id}")
def review_page(request: Request, account: Clerk, letter_id: str) -> HTMLResponse:
    """A letter of the queue: as the letter's page, with the queue's figures and keys."""
    return _show(request, account.clearance, letter_id, review=True)


def _figures(request: Request, clearance: int) -> dict[str, Any]:
    desk = desk_of(request)
    return {
        "queue": queue_figures(desk.archive, clearance, desk.clock),
        "accuracy": accuracy(desk.archive, clearance),
    }


def _show(request: Request, clearance: int, letter_id: str, *, review: bool) -> HTMLResponse:
    desk = desk_of(request)
    found = view.visitor_letter(request, letter_id)
    letter, secrecy = found
    if secrecy:
        audit(request, "open-secret", letter_id)
    language = language_of(request)
    archive = desk.archive
    codes = [citation.code for citation in letter.citations]
    code = letter.code.value if letter.code else None
    return page(
        request, "letter.html", 200,
        letter=letter,
        secrecy=secrecy,
        rows=view.rows(letter),
        reasons=[translate(reason, language) for reason in letter.review.reasons],
        steps=view.corrections(archive, letter),
        held=view.held_codes(archive, codes, clearance),
        cited_by=view.cited_by(archive, code, clearance),
        directives=directives_of(archive, letter, desk.clock.today()),
        history=archive.history(letter_id),
        has_pdf=archive.pdf(letter_id).is_file(),
        sheets=[
            {"number": p.number, "width": p.width, "height": p.height}
            for p in archive.pages(letter_id)
        ],
        review=review,
        known_fields=(*view.SINGLE, *view.LISTS),
        **(_figures(request, clearance) if review else {}),
    )  # fmt: skip


def _sheet(request: Request, letter_id: str, number: int) -> PageText:
    """A page's layout, if its letter may be seen and the page has a picture."""
    view.visitor_letter(request, letter_id)
    pages = desk_of(request).archive.pages(letter_id)
    found = next((p for p in pages if p.number == number and p.width > 0), None)
    if found is None:
        raise HTTPException(404)
    return found


def _picture(path: Path) -> FileResponse:
    """For an hour the browser keeps it, for this session alone: the next may be someone else's."""
    headers = {"cache-control": "private, max-age=3600", "vary": "Cookie, Authorization"}
    return FileResponse(path, media_type="image/jpeg", headers=headers)


@router.get("/letters/{letter_id}/pages/{number}.jpg")
def picture(
    request: Request, account: Reader, letter_id: str, number: int, size: Size = "view"
) -> FileResponse:
    """A page as it was scanned, upright."""
    del account
    sheet = _sheet(request, letter_id, number)
    return _picture(desk_of(request).pictures.page(letter_id, sheet, size))


@router.get("/letters/{letter_id}/pages/{number}/cut.jpg")
def cut(
    request: Request, account: Reader, letter_id: str, number: int,
    box: Annotated[str, Query(pattern=r"^\d{1,5}(,\d{1,5}){3}$")],
) -> FileResponse:  # fmt: skip
    """A part of a page (``box=x0,y0,x1,y1``), enlarged: to choose a number's reading by."""
    del account
    sheet = _sheet(request, letter_id, number)
    x0, y0, x1, y1 = map(int, box.split(","))
    part = (x0, y0, min(sheet.width, x1), min(sheet.height, y1))
    if part[0] >= part[2] or part[1] >= part[3]:
        raise HTTPException(422)
    return _picture(desk_of(request).pictures.cut(letter_id, sheet, part))


@router.get("/letters/{letter_id}/files/{kind}")
def download(request: Request, account: Reader, letter_id: str, kind: str) -> Response:
    """The letter's PDF, record, text or original: always as a download, never shown inline."""
    del account
    letter, _ = view.visitor_letter(request, letter_id)
    audit(request, "download", letter_id, kind)
    archive = desk_of(request).archive
    if kind == "pdf" and archive.pdf(letter_id).is_file():
        return FileResponse(
            archive.pdf(letter_id), media_type="application/pdf", filename=f"{letter_id}.pdf"
        )
    if kind == "original":
        path = archive.original(letter_id)
        if path.is_file():
            kept = _ORIGINALS.get(path.suffix.lower(), "application/octet-stream")
            name = letter_id + (path.suffix if kept in _ORIGINALS.values() else ".bin")
            return FileResponse(path, media_type=kept, filename=name)
    if kind == "json":
        return _attached(letter.to_json(), "application/json", f"{letter_id}.json")
    if kind == "text":
        return _attached(_text(letter), "text/plain; charset=utf-8", f"{letter_id}.txt")
    raise HTTPException(404)


def _attached(body: str, kind: str, name: str) -> Response:
    return Response(
        body.encode("utf-8"), media_type=kind,
        headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"},
    )  # fmt: skip


def _text(letter: Letter) -> str:
    return "\f".join(p.text for p in letter.pages) + "\n"
