"""The `contract:` of a client and the `tiers:` that contracts share: what is promised, in numbers."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from config.values import CategoryName, MonitorName, Promise, Settings, Share, TierName
from config.yaml_lines import Document, Loc
from desk.calendars import Hours, NoOpenTime, add_seconds
from desk.clients import Contract
from desk.sla import Metric
from desk.tickets import Priority

SECTION = "tiers"
NEEDED = frozenset({Metric.FIRST_RESPONSE, Metric.RESOLUTION})


def _whole_percent(shares: tuple[float, ...]) -> tuple[float, ...]:
    percents = sorted({round(share * 100) for share in shares})
    if any(abs(share * 100 - round(share * 100)) > 1e-9 for share in shares):
        raise ValueError("expected hundredths, such as 0.75")
    return tuple(percent / 100 for percent in percents)


Warnings = Annotated[tuple[Annotated[float, Field(gt=0, lt=1)], ...], AfterValidator(_whole_percent)]
Percent = Annotated[float, Field(gt=0, le=100)]
Numbers = dict[Priority, Promise]


class MetricTargets(Settings):
    first_response: Numbers = Field(default_factory=dict)
    next_response: Numbers = Field(default_factory=dict)
    periodic_update: Numbers = Field(default_factory=dict)
    resolution: Numbers = Field(default_factory=dict)


class TargetsSettings(MetricTargets):
    by_category: dict[CategoryName, MetricTargets] = Field(default_factory=dict)


class TermsSettings(Settings):
    """What contracts may share."""

    targets: TargetsSettings = TargetsSettings()
    goals: dict[Metric, Share] = Field(default_factory=dict)
    warnings: Warnings | None = None


class ContractSettings(TermsSettings):
    tier: TierName | None = None
    uptime: dict[MonitorName, Percent] = Field(default_factory=dict)


Tiers = Mapping[str, TermsSettings]
Written = dict[tuple[str, str, str], tuple[Loc, int]]  # (category or none, metric, priority): where, seconds


def contract(client: str, settings: ContractSettings, tiers: Tiers, calendar: str) -> Contract:
    """The terms of its tier, and over them its own."""
    tier = tiers.get(settings.tier or "", TermsSettings())
    written = _numbers(client, settings, tiers)
    usual = Contract({}, calendar).warnings
    return Contract(
        targets={(m, p): seconds for (category, m, p), (_, seconds) in written.items() if not category},
        calendar=calendar,
        warnings=next((w for w in (settings.warnings, tier.warnings) if w is not None), usual),
        goals={str(metric): share for metric, share in {**tier.goals, **settings.goals}.items()},
        by_category={key: seconds for key, (_, seconds) in written.items() if key[0]},
        uptime={monitor: percent / 100 for monitor, percent in settings.uptime.items()},
        tier=settings.tier or "",
    )


def _numbers(client: str, settings: ContractSettings, tiers: Tiers) -> Written:
    """Each number that holds, and where it is written."""
    found: Written = {}
    tier = settings.tier or ""
    if tier in tiers:
        found |= _numbers_in((SECTION, tier, "targets"), tiers[tier].targets)
    return found | dict(_numbers_in(("clients", client, "contract", "targets"), settings.targets))


def _numbers_in(loc: Loc, targets: TargetsSettings) -> Written:
    parts: list[tuple[str, Loc, MetricTargets]] = [("", loc, targets)]
    parts += [(id_, (*loc, "by_category", id_), part) for id_, part in targets.by_category.items()]
    return {
        (category, str(metric), str(priority)): ((*place, str(metric), str(priority)), seconds)
        for category, place, part in parts
        for metric in Metric
        for priority, seconds in getattr(part, metric).items()
    }


def check_numbers(client: str, document: Document) -> None:
    """First answer and solution have a number for each priority; what else is promised, too. Told from what is written,
    so that a number with a mistake is not missed as well.
    """
    own: Loc = ("clients", client, "contract")
    tier = _at(document, own).get("tier")
    if tier is not None and (not isinstance(tier, str) or tier not in document.entries(SECTION)):
        return  # that is said already, and what it promises is not known
    terms: list[Loc] = [(*own, "targets")] + ([(SECTION, tier, "targets")] if tier else [])
    for metric in Metric:
        _check_metric(client, document, terms, metric)
    categories = dict.fromkeys(id_ for loc in terms for id_ in _at(document, (*loc, "by_category")))
    for category in categories:
        places = [(*loc, "by_category", category) for loc in terms]
        for metric in Metric:
            if any(metric in _at(document, place) for place in places):
                _check_metric(client, document, [*places, *terms], metric, f" of {category}")
    places = [*terms, *((*loc, "by_category", category) for loc in terms for category in categories)]
    promised = {metric for place in places for metric in _at(document, place)}
    for metric in sorted((set(Metric) - NEEDED - promised) & _at(document, (*own, "goals")).keys()):
        document.complain((*own, "goals", metric), f"`{client}` has a goal for {metric}, which is not promised to it.")


def _check_metric(client: str, document: Document, places: list[Loc], metric: Metric, of: str = "") -> None:
    named = any(metric in _at(document, place) for place in places)
    known = {priority for place in places for priority in _at(document, (*place, str(metric)))}
    missing = [str(priority) for priority in Priority if priority not in known]
    if missing and (named or metric in NEEDED):
        promise = f"`{client}` has no target for {metric}{of} of {', '.join(missing)}"
        needed = metric in NEEDED
        why = "a contract without numbers promises nothing" if needed else "give each a number, or leave it out"
        document.complain((*places[0], str(metric)), f"{promise}; {why}.")


def _at(document: Document, loc: Loc) -> Mapping[Any, Any]:
    """What is written there; nothing, where there are no settings."""
    found: Any = document.data
    for step in loc:
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def check_time(
    client: str, settings: ContractSettings, tiers: Tiers, document: Document, calendar: Hours, now: datetime
) -> None:
    """A promise that its calendar has not enough open time for would fail at every ticket."""
    for loc, seconds in _numbers(client, settings, tiers).values():
        try:
            add_seconds(calendar, now, seconds)
        except NoOpenTime as error:
            document.complain(loc, error.sentence)


def check_uptime(
    contracts: Mapping[str, ContractSettings], document: Document, monitors: Iterator[tuple[str, str]]
) -> None:
    """A service is promised to the client whose it is; `monitors` are (monitor, client)."""
    whose = dict(monitors)
    for client, settings in contracts.items():
        for monitor in settings.uptime:
            if whose.get(monitor, client) != client:
                loc = ("clients", client, "contract", "uptime", monitor)
                document.complain(loc, f"`{monitor}` is a monitor of {whose[monitor]}, not of {client}.")
