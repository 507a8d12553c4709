"""A ticket, its states and the only legal transitions."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from desk.refusal import DeskError, Why
from desk.sla import Clock, Pause


class Priority(StrEnum):
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class State(StrEnum):
    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    RESOLVED = "resolved"
    CLOSED = "closed"
    MERGED = "merged"  # final: it lives on in the ticket it was merged into


UNRESOLVED = frozenset({State.NEW, State.OPEN, State.PENDING})


@dataclass(frozen=True, slots=True)
class Ticket:
    """`level` counts escalations; `pending` is the set of reasons that pause its clocks; `follows` names the closed
    ticket this one continues. Times are aware UTC.

    `source` is the message (or question) it was opened from, `home` the place and `root` the id of the message in whose
    thread its requester's side stands, where everybody who reads that channel sees it; or `private:17`, which stands
    for a thread that only its requester is let into. Without a home it stands in the requester's own channel.

    `category`, `code` (how it was resolved) and the fields of `answers` are words of the configuration. `wake_at` is
    when a wait ends by itself, `touched_at` when staff first acted, `spent` seconds of work, `month` the year and month
    of opening by the client's calendar (202610). `measured` are seconds by name, frozen when it was resolved: a
    calendar that changes later changes no report. `reasons` say in words why its `priority` is what it is, what it
    is `pending` for, until when (`wake`, in the zone of whoever said it), and what was `asked` of its requester.
    """

    number: int
    client: str
    requester: str
    subject: str
    priority: Priority
    state: State
    opened_at: datetime
    opened_by: str
    details: str = ""
    assignee: str | None = None
    team: str | None = None
    level: int = 0
    pending: frozenset[Pause] = frozenset()
    alert: int | None = None
    follows: int | None = None
    resolution: str = ""
    resolved_by: str | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    last_message: str = ""
    clocks: tuple[Clock, ...] = ()
    warned: tuple[tuple[str, datetime], ...] = ()  # reminders that were given: deadline kind, and the time it was for
    home: str = ""
    root: str = ""
    source: str = ""
    version: int = 0
    category: str = ""
    impact: str = ""
    urgency: str = ""
    code: str = ""
    tags: tuple[str, ...] = ()
    watchers: tuple[str, ...] = ()
    links: tuple[tuple[str, int], ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    measured: tuple[tuple[str, int], ...] = ()
    spent: int = 0
    replies: int = 0
    reopens: int = 0
    month: int = 0
    wake_at: datetime | None = None
    touched_at: datetime | None = None
    merged_into: int | None = None
    stars: int | None = None
    reasons: tuple[tuple[str, str], ...] = ()


class Item(StrEnum):
    """What one line of a ticket's, an alert's or a run's timeline is."""

    OPENED = "opened"
    REPLY = "reply"  # words between requester and staff, seen by both
    NOTE = "note"  # words among staff
    CHANGE = "change"  # what happened, in words of ours
    PINNED = "pinned"  # a message that somebody filed into it (desk.pins)


def parties(ticket: Ticket) -> tuple[str, str]:
    """Who asked, and who opened it for them."""
    return ticket.requester, ticket.opened_by


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """`public` entries may be seen by the requester; a note never is. `message` says where its words were said: the
    place, and the id of the message there (`slack/C012/1712.0003`).
    """

    number: int
    client: str
    at: datetime
    who: str
    item: Item
    words: str
    public: bool
    message: str = ""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with somebody's words: what is recorded of it. `size` in bytes; `link` opens it where it is, and
    by `source` its platform gives us its bytes.
    """

    name: str
    size: int
    type: str
    link: str
    source: str = ""


def _refuse(ticket: Ticket, sentence: str) -> DeskError:
    return DeskError(f"{ticket.number} is {ticket.state}. {sentence}", why=Why.CONFLICT)


def _ended(ticket: Ticket, reopening: str) -> DeskError:
    """Only what is resolved can be reopened; a merged one goes on elsewhere, a closed one in a new ticket."""
    if ticket.state is State.MERGED:
        return _refuse(ticket, f"It goes on in {ticket.merged_into}.")
    if ticket.state is State.CLOSED:
        return _refuse(ticket, "That is final; what its requester writes to it opens a new ticket that names it.")
    return _refuse(ticket, f"`/reopen {ticket.number}` {reopening}")


def reason(ticket: Ticket, what: str) -> str:
    """Why, in somebody's words; empty where nobody said."""
    return dict(ticket.reasons).get(what, "")


def because(ticket: Ticket, **words: str) -> Ticket:
    """With these reasons; an empty one takes back what was said."""
    reasons = {**dict(ticket.reasons), **words}
    return replace(ticket, reasons=tuple(sorted((what, why) for what, why in reasons.items() if why)))


def opened_for(ticket: Ticket) -> bool:
    """Whether somebody else opened it for its requester, who has not written what it is about."""
    return ticket.opened_by != ticket.requester and not ticket.source


def touched_by_staff(ticket: Ticket, at: datetime) -> Ticket:
    """The first action of staff opens a new ticket; later ones change nothing."""
    touched = ticket if ticket.touched_at else replace(ticket, touched_at=at)
    return replace(touched, state=State.OPEN) if ticket.state is State.NEW else touched


def assigned(ticket: Ticket, person: str | None, team: str | None = None) -> Ticket:
    """It is this person's; nobody's, if None. With a `team` it is that team's from now on."""
    if ticket.state not in UNRESOLVED:
        raise _ended(ticket, "comes before giving it to somebody.")
    state = State.OPEN if ticket.state is State.NEW else ticket.state
    return replace(ticket, state=state, assignee=person, team=team or ticket.team)


def prioritised(ticket: Ticket, priority: Priority, why: str, impact: str = "", urgency: str = "") -> Ticket:
    if ticket.state not in UNRESOLVED:
        raise _ended(ticket, "comes before another priority.")
    return because(replace(ticket, priority=priority, impact=impact, urgency=urgency), priority=why)


def escalated(ticket: Ticket) -> Ticket:
    if ticket.state not in UNRESOLVED:
        raise _ended(ticket, "if it is not solved.")
    return replace(ticket, level=ticket.level + 1)


def pended(ticket: Ticket, cause: Pause, wake_at: datetime | None = None) -> Ticket:
    """Waiting for somebody else. A second cause joins the first; the same one again is refused. `wake_at` ends the
    whole wait; without, the time that was set before stays.
    """
    if ticket.state not in UNRESOLVED:
        raise _ended(ticket, "comes before waiting for anybody.")
    if cause in ticket.pending:
        raise _refuse(ticket, f"It is waiting for {cause.whom} already.")
    return replace(
        ticket, state=State.PENDING, pending=ticket.pending | {cause}, wake_at=wake_at or ticket.wake_at
    )  # fmt: skip


def resumed(ticket: Ticket, *causes: Pause) -> Ticket:
    """The wait for these causes is over (all, if none is named); the ticket is open again when none is left."""
    if ticket.state is not State.PENDING:
        raise _refuse(ticket, "It is not waiting for anybody.")
    left = ticket.pending - frozenset(causes) if causes else frozenset()
    if not left:
        return _awake(replace(ticket, state=State.OPEN))
    waits = replace(ticket, pending=left, state=State.PENDING)
    return waits if Pause.WAITING_CUSTOMER in left else because(waits, asked="")


def _awake(ticket: Ticket) -> Ticket:
    """It waits for nobody, and has no reason to."""
    return because(replace(ticket, pending=frozenset(), wake_at=None), pending="", wake="", asked="")


def resolved(ticket: Ticket, by: str, words: str, now: datetime, code: str = "") -> Ticket:
    if ticket.state not in UNRESOLVED:
        raise _refuse(ticket, f"`/show {ticket.number}` tells how it ended.")
    awake = _awake(ticket)
    return replace(awake, state=State.RESOLVED, resolved_by=by, resolved_at=now, resolution=words, code=code)


def reopened(ticket: Ticket) -> Ticket:
    if ticket.state is State.CLOSED:
        raise _refuse(ticket, "That is final; a reply to it opens a new ticket that names it.")
    if ticket.state is not State.RESOLVED:
        raise _refuse(ticket, "There is nothing to reopen.")
    return replace(
        ticket, state=State.OPEN, resolved_by=None, resolved_at=None, resolution="", code="", reopens=ticket.reopens + 1
    )  # fmt: skip


def closed(ticket: Ticket, now: datetime) -> Ticket:
    if ticket.state is not State.RESOLVED:
        raise _refuse(ticket, f"Only what is resolved closes. `/resolve {ticket.number}` says that it is solved.")
    return replace(ticket, state=State.CLOSED, closed_at=now)


def merged(ticket: Ticket, into: int, now: datetime) -> Ticket:
    """It is the same as another ticket, and goes on there."""
    if ticket.state not in UNRESOLVED:
        raise _refuse(ticket, "Only what is not solved yet can be merged.")
    return replace(_awake(ticket), state=State.MERGED, merged_into=into, closed_at=now)


def written_by_requester(ticket: Ticket) -> Ticket:
    """The requester has written: what waited for them, or was thought to be solved, is open again.

    Writing to a closed ticket is the caller's business: it opens a new one.
    """
    if ticket.state is State.PENDING and Pause.WAITING_CUSTOMER in ticket.pending:
        return resumed(ticket, Pause.WAITING_CUSTOMER)
    if ticket.state is State.RESOLVED:
        return reopened(ticket)
    return ticket
