"""``congvan serve``: the desk on a port of this machine (or, on request, of the network)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.archive import Archive
    from pipeline.config import Settings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the desk listens, and how it is protected there.

    ``certificate`` and ``key`` are PEM files; ``open_network`` says that the way to the desk is
    protected otherwise (a proxy with TLS, a private line).
    """

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None
    open_network: bool = False

    @property
    def tls(self) -> bool:
        """Whether the desk itself speaks HTTPS."""
        return self.certificate is not None


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check(reach: Reach) -> None:
    """Refuse to send passwords over a network in the clear.

    Raises:
        UsageError: the host is not this machine alone and there is no certificate.
    """
    if not is_loopback(reach.host) and not reach.tls and not reach.open_network:
        raise UsageError("desk-open", host=reach.host)


def serve(archive: Archive, settings: Settings, reach: Reach | None = None) -> None:
    """Serve the desk until it is interrupted.

    On the first start there is no user: ``admin`` is made, and its one-time password printed.

    Raises:
        UsageError: a network without a certificate or ``open_network``.
    """
    import sys

    import uvicorn

    from pipeline.desk.accounts import ADMIN, first_admin
    from pipeline.desk.app import create_app
    from pipeline.desk.patience import allow_descriptors, http
    from pipeline.desk.store import Store
    from pipeline.wording import say

    reach = reach or Reach(settings.desk.host, settings.desk.port)
    check(reach)
    allow_descriptors()
    password = first_admin(Store(archive.engine))
    if password is not None:
        line = say("desk-first", settings.language, name=ADMIN, password=password)
        sys.stderr.write(line + "\n")
    hosts = frozenset(settings.desk.hosts)
    if is_loopback(reach.host):
        hosts |= LOOPBACK
    elif hosts:
        hosts |= {reach.host}
    app = create_app(archive, settings, hosts=hosts, tls=reach.tls)
    scheme = "https" if reach.tls else "http"
    shown = f"[{reach.host}]" if ":" in reach.host else reach.host
    sys.stderr.write(f"congvan: {scheme}://{shown}:{reach.port}/\n")
    uvicorn.run(
        app, host=reach.host, port=reach.port, **http(), log_level="warning", access_log=False,
        server_header=False, proxy_headers=False, timeout_graceful_shutdown=5,
        ssl_certfile=str(reach.certificate) if reach.certificate else None,
        ssl_keyfile=str(reach.key) if reach.key else None,
    )  # fmt: skip
