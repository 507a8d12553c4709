"""`clients.yaml`: the clients and what they are promised, opening hours, escalation paths."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import Field

from config.files import calendars, contracts, escalation, sharing
from config.files.calendars import CalendarSettings
from config.files.contracts import ContractSettings, TermsSettings
from config.files.escalation import PathSettings
from config.files.service import ServiceSettings
from config.files.sharing import SharingSettings
from config.loaded import Channel, Outward
from config.values import (
    CalendarName,
    ChannelName,
    CoverageName,
    Line,
    PathName,
    Settings,
    Slug,
    TeamName,
)
from config.yaml_lines import Document
from desk.calendars import Hours
from desk.clients import Client
from desk.tickets import Priority

FILE = "clients.yaml"


class ClientSettings(SharingSettings, ServiceSettings):
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
    tiers: dict[Slug, TermsSettings] = Field(default_factory=dict)


def check(
    file: ClientsFile, document: Document, channels: Mapping[str, Channel], hours: Mapping[str, Hours], now: datetime
) -> None:
    """What a single value cannot show: promises with all their numbers, hours that can keep them, paths to somebody."""
    escalation.check(file.escalation_paths, document)
    calendars.check(file.calendars, document)
    for id_ in document.entries("clients"):
        contracts.check_numbers(id_, document)
    for id_, client in file.clients.items():
        _check_channel(id_, client, document, channels)
        if client.calendar in hours:
            contracts.check_time(id_, client.contract, file.tiers, document, hours[client.calendar], now)


def _check_channel(id_: str, client: ClientSettings, document: Document, channels: Mapping[str, Channel]) -> None:
    channel = channels.get(client.team_channel)
    loc = ("clients", id_, "team_channel")
    if channel and channel.kind != "team":
        document.complain(loc, f"`{channel.id}` is of kind {channel.kind}; a team channel is of kind team.")
    if channel and channel.client not in (None, id_):
        document.complain(loc, f"`{channel.id}` belongs to {channel.client}, not to {id_}.")


def clients(file: ClientsFile, known: Mapping[str, Outward]) -> dict[str, Client]:
    return {id_: _client(id_, settings, file.tiers, known) for id_, settings in file.clients.items()}


def _client(
    id_: str, settings: ClientSettings, tiers: contracts.Tiers, known: Mapping[str, Outward]
) -> Client:
    return Client(
        id=id_,
        name=settings.name,
        contract=contracts.contract(id_, settings.contract, tiers, settings.calendar),
        team_channel=settings.team_channel,
        path=settings.escalation_path,
        default_priority=str(settings.default_priority),
        team=settings.team,
        coverage=settings.coverage,
        vips=frozenset(settings.vips),
        vip_raises=settings.vip_raises,
        detail=sharing.detail(settings),
        platforms=sharing.platforms(settings, known),
    )
