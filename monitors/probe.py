"""What a check may touch, and what it gives back."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Protocol, Self

from desk.alerts import Status
from monitors.engine import Engine
from monitors.targets import Targets


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look saw. `sentence` says the value seen and the value expected; it is empty for a plain OK."""

    status: Status
    sentence: str = ""
    values: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Probe:
    """The world, as far as a check may touch it.

    `web` opens a fresh connection for each request (`monitors.engine`). `now` gives aware UTC. `last_ping` gives when a
    heartbeat last pinged us, aware UTC, or None. `since` is when this process began to watch. `notes` is what one look
    leaves for the next look at the same monitor.
    """

    web: Engine
    targets: Targets
    now: Callable[[], datetime]
    last_ping: Callable[[str], Awaitable[datetime | None]]
    since: datetime
    monitor: str = ""
    notes: dict[str, Any] = field(default_factory=dict)

    def of(self, monitor: str) -> Self:
        """The probe of one monitor: the same world, notes of its own."""
        return replace(self, monitor=monitor, notes={})


class Kind(Protocol):
    """A kind of monitor: a frozen pydantic model that can look.

    `remote` is true where another machine has to answer: then latency means something and silence means failed. A
    local check that does not come back could not look, which is unknown.
    """

    remote: ClassVar[bool]

    async def check(self, probe: Probe) -> Seen:
        """Look once. May raise `ReachError`; any other exception is the check's own fault and reads as unknown."""
        ...
