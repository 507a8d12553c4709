"""The `calendars:` of `clients.yaml`: opening hours and holidays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag

from config.problems import nearest
from config.values import LISTED_FORM, NAMED_FORM, Date, Line, Settings, Window, YearlyDay, Zone
from config.yaml_lines import Document
from desk.calendars import Calendar, never_opens, parse_calendar

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


class CalendarSettings(Settings):
    zone: Zone
    weekly: Annotated[dict[Weekday, tuple[Window, ...]], BeforeValidator(_days)]
    holidays: Holidays = ()
    annual_holidays: YearlyHolidays = ()
    date_overrides: Hours = Field(default_factory=dict)
    breaks: Hours = Field(default_factory=dict)


def calendars(settings: Mapping[str, CalendarSettings], document: Document, now: datetime) -> dict[str, Calendar]:
    """The calendars that open at all from `now` on; the others are complained about."""
    found = {}
    for id_, calendar in settings.items():
        form = calendar.model_dump(exclude={"zone"}) | {"tz": calendar.zone}
        try:
            found[id_] = parse_calendar(form)
        except ValueError as error:
            document.complain((SECTION, id_), f"`{id_}`: {error}")
            continue
        if never_opens(found[id_], now):
            del found[id_]
            document.complain((SECTION, id_), f"the calendar `{id_}` never opens; give it hours.")
    return found
