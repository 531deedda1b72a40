"""What befell a worker, as an error of ours with a sentence that helps."""

from __future__ import annotations

from concurrent.futures import TimeoutError as FutureTimeout

from pipeline.config import Settings
from pipeline.errors import CongvanError, EngineError, EngineTimeout, TooLargeInput


def explain(error: BaseException, settings: Settings) -> CongvanError:
    """Any failure of a worker as one of ours, with a sentence that helps."""
    from pebble import ProcessExpired

    if isinstance(error, CongvanError):
        return error
    if isinstance(error, FutureTimeout | TimeoutError):
        seconds = round(settings.limits.seconds_per_file)
        return EngineTimeout(
            "engine-timeout", program="congvan", seconds=seconds, setting="limits.seconds_per_file"
        )
    if isinstance(error, MemoryError):
        return TooLargeInput("memory-full", limit=settings.limits.memory_mb)
    if isinstance(error, ProcessExpired):
        return EngineError("worker-died", reason=str(error))
    return EngineError("program-failed", reason=f"{type(error).__name__}: {error}"[:300])
