"""The `calendars:` of `clients.yaml`: opening hours and holidays."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag

from config.files import feeds
from config.files.feeds import Subscription
from config.problems import nearest
from config.values import LISTED_FORM, NAMED_FORM, CalendarName, Date, Line, Settings, Window, YearlyDay, Zone
from config.yaml_lines import Document
from desk.calendars import Calendar, never_opens, parse_calendar
from desk.calendars import Hours as Opening
from desk.hours import intersect

SECTION = "calendars"
ALWAYS = "always"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _days(value: Any) -> Any:
    return {day: ["00:00-24:00"] for day in DAYS} if value == ALWAYS else value


def _day(value: str) -> str:
    if value not in DAYS:
        raise ValueError(f"there is no day `{value[:40]}`{nearest(value, DAYS)}")
    return value


def _form(value: Any) -> str:
    return NAMED_FORM if isinstance(value, dict) else LISTED_FORM


def _made_of(value: Any) -> str:
    both = "both" in value if isinstance(value, dict) else isinstance(value, BothSettings)
    return NAMED_FORM if both else LISTED_FORM


def _two(value: tuple[str, ...]) -> tuple[str, ...]:
    if len(value) != 2 or value[0] == value[1]:
        raise ValueError("expected two different calendars, the provider's and the client's")
    return value


Weekday = Annotated[str, AfterValidator(_day)]
Hours = dict[Date, tuple[Window, ...]]
# Holidays are a list of days, or a mapping from days to their names.
Holidays = Annotated[
    Annotated[dict[Date, Line], Tag(NAMED_FORM)] | Annotated[tuple[Date, ...], Tag(LISTED_FORM)], Discriminator(_form)
]
YearlyHolidays = Annotated[
    Annotated[dict[YearlyDay, Line], Tag(NAMED_FORM)] | Annotated[tuple[YearlyDay, ...], Tag(LISTED_FORM)],
    Discriminator(_form),
]


class BothSettings(Settings):
    """Open while two others are: the provider's hours within the client's."""

    both: Annotated[tuple[CalendarName, ...], AfterValidator(_two)]


class OwnSettings(Settings):
    zone: Zone
    weekly: Annotated[dict[Weekday, tuple[Window, ...]], BeforeValidator(_days)]
    holidays: Holidays = ()
    annual_holidays: YearlyHolidays = ()
    date_overrides: Hours = Field(default_factory=dict)
    breaks: Hours = Field(default_factory=dict)
    country: str = ""
    subdivision: str = ""
    ical: Annotated[str, AfterValidator(feeds.source)] = ""


# A calendar has hours of its own, or is made of two others.
CalendarSettings = Annotated[
    Annotated[BothSettings, Tag(NAMED_FORM)] | Annotated[OwnSettings, Tag(LISTED_FORM)], Discriminator(_made_of)
]


def subscriptions(settings: Mapping[str, BothSettings | OwnSettings]) -> tuple[Subscription, ...]:
    """The calendars whose feeds are fetched from an address."""
    return tuple(
        Subscription(id_, own.ical, partial(_understood, own.zone))
        for id_, own in settings.items()
        if isinstance(own, OwnSettings) and feeds.is_address(own.ical)
    )


def _understood(zone: str, content: bytes, now: datetime) -> tuple[feeds.Closed, str]:
    closed = feeds.by_feed(content, zone, now)
    return closed, f"{len(closed.days):,} day{'' if len(closed.days) == 1 else 's'} closed"


def calendars(
    settings: Mapping[str, BothSettings | OwnSettings],
    document: Document,
    now: datetime,
    folder: Path,
    read: dict[str, bytes],
) -> dict[str, Opening]:
    """The calendars that open at all from `now` on; the others are complained about. `read` gets the files that were
    read besides, by name.
    """
    found: dict[str, Opening] = {}
    for id_, own in settings.items():
        if isinstance(own, OwnSettings):
            try:
                found[id_] = _own(id_, own, now, folder, read)
            except ValueError as error:
                document.complain((SECTION, id_), f"`{id_}`: {error}.")
    for id_, both in settings.items():
        if isinstance(both, BothSettings) and set(both.both) <= found.keys():
            found[id_] = intersect(found[both.both[0]], found[both.both[1]])
    for id_ in [id_ for id_, hours in found.items() if never_opens(hours, now)]:
        del found[id_]
        document.complain((SECTION, id_), f"the calendar `{id_}` never opens; give it hours.")
    return found


def check(settings: Mapping[str, BothSettings | OwnSettings], document: Document) -> None:
    """What is made of two is made of two with hours of their own: nothing is made of itself. Hours of one day are apart
    and in order of the clock; a country is named before its subdivision.
    """
    for id_, calendar in settings.items():
        if isinstance(calendar, BothSettings):
            for place, part in enumerate(calendar.both):
                if isinstance(settings.get(part), BothSettings):
                    sentence = f"`{id_}`: `{part}` is made of two itself; name calendars with hours of their own."
                    document.complain((SECTION, id_, "both", place), sentence)
            continue
        if calendar.subdivision and not calendar.country:
            document.complain((SECTION, id_, "subdivision"), f"`{id_}`: a subdivision of which `country`?")
        _check_hours(id_, calendar, document)


def _check_hours(id_: str, calendar: OwnSettings, document: Document) -> None:
    for section in ("weekly", "date_overrides"):
        for day, windows in getattr(calendar, section).items():
            if _overlap(windows):
                sentence = f"`{id_}`: hours of {day} overlap; write each once, such as 09:00-12:00, 13:00-17:00."
                document.complain((SECTION, id_, section, str(day)), sentence)
    for day, after in pairwise((*DAYS, DAYS[0])):
        ends = [end for start, end in calendar.weekly.get(day, ()) if end <= start]
        if any(start < end for end in ends for start, _ in calendar.weekly.get(after, ())):
            sentence = f"`{id_}`: hours of {day} run past midnight into those of {after}; they overlap."
            document.complain((SECTION, id_, "weekly", day), sentence)


def _overlap(windows: tuple[tuple[str, str], ...]) -> bool:
    """One that runs past midnight ends the day, so only the last may."""
    ordered = sorted(windows)
    return any(end <= start or end > after for (start, end), (after, _) in pairwise(ordered))


def _own(id_: str, own: OwnSettings, now: datetime, folder: Path, read: dict[str, bytes]) -> Calendar:
    """Its own lists, the country's law and the feed together; ValueError with a sentence without a full stop."""
    form = own.model_dump(exclude={"zone", "country", "subdivision", "ical"}) | {"tz": own.zone}
    days: dict[date, str] = dict(feeds.by_law(own.country, own.subdivision, now)) if own.country else {}
    if own.ical:
        name = feeds.file_of(id_, own.ical)
        read[name] = feeds.read(folder, name)
        closed = feeds.by_feed(read[name], own.zone, now)
        days |= closed.days
        form["breaks"] = {**closed.hours, **{d: (*closed.hours.get(d, ()), *w) for d, w in own.breaks.items()}}
    named = own.holidays if isinstance(own.holidays, dict) else dict.fromkeys(own.holidays, "")
    try:
        return parse_calendar(form | {"holidays": days | named})
    except ValueError as error:
        raise ValueError(str(error).removesuffix(".")) from None
