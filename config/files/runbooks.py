"""`runbooks.yaml`: the approved list of what may be run."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from config.problems import looks_secret, no_such
from config.values import ClientName, Length, Line, MonitorName, Pause, Settings, Slug
from config.yaml_lines import Document
from desk.people import Role
from desk.refusal import DeskError
from desk.runs import Parameter, Runbook

FILE = "runbooks.yaml"
SECTION = "runbooks"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")

# The SHA-256 of a script and its files in a folder, and the script's text; a DeskError says why there is none.
Take = Callable[[Path, str, tuple[str, ...]], tuple[str, str]]
Troubles = Callable[[Runbook], Iterable[str]]


def _name(value: str) -> str:
    if not NAME.fullmatch(value):
        raise ValueError("a name has letters, digits and underscores, such as `SHOP_DIR`")
    return value


def _no_secret(value: str) -> str:
    if looks_secret(_name(value)):
        raise ValueError("a secret is never written here; the script reads it from a file that only it may read")
    return value


def _some_client(value: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if value == ():
        raise ValueError("with nobody in it nobody could run it; name a client, or leave `clients` out for all")
    return value


class ParameterSettings(Settings):
    pattern: str = ""
    choices: tuple[Line, ...] = ()
    default: str | None = None
    about: str = ""


class RunbookSettings(Settings):
    title: Line
    script: Line
    command: tuple[str, ...] = ()
    files: tuple[Line, ...] = ()
    parameters: dict[Annotated[str, AfterValidator(_name)], ParameterSettings] = Field(default_factory=dict)
    targets: tuple[Line, ...] = ()
    clients: Annotated[tuple[ClientName, ...] | None, AfterValidator(_some_client)] = None
    risk: Literal["low", "medium", "high"] = "low"
    needs_approval: bool = True
    may_run: frozenset[Role] = frozenset({Role.TECHNICIAN, Role.APPROVER, Role.ADMIN})
    may_approve: frozenset[Role] = frozenset({Role.APPROVER, Role.ADMIN})
    by_itself: bool = False
    auto_budget: int = 3
    time_limit: Length = 60.0
    cool_down: Pause = 0.0
    verify_every: Length = 5.0
    verify_within: Length = 60.0
    monitor: MonitorName | None = None
    environment: dict[Annotated[str, AfterValidator(_no_secret)], str] = Field(default_factory=dict)
    writable: tuple[Line, ...] = ()


class RunbooksFile(Settings):
    runbooks: dict[Slug, RunbookSettings] = Field(default_factory=dict)


def runbooks(
    file: RunbooksFile, document: Document, folders: Sequence[Path], take: Take, clients: frozenset[str]
) -> dict[str, Runbook]:
    """The catalogue, with the SHA-256 of each script taken now. A script is looked for in `folders`, in order."""
    found = {}
    for id_, settings in file.runbooks.items():
        digest, source = _taken(id_, settings, document, folders, take)
        found[id_] = _runbook(id_, settings, digest, source, clients)
    return found


def _taken(
    id_: str, settings: RunbookSettings, document: Document, folders: Sequence[Path], take: Take
) -> tuple[str, str]:
    scripts = _scripts(folders)
    if "/" not in settings.script and settings.script not in scripts:
        document.complain((SECTION, id_, "script"), f"`{id_}`: {no_such('script', settings.script, scripts)}")
        return "", ""
    try:
        return take(folder_of(settings.script, folders), settings.script, settings.files)
    except DeskError as error:
        key = "script" if settings.script in error.sentence else "files"
        document.complain((SECTION, id_, key), f"`{id_}`: {error.sentence}")
        return "", ""


def _scripts(folders: Sequence[Path]) -> list[str]:
    found: set[str] = set()
    for folder in folders:
        with suppress(OSError):  # no such folder, or one that we may not look into: it has no scripts for us
            found |= {path.name for path in folder.iterdir() if path.is_file()}
    return sorted(name for name in found if not name.startswith((".", "__")))


def folder_of(script: str, folders: Sequence[Path]) -> Path:
    """The first folder that has the script; the last one when none has."""
    return next((folder for folder in folders if _has(folder, script)), folders[-1])


def _has(folder: Path, script: str) -> bool:
    try:
        return (folder / script).is_file()
    except OSError:  # such as a name that is too long for the file system
        return False


def check(catalogue: Mapping[str, Runbook], document: Document, troubles: Troubles) -> None:
    """What the catalogue refuses, on the line of the parameter that the sentence begins with, or of the command."""
    for id_, runbook in catalogue.items():
        names = {parameter.name for parameter in runbook.parameters}
        for sentence in troubles(runbook):
            about = sentence.partition(":")[0]
            part = ("parameters", about) if about in names else ("command",)
            document.complain((SECTION, id_, *part), f"`{id_}`: {sentence}")
        if runbook.needs_approval and not runbook.may_approve:
            document.complain((SECTION, id_, "may_approve"), f"`{id_}` needs an approval that nobody may give.")
        if runbook.needs_approval and runbook.by_itself:
            waits = f"`{id_}` cannot run by itself while each run needs an approval"
            sentence = f"{waits}; set `needs_approval: false`, or leave `by_itself` out."
            document.complain((SECTION, id_, "by_itself"), sentence)


def _runbook(id_: str, settings: RunbookSettings, digest: str, source: str, clients: frozenset[str]) -> Runbook:
    same = settings.model_dump(exclude={"parameters", "clients"})
    parameters = tuple(Parameter(name, **p.model_dump()) for name, p in settings.parameters.items())
    served = clients if settings.clients is None else frozenset(settings.clients)
    return Runbook(id=id_, digest=digest, source=source, parameters=parameters, clients=served, **same)
