"""The desk's own style sheet and scripts, kept by browsers for ever under their hash."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette.exceptions import HTTPException

from pipeline.desk.context import desk_of
from pipeline.desk.pages import STATIC

router = APIRouter(include_in_schema=False)

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@router.get("/static/{version}/{name}")
def asset(request: Request, version: str, name: str) -> Response:
    """One file of ``static/``; names come from the folder's own list, never from the request."""
    path = next((p for p in STATIC.iterdir() if p.name == name), None)
    if path is None or version != desk_of(request).assets:
        raise HTTPException(404)
    return FileResponse(
        path, media_type=_TYPES[path.suffix],
        headers={"cache-control": "public, max-age=31536000, immutable"},
    )  # fmt: skip


@router.get("/favicon.ico")
def icon(request: Request) -> Response:
    """The picture in the browser's tab."""
    return asset(request, desk_of(request).assets, "icon.svg")
