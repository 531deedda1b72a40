"""Restored pages become the record of a letter."""

from pipeline.parse.letters import Register, parse_letters

__all__ = ["Register", "parse_letters"]
