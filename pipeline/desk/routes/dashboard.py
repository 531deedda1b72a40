"""The overview: charts of what the archive holds and how the machine does."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from pipeline.desk.charts import WIDTH, columns, rows
from pipeline.desk.context import Reader, check_csrf, desk_of, language_of
from pipeline.desk.directives import overdue
from pipeline.desk.figures import Bar, accuracy, overview
from pipeline.desk.pages import page
from pipeline.desk.texts import named
from pipeline.wording import translate

router = APIRouter(dependencies=[Depends(check_csrf)], include_in_schema=False)


@router.get("/dashboard")
def dashboard(request: Request, account: Reader) -> HTMLResponse:
    """Figures, charts, and the directives that are overdue."""
    desk = desk_of(request)
    language = language_of(request)
    figures = overview(
        desk.archive, account.clearance, desk.clock, _reasons(desk.jobs.failures(account), language)
    )
    right = tuple(
        Bar(
            named("field", name, language),
            100 * fine / count,
            f"{100 * fine / count:.0f} % ({fine}/{count})",
        )
        for name, fine, count in accuracy(desk.archive, account.clearance)[:12]
    )
    charts = (
        ("dashboard.by_month", columns(figures.by_month, "a", 2 * WIDTH), figures.by_month, True),
        ("dashboard.by_issuer", rows(figures.by_issuer, "a"), figures.by_issuer, False),
        ("dashboard.speed", columns(figures.by_day, "c"), figures.by_day, False),
        ("dashboard.accuracy", rows(right, "c", top=100), right, False),
        (
            "dashboard.failures",
            rows(figures.failures, "b", width=2 * WIDTH, label=800),
            figures.failures,
            True,
        ),
    )
    late = overdue(desk.archive, account.clearance, desk.clock.today())
    return page(
        request, "dashboard.html", 200, figures=figures, charts=charts, late=late
    )  # fmt: skip


def _reasons(failures: list[tuple[str, int]], language: str) -> Counter[str]:
    """Failures counted by their sentence in the visitor's language."""
    reasons: Counter[str] = Counter()
    for why, count in failures:
        reasons[translate(why, language)] += count
    return reasons
