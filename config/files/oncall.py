"""The `schedules:` of `people.yaml`: layers of people who take turns at being on call."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Discriminator, Tag

from config.files import feeds, turns
from config.files.calendars import DAYS, Weekday
from config.files.feeds import Subscription
from config.problems import Problem, shown
from config.values import CLOCK, LISTED_FORM, NAMED_FORM, Date, PersonName, Settings, Slug, Window, Zone
from config.yaml_lines import Document, Loc
from desk.calendars import Calendar, parse_calendar
from desk.oncall import Layer, Schedule, unmanned
from desk.rotations import Rotation, Unit

SECTION = "schedules"
EVERY = re.compile(r"([1-9][0-9]{0,2}) (hour|day|week|month)s?")
ALL_DAY = (("00:00", "24:00"),)
AHEAD = timedelta(days=90)  # in which gaps are told
STRANGERS = 3  # of a feed, that a sentence names


def _somebody(people: tuple[str, ...]) -> tuple[str, ...]:
    if not people:
        raise ValueError("there is nobody in it; name at least one person")
    return people


def _some(layers: tuple[Any, ...]) -> tuple[Any, ...]:
    if not layers:
        raise ValueError("nobody is ever on call; give it a layer with `people` and `start`")
    return layers


def _every(value: Any) -> tuple[int, Unit]:
    found = EVERY.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f"expected `12 hours`, `1 day`, `2 weeks` or `1 month`, got {shown(value)}")
    return int(found[1]), Unit(found[2])


def _handover(value: Any) -> tuple[str, time]:
    """`mon 09:00`, or a time of day alone: then weeks change hands on the weekday of their start."""
    day, _, clock = value.rpartition(" ") if isinstance(value, str) else ("", "", "")
    if not CLOCK.fullmatch(clock) or (day and day not in DAYS):
        raise ValueError(f"expected a time of day like 09:00 or `mon 09:00`, got {shown(value)}")
    return day, time.fromisoformat(clock)


def _made_of(value: Any) -> str:
    ical = "ical" in value if isinstance(value, dict) else isinstance(value, FeedSettings)
    return NAMED_FORM if ical else LISTED_FORM


People = Annotated[tuple[PersonName, ...], AfterValidator(_somebody)]
Every = Annotated[tuple[int, Unit], BeforeValidator(_every)]
HandOver = Annotated[tuple[str, time], BeforeValidator(_handover)]


class FeedSettings(Settings):
    """Turns that somebody else plans."""

    name: Slug = ""
    ical: Annotated[str, AfterValidator(feeds.source)]


class RotationSettings(Settings):
    name: Slug = ""
    people: People
    start: Date
    every: Every = (1, Unit.WEEK)
    handover: HandOver = ("", time(9, 0))
    zone: Zone = ""
    hours: tuple[Window, ...] = ()
    weekdays: tuple[Weekday, ...] = ()


# A layer is a rotation of our own, or a feed.
LayerSettings = Annotated[
    Annotated[FeedSettings, Tag(NAMED_FORM)] | Annotated[RotationSettings, Tag(LISTED_FORM)], Discriminator(_made_of)
]


class ScheduleSettings(Settings):
    zone: Zone
    layers: Annotated[tuple[LayerSettings, ...], AfterValidator(_some)]


@dataclass(frozen=True, slots=True)
class Told:
    """What is known besides the settings: where the feeds lie, since when gaps count, what people are called.

    `read` gets the files that were read, by name; `warnings` what is no mistake, and yet to be looked at.
    """

    folder: Path
    now: datetime
    called: turns.Called
    document: Document
    read: dict[str, bytes]
    warnings: list[Problem] = field(default_factory=list)


def subscriptions(settings: Mapping[str, ScheduleSettings], called: turns.Called) -> tuple[Subscription, ...]:
    """The layers whose feeds are fetched from an address."""
    return tuple(
        Subscription(_feed(id_, layer, place), layer.ical, partial(_understood, schedule.zone, called))
        for id_, schedule in settings.items()
        for place, layer in enumerate(schedule.layers)
        if isinstance(layer, FeedSettings) and feeds.is_address(layer.ical)
    )


def _understood(zone: str, called: turns.Called, content: bytes, now: datetime) -> tuple[turns.Told, str]:
    told = turns.by_feed(content, zone, called, now)
    return told, f"{len(told.turns):,} turn{'' if len(told.turns) == 1 else 's'}"


def schedules(settings: Mapping[str, ScheduleSettings], told: Told) -> dict[str, Schedule]:
    """The schedules that can be read; the others are complained about."""
    found: dict[str, Schedule] = {}
    for id_, schedule in settings.items():
        _check(id_, schedule, told.document)
        layers: list[Layer] = []
        for place in range(len(schedule.layers)):
            try:
                layers.append(_layer(id_, schedule, place, told))
            except ValueError as error:
                told.document.complain((SECTION, id_, "layers", place, "ical"), f"`{id_}`: {error}.")
        if len(layers) == len(schedule.layers):
            found[id_] = Schedule(id_, schedule.zone, tuple(layers))
            _look_for_gaps(found[id_], told)
    return found


def _check(id_: str, schedule: ScheduleSettings, document: Document) -> None:
    """Only weeks change hands on a weekday, and the layers of a schedule can be told apart."""
    seen: set[str] = set()
    for place, layer in enumerate(schedule.layers):
        if isinstance(layer, RotationSettings) and layer.handover[0] and layer.every[1] is not Unit.WEEK:
            sentence = f"`{id_}`: only weeks change hands on a weekday; write the time of day alone."
            document.complain((SECTION, id_, "layers", place, "handover"), sentence)
        if _name(layer, place) in seen:
            sentence = f"`{id_}` has two layers called `{_name(layer, place)}`; each has a name of its own."
            document.complain((SECTION, id_, "layers", place, "name"), sentence)
        seen.add(_name(layer, place))


def _name(layer: FeedSettings | RotationSettings, place: int) -> str:
    return layer.name or f"layer-{place + 1}"


def _feed(id_: str, layer: FeedSettings | RotationSettings, place: int) -> str:
    """No calendar is called so: an id has no dot."""
    return f"{id_}.{_name(layer, place)}"


def _layer(id_: str, schedule: ScheduleSettings, place: int, told: Told) -> Layer:
    layer = schedule.layers[place]
    if isinstance(layer, FeedSettings):
        file = feeds.file_of(_feed(id_, layer, place), layer.ical)
        told.read[file] = feeds.read(told.folder, file)
        planned = turns.by_feed(told.read[file], schedule.zone, told.called, told.now)
        if planned.strangers:
            _warn(told, (SECTION, id_, "layers", place, "ical"), _strangers(id_, planned.strangers))
        return Layer(_name(layer, place), planned.turns)
    zone, (every, unit), (day, clock) = layer.zone or schedule.zone, layer.every, layer.handover
    weekday = DAYS.index(day) if day else None
    rotation = Rotation(layer.people, zone, layer.start, unit, every, clock, weekday)
    return Layer(_name(layer, place), rotation, _hours(layer, zone))


def _hours(layer: RotationSettings, zone: str) -> Calendar | None:
    if not layer.hours and not layer.weekdays:
        return None
    return parse_calendar({"tz": zone, "weekly": dict.fromkeys(layer.weekdays or DAYS, layer.hours or ALL_DAY)})


def _warn(told: Told, loc: Loc, sentence: str) -> None:
    told.warnings.append(Problem(told.document.file, told.document.line(loc), sentence))


def _strangers(id_: str, said: tuple[str, ...]) -> str:
    named = ", ".join(f"“{words}”" for words in said[:STRANGERS])
    more = f" and {len(said) - STRANGERS} more" if len(said) > STRANGERS else ""
    return f"`{id_}`: its feed has events that name nobody, or several people: {named}{more}."


def _look_for_gaps(schedule: Schedule, told: Told) -> None:
    """By the files alone: what people put over a schedule for a while is none of theirs."""
    found = unmanned(schedule, (), told.now, told.now + AHEAD)
    if not found:
        return
    start, end = (f"{at.astimezone(ZoneInfo(schedule.zone)):%a %d %b %Y, %H:%M}" for at in found[0])
    until = "on" if found[0][1] == told.now + AHEAD else f"to {end}"
    more = f" and in {len(found) - 1} more gap{'' if len(found) == 2 else 's'}" if len(found) > 1 else ""
    within = f"within the next {AHEAD.days} days ({schedule.zone})"
    sentence = f"nobody is on call in `{schedule.id}` from {start} {until}{more}, {within}."
    _warn(told, (SECTION, schedule.id), sentence)
