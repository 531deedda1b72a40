"""The HTTP API, version 1: what the pages use, and programs too."""
