"""The process that all workers are forked from: what each of them needs is loaded there once.

Measured against a new Python for each worker: a run of one file takes 1.3 s instead of 1.6 s, and
libraries lie in memory once for all workers. The process has one thread and is never a fork of the
command, so no lock of another thread is held in a worker for ever. It ends with the command.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext

from pipeline.temporary import COMMON, own_folder

_SHARED = (
    "__main__", "pipeline.bulk.work", "pipeline.bulk.register", "pipeline.trip",
    "pipeline.export.pdf", "pipeline.export.textlayer", "pikepdf", "PIL.Image",
    "pebble.pool.process",
)  # fmt: skip
_LONGEST = 30  # of a folder's name, so that the socket in it has no more than 107 letters


def worker_context() -> ForkServerContext:
    """How to start worker processes. Calling it early lets the nursery load beside the command.

    The environment of a worker is that of the first call: it has to be told what changed since.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_SHARED))
    _start()
    return context


@cache
def _start() -> None:
    """Start the nursery, its socket in a folder that is swept if this process is killed."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read once, when NumPy is loaded
    usual = tempfile.gettempdir()
    tempfile.tempdir = own_folder(usual if len(usual) <= _LONGEST else COMMON)
    try:
        forkserver.ensure_running()
    finally:
        tempfile.tempdir = usual
