"""A look that somebody asked for, and all that it saw: each step, each value, each condition."""

from dataclasses import dataclass
from datetime import datetime

from desk.alerts import Status


@dataclass(frozen=True, slots=True)
class Asked:
    """`person` asked for a look at a client's monitor. Asking again before it was had is asking once."""

    monitor: str
    client: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one condition: its text, and the sentence when it does not hold."""

    text: str
    status: Status
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """What one look saw. `values` are names and what is shown of them, in the order in which the kind offers them."""

    monitor: str
    status: Status
    sentence: str
    started_at: datetime
    values: tuple[tuple[str, str], ...] = ()
    verdicts: tuple[Verdict, ...] = ()
