"""Adding scans: the page, and the list of files on their way."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from pipeline.desk.context import Clerk, check_csrf, desk_of, language_of
from pipeline.desk.jobs import SUFFIXES, Job
from pipeline.desk.pages import page
from pipeline.wording import translate

router = APIRouter(dependencies=[Depends(check_csrf)], include_in_schema=False)


@router.get("/files")
def files_page(request: Request, account: Clerk) -> HTMLResponse:
    """The whole page, or only the list while files are converted (``part=jobs``)."""
    desk = desk_of(request)
    language = language_of(request)

    def why(job: Job) -> str:
        return translate(job.why or "", language)

    part = request.query_params.get("part") == "jobs"
    return page(
        request, "jobs.html" if part else "files.html", 200,
        jobs=desk.jobs.listing(account), why=why, busy=desk.jobs.unfinished() > 0,
        kinds=",".join(sorted(SUFFIXES)), limit_mb=desk.settings.limits.file_mb,
    )  # fmt: skip
