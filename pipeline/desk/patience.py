"""Connections that ask for nothing: uvicorn would keep each of them for ever.

A few thousand browsers that never finish what they send (slowloris) would use up the sockets of
the desk. How long a body may take between two pieces, the guard watches (``guard.PAUSE``).
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD = 20.0
"""Seconds in which the head of a request must have come."""


class Impatient(H11Protocol):
    """uvicorn's HTTP, that hangs up on whoever does not finish a request's head."""

    _given_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait()

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

    def _wait(self) -> None:
        self._given_up = self.loop.call_later(HEAD, self._hang_up)

    def _stop(self) -> None:
        if self._given_up is not None:
            self._given_up.cancel()
            self._given_up = None

    def _hang_up(self) -> None:
        self._given_up = None
        if self.cycle is None or self.cycle.response_complete:
            self.transport.abort()


def http() -> dict[str, Any]:
    """What uvicorn is told about connections."""
    return {"http": Impatient, "ws": "none", "timeout_keep_alive": 5}
