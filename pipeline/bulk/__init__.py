"""Many files: workers, resuming, watching a folder."""
