"""The desk's own small archive and its people, for attacks on the desk."""

from tests.desk.conftest import (  # noqa: F401  (fixtures: pytest finds them by these names)
    archive,
    browser,
    people,
    settings,
    template,
)
from tests.desk.test_browser import address, chromium  # noqa: F401  (as above)
