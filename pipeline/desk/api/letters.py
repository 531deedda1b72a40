"""Letters as they stand: found, read, exported."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from pipeline.desk import letters as view
from pipeline.desk.context import Reader, audit, check_csrf, desk_of
from pipeline.desk.contract import REFUSALS
from pipeline.desk.export import FORMATS, export
from pipeline.desk.finder import Ask

router = APIRouter(dependencies=[Depends(check_csrf)], responses=REFUSALS)


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
