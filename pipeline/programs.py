"""External programs, run so that a hostile file can't use them against us.

No shell, and no environment but what the programs need. Every child has limits on memory, CPU
time, file size and open files, its own process group (killed whole at the end), a private
temporary folder, no way to gain rights, and no network where the kernel lets us take it away.
It dies with the thread that started it.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from pipeline.errors import EngineError, EngineMissing, EngineTimeout
from pipeline.temporary import temporary_folder

MIB = 1024 * 1024
# What a child inherits: secrets of the web page or a database stay with us.
_KEPT = ("PATH", "HOME", "TESSDATA_PREFIX", "GS_LIB", "FONTCONFIG_PATH", "FONTCONFIG_FILE", "TZ")


def run_program(
    command: Sequence[str | Path],
    *,
    timeout: float,
    memory_mb: int,
    setting: str = "limits.seconds_per_page",
    folder: Path | None = None,
    stdin: bytes | None = None,
) -> bytes:
    """Standard output of ``command``.

    Args:
        command: program and arguments; paths must be absolute, so that none reads as an option.
        timeout: wall-clock seconds before the whole process group is killed.
        memory_mb: address-space limit of the child in MiB; no file it writes may be larger.
        setting: the setting that a message about the timeout names.
        folder: working and temporary folder of the child; by default one of its own, removed
            afterwards.
        stdin: bytes for its standard input.

    Raises:
        EngineMissing: the program is not installed.
        EngineTimeout: it ran past ``timeout``.
        EngineError: it failed; the message holds the last line it wrote.
    """
    program = _installed(str(command[0]))
    with contextlib.ExitStack() as stack:
        if folder is None:
            folder = stack.enter_context(temporary_folder())
        # Files, not pipes: no deadlock, and RLIMIT_FSIZE bounds what a child can make us hold.
        given, out, err = (stack.enter_context(tempfile.TemporaryFile()) for _ in range(3))
        given.write(stdin or b"")
        given.seek(0)
        child = subprocess.Popen(
            [*fence(timeout=timeout, memory_mb=memory_mb), program, *map(str, command[1:])],
            stdin=given,
            stdout=out,
            stderr=err,
            cwd=folder,
            env=environment(folder),
            start_new_session=True,
        )
        try:
            child.wait(timeout)
        except subprocess.TimeoutExpired as error:
            raise EngineTimeout(
                "engine-timeout", program=command[0], seconds=round(timeout), setting=setting
            ) from error
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        if child.returncode != 0:
            reason = _last_line(err.seek(0, os.SEEK_END), err.fileno())
            reason = reason or f"exit code {child.returncode}"
            raise EngineError("engine-failed", program=command[0], reason=reason)
        out.seek(0)
        return out.read()


def fence(*, timeout: float, memory_mb: int) -> list[str]:
    """The command that, put before another, runs it inside the limits (it only execs).

    prlimit and setpriv (util-linux) do in the child what Python's ``preexec_fn`` would do, which
    can deadlock where the caller has threads.
    """
    return [
        *_no_network(),
        "prlimit",
        f"--as={memory_mb * MIB}",
        f"--fsize={memory_mb * MIB}",
        f"--cpu={int(timeout) + 5}",
        "--nofile=256",
        "--core=0",
        "--",
        "setpriv",
        "--no-new-privs",
        "--pdeathsig=KILL",
        "--",
    ]


def environment(folder: Path) -> dict[str, str]:
    """The whole environment of a child: one OpenMP thread, ``folder`` for its temporary files."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8", "TMPDIR": str(folder)}


@contextlib.contextmanager
def fenced_programs(names: Sequence[str], *, timeout: float, memory_mb: int) -> Iterator[Path]:
    """A private folder whose programs ``names`` run the real ones inside :func:`fence`.

    For libraries that start programs by themselves, from a folder that one can name.

    Raises:
        EngineMissing: one of them is not installed.
    """
    # Libraries ask for a version first, without any time-out of their own: ours ends that, too.
    bounded = ["setpriv", "--pdeathsig=KILL", "--", "timeout", "--signal=KILL", str(timeout + 1)]
    prefix = shlex.join([*bounded, *fence(timeout=timeout, memory_mb=memory_mb)])
    with temporary_folder() as folder:
        for program in names:
            wrapper = folder / program
            real = shlex.quote(_installed(program))
            wrapper.write_text(f'#!/bin/sh\nexec {prefix} {real} "$@"\n', "utf-8")
            wrapper.chmod(0o700)
        yield folder


def _installed(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise EngineMissing("engine-missing", program=program)
    return found


@cache
def _no_network() -> tuple[str, ...]:
    """The command that takes the network away, or nothing where the kernel forbids it."""
    for command in (("unshare", "-n"), ("unshare", "-rn")):
        with contextlib.suppress(OSError):
            if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
                return command
    return ()


def _last_line(size: int, descriptor: int) -> str:
    tail = os.pread(descriptor, 2000, max(0, size - 2000)).decode("utf-8", "replace")
    lines = tail.strip().splitlines()
    return lines[-1][:200] if lines else ""
