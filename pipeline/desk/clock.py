"""The office's time: the tables hold UTC, people read and count days in their own zone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.errors import ConfigError

_VIETNAM = "Asia/Ho_Chi_Minh"


class Clock:
    """Today, its beginning, and moments of the tables, in one time zone."""

    def __init__(self, zone: str) -> None:
        """Take a zone's name, such as ``Asia/Ho_Chi_Minh``.

        Raises:
            ConfigError: there is no such zone.
        """
        self.zone = _zone(zone)

    def today(self) -> str:
        """This day, ISO."""
        return datetime.now(self.zone).strftime("%Y-%m-%d")

    def midnight(self) -> str:
        """The moment at which this day began, as the tables write it."""
        begun = datetime.now(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return begun.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def moment(self, at: str | None) -> str:
        """A moment of the tables, to the minute, as clerks write it."""
        return self._here(at).strftime("%d/%m/%Y %H:%M") if at else ""

    def days(self, counts: Iterable[tuple[str, int]]) -> dict[str, int]:
        """Counts at UTC moments (``2024-05-06T17:30``) summed by this zone's days, in order."""
        found: dict[str, int] = {}
        for at, count in counts:
            day = self._here(f"{at}Z").strftime("%Y-%m-%d")
            found[day] = found.get(day, 0) + count
        return dict(sorted(found.items()))

    def _here(self, at: str) -> datetime:
        return datetime.fromisoformat(at).astimezone(self.zone)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        if name == _VIETNAM:  # a machine without zones (tzdata): UTC+7 since 1975, no summer time
            return timezone(timedelta(hours=7))
        raise ConfigError("config-wrong", errors=f"desk.timezone: no zone {name!r}") from error
