"""External programs, run so that a hostile file can't use them against us.

No shell; the child has limits on memory, CPU time and file size, its own process group (killed
whole on a timeout), one OpenMP thread, and a private temporary folder given by the caller.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import EngineError, EngineMissing, EngineTimeout

MIB = 1024 * 1024


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
        command: program and arguments; paths must be absolute or follow ``--``.
        timeout: wall-clock seconds before the whole process group is killed.
        memory_mb: address-space limit of the child in MiB.
        setting: the setting that a message about the timeout names.
        folder: working and temporary folder of the child.
        stdin: bytes for its standard input.

    Raises:
        EngineMissing: the program is not installed.
        EngineTimeout: it ran past ``timeout``.
        EngineError: it failed; the message holds the last line it wrote.
    """
    program = str(command[0])
    if shutil.which(program) is None:
        raise EngineMissing("engine-missing", program=program)
    # prlimit (util-linux) sets the limits in the child: Python's own preexec_fn can deadlock
    # where the caller has threads.
    limits = [
        "prlimit",
        f"--as={memory_mb * MIB}",
        f"--cpu={int(timeout) + 5}",
        "--core=0",
        "--",
    ]
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}
    if folder is not None:
        environment["TMPDIR"] = str(folder)
    child = subprocess.Popen(
        limits + [str(part) for part in command],
        stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=environment,
        start_new_session=True,
    )
    try:
        out, err = child.communicate(stdin, timeout=timeout)
    except subprocess.TimeoutExpired as error:
        raise EngineTimeout(
            "engine-timeout", program=program, seconds=round(timeout), setting=setting
        ) from error
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    if child.returncode != 0:
        lines = err.decode("utf-8", "replace").strip().splitlines()
        reason = lines[-1][:200] if lines else f"exit code {child.returncode}"
        raise EngineError("engine-failed", program=program, reason=reason)
    return out
