"""What others keep: the holidays of a country's law, the events of an iCal file or address."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from config.problems import nearest
from config.yaml_lines import LARGEST

YEARS_AHEAD = 3
MOST = 2000  # events of one feed, expanded
MIDNIGHT = time()
FOLDER = "feeds"  # beside the YAML files: what was fetched from addresses

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed that is fetched from an address, for the file that is called by `name`. `understood` gives what the desk
    makes of it at an instant, and that in words; ValueError for what is no iCal.
    """

    name: str
    address: str
    understood: Callable[[bytes, datetime], tuple[object, str]]


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


def source(value: str) -> str:
    """The name of an `.ics` file beside the configuration, or an address; ValueError for what is neither."""
    if not is_address(value):
        if Path(value).name != value or not value.endswith(".ics"):
            raise ValueError(f"`{value[:80]}` is no name of an `.ics` file beside this one")
        return value
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and len(value.split()) == 1
    except ValueError:
        good = False
    if not good:
        raise ValueError("it is no web address such as `https://calendar.example/acme.ics`")
    return value


def is_address(value: str) -> bool:
    return "://" in value


def fetched(name: str) -> str:
    """Where a feed that comes from an address lies, within the configuration's folder."""
    return f"{FOLDER}/{name}.ics"


def file_of(name: str, source: str) -> str:
    """Where the feed of this name lies that comes from this source."""
    return fetched(name) if is_address(source) else source


def read(folder: Path, name: str) -> bytes:
    """The bytes of a feed in the configuration's folder. ValueError with a sentence when there are none."""
    path = folder / name
    try:
        content = path.read_bytes() if path.is_file() else None
    except OSError as error:
        raise ValueError(f"`{name}` cannot be read: {error.strerror}") from None
    if content is None and name.startswith(f"{FOLDER}/"):
        raise ValueError("its feed was not fetched yet; `deskbell fetch-feeds` does")
    if content is None:
        raise ValueError(f"there is no file `{name}` beside this one")
    if len(content) > LARGEST:
        raise ValueError(f"`{name}` is larger than {LARGEST // 1024} KiB")
    return content


def by_feed(content: bytes, zone: str, now: datetime) -> Closed:
    """Events of whole days are holidays, others are hours that are taken out, in the calendar's zone.

    ValueError for what is no iCal, or has more than `MOST` events in the years that count.
    """
    return expanded(content, now, partial(_closed, zone=ZoneInfo(zone)), MOST)


def expanded(content: bytes, now: datetime, understand: Callable[[Sequence[Any], date, date], T], most: int) -> T:
    """What `understand` makes of a feed's events, series and all, from a first to before a last date.

    ValueError for what is no iCal, or has more than `most` events in the years that count.
    """
    import icalendar  # noqa: PLC0415 - a tenth of a second, and only for whoever has a feed
    import recurring_ical_events  # noqa: PLC0415 - as above

    first, last = date(years(now)[0], 1, 1), date(years(now)[-1] + 1, 1, 1)
    try:
        feed = icalendar.Calendar.from_ical(content)
        endless = any(within_the_hour(event.get("RRULE")) for event in feed.walk("VEVENT"))
        events = [] if endless else list(recurring_ical_events.of(feed).between(first, last))
        found = understand(events[:most], first, last)
    except Exception as error:  # noqa: BLE001 - whatever a feed does to the libraries, the operator gets a sentence
        raise ValueError(f"it is no iCal: {str(error)[:120]}") from None
    if endless:
        raise ValueError("a series in it repeats within the hour; nothing that the desk reads of it does")
    if len(events) > most:
        raise ValueError(f"it has {len(events):,} events in these years; {most:,} at most")
    return found


def within_the_hour(rules: Any) -> bool:
    """Such a series has more events than fit into memory, so it must not be expanded to be counted. One whose interval
    is 0 never moves on.
    """
    several = rules if isinstance(rules, list) else [rules] if rules else []
    return any(
        rule["FREQ"][0] in ("SECONDLY", "MINUTELY")
        or 0 in rule.get("INTERVAL", ())
        or any(len(rule.get(by, ())) > 1 for by in ("BYMINUTE", "BYSECOND"))
        for rule in several
    )


def _closed(events: Sequence[Any], first: date, last: date, *, zone: ZoneInfo) -> Closed:
    """Of an event that runs on for longer than from `first` to `last`, what is within."""
    days: dict[date, str] = {}
    hours: dict[date, list[tuple[str, str]]] = {}
    for event in events:
        start, end = event["DTSTART"].dt, end_of(event)
        if isinstance(start, datetime):
            begin, until = max(here(start, zone), _at(first, zone)), min(here(end, zone), _at(last, zone))
            for day, window in _hours(begin, until):
                hours.setdefault(day, []).append(window)
        else:
            name = str(event.get("SUMMARY", "")).strip()[:80] or "holiday"
            days |= dict.fromkeys(_days(max(start, first), min(end, last)), name)
    return Closed(dict(sorted(days.items())), {day: _apart(found) for day, found in sorted(hours.items())})


def end_of(event: Any) -> Any:
    """Its end, a date where its start is one."""
    if "DTEND" in event:
        return event["DTEND"].dt
    if "DURATION" in event:
        return event["DTSTART"].dt + event["DURATION"].dt
    start = event["DTSTART"].dt
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def _days(start: date, end: date) -> Iterator[date]:
    return (start + timedelta(days=n) for n in range(max((end - start).days, 1)))


def here(at: datetime, zone: ZoneInfo) -> datetime:
    """A time without a zone is the calendar's."""
    return at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)


def _at(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, MIDNIGHT, zone)


def _hours(here: datetime, until: datetime) -> Iterator[tuple[date, tuple[str, str]]]:
    """Cut at each midnight of their zone."""
    while here < until:
        midnight = datetime.combine(here.date() + timedelta(days=1), MIDNIGHT, here.tzinfo)
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
