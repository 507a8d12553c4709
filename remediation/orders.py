"""What one run is to be: the order, the limits it runs under, and the private copy of the approved bytes."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desk.refusal import DeskError
from desk.runs import Runbook
from remediation.catalogue import bind, contents_of, digest

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use; sizes are bytes, times seconds. The runbook's own `time_limit` comes on top."""

    processes: int = 128
    memory: int = 4 * 1024**3  # address space of one process; programs in Go and Java reserve a lot
    file: int = 100 * 1024**2
    open_files: int = 1024
    tasks: int = 4096  # all of this user's; a last wall, which does not hold root
    output: int = 10 * 1024**2
    kept: int = 64 * 1024  # characters of the end of the output
    grace: float = 3.0  # between TERM and KILL
    lingering: float = 1.0  # for what the script started to end after it
    pace: float = 0.5  # between two words of progress


USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Order:
    """One run that may start: the runbook as configured, and the SHA-256 that was approved."""

    run: int
    folder: Path
    runbook: Runbook
    target: str
    arguments: tuple[tuple[str, str], ...]
    digest: str

    @property
    def name(self) -> str:
        return f"run-{self.run}"

    @property
    def time_limit(self) -> float:
        return self.runbook.time_limit

    @property
    def writable(self) -> Sequence[str]:
        return self.runbook.writable

    @property
    def environment(self) -> Mapping[str, str]:
        return {**self.runbook.environment, "DESKBELL_RUN": str(self.run)}

    def prepare(self, private: Path) -> tuple[str, ...]:
        """Write the private copy and give the argument list. The bytes that are hashed here are those that are run."""
        book = self.runbook
        words = bind(book, self.target, dict(self.arguments))
        contents = contents_of(self.folder, book.script, book.files)
        if digest(contents) != self.digest:
            raise DeskError("the script changed after it was approved. Ask again: an approver must see the new one.")
        for name, data in contents.items():
            copy = private / name
            copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            copy.write_bytes(data)
            copy.chmod(0o700)
        return (*_interpreter(contents[book.script], book.script), str(private / book.script), *words)


@dataclass(frozen=True, slots=True)
class Program:
    """A program of this machine that the operator lists, started as it lies there. `time_limit` is in seconds."""

    argv: tuple[str, ...]
    time_limit: float
    name: str = "program"
    writable: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def prepare(self, private: Path) -> tuple[str, ...]:  # noqa: ARG002 - a run's order needs it
        return self.argv


def _interpreter(data: bytes, script: str) -> tuple[str, ...]:
    """The words before the script's path. We read `#!` ourselves: a temporary folder is often mounted `noexec`."""
    if script.endswith(".py"):
        return (sys.executable, "-u")
    if not data.startswith(b"#!"):
        return ()
    return tuple(data[2:].split(b"\n", 1)[0].decode(errors="replace").split(maxsplit=1))


def _environment(order: Order | Program, private: Path) -> dict[str, str]:
    """Nothing is inherited; the last two are ours and cannot be set by a runbook."""
    return {"PATH": _PATH, "LANG": "C.UTF-8", **order.environment, "HOME": str(private), "TMPDIR": str(private)}


def letter(order: Order | Program, limits: Limits, private: Path, argv: tuple[str, ...]) -> bytes:
    """What the warden must know, one line of JSON: in no argument list, where all users of the machine could read."""
    most = {
        "RLIMIT_CORE": 0,
        "RLIMIT_CPU": int(order.time_limit) + 1,
        "RLIMIT_AS": limits.memory,
        "RLIMIT_FSIZE": limits.file,
        "RLIMIT_NOFILE": limits.open_files,
        "RLIMIT_NPROC": limits.tasks,
    }
    told: dict[str, Any] = {"argv": argv, "environment": _environment(order, private), "limits": most}
    told |= {"time_limit": order.time_limit, "grace": limits.grace}
    told |= {"processes": limits.processes, "lingering": limits.lingering}
    return json.dumps(told).encode() + b"\n"
