"""A real PostgreSQL for the tests, from Debian's packages."""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path

from sqlalchemy import create_engine, text

BIN = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


class Server:
    """A PostgreSQL of our own on a Unix socket in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        user = "postgres" if os.geteuid() == 0 else None
        if user:
            os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
        self._prefix = ["runuser", "-u", user, "--"] if user else []
        self._run("initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "postgres", "-N")
        self.start()

    def start(self) -> None:
        options = (
            f"-k {self.folder} -c listen_addresses='' -c fsync=off -c unix_socket_permissions=0777"
        )
        log = str(self.folder / "log")
        self._run(
            "pg_ctl", "-D", str(self.folder / "data"), "-w", "-o", options, "-l", log, "start"
        )

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", mode, "stop")

    def database(self) -> str:
        """The URL of a new, empty database."""
        self.count += 1
        name = f"archive{self.count}"
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
        engine.dispose()
        return self.url(name)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def _run(self, program: str, *arguments: str) -> None:
        assert BIN is not None
        command = [*self._prefix, str(BIN / program), *arguments]
        # Not captured: the server would inherit the pipe and keep it open.
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/"
        )
