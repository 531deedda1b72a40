"""Templates filled with what every page shows: who, which language, which place."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from pipeline.desk import sessions
from pipeline.desk.clock import Clock
from pipeline.desk.context import desk_of, language_of, token_of, visitor
from pipeline.desk.texts import day, named, number, say

HERE = Path(__file__).parent
STATIC = HERE / "static"


def environment(clock: Clock) -> Environment:
    """Jinja with everything escaped and every unknown name an error."""
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["day"] = day
    found.filters["moment"] = clock.moment
    found.filters["query"] = urlencode
    found.filters["segment"] = partial(quote, safe="")
    return found


def asset_version() -> str:
    """A short hash of all assets: it stands in their address, so that they can be kept for ever."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def page(request: Request, template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
    """A filled template.

    In the visitor's language ``t`` says a text, ``named`` a word of the record, ``n`` a number.
    """
    desk = desk_of(request)
    language = language_of(request)
    who = visitor(request)
    token, _ = token_of(request)
    html = desk.templates.get_template(template).render(
        t=lambda code, **fills: say(code, language, **fills),
        named=lambda group, word: named(group, word, language),
        n=lambda value: number(value, language),
        language=language,
        account=who.account if who else None,
        csrf=who.csrf if who else (sessions.csrf_of(token) if token else ""),
        assets=f"/static/{desk.assets}",
        here=request.url.path,
        address=str(request.url.replace(scheme="", netloc="")),
        **values,
    )
    return HTMLResponse(html, status)
