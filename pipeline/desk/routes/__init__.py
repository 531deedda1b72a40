"""The desk's addresses, a module for each part of a clerk's day."""

from __future__ import annotations

from fastapi import APIRouter


def pages_of_the_desk() -> tuple[APIRouter, ...]:
    """The routers of all pages, pictures and downloads."""
    from pipeline.desk.routes import account, admin, assets, dashboard, files, letters, search

    modules = (account, search, letters, files, dashboard, admin, assets)
    return tuple(module.router for module in modules)
