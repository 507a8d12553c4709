"""How soon a ticket must be worked on: what it hits, times how long that can wait (ITIL's matrix of three by three)."""

from collections.abc import Mapping
from enum import StrEnum

from desk.tickets import Priority


class Impact(StrEnum):
    """How much it hits."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def label(self) -> str:
        return {"high": "the whole company or site", "medium": "a group", "low": "one person"}[self]


class Urgency(StrEnum):
    """How long it can wait."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def label(self) -> str:
        return {"high": "cannot work at all", "medium": "can work, with trouble", "low": "can wait"}[self]


def raised(priority: Priority) -> Priority:
    """The next more urgent one; P1 stays."""
    order = list(Priority)
    return order[max(order.index(priority) - 1, 0)]


Matrix = Mapping[tuple[str, str], Priority]
MATRIX: Matrix = {
    (Impact.HIGH, Urgency.HIGH): Priority.P1,
    (Impact.HIGH, Urgency.MEDIUM): Priority.P2,
    (Impact.HIGH, Urgency.LOW): Priority.P3,
    (Impact.MEDIUM, Urgency.HIGH): Priority.P2,
    (Impact.MEDIUM, Urgency.MEDIUM): Priority.P3,
    (Impact.MEDIUM, Urgency.LOW): Priority.P4,
    (Impact.LOW, Urgency.HIGH): Priority.P3,
    (Impact.LOW, Urgency.MEDIUM): Priority.P4,
    (Impact.LOW, Urgency.LOW): Priority.P4,
}


def in_words(impact: Impact, urgency: Urgency) -> str:
    """Both, as the card says why a ticket has its priority."""
    return f"{impact.label} {urgency.label}"
