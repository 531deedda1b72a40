"""Ink layers become words in zones, in canonical reading order."""
