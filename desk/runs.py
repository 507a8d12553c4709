"""Runbooks and runs: what may be run, what was asked for, what came of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from desk.people import Role


@dataclass(frozen=True, slots=True)
class Parameter:
    """One typed argument of a runbook: the whole value must match `pattern`, or be one of `choices`."""

    name: str
    pattern: str = ""
    choices: tuple[str, ...] = ()
    default: str | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Runbook:
    """An approved script as data.

    `script` and `files` are paths inside the runbook folder; `digest` is the SHA-256 over the script and the listed
    files, taken when the catalogue loaded. `command` is the argument list after the script, with `{target}` and
    `{name}` places that are replaced as whole arguments. Times are seconds.
    """

    id: str
    title: str
    script: str
    digest: str
    command: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    targets: tuple[str, ...] = ()
    clients: frozenset[str] = frozenset()
    risk: str = "low"
    needs_approval: bool = True
    may_run: frozenset[Role] = frozenset({Role.TECHNICIAN, Role.APPROVER, Role.ADMIN})
    may_approve: frozenset[Role] = frozenset({Role.APPROVER, Role.ADMIN})
    by_itself: bool = False
    auto_budget: int = 3
    time_limit: float = 60.0
    cool_down: float = 0.0
    verify_every: float = 5.0
    verify_within: float = 60.0
    monitor: str | None = None  # the check that proves it worked, where the run belongs to no alert
    environment: Mapping[str, str] = field(default_factory=dict)
    source: str = ""  # the script's text as it was hashed, for whoever must approve it
    writable: tuple[str, ...] = ()  # folders it may change where bubblewrap makes all else read-only


def recipe(runbook: Runbook) -> str:
    """The SHA-256 of how the script is called: what an approval holds for, besides the script's own bytes."""
    called = (runbook.script, runbook.command, runbook.files, sorted(runbook.environment.items()), runbook.writable)
    return hashlib.sha256(repr(called).encode()).hexdigest()


class RunState(StrEnum):
    ASKED = "asked"  # waiting for an approver
    QUEUED = "queued"
    RUNNING = "running"
    VERIFYING = "verifying"
    ENDED = "ended"


class Outcome(StrEnum):
    FIXED = "fixed-and-verified"
    STILL_DOWN = "ran-but-still-down"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DONE = "done"  # exit 0, and there is no check that could prove more
    DENIED = "denied"
    LAPSED = "lapsed"


class Ending(StrEnum):
    """How the process ended; `exit` carries a code."""

    EXIT = "exit"
    KILLED = "killed"
    UNKNOWN = "unknown"  # we crashed, or lost sight of it


@dataclass(frozen=True, slots=True)
class Ended:
    ending: Ending
    code: int | None = None
    reason: str = ""  # why it was killed or refused: "ran longer than 60 s"
    output: str = ""  # the last part of what it printed, secrets masked

    def words(self) -> str:
        return f"exit {self.code}" if self.ending is Ending.EXIT else str(self.ending)


@dataclass(frozen=True, slots=True)
class Run:
    """One request to run a runbook. `digest` and `recipe` are what was approved: these bytes, this way, or nothing."""

    number: int
    client: str
    runbook: str
    digest: str
    recipe: str
    target: str
    arguments: tuple[tuple[str, str], ...]
    state: RunState
    asked_by: str
    asked_at: datetime
    alert: int | None = None
    approval: int | None = None
    monitor: str | None = None
    progress: str = ""
    lines: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    ended: Ended | None = None
    outcome: Outcome | None = None
    successes: int = 0
    seen: str = ""  # what the check saw after the run
    seen_unknown: bool = False
    version: int = 0


def verified(run: Run, ok: bool | None, seen: str, needed: int) -> Run:  # noqa: FBT001 - what was seen, no switch
    """Count one look of the same check after the run; `ok` is None when it could not look."""
    if ok is None:
        return replace(run, seen=seen, seen_unknown=True)
    counted = replace(run, successes=run.successes + 1 if ok else 0, seen=seen, seen_unknown=False)
    return replace(counted, outcome=Outcome.FIXED, state=RunState.ENDED) if counted.successes >= needed else counted


def ran(run: Run, ended: Ended, now: datetime) -> Run:
    """The process has ended: a clean exit is verified if there is a check, all else is an outcome at once."""
    done = replace(run, ended=ended, ended_at=now)
    if ended.ending is Ending.UNKNOWN:
        return replace(done, state=RunState.ENDED, outcome=Outcome.UNKNOWN)
    if ended.ending is Ending.KILLED or ended.code != 0:
        return replace(done, state=RunState.ENDED, outcome=Outcome.FAILED)
    if run.monitor is None:
        return replace(done, state=RunState.ENDED, outcome=Outcome.DONE)
    return replace(done, state=RunState.VERIFYING)


def gave_up(run: Run) -> Run:
    """`verify_within` is over: still down if the last look saw that, unknown if it saw nothing or too little good."""
    unproven = run.seen_unknown or not run.seen or run.successes > 0
    return replace(run, state=RunState.ENDED, outcome=Outcome.UNKNOWN if unproven else Outcome.STILL_DOWN)


def may_run_by_itself(runbook: Runbook, auto_ran: bool, runs_today: int) -> str:  # noqa: FBT001 - a fact, no switch
    """Empty when it may, else the sentence why a person must decide."""
    if not runbook.by_itself:
        return f"{runbook.id} does not run by itself."
    if auto_ran:
        return f"{runbook.id} ran once for this alert already; a person decides what comes next."
    if runs_today >= runbook.auto_budget:
        return f"{runbook.id} used its budget of {runbook.auto_budget} automatic runs for this target today."
    return ""


def cooling_down(runbook: Runbook, last_start: datetime | None, now: datetime) -> timedelta | None:
    """How long a person must still wait before the same target may be run again; None when there is nothing to wait."""
    if last_start is None:
        return None
    left = last_start + timedelta(seconds=runbook.cool_down) - now
    return left if left > timedelta(0) else None
