"""What happens that another system can be told of: the kinds, who wants to hear of which, what is told of each.

A kind is called as its entry on the record. Another one needs a line here and a sample in `tests/shape/event_cases.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

SCHEMA = 1  # of the body that is sent: it grows by fields, and changes with another number
PLATFORM = "webhook:"  # before a webhook's name, as a platform of the outbox: whatever it refuses, the others go on
SIDE_BY_SIDE = 4  # requests to one webhook at once at most; what is about one subject goes one after another

KINDS: Mapping[str, str] = {
    "alert.raised": "something is down, or another system says so",
    "alert.paged": "somebody was called for it",
    "alert.acknowledged": "somebody has it",
    "alert.handed_over": "somebody else has it now",
    "alert.snoozed": "whoever has it is not asked until a time",
    "alert.let_go": "nobody has it any more: it calls again",
    "alert.resolved": "somebody says that what another system told us is over",
    "alert.cleared": "all of it is up again",
    "ticket.opened": "somebody asks for help",
    "ticket.changed": "anything about it that has no kind of its own",
    "ticket.replied": "requester or staff wrote to each other",
    "ticket.urged": "its requester says that it is more urgent",
    "ticket.woken": "a wait is over",
    "ticket.reopened": "it was not solved after all",
    "ticket.resolved": "somebody says that it is solved",
    "ticket.merged": "it goes on in another one",
    "ticket.closed": "it is over for good",
    "promise.reminded": "a promise is about to be due",
    "promise.broken": "a promise was not kept",
    "incident.published": "staff said something about an alert on a status page",
    "run.asked": "somebody wants to run a runbook",
    "run.approved": "an approver said yes",
    "run.denied": "an approver said no",
    "run.lapsed": "nobody answered in time",
    "run.started": "its script is running",
    "run.ended": "what came of it",
    "silence.made": "nobody is called for what matches",
    "silence.ended": "its time is over, or somebody ended it",
    "maintenance.announced": "planned work begins soon",
    "maintenance.started": "planned work begins",
    "maintenance.ended": "planned work is over",
    "oncall.changed": "somebody else is on call",
    "oncall.overridden": "somebody takes over for a while",
    "oncall.cancelled": "that was taken back",
    "configuration.loaded": "another configuration is in force",
    "configuration.refused": "a configuration with mistakes was not taken",
}  # fmt: skip

Fact = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened at `at` (aware UTC), by this person (`by`), to `subject` (`ticket/17`) of this client; of
    none, if it is about the whole desk. `facts` are its state afterwards. Which words of them are whose is marked as in
    a card (desk.detail), and `detail` says how much of it is left.
    """

    kind: str
    at: datetime
    subject: str
    client: str | None
    by: str
    facts: Mapping[str, Fact]
    detail: str = "full"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where events are sent: those of `events` (a kind, a family such as `alert.*`, or `*`) about these clients; None:
    about all of them, and what is about none.
    """

    name: str
    url: str
    events: tuple[str, ...] = ("*",)
    clients: frozenset[str] | None = None

    def wants(self, kind: str, client: str | None) -> bool:
        theirs = self.clients is None or client in self.clients
        return theirs and any(fits(kind, pattern) for pattern in self.events)


def fits(kind: str, pattern: str) -> bool:
    return pattern in {"*", kind, f"{family(kind)}.*"}


def family(kind: str) -> str:
    return kind.partition(".")[0]


def patterns() -> tuple[str, ...]:
    """Whatever may stand in a webhook's `events`."""
    return ("*", *dict.fromkeys(f"{family(kind)}.*" for kind in KINDS), *KINDS)
