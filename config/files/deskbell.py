"""`deskbell.yaml`: the desk itself, its channels, its defaults."""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from config.database import Address
from config.files import gateways, webhooks
from config.files.articles import ArticleSettings, inline
from config.files.auditing import WebAddress, check_canary
from config.files.canned import CannedReplies
from config.files.gateways import Gateways, MailSettings
from config.files.gateways import WebAddress as PublicAddress
from config.files.people import DESK
from config.files.platforms import PlaceId, PlatformId, PlatformName, PlatformSettings, check_places
from config.files.platforms import check as check_platforms
from config.files.reports import Reports
from config.files.routing import Categories, Rules
from config.files.status import Pages
from config.files.tickets import Codes, MatrixSettings, matrix
from config.files.webhooks import Webhooks
from config.loaded import DM, Channel, Desk, dm
from config.values import ChannelName, ClientName, Line, Promise, Settings, Slug
from config.yaml_lines import Document
from desk.people import Person
from desk.resolutions import CODES

FILE = "deskbell.yaml"


def _not_a_dm(value: str) -> str:
    if value.startswith(DM):
        raise ValueError(f"ids that begin with `{DM}` are made for people")
    return value


def _absolute(value: str) -> str:
    if not value.startswith("/") or ".." in value.split("/") or value.rstrip("/") == "":
        raise ValueError(f"expected a path from the root, such as /var/backups, without `..`, got `{value[:40]}`")
    return value.rstrip("/")


Absolute = Annotated[Line, AfterValidator(_absolute)]


class ChannelSettings(Settings):
    kind: Literal["help", "team", "other"]
    name: Line | None = None
    client: ClientName | None = None
    places: dict[PlatformName, PlaceId] = Field(default_factory=dict)


class DeskFile(Settings):
    name: Line = "Deskbell"
    port: int = Field(default=8080, ge=1, le=65535)
    database: Address | None = None
    admins_channel: ChannelName = ""
    internal_targets: tuple[Line, ...] = ()
    watched_folders: tuple[Absolute, ...] = ()
    plugins: tuple[Absolute, ...] = ()
    approval_lapses: Promise = 600
    platforms: dict[PlatformId, PlatformSettings] = Field(default_factory=dict)
    channels: dict[Annotated[Slug, AfterValidator(_not_a_dm)], ChannelSettings] = Field(default_factory=dict)
    articles: tuple[ArticleSettings, ...] = ()
    categories: Categories = Field(default_factory=dict)
    routing: Rules = ()
    canned: CannedReplies = Field(default_factory=dict)
    reports: Reports = Field(default_factory=dict)
    priorities: MatrixSettings | None = None
    public_url: PublicAddress = ""
    mail: MailSettings | None = None
    push: Gateways = Field(default_factory=dict)
    webhooks: Webhooks = Field(default_factory=dict)
    status: Pages = Field(default_factory=dict)
    resolution_codes: Codes = Field(default_factory=lambda: dict(CODES))
    outside_heartbeat: WebAddress | None = None
    clock_reference: WebAddress | None = None
    canary: ChannelName | None = None


def check(file: DeskFile, document: Document, targets: Callable[[list[str]], object]) -> None:
    """The admins' channel must be one that no client reads; each internal target, platform and place must be one."""
    channel = file.channels.get(file.admins_channel)
    if "admins_channel" not in document.data:
        document.complain((), "`admins_channel` is missing: name the staff's own channel.")
    elif channel and channel.client:
        sentence = f"`admins_channel`: `{file.admins_channel}` belongs to {channel.client}; choose one of no client."
        document.complain(("admins_channel",), sentence)
    for index, target in enumerate(file.internal_targets):
        try:
            targets([target])
        except ValueError as error:
            document.complain(("internal_targets", index), f"`internal_targets`: {error}.")
    check_canary(file.canary, file.channels, document)
    check_platforms(file.platforms, document)
    gateways.check(file.mail, file.push, document)
    check_places({id_: channel.places for id_, channel in file.channels.items()}, file.platforms, document)


def desk(file: DeskFile) -> Desk:
    return Desk(
        file.name, file.port, file.admins_channel, file.internal_targets, file.approval_lapses,
        inline(file.articles), matrix(file.priorities), file.resolution_codes, file.database,
        file.outside_heartbeat, file.clock_reference, file.canary or dm(DESK), watched_folders=file.watched_folders,
        plugins=file.plugins, public_url=file.public_url, mail=gateways.mail(file.mail),
        push=gateways.gateways(file.push), webhooks=webhooks.webhooks(file.webhooks),
    )  # fmt: skip


def channels(file: DeskFile, people: dict[str, Person]) -> dict[str, Channel]:
    """The channels of the file, and one for each person to talk with the desk alone. The desk's own is nobody's."""
    named = {id_: Channel(id_, c.name or id_, c.kind, c.client, c.places) for id_, c in file.channels.items()}
    direct = {dm(p.id): Channel(dm(p.id), file.name, "dm", p.client) for p in people.values()}
    return named | direct | {dm(DESK): Channel(dm(DESK), file.name, "dm")}
