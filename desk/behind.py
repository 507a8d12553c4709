"""The tickets behind one number of a report: what `show=missed/resolution/P1` means."""

from dataclasses import dataclass

from desk.reckoning import AGES, OLDEST, PRIORITIES
from desk.refusal import DeskError
from desk.tallies import PROMISES, Judge, Kept, facts, kept
from desk.tickets import UNRESOLVED, State, Ticket

# Numbers that count tickets, and the fact by which a ticket counts (desk.tallies.facts); empty: by being there.
TICKETS = {
    "opened": "", "open": "open", "resolved": "resolved", "merged": "merged", "reopened": "reopened",
    "first-contact": "first_contact", "asked": "asked", "rated": "rated", "time": "spent",
}  # fmt: skip
LENGTHS = ("acknowledge", "answer", "resolve")  # tickets of which that length is known
OUTCOMES = {
    "met": {"met"}, "missed": {"missed"}, "judged": {"met", "missed"}, "running": {"running"},
    "excluded": {"excluded"},
}  # fmt: skip
BACKLOG, CATEGORY, SERVICE = "backlog", "category", "uptime"
EXAMPLES = "missed/resolution/P1, running/first_response, reopened, open/P2, category/network, backlog, uptime/shop"

_AGES = {words.replace(" ", "-"): words for words in (*(words for words, _ in AGES), OLDEST)}
_ENDED = {"resolved": (State.RESOLVED, State.CLOSED), "merged": (State.MERGED,), "open": tuple(UNRESOLVED)}


@dataclass(frozen=True, slots=True)
class Behind:
    """`what` is a word of this module; `of` is its promise, category, age or service; that and `priority` are empty for
    all of them.
    """

    what: str
    of: str = ""
    priority: str = ""

    @property
    def states(self) -> tuple[State, ...]:
        """The states that its tickets are in, where that is known beforehand."""
        found = _ENDED.get("open" if self.what == "running" else self.what, ())
        return _ENDED["resolved"] if self.what in {*LENGTHS, "first-contact", "rated", "asked"} else found


def parse(said: str) -> Behind:
    """From the parts between the slashes. Raises DeskError with examples."""
    what, _, rest = (part.strip() for part in said.strip().partition("/"))
    if what in {CATEGORY, SERVICE}:
        return Behind(what, rest)
    if what == BACKLOG and (not rest or rest in _AGES):
        return Behind(what, _AGES.get(rest, ""))
    of = priority = ""
    for part in filter(None, rest.split("/")):
        if part.upper() in PRIORITIES and not priority:
            priority = part.upper()
        elif part in PROMISES and what in OUTCOMES and not of:
            of = part
        else:
            what = ""
    if what not in TICKETS and what not in LENGTHS and what not in OUTCOMES:
        raise DeskError(f"“{said[:60]}” is no number of a report. Say it like one of these: {EXAMPLES}.", field="show")
    return Behind(what, of, priority)


def spelled(behind: Behind) -> str:
    """The inverse of `parse`."""
    of = behind.of.replace(" ", "-") if behind.what == BACKLOG else behind.of
    return "/".join([behind.what, *([of] if of or behind.what == CATEGORY else []), *filter(None, [behind.priority])])


def rows(behind: Behind, ticket: Ticket, judge: Judge) -> list[Kept | None]:
    """How often the ticket stands behind the number: once, or not at all; or once for each promise that does."""
    if behind.priority and ticket.priority != behind.priority:
        return []
    if behind.what in OUTCOMES:
        outcomes = OUTCOMES[behind.what]
        return [k for k in kept(ticket, judge) if behind.of in {"", k.promise} and k.outcome in outcomes]
    return [None] if _counts(behind, ticket, judge) else []


def _counts(behind: Behind, ticket: Ticket, judge: Judge) -> bool:
    if behind.what == CATEGORY:
        return ticket.category == behind.of
    if behind.what == BACKLOG:
        return ticket.state in UNRESOLVED
    if behind.what in LENGTHS:
        return f"{behind.what}_wall" in dict(ticket.measured) and ticket.state not in UNRESOLVED
    fact = TICKETS[behind.what]
    return not fact or facts(ticket, judge)[fact] > 0
