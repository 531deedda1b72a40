"""The command line: a module for each group of commands, all thin over the library."""

from pipeline.cli.app import main

__all__ = ["main"]
