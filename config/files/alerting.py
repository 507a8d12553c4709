"""Of `monitors.yaml`: which signals are one alert and where they go, what hides them, how long a hold lasts."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from config.files import maintenance
from config.files.hooks import Hooks
from config.files.maintenance import WindowSettings
from config.loaded import LAPSES, Alerting, Channel
from config.problems import Problem
from config.values import AMatcher, ChannelName, Length, MonitorName, PathName, Pause, Settings, Slug, seconds_of
from config.yaml_lines import Document
from desk.alerts import Severity
from desk.grouping import ALONE, ROOT, Route, route_id
from desk.holds import Inhibition, rule_id
from desk.matchers import NAME, Matcher

WORKING_HOUR = "working hour"
INHERITED = ("group_by", "group_wait", "group_interval", "repeat_interval", "channel", "path")
OWN = frozenset({"client", "monitor", "kind", "severity"})  # labels that every signal of a monitor has


def _lapse(value: Any) -> float | None:
    if value == WORKING_HOUR:
        return None
    seconds = seconds_of(value) if isinstance(value, str) else None
    if not seconds or seconds < 60:
        raise ValueError(f"expected a minute at least, such as 30m, or `{WORKING_HOUR}`")
    return seconds


Label = Annotated[str, Field(pattern=rf"^(?:{NAME}|\.\.\.)$")]
Lapse = Annotated[float | None, BeforeValidator(_lapse)]


class RouteSettings(Settings):
    match: tuple[AMatcher, ...] = ()
    group_by: tuple[Label, ...] | None = None
    group_wait: Pause | None = None
    group_interval: Length | None = None
    repeat_interval: Pause | None = None
    channel: ChannelName | None = None
    path: PathName | None = None
    go_on: bool = Field(default=False, alias="continue")
    routes: tuple["RouteSettings", ...] = ()


class InhibitionSettings(Settings):
    source: Annotated[tuple[AMatcher, ...], Field(min_length=1)]
    target: Annotated[tuple[AMatcher, ...], Field(min_length=1)]
    equal: tuple[Annotated[str, Field(pattern=rf"^{NAME}$")], ...] = ()


class AlertingSections(Settings):
    """The sections of `monitors.yaml` besides its monitors."""

    route: RouteSettings = RouteSettings()
    inhibit: tuple[InhibitionSettings, ...] = ()
    maintenance: dict[Slug, WindowSettings] = Field(default_factory=dict)
    references: tuple[MonitorName, ...] = ()
    acknowledgements: dict[Severity, Lapse] = Field(default_factory=dict)
    hooks: Hooks = Field(default_factory=dict)


def _route(settings: RouteSettings, above: Route, place: str, trail: tuple[tuple[Matcher, ...], ...] = ()) -> Route:
    """With what it does not say taken over from above. `place` is where it stands in the tree, such as `1.2`; `trail`
    has the matchers of those above it.
    """
    taken = {name: own if (own := getattr(settings, name)) is not None else getattr(above, name) for name in INHERITED}
    trail = (*trail, settings.match)
    id_ = route_id(trail, taken["group_by"])
    here = Route(id_, settings.match, goes_on=settings.go_on, place=place, **taken)
    below = (
        _route(each, here, f"{place}.{number}" if place != ROOT.id else str(number), trail)
        for number, each in enumerate(settings.routes, 1)
    )
    return replace(here, routes=tuple(below))


def _inhibition(settings: InhibitionSettings) -> Inhibition:
    id_ = rule_id(settings.source, settings.target, settings.equal)
    return Inhibition(id_, settings.source, settings.target, settings.equal)


def check(sections: AlertingSections, document: Document, channels: Mapping[str, Channel]) -> None:
    """A root that takes everything, and no client's signals in another client's channel."""
    if sections.route.match:
        document.complain(("route", "match"), "the first route takes everything, so it has no `match`.")
    for loc, route in _every(sections.route, ("route",)):
        if route.group_by and ALONE in route.group_by and len(route.group_by) > 1:
            document.complain((*loc, "group_by"), f"`{ALONE}` stands alone: every signal is an alert of its own.")
        shown = channels.get(route.channel or "")
        owner = shown.client if shown else None
        named = {m.value for m in route.match if (m.name, m.operator) == ("client", "=")}
        if owner and named != {owner}:
            sentence = f"`{route.channel}` is {owner}'s, so this route needs `client={owner}` in its `match`."
            document.complain((*loc, "channel"), sentence)


def _every(route: RouteSettings, loc: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], RouteSettings]]:
    yield loc, route
    for place, below in enumerate(route.routes):
        yield from _every(below, (*loc, "routes", place))


def alerting(
    sections: AlertingSections, document: Document, zones: Mapping[str, str], now: datetime, warnings: list[Problem]
) -> Alerting:
    """`zones` has the time zone of each client, in which a window without one is meant. What is no mistake, and yet to
    be looked at, is added to `warnings`.
    """
    lapses = {**LAPSES, **{s: None if v is None else int(v) for s, v in sections.acknowledgements.items()}}
    windows = {
        id_: window
        for id_, settings in sections.maintenance.items()
        if (window := maintenance.window(id_, settings, document, zones, now, warnings))
    }
    rules = {rule.id: rule for rule in map(_inhibition, sections.inhibit)}
    return Alerting(_route(sections.route, ROOT, ROOT.id), tuple(rules.values()), windows, sections.references, lapses)
