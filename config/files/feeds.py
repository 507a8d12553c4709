"""Where a calendar's holidays come from besides its own lists: a country's law, an iCal file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from config.problems import nearest
from config.yaml_lines import LARGEST

YEARS_AHEAD = 3
MOST = 2000  # events of one feed, expanded
MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class Closed:
    """Whole days by their names, and hours of single days, as (HH:MM, HH:MM)."""

    days: Mapping[date, str] = field(default_factory=dict)
    hours: Mapping[date, tuple[tuple[str, str], ...]] = field(default_factory=dict)


def years(now: datetime) -> range:
    """Last year, whose tickets may still be judged, and three years ahead."""
    return range(now.year - 1, now.year + YEARS_AHEAD + 1)


def by_law(country: str, subdivision: str, now: datetime) -> dict[date, str]:
    """The public holidays of a country, by ISO 3166 codes (`DE`, `BE`). ValueError for one that is not known."""
    import holidays  # noqa: PLC0415 - a fifth of a second, and only for whoever names a country

    known = holidays.list_supported_countries()
    if country not in known:
        raise ValueError(f"there are no holidays known of a country `{country[:20]}`{nearest(country, known)}")
    if subdivision and subdivision not in known[country]:
        there = nearest(subdivision, known[country]) if known[country] else "; it has none"
        raise ValueError(f"`{country}` has no subdivision `{subdivision[:20]}`{there}")
    found = holidays.country_holidays(country, subdiv=subdivision or None, years=years(now), language="en_US")
    return dict(sorted(found.items()))


def read(folder: Path, name: str) -> bytes:
    """The bytes of a feed beside the configuration. ValueError with a sentence when there are none."""
    if Path(name).name != name or not name.endswith(".ics"):
        raise ValueError(f"`{name[:80]}` is no name of an `.ics` file beside this one")
    path = folder / name
    try:
        content = path.read_bytes() if path.is_file() else None
    except OSError as error:
        raise ValueError(f"`{name}` cannot be read: {error.strerror}") from None
    if content is None:
        raise ValueError(f"there is no file `{name}` beside this one")
    if len(content) > LARGEST:
        raise ValueError(f"`{name}` is larger than {LARGEST // 1024} KiB")
    return content


def by_feed(content: bytes, zone: str, now: datetime) -> Closed:
    """Events of whole days are holidays, others are hours that are taken out, in the calendar's zone.

    ValueError for what is no iCal, or has more than `MOST` events in the years that count.
    """
    import icalendar  # noqa: PLC0415 - a tenth of a second, and only for whoever has a feed
    import recurring_ical_events  # noqa: PLC0415 - as above

    first, last = years(now)[0], years(now)[-1]
    try:
        feed = icalendar.Calendar.from_ical(content)
        events = list(recurring_ical_events.of(feed).between((first, 1, 1), (last + 1, 1, 1)))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise ValueError(f"it is no iCal: {str(error)[:120]}") from None
    if len(events) > MOST:
        raise ValueError(f"it has {len(events):,} events in these years; {MOST:,} at most")
    days: dict[date, str] = {}
    hours: dict[date, list[tuple[str, str]]] = {}
    for event in events:
        start, end = event["DTSTART"].dt, _end(event)
        if isinstance(start, datetime):
            for day, window in _hours(start, end, ZoneInfo(zone)):
                hours.setdefault(day, []).append(window)
        else:
            days |= dict.fromkeys(_days(start, end), str(event.get("SUMMARY", "")).strip()[:80] or "holiday")
    return Closed(dict(sorted(days.items())), {day: _apart(found) for day, found in sorted(hours.items())})


def _end(event: Any) -> Any:
    if "DTEND" in event:
        return event["DTEND"].dt
    if "DURATION" in event:
        return event["DTSTART"].dt + event["DURATION"].dt
    start = event["DTSTART"].dt
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def _days(start: date, end: date) -> Iterator[date]:
    return (start + timedelta(days=n) for n in range(max((end - start).days, 1)))


def _hours(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[date, tuple[str, str]]]:
    """Cut at each midnight; a time without a zone is the calendar's."""
    here = start.astimezone(zone) if start.tzinfo else start.replace(tzinfo=zone)
    until = end.astimezone(zone) if end.tzinfo else end.replace(tzinfo=zone)
    while here < until:
        midnight = datetime.combine(here.date() + timedelta(days=1), MIDNIGHT, zone)
        stop = min(midnight, until)
        last = "24:00" if stop == midnight else f"{stop:%H:%M}"
        if f"{here:%H:%M}" != last:
            yield here.date(), (f"{here:%H:%M}", last)
        here = midnight


def _apart(windows: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """In order, with those that overlap as one."""
    found: list[tuple[str, str]] = []
    for start, end in sorted(windows):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)
