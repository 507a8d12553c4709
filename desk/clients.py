"""The organisations under contract, and the numbers that make a contract a promise."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from desk.detail import Detail


@dataclass(frozen=True, slots=True)
class Contract:
    """`targets` maps (metric, priority) to seconds of the calendar; `warnings` are the fractions that remind.

    `by_category` maps (category, metric, priority) to the seconds that hold there instead. `goals` maps a metric to the
    share of promises that must be met, such as 0.95; `uptime` a monitor to the share of time that its service is up.
    `tier` names the terms that it shares with other contracts.
    """

    targets: Mapping[tuple[str, str], int]
    calendar: str
    warnings: tuple[float, ...] = (0.5, 0.75, 0.9)
    goals: Mapping[str, float] = field(default_factory=dict)
    by_category: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    uptime: Mapping[str, float] = field(default_factory=dict)
    tier: str = ""

    def target(self, metric: str, priority: str, category: str = "") -> int | None:
        """In seconds; None where that is not promised."""
        return self.by_category.get((category, metric, priority), self.targets.get((metric, priority)))

    @property
    def promised(self) -> frozenset[str]:
        """The metrics that are promised, if only to tickets of some category."""
        return frozenset({m for m, _ in self.targets} | {m for _, m, _ in self.by_category})


@dataclass(frozen=True, slots=True)
class Client:
    """One client organisation. `team_channel` is where its tickets and alerts are worked, `path` whom they climb to.

    `vips` are people whose tickets are marked; with `vip_raises` they start one priority higher. `detail` is how much
    of what is theirs may leave for the chat `platforms` (None: for all that are set up).
    """

    id: str
    name: str
    contract: Contract
    team_channel: str
    path: str
    default_priority: str = "P3"
    team: str | None = None
    coverage: str = ""
    detail: Detail = Detail.FULL
    platforms: frozenset[str] | None = None
    vips: frozenset[str] = frozenset()
    vip_raises: bool = False
