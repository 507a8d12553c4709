"""The `maintenance:` of `monitors.yaml`: planned windows, once or by a rule, as dated times three years ahead."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from config.files import feeds
from config.problems import Problem
from config.values import AMatcher, ClientName, Delay, Line, Promise, Settings, Zone
from config.yaml_lines import Document
from desk.holds import Window
from desk.intervals import Span, merge, utc

SECTION = "maintenance"
MOST = 5000  # times of one window
_BEGINS = "%Y-%m-%d %H:%M"


def _begins(value: Any) -> datetime:
    try:
        return datetime.strptime(value, _BEGINS)  # noqa: DTZ007 - the window's zone is another setting
    except (TypeError, ValueError):
        raise ValueError("expected a local time such as `2026-11-30 22:00`") from None


class WindowSettings(Settings):
    client: ClientName
    title: Line | None = None
    match: tuple[AMatcher, ...] = ()
    start: Annotated[datetime, BeforeValidator(_begins)]
    lasts: Promise
    rrule: str = Field(default="", max_length=300)
    zone: Zone | None = None
    announce: Delay = 86400

    @model_validator(mode="after")
    def _ends_before_it_begins_again(self) -> "WindowSettings":
        if self.lasts > 14 * 86400:
            raise ValueError("a window lasts two weeks at most; what is down for longer is no maintenance")
        return self


def window(
    id_: str, settings: WindowSettings, document: Document, zones: Mapping[str, str], now: datetime,
    warnings: list[Problem],
) -> Window | None:  # fmt: skip
    """With its times from now to three years ahead; None when its rule is none, which is complained about. What is over
    is a warning: files that were good when they were written must not keep the bot from starting.
    """
    zone = settings.zone or zones.get(settings.client, "UTC")
    try:
        spans = _spans(settings, ZoneInfo(zone), now)
    except ValueError as error:
        document.complain((SECTION, id_, "rrule"), f"`{id_}`: {error}.")
        return None
    if not spans:
        sentence = f"`{id_}` has no time after {now:%Y-%m-%d}; take it out."
        warnings.append(Problem(document.file, document.line((SECTION, id_)), sentence))
    return Window(
        id_, settings.title or id_, settings.client, settings.match, spans, zone, settings.announce
    )  # fmt: skip


def _spans(settings: WindowSettings, zone: ZoneInfo, now: datetime) -> tuple[Span, ...]:
    """Each begins at its local time, whatever the clocks do, and lasts as long as it says in elapsed time."""
    lasts = timedelta(seconds=settings.lasts)
    first = settings.start.replace(tzinfo=zone)
    begins = _series(settings.rrule, first, now) if settings.rrule else [first]
    spans = merge((utc(at), utc(at) + lasts) for at in begins)
    return tuple(span for span in spans if span[1] > now)


def _series(rule: str, first: datetime, now: datetime) -> list[datetime]:
    import icalendar  # noqa: PLC0415 - a tenth of a second, and only for whoever has a series
    import recurring_ical_events  # noqa: PLC0415 - as above

    event = icalendar.Event()
    event.add("dtstart", first)
    event.add("dtend", first + timedelta(minutes=1))
    try:
        recurs = icalendar.vRecur.from_ical(rule)
        event.add("rrule", recurs)
        too_often = feeds.within_the_hour([recurs])  # a list, so that words without any rule are no rule either
        feed = icalendar.Calendar()
        feed.add_component(event)
        years = feeds.years(now)
        last = datetime(years[-1] + 1, 1, 1, tzinfo=UTC)
        found = [] if too_often else recurring_ical_events.of(feed).between(now - timedelta(days=15), last)
    except Exception as error:  # noqa: BLE001 - whatever a rule does to the libraries, the operator gets a sentence
        raise ValueError(f"`{rule[:60]}` is no rule of iCal ({str(error)[:80]})") from None
    if too_often:
        raise ValueError("a series that repeats within the hour is no maintenance")
    if len(found) > MOST:
        raise ValueError(f"{len(found):,} times in three years; {MOST:,} at most")
    return [each["DTSTART"].dt for each in found]
