"""Files on their way into the archive: sent, listed, tried again."""

from __future__ import annotations

import os
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from pipeline.desk.context import Clerk, RowNumber, audit, check_csrf, desk_of, language_of
from pipeline.desk.contract import FILE, REFUSALS
from pipeline.desk.jobs import SUFFIXES, Job
from pipeline.wording import translate

router = APIRouter(dependencies=[Depends(check_csrf)], responses=REFUSALS)


@router.put("/files/{name}", status_code=201, openapi_extra=FILE)
async def upload(request: Request, account: Clerk, name: str) -> dict[str, Any]:
    """Send one file as the request's body; it is queued for conversion. Returns its job."""
    desk = desk_of(request)
    path = desk.jobs.place_for(name)
    if path.suffix not in SUFFIXES:
        desk.jobs.discard(path)
        raise HTTPException(415, "files.kind")

    def settle() -> int:
        with path.open("rb") as whole:
            os.fsync(whole.fileno())
        audit(request, "upload", path.name)
        return desk.jobs.add(path, account)

    try:
        with path.open("wb") as file:
            async for block in request.stream():
                file.write(block)
        # In a thread: the disk and the database may take their time, and others wait for answers.
        return {"job": await run_in_threadpool(settle)}
    except BaseException:  # too large, gone, stopped, the database away: nothing half stays
        desk.jobs.discard(path)
        raise


@router.get("/jobs")
def jobs(request: Request, account: Clerk) -> list[dict[str, Any]]:
    """The latest files and how they fared."""
    return [_job(request, job) for job in desk_of(request).jobs.listing(account)]


@router.get("/jobs/{number}")
def job(request: Request, account: Clerk, number: RowNumber) -> dict[str, Any]:
    """One file and how it fared."""
    found = desk_of(request).jobs.listing(account, job=number)
    if not found:
        raise HTTPException(404)
    return _job(request, found[0])


def _job(request: Request, job: Job) -> dict[str, Any]:
    return {
        "id": job.id, "file": job.file, "state": job.state, "at": job.at,
        "why": translate(job.why, language_of(request)) if job.why else None,
        "letters": list(job.letters),
    }  # fmt: skip


@router.post("/jobs/retry")
def retry_all(request: Request, account: Clerk) -> dict[str, int]:
    """Try all failed files that you see again."""
    audit(request, "retry")
    return {"queued": desk_of(request).jobs.retry(account)}


@router.post("/jobs/{number}/retry")
def retry(request: Request, account: Clerk, number: RowNumber) -> dict[str, int]:
    """Try one failed file again."""
    desk = desk_of(request)
    found = desk.jobs.listing(account, job=number)
    if not found or found[0].state != "failed":
        raise HTTPException(404)
    audit(request, "retry", found[0].file)
    return {"queued": desk.jobs.retry(account, number)}
