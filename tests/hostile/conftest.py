"""The desk's own small archive, its people and a browser, for attacks on the desk."""

from tests.desk.conftest import (  # noqa: F401  (fixtures: pytest finds them by these names)
    address,
    archive,
    browser,
    chromium,
    people,
    settings,
    template,
)
