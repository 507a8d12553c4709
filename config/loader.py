"""From a folder of five YAML files to a `Config`, or to the list of everything that is wrong with them."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel

from config.files import (
    alerting,
    articles,
    calendars,
    canned,
    clients,
    contracts,
    coverage,
    deskbell,
    escalation,
    gateways,
    hooks,
    monitors,
    oncall,
    people,
    platforms,
    reports,
    routing,
    runbooks,
    service,
    sharing,
    status,
    templates,
    ways,
    webhooks,
)
from config.files.feeds import Subscription
from config.loaded import Alerting, Channel, Config
from config.problems import ConfigError, Problem, nearest
from config.reading import read
from config.yaml_lines import LARGEST, Document, parse
from desk.alerts import Monitor
from desk.calendars import Hours
from desk.grouping import Route
from desk.oncall import Schedule
from desk.people import Person
from desk.runs import Runbook
from desk.status import Page

MODELS: Mapping[str, type[BaseModel]] = {
    deskbell.FILE: deskbell.DeskFile,
    clients.FILE: clients.ClientsFile,
    people.FILE: people.PeopleFile,
    monitors.FILE: monitors.MonitorsFile,
    runbooks.FILE: runbooks.RunbooksFile,
}
FILES = tuple(MODELS)
# How one says in so many words that there is nothing of what a file is for.
NOTHING = {
    deskbell.FILE: "Write at least `admins_channel`.",
    clients.FILE: "To have no clients, write `clients: {}`.",
    people.FILE: "To have no people, write `people: {}`.",
    monitors.FILE: "To watch nothing, write `monitors: {}`.",
    runbooks.FILE: "To have no runbooks, write `runbooks: {}`.",
}
SCRIPTS = "scripts"  # beside the YAML files

# Where the names of each sort of thing are defined.
NAMES = {
    "client": (clients.FILE, "clients"),
    "calendar": (clients.FILE, "calendars"),
    "escalation path": (clients.FILE, "escalation_paths"),
    "tier": (clients.FILE, contracts.SECTION),
    "channel": (deskbell.FILE, "channels"),
    "category": (deskbell.FILE, routing.CATEGORIES),
    platforms.WHAT: (deskbell.FILE, platforms.SECTION),
    "person": (people.FILE, "people"),
    "team": (people.FILE, "teams"),
    "coverage": (people.FILE, coverage.SECTION),
    "schedule": (people.FILE, oncall.SECTION),
    "monitor": (monitors.FILE, "monitors"),
    "runbook": (runbooks.FILE, "runbooks"),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What the rooms that this one may not import have to say about a configuration.

    `kinds` maps a kind of monitor to the model of its settings. `capacity` gives a sentence when these monitors are
    more than can be polled. `condition` parses a text for a monitor with these settings; ValueError says why not.
    `targets` raises ValueError for what can be no internal target. `take` reads a script and gives its SHA-256 and its
    text (a DeskError says why not), `troubles` gives sentences why a runbook is refused. `scripts` is the folder of the
    scripts that come with Deskbell.
    """

    kinds: Mapping[str, type[BaseModel]]
    capacity: monitors.Capacity
    condition: monitors.Condition
    targets: Callable[[list[str]], object]
    take: runbooks.Take
    troubles: runbooks.Troubles
    scripts: Path


def load(folder: Path, rules: Rules, now: datetime) -> Config:
    """Read and check everything. `now` (aware UTC) is from when on calendars must open. Raises ConfigError."""
    problems: list[Problem] = []
    contents = _contents(folder, problems)
    documents = {file: _document(file, content, problems) for file, content in contents.items()}
    lists: dict[str, bytes] = {}
    templates.expand(documents[monitors.FILE], folder, lists)
    feeds: dict[str, bytes] = {}
    config = _config(folder, rules, now, documents, feeds)
    pages = articles.contents(folder, problems)
    inline = config.desk.articles if config else ()
    written = articles.written(pages, {article.ref for article in inline}, _known(documents, rules), problems)
    if problems or config is None:
        raise ConfigError(problems)
    texts = contents | lists | pages
    files = {file: content.decode("utf-8-sig") for file, content in texts.items()}
    desk = replace(config.desk, articles=(*inline, *written))
    return replace(config, version=version_of(texts | feeds), files=files, desk=desk)


def subscriptions(folder: Path) -> tuple[Subscription, ...]:
    """The feeds that `load` wants to be there, by what the files say that name them. Raises ConfigError."""
    problems: list[Problem] = []
    contents = _contents(folder, problems)
    documents = {file: _document(file, contents[file], problems) for file in (clients.FILE, people.FILE)}
    their = read(people.PeopleFile, documents[people.FILE], {})
    found = calendars.subscriptions(read(clients.ClientsFile, documents[clients.FILE], {}).calendars)
    found += oncall.subscriptions(their.schedules, people.called(their))
    if problems:
        raise ConfigError(problems)
    return found


def version_of(contents: Mapping[str, bytes]) -> str:
    """The SHA-256 over the files: names and lengths count, so that nothing can move from one into another."""
    total = hashlib.sha256()
    for file, content in sorted(contents.items()):
        total.update(f"{file} {len(content)}\n".encode() + content)
    return total.hexdigest()


def _contents(folder: Path, problems: list[Problem]) -> dict[str, bytes]:
    if not _is_folder(folder):
        raise ConfigError([Problem(str(folder), 0, "there is no such folder.")])
    contents = dict.fromkeys(FILES, b"")
    for file in FILES:
        try:
            contents[file] = _bytes(folder / file)
        except FileNotFoundError:
            others = {path.name for path in folder.glob("*.y*ml")} - set(FILES)
            there = nearest(file, others) if others else "."
            problems.append(Problem(file, 1, f"there is no such file in {folder}{there}"))
        except OSError as error:
            problems.append(Problem(file, 1, f"the file cannot be read: {error.strerror or error}."))
    return contents


def _document(file: str, content: bytes, problems: list[Problem]) -> Document:
    """A file that is there and holds nothing was most likely cut off while it was written: nobody means to drop all."""
    if any(problem.file == file for problem in problems):
        return Document(file, problems)
    return parse(file, content, problems, f"the file is empty. {NOTHING[file]}")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _bytes(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise OSError("it is no ordinary file")
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _known(documents: Mapping[str, Document], rules: Rules) -> Mapping[str, Collection[str]]:
    """The names there are of each sort, but for the sorts of which some are lost in a file with mistakes."""
    known: dict[str, Collection[str]] = {"kind of monitor": tuple(rules.kinds)}
    for what, (file, section) in NAMES.items():
        document = documents[file]
        if section in document.lost:
            continue
        broken = (
            any(problem.file == file for problem in document.problems)
            or document.data.keys() - MODELS[file].model_fields.keys()
        )
        if section in document.data or not broken:
            known[what] = tuple(document.entries(section))
    if platforms.WHAT in known:
        known[platforms.WHAT] = platforms.known(documents[deskbell.FILE])
    known["way"] = gateways.known(documents[deskbell.FILE])
    return known


def _files(
    documents: Mapping[str, Document], known: Mapping[str, Collection[str]]
) -> tuple[deskbell.DeskFile, clients.ClientsFile, people.PeopleFile, monitors.MonitorsFile, runbooks.RunbooksFile]:
    return (
        read(deskbell.DeskFile, documents[deskbell.FILE], known),
        read(clients.ClientsFile, documents[clients.FILE], known),
        read(people.PeopleFile, documents[people.FILE], known),
        read(monitors.MonitorsFile, documents[monitors.FILE], known),
        read(runbooks.RunbooksFile, documents[runbooks.FILE], known),
    )


def _config(
    folder: Path, rules: Rules, now: datetime, documents: Mapping[str, Document], feeds: dict[str, bytes]
) -> Config | None:
    """Read each file, then look at what holds between them; None when something is wrong anywhere."""
    desk_doc, clients_doc, people_doc, monitors_doc, runbooks_doc = (documents[file] for file in FILES)
    desk_file, clients_file, people_file, monitors_file, runbooks_file = _files(documents, _known(documents, rules))

    own = monitors.kind_settings(monitors_doc, rules.kinds, rules.condition)
    everybody = service.with_contacts(people.people(people_file), clients_file.clients)
    chats = platforms.platforms(desk_file.platforms)
    outward = {**chats, **gateways.outward(desk_file.mail, desk_file.push), **webhooks.outward(desk_file.webhooks)}
    channels = deskbell.channels(desk_file, everybody)
    told = oncall.Told(folder, now, people.called(people_file), people_doc, feeds)
    schedules = oncall.schedules(people_file.schedules, told)
    hours = calendars.calendars(clients_file.calendars, clients_doc, now, folder, feeds)
    catalogue = _catalogue(folder, rules, runbooks_file, documents)

    deskbell.check(desk_file, desk_doc, rules.targets)
    people.check(people_file, people_doc, desk_file.push, mail="mail" in desk_doc.data)
    routing.check_categories(desk_file.categories, desk_doc)
    reports.check(desk_file.reports, desk_doc, channels, everybody)
    routing.check(desk_file.routing, people_file.teams, desk_doc)
    clients.check(clients_file, clients_doc, channels, hours, now)
    contracts.check_uptime(
        {id_: client.contract for id_, client in clients_file.clients.items()}, clients_doc,
        ((id_, monitor.client) for id_, monitor in monitors_file.monitors.items()),
    )  # fmt: skip
    service.check(clients_file.clients, everybody, clients_doc)
    sharing.check(clients_file.clients, outward, channels, (clients_doc, desk_doc))
    monitors.check(monitors_file, own, monitors_doc, catalogue, rules.capacity)
    rings = _alerting(monitors_file, monitors_doc, clients_file, hours, channels, told)
    _check_who_is_told(clients_file, clients_doc, people_file, schedules, everybody, rings.route)
    runbooks.check(catalogue, runbooks_doc, rules.troubles)
    if desk_doc.problems:
        return None
    watched = monitors.monitors(monitors_file, own, catalogue)
    return Config(
        version="", folder=folder, desk=deskbell.desk(desk_file),
        people=everybody,
        teams=people_file.teams,
        clients=clients.clients(clients_file, outward),
        channels=channels,
        calendars=hours,
        schedules=schedules,
        warnings=tuple(sorted(told.warnings)),
        paths=escalation.paths(clients_file.escalation_paths),
        monitors=watched,
        status=_pages(desk_file, desk_doc, watched, _zones(clients_file, hours)),
        runbooks=catalogue,
        platforms=chats,
        categories=routing.categories(desk_file.categories),
        coverage=coverage.coverage(people_file.coverage),
        asked=routing.asked(desk_file.categories),
        routing=routing.rules(desk_file.routing),
        canned=canned.canned(desk_file.canned),
        reports=reports.reports(desk_file.reports),
        alerting=rings,
        hooks=hooks.hooks(monitors_file.hooks),
        ways={id_: ways.ways(person, person.zone, hours) for id_, person in people_file.people.items()},
    )


def _catalogue(
    folder: Path, rules: Rules, file: runbooks.RunbooksFile, documents: Mapping[str, Document]
) -> dict[str, Runbook]:
    folders = (folder / SCRIPTS, rules.scripts)
    known = frozenset(documents[clients.FILE].entries("clients"))
    return runbooks.runbooks(file, documents[runbooks.FILE], folders, rules.take, known)


def _alerting(
    file: monitors.MonitorsFile, document: Document, clients_file: clients.ClientsFile, hours: Mapping[str, Hours],
    channels: Mapping[str, Channel], told: oncall.Told,
) -> Alerting:  # fmt: skip
    """A window without a zone is meant in that of its client's calendar."""
    alerting.check(file, document, channels)
    hooks.check(file.hooks, document)
    return alerting.alerting(file, document, _zones(clients_file, hours), told.now, told.warnings)


def _zones(file: clients.ClientsFile, hours: Mapping[str, Hours]) -> dict[str, str]:
    """Of each client's calendar."""
    return {id_: hours[own.calendar].zone for id_, own in file.clients.items() if own.calendar in hours}


def _pages(
    file: deskbell.DeskFile, document: Document, watched: Mapping[str, Monitor], zones: Mapping[str, str]
) -> dict[str, Page]:
    status.check(file.status, watched, document)
    return status.pages(file.status, watched, zones)


def _check_who_is_told(
    file: clients.ClientsFile, document: Document, people_file: people.PeopleFile, schedules: Mapping[str, Schedule],
    everybody: Mapping[str, Person], route: Route,
) -> None:  # fmt: skip
    if not any(problem.file == people.FILE for problem in document.problems):  # else a role may be lost
        used = {id_: client.escalation_path for id_, client in file.clients.items()}
        escalation.check_people(file.escalation_paths, used, document, people_file.teams, schedules, everybody, route)
