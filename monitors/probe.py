"""What a check may touch, and what it gives back."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, cached_property
from importlib import import_module
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, model_validator

from desk.alerts import Status, Watch
from monitors.conditions import Condition, Scope
from monitors.engine import Engine
from monitors.offers import Offers, offered
from monitors.targets import Targets


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look saw. `sentence` says the value seen and the value expected; it is empty for a plain OK.

    A look that is OK so far is judged by its conditions, on `values` and `bulk`, which is what no reading keeps. `met`
    says that the kind itself has seen that all its settings are short for holds, which need not be judged again.
    `latency` (seconds) is for kinds that know better how long the answer took than whoever waited for the look.
    """

    status: Status = Status.OK
    sentence: str = ""
    values: Mapping[str, float | str] = field(default_factory=dict)
    bulk: Mapping[str, Any] = field(default_factory=dict)
    latency: float | None = None
    met: bool = False


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended: its exit code, None when it was ended from outside, and what it printed, or why not."""

    code: int | None
    output: str


async def _runs_nothing(argv: Sequence[str], time_limit: float) -> Ran:
    return Ran(None, f"{argv[0]} was not started within {time_limit:g} s: nothing is started here")


@dataclass(frozen=True, slots=True)
class Here:
    """What of this machine checks may touch: files below these folders, and these programs, absolute paths all.

    `run` starts a program by its argument list, never by a shell, and ends it after so many seconds.
    """

    folders: tuple[str, ...] = ()
    plugins: frozenset[str] = frozenset()
    run: Callable[[Sequence[str], float], Awaitable[Ran]] = _runs_nothing


async def _watches_nothing(_names: Sequence[str]) -> Mapping[str, Watch]:
    return {}


@dataclass(frozen=True, slots=True)
class Probe:
    """The world, as far as a check may touch it.

    `web` opens a fresh connection for each request (`monitors.engine`). `now` gives aware UTC. `last_ping` gives when a
    heartbeat last pinged us, aware UTC, or None. `since` is when this process began to watch. `wants` are the values
    that somebody will read: what is dear to get and nobody reads is left alone. `notes` is what one look leaves for the
    next look at the same monitor. `watches` gives what is known of other monitors, `secret` a monitor's password or
    token, None where it has none.
    """

    web: Engine
    targets: Targets
    now: Callable[[], datetime]
    last_ping: Callable[[str], Awaitable[datetime | None]]
    since: datetime
    watches: Callable[[Sequence[str]], Awaitable[Mapping[str, Watch]]] = _watches_nothing
    secret: Callable[[str], str | None] = lambda _monitor: None
    here: Here = Here()
    monitor: str = ""
    wants: frozenset[str] = frozenset()
    notes: dict[str, Any] = field(default_factory=dict)

    def of(self, monitor: str, wants: frozenset[str] = frozenset()) -> Self:
        """The probe of one monitor: the same world, notes of its own."""
        return replace(self, monitor=monitor, wants=wants, notes={})


class Kind(BaseModel):
    """A kind of monitor: its fields are its settings, and it can look.

    `remote` is true where another machine has to answer: then latency means something and silence means failed. A
    local check that does not come back could not look, which is unknown. `offers` are the values that conditions may
    read, by name; what a look did not find is left out of what it saw, and reads as missing. `needs` are the modules
    that are imported when the first monitor of the kind is configured, and not before.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    remote: ClassVar[bool] = False
    offers: ClassVar[Offers] = {}
    needs: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        for module in self.needs:
            try:
                import_module(module)
            except ImportError as error:
                kind = type(self).__module__.rpartition(".")[2]
                raise ValueError(f"this kind needs a library that is not here: install `deskbell[{kind}]`") from error
        return self

    def short_for(self) -> Iterable[tuple[str, str]]:
        """The conditions that these settings are short for, each with its own words for what is expected, or none."""
        return ()

    @cached_property
    def expects(self) -> tuple[Condition, ...]:
        """The conditions that these settings are short for."""
        return tuple(scope_of(type(self)).condition(text, expected) for text, expected in self.short_for())

    def others(self) -> Sequence[str]:
        """The other monitors that this one is about."""
        return ()

    async def check(self, probe: Probe) -> Seen:
        """Look once. May raise `ReachError`; any other exception is the check's own fault and reads as unknown."""
        raise NotImplementedError


@cache
def scope_of(kind: type[Kind]) -> Scope:
    """What conditions on a kind may say."""
    return Scope(kind.__module__.rpartition(".")[2], offered(kind.offers, remote=kind.remote))
