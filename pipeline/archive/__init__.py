"""Where letters live: a folder of plain files beside a database that finds them again.

:class:`~pipeline.archive.store.Archive` is the door; everything else here serves it.
"""

from pipeline.archive.filters import Filters
from pipeline.archive.results import Hit, Results, Snippet
from pipeline.archive.store import Archive

__all__ = ["Archive", "Filters", "Hit", "Results", "Snippet"]
