"""The clerk's web page and the HTTP API: see ``docs/desk.md``."""

from pipeline.desk.serve import Reach, serve

__all__ = ["Reach", "serve"]
