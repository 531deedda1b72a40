"""``driver.py ARCHIVE INBOX [DATABASE]``: an inbox by the fake trip, to be killed by a test."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))


def main() -> None:
    from pipeline.archive import Archive
    from pipeline.bulk.engine import maker
    from pipeline.bulk.events import Events
    from pipeline.bulk.run import Runner, enqueue
    from pipeline.bulk.scan import scan
    from pipeline.config import Settings
    from tests.bulk.faketrip import trip

    folder, inbox = Path(sys.argv[1]), Path(sys.argv[2])
    settings = Settings.model_validate(
        {"archive": {"database": sys.argv[3]}} if sys.argv[3:] else {}
    )
    with Archive.open(folder, settings) as archive:
        enqueue(archive, scan([inbox], folder), settings)
        Runner(archive, settings, maker(2), Events(), trip).run()


if __name__ == "__main__":
    main()
