"""The web application: routes, the guard around them, and how errors are shown."""

from __future__ import annotations

import errno
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException

from pipeline import __version__
from pipeline.archive.database import is_passing
from pipeline.desk import pages
from pipeline.desk.clock import Clock
from pipeline.desk.context import Desk, language_of, wants_page
from pipeline.desk.finder import Finder
from pipeline.desk.guard import Guard, Rules, TooLarge, TooSlow
from pipeline.desk.jobs import Jobs
from pipeline.desk.pictures import Pictures
from pipeline.desk.store import Store
from pipeline.desk.texts import say, texts
from pipeline.errors import CongvanError, UsageError

if TYPE_CHECKING:
    from pipeline.archive import Archive
    from pipeline.config import Settings

_LOG = logging.getLogger("congvan.desk")

DESCRIPTION = """\
What the desk's own pages use. Sign in with `POST /api/v1/session`, then send the token as
`Authorization: Bearer TOKEN`. A browser's cookie works too, with its CSRF token in `X-CSRF-Token`.
"""


def create_app(
    archive: Archive,
    settings: Settings,
    *,
    hosts: frozenset[str] = frozenset({"localhost", "127.0.0.1", "::1"}),
    tls: bool = False,
    convert: bool = True,
) -> FastAPI:
    """The desk over an archive.

    Args:
        archive: an open archive.
        settings: limits, language and the desk's own section.
        hosts: names under which the desk may be asked for; empty = any.
        tls: whether browsers reach it over HTTPS (secure cookies, HSTS).
        convert: whether uploaded files are converted by this process in the background.
    """
    clock = Clock(settings.desk.timezone)
    desk = Desk(
        archive=archive,
        settings=settings,
        store=Store(archive.engine),
        pictures=Pictures(archive, settings),
        finder=Finder(archive),
        jobs=Jobs(archive, settings, enabled=convert),
        templates=pages.environment(clock),
        clock=clock,
        assets=pages.asset_version(),
        tls=tls,
    )

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        del app
        desk.jobs.start()
        yield
        desk.jobs.stop()
        desk.pictures.close()

    app = FastAPI(
        title="congvan", version=__version__, description=DESCRIPTION, lifespan=life,
        docs_url=None, redoc_url=None, openapi_url=None,
        redirect_slashes=False,  # to an absolute address, made of what the request calls the host
    )  # fmt: skip
    app.state.desk = desk
    _include(app)
    _show_errors(app)
    app.add_middleware(Guard, rules=Rules(hosts, settings.limits.file_mb, tls))
    return app


def _include(app: FastAPI) -> None:
    from pipeline.desk.api import edits, files, letters, session
    from pipeline.desk.routes import pages_of_the_desk

    for router in pages_of_the_desk():
        app.include_router(router)
    for router in (session.door, session.router, files.router, letters.router, edits.router):
        app.include_router(router, prefix="/api/v1", tags=["api"])


def _show_errors(app: FastAPI) -> None:
    app.exception_handler(HTTPException)(_http_error)
    app.exception_handler(RequestValidationError)(_wrong_values)
    app.exception_handler(CongvanError)(_known_error)
    app.exception_handler(TooLarge)(_too_large)
    app.exception_handler(TooSlow)(_too_slow)
    app.exception_handler(DataError)(_no_value_for_a_database)
    app.exception_handler(OSError)(_no_room)
    app.exception_handler(OperationalError)(_no_room)
    app.exception_handler(Exception)(_fault)


def _respond(
    request: Request, status: int, sentence: str, headers: Any = None, **more: Any
) -> Response:
    """An error as a page for a browser, as JSON for a program."""
    if wants_page(request):
        return pages.page(request, "error.html", status, sentence=sentence)
    return JSONResponse({"error": sentence, **more}, status, headers)


def _http_error(request: Request, error: HTTPException) -> Response:
    if error.status_code == 401 and wants_page(request):
        to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?to={quote(to, safe='')}", 303)
    if error.detail == "error.fresh" and wants_page(request):
        return RedirectResponse("/password", 303)
    known = texts()
    code = error.detail if error.detail in known else f"error.{error.status_code}"
    code = code if code in known else "error.500" if error.status_code >= 500 else "error.422"
    return _respond(request, error.status_code, say(code, language_of(request)), error.headers)


def _wrong_values(request: Request, error: RequestValidationError) -> Response:
    # The values themselves are left out: a password may be among them.
    places = [".".join(map(str, e["loc"])) + ": " + str(e["msg"]) for e in error.errors()]
    return _respond(request, 422, say("error.422", language_of(request)), places=places)


def _known_error(request: Request, error: CongvanError) -> Response:
    status = 422 if isinstance(error, UsageError) else 503
    return _respond(request, status, error.sentence(language_of(request)))


def _no_value_for_a_database(request: Request, error: Exception) -> Response:
    """NUL in a text, for PostgreSQL: nobody types it."""
    del error
    return _respond(request, 422, say("error.422", language_of(request)))


def _too_large(request: Request, error: Exception) -> Response:
    del error
    return _respond(request, 413, say("error.413", language_of(request)))


def _too_slow(request: Request, error: Exception) -> Response:
    del error
    return _respond(request, 408, say("error.408", language_of(request)))


def _no_room(request: Request, error: Exception) -> Response:
    """A full disk, or a database that is away for a while; anything else is a fault."""
    said = getattr(getattr(error, "orig", None), "sqlite_errorname", "")
    if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or said == "SQLITE_FULL":
        return _respond(request, 507, say("error.507", language_of(request)))
    if is_passing(error):
        return _respond(request, 503, say("error.503", language_of(request)))
    return _fault(request, error)


def _fault(request: Request, error: Exception) -> Response:
    # Quoted: an address may hold line ends, and a log has a line a fault.
    _LOG.error("%s %s", request.method, quote(request.url.path), exc_info=error)
    return _respond(request, 500, say("error.500", language_of(request)))
