"""The first page: search, facets, saved searches, export of what is shown."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from pipeline.desk.context import Reader, RowNumber, audit, check_csrf, desk_of, language_of
from pipeline.desk.export import FORMATS, export
from pipeline.desk.finder import PAGE, Ask, levels, marked
from pipeline.desk.pages import page
from pipeline.desk.tables import SavedSearch
from pipeline.errors import UsageError
from pipeline.text import nfc

router = APIRouter(dependencies=[Depends(check_csrf)], include_in_schema=False)

_SAVED_AT_MOST = 50


@router.get("/")
def search_page(request: Request, account: Reader) -> HTMLResponse:
    """The whole page, or only its results for the search as one types (``part=results``)."""
    desk = desk_of(request)
    ask = Ask.of(request.query_params)
    error = ""
    try:
        results, counts = desk.finder.search(ask, account.clearance)
    except UsageError as wrong:
        results, counts = None, {}
        error = wrong.sentence(language_of(request))
    part = request.query_params.get("part") == "results"
    hits = results.hits if results else ()
    with desk.store.look() as work:
        saved = work.query(SavedSearch).filter_by(user_id=account.id).order_by(SavedSearch.name)
        kept = list(saved)
    return page(
        request, "results.html" if part else "search.html", 200,
        ask=ask, results=results, counts=counts, error=error, saved=kept, per_page=PAGE,
        secrecy=levels(desk.archive, [hit.id for hit in hits]), marked=marked, formats=FORMATS,
    )  # fmt: skip


@router.get("/export")
def export_results(request: Request, account: Reader, form: str = "xlsx") -> Response:
    """What the search finds, as a file."""
    if form not in FORMATS:
        raise HTTPException(404)
    ask = Ask.of(request.query_params)
    response = export(desk_of(request).archive, form, ask.q, ask.filters(account.clearance))
    audit(request, "export", form, ask.address())
    return response


@router.post("/searches")
def save_search(
    request: Request, account: Reader,
    name: Annotated[str, Form(min_length=1, max_length=100)],
    query: Annotated[str, Form(max_length=2000)] = "",
) -> Response:  # fmt: skip
    """Keep a search under a name; the same name again replaces it."""
    address = Ask.of(_pairs(query)).address()
    with desk_of(request).store.work() as work:
        mine = work.query(SavedSearch).filter_by(user_id=account.id)
        held = mine.filter_by(name=nfc(name).strip()).one_or_none()
        if held is not None:
            held.query = address
        elif mine.count() < _SAVED_AT_MOST:
            work.add(SavedSearch(user_id=account.id, name=nfc(name).strip(), query=address))
    return RedirectResponse(f"/?{address}", 303)


@router.post("/searches/{number}/remove")
def remove_search(request: Request, account: Reader, number: RowNumber) -> Response:
    """Forget one of one's own saved searches."""
    with desk_of(request).store.work() as work:
        gone = work.query(SavedSearch).filter_by(id=number, user_id=account.id).delete()
    if not gone:
        raise HTTPException(404)
    return RedirectResponse("/", 303)


def _pairs(query: str) -> dict[str, str]:
    from urllib.parse import parse_qsl

    return dict(parse_qsl(query))
