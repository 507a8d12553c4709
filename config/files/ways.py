"""By which ways people are told: `ways`, `addresses`, `quiet`, `all_clear` in `people.yaml`."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from config.files.gateways import TOPIC, GatewaySettings, MailAddress
from config.problems import shown
from config.values import CalendarName, Delay, Settings, WayName, Window
from config.yaml_lines import Document
from desk.alerts import Severity
from desk.calendar_form import WEEKDAYS
from desk.calendars import Hours, parse_calendar, seconds_between
from desk.hours import DAY, Calendar
from desk.ways import CHAT, CHAT_ALONE, MAIL, Quiet, Way, Ways

SECTION = "people"
LONGEST_ADDRESS = 200
SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def _written(value: Any) -> Any:
    """`push` means `{way: push}`."""
    return {"way": value} if isinstance(value, str) else value


def _usual(value: Any) -> Any:
    """A list is the order for every severity."""
    return {"default": value} if isinstance(value, list) else value


def _address(value: str) -> str:
    if not value or len(value) > LONGEST_ADDRESS or not all("\x20" <= letter < "\x7f" for letter in value):
        raise ValueError(f"expected an address in plain ASCII, at most {LONGEST_ADDRESS} characters")
    return value


class WaySettings(Settings):
    way: WayName
    after: Delay = 0


def _each_once(order: tuple[WaySettings, ...]) -> tuple[WaySettings, ...]:
    names = [each.way for each in order]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise ValueError(f"`{twice}` is there twice")
    if not names:
        raise ValueError("there is no way in it; name at least one, such as `chat`")
    return order


Order = Annotated[
    tuple[Annotated[WaySettings, BeforeValidator(_written)], ...], AfterValidator(_each_once)
]  # fmt: skip


class OrderSettings(Settings):
    critical: Order | None = None
    high: Order | None = None
    normal: Order | None = None
    low: Order | None = None
    default: Order | None = None


def _windows(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class QuietSettings(Settings):
    hours: Annotated[tuple[Window, ...], BeforeValidator(_windows)] = ()
    outside: CalendarName = ""
    below: Severity = Severity.CRITICAL
    chat: bool = True


class ReachSettings(Settings):
    """What a person's settings say of how they are told. `email` is where the way `mail` leads."""

    email: MailAddress | None = None
    ways: Annotated[OrderSettings, BeforeValidator(_usual)] | None = None
    addresses: dict[WayName, Annotated[str, AfterValidator(_address)]] = Field(default_factory=dict)
    quiet: tuple[QuietSettings, ...] = ()
    all_clear: bool = True


def check(
    people: Mapping[str, ReachSettings], push: Mapping[str, GatewaySettings], document: Document, *, mail: bool
) -> None:
    """Each way is one that is set up and has an address, each address is one of its way's, each quiet time ends."""
    for person, settings in people.items():
        loc = (SECTION, person)
        for key, sentence in _troubles(settings, push, mail=mail):
            document.complain((*loc, *key), f"`{SECTION}.{person}`: {sentence}.")


def _troubles(
    settings: ReachSettings, push: Mapping[str, GatewaySettings], *, mail: bool
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    used = ways(settings, "UTC", {}).every()
    for name in used:
        if name == MAIL and not mail:
            yield ("ways",), "the way `mail` needs `mail` in deskbell.yaml: the server that takes it"
        if name == MAIL and not settings.email:
            yield ("ways",), "the way `mail` needs an `email` to go to"
        if name not in (CHAT, MAIL) and name not in settings.addresses:
            yield ("ways",), f"the way `{name}` needs an address: write it into `addresses`"
    for name, address in settings.addresses.items():
        if name == CHAT:
            yield ("addresses", name), "chat has no address: accounts are linked with `/link`"
        if name == MAIL:
            yield ("addresses", name), "the address of the way `mail` is the person's `email`"
        if name in push and push[name].ntfy and not TOPIC.fullmatch(address):
            yield ("addresses", name), f"a topic of ntfy has letters, digits, `-` and `_`, at most 64: {shown(address)}"
    for place, quiet in enumerate(settings.quiet):
        if bool(quiet.hours) == bool(quiet.outside):
            yield ("quiet", place), "quiet times have either `hours` or a calendar that they are `outside` of"
        if sentence := _trouble(quiet.hours):
            yield ("quiet", place, "hours"), sentence


def _trouble(windows: tuple[tuple[str, str], ...]) -> str:
    try:
        each_day = _daily(windows, "UTC")
    except ValueError as error:
        return str(error).rstrip(".")
    if seconds_between(each_day, SOME_DAY, SOME_DAY + DAY) < DAY.total_seconds():
        return ""
    return "it would be quiet around the clock, and nothing told"


def ways(settings: ReachSettings, zone: str, calendars: Mapping[str, Hours]) -> Ways:
    own = settings.ways or OrderSettings()
    orders = {severity: _order(getattr(own, severity.value)) for severity in Severity}
    addresses = {**({MAIL: settings.email} if settings.email else {}), **settings.addresses}
    quiet = tuple(_quiet(each, zone, calendars) for each in settings.quiet)
    by_severity = {severity: order for severity, order in orders.items() if order}
    return Ways(_order(own.default) or CHAT_ALONE, by_severity, addresses, quiet, settings.all_clear)


def _order(order: tuple[WaySettings, ...] | None) -> tuple[Way, ...]:
    return tuple(Way(each.way, each.after) for each in order or ())


def _quiet(settings: QuietSettings, zone: str, calendars: Mapping[str, Hours]) -> Quiet:
    hours = calendars.get(settings.outside, Calendar(zone)) if settings.outside else _daily(settings.hours, zone)
    return Quiet(hours, settings.below, bool(settings.outside), settings.chat)


def _daily(windows: tuple[tuple[str, str], ...], zone: str) -> Calendar:
    """The same hours on every day. ValueError where they overlap."""
    return parse_calendar({"tz": zone, "weekly": dict.fromkeys(WEEKDAYS, windows)})
