"""A configuration that has been read, checked and resolved: frozen values, ready for the handlers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from desk.alerts import Monitor
from desk.calendars import Hours
from desk.clients import Client
from desk.oncall import Path as EscalationPath
from desk.oncall import Rotation
from desk.people import Person
from desk.runs import Runbook

DM = "dm-"


@dataclass(frozen=True, slots=True)
class Channel:
    """A place to talk. `client` is whose channel it is, None for staff channels of all clients."""

    id: str
    name: str
    kind: Literal["help", "team", "dm", "other"]
    client: str | None = None
    platform: str = "webchat"


@dataclass(frozen=True, slots=True)
class Article:
    """A short answer to a common question: shown before a form is sent."""

    title: str
    words: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class Desk:
    """`deskbell.yaml` but for its channels: port and defaults. `internal_targets` are addresses, networks, names."""

    name: str = "Deskbell"
    port: int = 8080
    admins_channel: str = "team"
    internal_targets: tuple[str, ...] = ()
    approval_lapses: int = 600  # seconds
    articles: tuple[Article, ...] = ()


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
    rotations: Mapping[str, Rotation]
    paths: Mapping[str, EscalationPath]
    monitors: Mapping[str, Monitor] = field(default_factory=dict)
    runbooks: Mapping[str, Runbook] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict, repr=False)


def dm(person: str) -> str:
    """The id of a person's direct channel with the desk."""
    return DM + person
