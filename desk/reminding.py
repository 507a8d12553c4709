"""When somebody is reminded: inside their own hours, and of all that came up in a quarter of an hour at once."""

from datetime import UTC, datetime, timedelta

from desk.calendars import Hours, in_hours, roll
from desk.hours import WHOLE_DAY, Calendar

QUARTER = timedelta(minutes=15)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def quarter(at: datetime) -> datetime:
    """The start of the quarter of an hour that holds this instant."""
    return EPOCH + (at - EPOCH) // QUARTER * QUARTER


def reminded_at(now: datetime, hours: Hours | None, promise: Hours) -> datetime:
    """Now; or when the person's own hours open next, unless the promise holds around the clock. Without hours of their
    own they are always reminded. Raises NoOpenTime where their hours never open again.
    """
    if hours is None or is_always(promise) or in_hours(hours, now):
        return now
    return roll(hours, now)


def is_always(hours: Hours) -> bool:
    """Whether these hours are open around the clock on every day there is."""
    if not isinstance(hours, Calendar):
        return is_always(hours.first) and is_always(hours.second)
    cut = hours.holidays or hours.annual_holidays or hours.breaks or hours.overrides
    return not cut and all(hours.weekly.get(day) == WHOLE_DAY for day in range(7))
