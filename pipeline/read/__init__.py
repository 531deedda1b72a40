"""A file becomes page pictures, or words where it holds sound text of its own."""

from pipeline.read.plain import read_text
from pipeline.read.source import open_source, read_pages

__all__ = ["open_source", "read_pages", "read_text"]
