"""The organisations under contract, and the numbers that make a contract a promise."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Contract:
    """`targets` maps (metric, priority) to seconds of the calendar; `warnings` are the fractions that remind.

    `goals` maps a metric to the share of tickets that must be met, such as 0.95.
    """

    targets: Mapping[tuple[str, str], int]
    calendar: str
    warnings: tuple[float, ...] = (0.5, 0.75, 0.9)
    goals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Client:
    """One client organisation. `team_channel` is where its tickets and alerts are worked, `path` whom they climb to."""

    id: str
    name: str
    contract: Contract
    team_channel: str
    path: str
    default_priority: str = "P3"
    team: str | None = None
    coverage: str = ""
