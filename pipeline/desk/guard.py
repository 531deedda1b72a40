"""What every request meets before any route: host, origin, size and kind.

And on the way out, the headers that keep a browser from doing anything but show the page.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.requests import Request

from pipeline.desk.context import SAFE_METHODS, language_of
from pipeline.desk.texts import say

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MIB = 1024 * 1024
UPLOADS = "/api/v1/files/"
PAUSE = 30.0
"""Seconds that a body may stand still while it comes."""
SLOWEST = 2048
"""Bytes a second that a body must bring on the whole, after a minute (:data:`_GRACE`)."""

_GRACE = 60.0

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cache-control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What the guard allows: ``hosts`` empty = any name (only when served on a network)."""

    hosts: frozenset[str]
    upload_mb: int
    tls: bool = False


class TooLarge(Exception):
    """The body outgrew its limit while it was read."""


class TooSlow(Exception):
    """The body stood still while it was read."""


class Guard:
    """ASGI middleware around the whole desk."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with the body counted and the headers added."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        limit = self._rules.upload_mb * MIB if scope["path"].startswith(UPLOADS) else MIB
        refusal = self._refusal(scope, headers, limit)
        sender = self._with_headers(send)
        if refusal is not None:
            await _answer(sender, scope, *refusal)
            return
        counted = _Counted(receive, limit)
        await self._app(scope, counted, _corrected(sender, counted))

    def _refusal(self, scope: Scope, headers: dict[str, str], limit: int) -> tuple[int, str] | None:
        named = headers.get("host", "")
        length = headers.get("content-length", "0")
        if self._rules.hosts and _host(named) not in self._rules.hosts:
            return 421, "error.host"
        if not (length.isascii() and length.isdigit()) or int(length) > limit:
            return 413, "error.413"
        if scope["method"] in SAFE_METHODS:
            return None
        if headers.get("content-type", "").lower().startswith("multipart/"):
            return 415, "error.415"
        elsewhere = headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
        origin = headers.get("origin")
        if elsewhere or (origin is not None and urlsplit(origin).netloc != named):
            return 403, "error.csrf"
        return None

    def _with_headers(self, send: Send) -> Send:
        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                extra = dict(_HEADERS)
                if self._rules.tls:
                    extra["strict-transport-security"] = "max-age=31536000"
                message["headers"] = [
                    *message["headers"],
                    *(
                        (name.encode(), value.encode())
                        for name, value in extra.items()
                        if name.encode() not in present
                    ),
                ]
            await send(message)

        return sender


def _host(named: str) -> str:
    """The name in a Host header, without its port; empty if it is none."""
    try:
        return urlsplit(f"//{named}").hostname or ""
    except ValueError:
        return ""


class _Counted:
    """Receives a body, and stops it where it outgrows its limit."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = self._left = limit
        self._started = time.monotonic()
        self._whole = False
        self.status: int | None = None

    async def __call__(self) -> Message:
        """The next message.

        Raises:
            TooLarge: the body is over its limit.
            TooSlow: nothing of it came for a while, or a drop at a time.
        """
        try:
            # Once the body is whole, the next message is that the browser has gone: any time.
            message = await asyncio.wait_for(self._receive(), None if self._whole else PAUSE)
        except TimeoutError:
            self.status = 408
            raise TooSlow from None
        self._whole = not message.get("more_body", False)
        self._left -= len(message.get("body", b""))
        taken = time.monotonic() - self._started - _GRACE
        if not self._whole and taken * SLOWEST > self._limit - self._left:
            self.status = 408
            raise TooSlow
        if self._left < 0:
            self.status = 413
            raise TooLarge
        return message


def _corrected(send: Send, counted: _Counted) -> Send:
    """The framework takes any trouble with a body for a bad request; some are 413 or 408."""

    async def sender(message: Message) -> None:
        if counted.status and message["type"] == "http.response.start":
            message["status"] = counted.status
            message["headers"] = [*message["headers"], (b"connection", b"close")]
        await send(message)

    return sender


async def _answer(send: Send, scope: Scope, status: int, code: str) -> None:
    sentence = say(code, language_of(Request(scope)))
    program = scope["path"].startswith("/api/")
    body = (json.dumps({"error": sentence}, ensure_ascii=False) if program else sentence).encode()
    kind = b"application/json" if program else b"text/plain; charset=utf-8"
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
