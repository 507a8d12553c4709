"""`clients.yaml`: the clients and what they are promised, opening hours, escalation paths."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from config.files import escalation
from config.files.calendars import CalendarSettings
from config.files.escalation import PathSettings
from config.loaded import Channel
from config.values import (
    CalendarName,
    ChannelName,
    CoverageName,
    Line,
    PathName,
    Promise,
    Settings,
    Share,
    Slug,
    TeamName,
)
from config.yaml_lines import Document
from desk.calendars import Hours, NoOpenTime, add_seconds
from desk.clients import Client, Contract
from desk.sla import Metric
from desk.tickets import Priority

FILE = "clients.yaml"


def _whole_percent(shares: tuple[float, ...]) -> tuple[float, ...]:
    percents = sorted({round(share * 100) for share in shares})
    if any(abs(share * 100 - round(share * 100)) > 1e-9 for share in shares):
        raise ValueError("expected hundredths, such as 0.75")
    return tuple(percent / 100 for percent in percents)


Warnings = Annotated[tuple[Annotated[float, Field(gt=0, lt=1)], ...], AfterValidator(_whole_percent)]


class ContractSettings(Settings):
    targets: dict[Metric, dict[Priority, Promise]] = Field(default_factory=dict)
    goals: dict[Metric, Share] = Field(default_factory=dict)
    warnings: Warnings = (0.5, 0.75, 0.9)


class ClientSettings(Settings):
    name: Line
    calendar: CalendarName
    team_channel: ChannelName
    escalation_path: PathName
    team: TeamName | None = None
    coverage: CoverageName = ""
    default_priority: Priority = Priority.P3
    contract: ContractSettings = ContractSettings()


class ClientsFile(Settings):
    clients: dict[Slug, ClientSettings] = Field(default_factory=dict)
    calendars: dict[Slug, CalendarSettings] = Field(default_factory=dict)
    escalation_paths: dict[Slug, PathSettings] = Field(default_factory=dict)


def check(
    file: ClientsFile, document: Document, channels: Mapping[str, Channel], hours: Mapping[str, Hours], now: datetime
) -> None:
    """What a single value cannot show: promises with all their numbers, hours that can keep them, paths to somebody."""
    escalation.check(file.escalation_paths, document)
    for id_ in document.entries("clients"):
        _check_numbers(id_, document)
    for id_, client in file.clients.items():
        _check_channel(id_, client, document, channels)
        if client.calendar in hours:
            _check_time(id_, client, document, hours[client.calendar], now)


def _check_numbers(client: str, document: Document) -> None:
    for metric in Metric:
        loc = ("clients", client, "contract", "targets", str(metric))
        missing = [str(priority) for priority in Priority if (*loc, str(priority)) not in document.lines]
        if missing:
            promise = f"`{client}` has no target for {metric} of {', '.join(missing)}"
            document.complain(loc, f"{promise}; a contract without numbers promises nothing.")


def _check_channel(id_: str, client: ClientSettings, document: Document, channels: Mapping[str, Channel]) -> None:
    channel = channels.get(client.team_channel)
    loc = ("clients", id_, "team_channel")
    if channel and channel.kind != "team":
        document.complain(loc, f"`{channel.id}` is of kind {channel.kind}; a team channel is of kind team.")
    if channel and channel.client not in (None, id_):
        document.complain(loc, f"`{channel.id}` belongs to {channel.client}, not to {id_}.")


def _check_time(id_: str, client: ClientSettings, document: Document, calendar: Hours, now: datetime) -> None:
    """A promise that its calendar has not enough open time for would fail at every ticket."""
    for metric, targets in client.contract.targets.items():
        for priority, seconds in targets.items():
            try:
                add_seconds(calendar, now, seconds)
            except NoOpenTime as error:
                loc = ("clients", id_, "contract", "targets", str(metric), str(priority))
                document.complain(loc, error.sentence)


def clients(file: ClientsFile) -> dict[str, Client]:
    return {id_: _client(id_, settings) for id_, settings in file.clients.items()}


def _client(id_: str, settings: ClientSettings) -> Client:
    terms = settings.contract
    targets = {(str(m), str(p)): seconds for m, by in terms.targets.items() for p, seconds in by.items()}
    goals = {str(metric): share for metric, share in terms.goals.items()}
    return Client(
        id=id_,
        name=settings.name,
        contract=Contract(targets, settings.calendar, terms.warnings, goals),
        team_channel=settings.team_channel,
        path=settings.escalation_path,
        default_priority=str(settings.default_priority),
        team=settings.team,
        coverage=settings.coverage,
    )
