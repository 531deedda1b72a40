"""Restored pages become the record of a letter."""
