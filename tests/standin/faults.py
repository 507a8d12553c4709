"""The fault menu. A fault is a plan: whether and when the platform takes the request, and what it tells when."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What can go wrong between a sender and a platform."""

    NONE = "none"
    REFUSE = "refuse"  # for good: the channel is unknown or archived
    RATE = "rate"  # 429 with Retry-After
    ERROR = "error"  # 500 and not taken
    ERROR_TAKEN = "error_taken"  # 500 although it was taken
    LOSE_REPLY = "lose_reply"  # taken, then the connection is reset
    HANG = "hang"  # neither taken nor answered
    HANG_TAKEN = "hang_taken"  # taken and never answered
    RESET = "reset"  # the connection is reset before anything was taken
    LATE = "late"  # taken after the caller has given up
    ACCOUNT = "account"  # the token is revoked
    UNREADABLE = "unreadable"  # for a look: the history is not shown
    GONE = "gone"  # for an edit: there is no such message


class Tells(StrEnum):
    """What the caller gets."""

    OK = "ok"
    REFUSED = "refused"
    RATE = "rate"
    ERROR = "error"
    ACCOUNT = "account"
    UNREADABLE = "unreadable"
    GONE = "gone"
    RESET = "reset"
    NOTHING = "nothing"  # the connection stays open, silent


@dataclass(frozen=True, slots=True)
class Plan:
    """`takes_after` seconds from the request's arrival, None if never. `retry_after` belongs to RATE."""

    takes_after: float | None
    tells: Tells
    tells_after: float = 0.0
    retry_after: float = 0.0


def plan(fault: Fault, *, delay: float = 0.0, retry_after: float = 3.0, late: float = 20.0) -> Plan:
    """The plan of a fault. `delay` is an ordinary answer's time, `late` when a late one is taken, both in seconds."""
    return {
        Fault.NONE: Plan(delay, Tells.OK, delay),
        Fault.REFUSE: Plan(None, Tells.REFUSED, delay),
        Fault.RATE: Plan(None, Tells.RATE, delay, retry_after),
        Fault.ERROR: Plan(None, Tells.ERROR, delay),
        Fault.ERROR_TAKEN: Plan(delay, Tells.ERROR, delay),
        Fault.LOSE_REPLY: Plan(delay, Tells.RESET, delay),
        Fault.HANG: Plan(None, Tells.NOTHING),
        Fault.HANG_TAKEN: Plan(delay, Tells.NOTHING),
        Fault.RESET: Plan(None, Tells.RESET, delay),
        Fault.LATE: Plan(late, Tells.NOTHING),
        Fault.ACCOUNT: Plan(None, Tells.ACCOUNT, delay),
        Fault.UNREADABLE: Plan(None, Tells.UNREADABLE, delay),
        Fault.GONE: Plan(None, Tells.GONE, delay),
    }[fault]
