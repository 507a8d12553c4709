"""A configuration that has been read, checked and resolved: frozen values, ready for the handlers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from config.problems import Problem
from desk.alerts import Monitor, Severity
from desk.articles import Article
from desk.calendars import Hours
from desk.canned import Canned
from desk.categories import Asked
from desk.clients import Client
from desk.coverage import Cover
from desk.events import Webhook
from desk.grouping import ROOT, Route
from desk.holds import Inhibition, Window
from desk.hooks.hook import Hook
from desk.oncall import Schedule
from desk.paths import Path as EscalationPath
from desk.people import Person
from desk.priorities import MATRIX, Matrix
from desk.resolutions import CODES
from desk.routing import Rule
from desk.runs import Runbook
from desk.schedules import Scheduled
from desk.status import Page
from desk.ways import Ways

DM = "dm-"


@dataclass(frozen=True, slots=True)
class Channel:
    """A place to talk. `client` is whose channel it is, None for staff channels of all clients.

    Every channel is in the web chat under its own id. `places` are where else it is: a platform's name and the
    channel's id there.
    """

    id: str
    name: str
    kind: Literal["help", "team", "dm", "other"]
    client: str | None = None
    places: Mapping[str, str] = field(default_factory=dict)

    def place_ids(self) -> tuple[str, ...]:
        """Its places besides the web chat, as `PLATFORM/ID`: `slack/C0123ABCD`."""
        return tuple(f"{platform}/{id_}" for platform, id_ in self.places.items())


@dataclass(frozen=True, slots=True)
class Slack:
    """A Slack workspace. `reaction` (a ticket) and `pin` (into a timeline) are emoji's names without colons.
    `copy_files`: attachments are kept here too.
    """

    name: str
    command: str = "/desk"
    aliases: tuple[str, ...] = ()
    reaction: str = "ticket"
    pin: str = "pushpin"
    copy_files: bool = False


@dataclass(frozen=True, slots=True)
class Discord:
    """Discord, all its guilds. `reaction` (a ticket) and `pin` (into a timeline) are emoji. `copy_files`: attachments
    are kept here too.
    """

    name: str
    reaction: str = "🎫"
    pin: str = "📌"
    copy_files: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """The server that takes our mail. `tls` is `starttls`, `tls` from the first byte, or `none`."""

    host: str
    port: int
    tls: str
    sender: str
    user: str | None = None


@dataclass(frozen=True, slots=True)
class Gateway:
    """What takes a request for each message: an ntfy server (`url` is its address), or anything else, whose `url`,
    `headers`, and `body` (JSON, or plain text) or `form` have fields in braces. `longest` is of their `{text}`.
    """

    name: str
    url: str
    ntfy: bool = False
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = ()
    body: Any = None
    form: Mapping[str, str] | None = None
    longest: int = 1000


Outward = Slack | Discord | Mail | Gateway | Webhook  # by what something of a client's may leave


@dataclass(frozen=True, slots=True)
class Desk:
    """`deskbell.yaml` but for its channels: port and defaults. `internal_targets` are addresses, networks, names.

    `watched_folders` and `plugins` are what checks may look into and start, absolute paths.
    """

    name: str = "Deskbell"
    port: int = 8080
    admins_channel: str = "team"
    internal_targets: tuple[str, ...] = ()
    approval_lapses: int = 600  # seconds
    articles: tuple[Article, ...] = ()
    matrix: Matrix = field(default_factory=lambda: MATRIX)
    codes: Mapping[str, str] = field(default_factory=lambda: CODES)  # how a ticket can have ended, by id
    database: str | None = None  # the address of one of PostgreSQL; None: SQLite's file in the data folder
    outside_heartbeat: str | None = None  # pinged each minute while all is well; `{token}` in it is the secret
    clock_reference: str | None = None  # whose `Date` the clock is held against
    canary: str = "dm-deskbell"  # the channel of the message that is read back
    watched_folders: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    public_url: str = ""  # where the intake is reached from outside, without a `/` at its end; empty: nowhere
    mail: Mail | None = None
    push: Mapping[str, Gateway] = field(default_factory=dict)
    webhooks: Mapping[str, Webhook] = field(default_factory=dict)


# Seconds after which an acknowledgement lapses, where nothing is set. None: after an hour of working time.
LAPSES: Mapping[Severity, int | None] = {
    Severity.CRITICAL: 1800, Severity.HIGH: 3600, Severity.NORMAL: 3600, Severity.LOW: None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alerting:
    """Which signals are one alert and where it goes, what hides them, and how long an acknowledgement holds.

    `references` are the monitors by which we know that our own network is up.
    """

    route: Route = ROOT
    inhibitions: tuple[Inhibition, ...] = ()
    windows: Mapping[str, Window] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    lapses: Mapping[Severity, int | None] = field(default_factory=lambda: LAPSES)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything an operator decided beforehand. `version` is the SHA-256 of the `files` it came from, whose texts are
    those that were hashed.
    """

    version: str
    folder: Path
    desk: Desk
    people: Mapping[str, Person]
    teams: Mapping[str, tuple[str, ...]]
    clients: Mapping[str, Client]
    channels: Mapping[str, Channel]  # a DM of each person (`dm-ID`) included
    calendars: Mapping[str, Hours]
    schedules: Mapping[str, Schedule]
    paths: Mapping[str, EscalationPath]
    monitors: Mapping[str, Monitor] = field(default_factory=dict)
    runbooks: Mapping[str, Runbook] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    platforms: Mapping[str, Slack | Discord] = field(default_factory=dict)  # set up or not: the tokens decide
    categories: Mapping[str, str] = field(default_factory=dict)  # names by id
    coverage: Mapping[str, tuple[Cover, ...]] = field(default_factory=dict)
    asked: Mapping[str, tuple[Asked, ...]] = field(default_factory=dict)  # by category
    routing: tuple[Rule, ...] = ()
    canned: Mapping[str, Canned] = field(default_factory=dict)
    reports: Mapping[str, Scheduled] = field(default_factory=dict)
    alerting: Alerting = field(default_factory=Alerting)
    warnings: tuple[Problem, ...] = ()  # what is no mistake, and yet to be looked at
    hooks: Mapping[str, Hook] = field(default_factory=dict)
    status: Mapping[str, Page] = field(default_factory=dict)  # the pages that everybody may read
    ways: Mapping[str, Ways] = field(default_factory=dict)  # by person; whoever is not in it is told by chat
    _at: Mapping[str, Channel] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        at = {place: channel for channel in self.channels.values() for place in (channel.id, *channel.place_ids())}
        object.__setattr__(self, "_at", at)  # follows from the channels, and is looked up for every message

    def channel_at(self, place: str) -> Channel | None:
        """The channel that has this place (`slack/C0123ABCD`; its own id in the web chat). None for direct channels on
        chat platforms, which belong to accounts.
        """
        return self._at.get(place)


def dm(person: str) -> str:
    """The id of a person's direct channel with the desk."""
    return DM + person
