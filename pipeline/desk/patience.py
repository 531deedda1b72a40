"""Connections that ask for nothing: uvicorn would keep each of them for ever.

A few thousand browsers that never finish what they send (slowloris) would use up the sockets of
the desk. So heads have their time, and connections have their number: beyond it, one that asks for
nothing makes room, of the address that holds most of them; where all are busy, a new one is told
to come again. How long a body may take, the guard watches (``guard.PAUSE``, ``guard.SLOWEST``).
"""

from __future__ import annotations

import asyncio
import resource
from collections import Counter
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD = 20.0
"""Seconds in which the head of a request must have come."""

MOST = 500
"""Connections at once: an office's browsers keep a few each."""
DESCRIPTORS = 65_536
"""Sockets that are not connections yet (TLS is being agreed on) need descriptors, too."""

_COME_AGAIN = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\n"
    b"connection: close\r\n\r\n"
)


class Impatient(H11Protocol):
    """uvicorn's HTTP, that hangs up on whoever does not finish a request's head."""

    _given_up: asyncio.TimerHandle | None = None
    _since = 0.0
    _leaving = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # uvicorn narrows it, too
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._since = self.loop.time()
        if self._room():
            self._wait()
        else:
            self._leaving = True
            transport.write(_COME_AGAIN)
            transport.close()

    def data_received(self, data: bytes) -> None:
        """A piece: wait on, unless a request is whole enough to be answered."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop()
        elif self._given_up is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing to wait for any more."""
        self._stop()
        super().connection_lost(exc)

    def _room(self) -> bool:
        """Whether there is room for this connection, after an idle one had to make it."""
        held = [one for one in self.connections if isinstance(one, Impatient) and not one._leaving]
        if len(held) <= MOST:
            return True
        each = Counter(one._peer for one in held)
        idle = [one for one in held if one is not self and one._idle]
        if idle:
            max(idle, key=lambda one: (each[one._peer], -one._since))._hang_up()
        return bool(idle)

    @property
    def _peer(self) -> str:
        return self.client[0] if self.client else ""

    @property
    def _idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _wait(self) -> None:
        self._given_up = self.loop.call_later(HEAD, self._hang_up)

    def _stop(self) -> None:
        if self._given_up is not None:
            self._given_up.cancel()
            self._given_up = None

    def _hang_up(self) -> None:
        self._given_up = None
        if self._idle:
            self._leaving = True
            self.transport.abort()


def allow_descriptors() -> None:
    """As many as the system lets this process have, up to :data:`DESCRIPTORS`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def http() -> dict[str, Any]:
    """What uvicorn is told about connections."""
    return {"http": Impatient, "ws": "none", "timeout_keep_alive": 5}
