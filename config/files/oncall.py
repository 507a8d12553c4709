"""The `schedules:` of `people.yaml`: layers of people who take turns at being on call."""

import re
from collections.abc import Mapping
from datetime import time
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from config.files.calendars import DAYS, Weekday
from config.problems import shown
from config.values import CLOCK, Date, PersonName, Settings, Slug, Window, Zone
from config.yaml_lines import Document
from desk.calendars import Calendar, parse_calendar
from desk.oncall import Layer, Schedule
from desk.rotations import Rotation, Unit

SECTION = "schedules"
EVERY = re.compile(r"([1-9][0-9]{0,2}) (hour|day|week|month)s?")
ALL_DAY = (("00:00", "24:00"),)


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


People = Annotated[tuple[PersonName, ...], AfterValidator(_somebody)]
Every = Annotated[tuple[int, Unit], BeforeValidator(_every)]
HandOver = Annotated[tuple[str, time], BeforeValidator(_handover)]


class LayerSettings(Settings):
    name: Slug = ""
    people: People
    start: Date
    every: Every = (1, Unit.WEEK)
    handover: HandOver = ("", time(9, 0))
    zone: Zone = ""
    hours: tuple[Window, ...] = ()
    weekdays: tuple[Weekday, ...] = ()


class ScheduleSettings(Settings):
    zone: Zone
    layers: Annotated[tuple[LayerSettings, ...], AfterValidator(_some)]


def check(settings: Mapping[str, ScheduleSettings], document: Document) -> None:
    """Only weeks change hands on a weekday, and the layers of a schedule can be told apart."""
    for id_, schedule in settings.items():
        seen: set[str] = set()
        for place, layer in enumerate(schedule.layers):
            if layer.handover[0] and layer.every[1] is not Unit.WEEK:
                sentence = f"`{id_}`: only weeks change hands on a weekday; write the time of day alone."
                document.complain((SECTION, id_, "layers", place, "handover"), sentence)
            if _name(layer, place) in seen:
                sentence = f"`{id_}` has two layers called `{_name(layer, place)}`; each has a name of its own."
                document.complain((SECTION, id_, "layers", place, "name"), sentence)
            seen.add(_name(layer, place))


def schedules(settings: Mapping[str, ScheduleSettings]) -> dict[str, Schedule]:
    return {
        id_: Schedule(id_, own.zone, tuple(_layer(own, layer, place) for place, layer in enumerate(own.layers)))
        for id_, own in settings.items()
    }


def _name(layer: LayerSettings, place: int) -> str:
    return layer.name or f"layer-{place + 1}"


def _layer(schedule: ScheduleSettings, layer: LayerSettings, place: int) -> Layer:
    zone, (every, unit), (day, clock) = layer.zone or schedule.zone, layer.every, layer.handover
    weekday = DAYS.index(day) if day else None
    rotation = Rotation(layer.people, zone, layer.start, unit, every, clock, weekday)
    return Layer(_name(layer, place), rotation, _hours(layer, zone))


def _hours(layer: LayerSettings, zone: str) -> Calendar | None:
    if not layer.hours and not layer.weekdays:
        return None
    return parse_calendar({"tz": zone, "weekly": dict.fromkeys(layer.weekdays or DAYS, layer.hours or ALL_DAY)})
