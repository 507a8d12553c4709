"""What a ticket has to do with others: links, which both sides show, and merging, after which one of two goes on."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from desk.refusal import DeskError, Why
from desk.tickets import UNRESOLVED, State, Ticket

MOST = 50


class Link(StrEnum):
    """How one ticket stands to another number; each is the other side of one of them."""

    DUPLICATE = "duplicate"
    DUPLICATED = "duplicated"
    CAUSED_BY = "caused_by"
    CAUSES = "causes"
    RELATED = "related"
    ALERT = "alert"
    MERGED = "merged"  # that one was merged into this one


OTHER_SIDE: Mapping[Link, Link] = {
    Link.DUPLICATE: Link.DUPLICATED, Link.DUPLICATED: Link.DUPLICATE, Link.CAUSED_BY: Link.CAUSES,
    Link.CAUSES: Link.CAUSED_BY, Link.RELATED: Link.RELATED,
}  # fmt: skip
WORDS: Mapping[Link, str] = {
    Link.DUPLICATE: "duplicate of", Link.DUPLICATED: "duplicated by", Link.CAUSED_BY: "caused by",
    Link.CAUSES: "the cause of", Link.RELATED: "related to", Link.ALERT: "for alert", Link.MERGED: "also reported as",
}  # fmt: skip


def said(ticket: Ticket) -> str:
    """All its links in words: `duplicate of 12, caused by 9 and 11`. Empty where there is none."""
    parts = []
    for kind in Link:
        others = [str(number) for link, number in ticket.links if link == kind]
        if others:
            listed = " and ".join([", ".join(others[:-1]), others[-1]] if others[1:] else others)
            parts.append(f"{WORDS[kind]} {listed}")
    return ", ".join(parts)


def linked(ticket: Ticket, kind: Link, other: int) -> Ticket:
    if other == ticket.number:
        raise DeskError(f"{other} has nothing to do with itself. Name another number.", field="other")
    if (kind, other) in ticket.links or (kind is Link.ALERT and ticket.alert == other):
        raise _refuse(f"{ticket.number} is {WORDS[kind]} {other} already.")
    other_way = OTHER_SIDE.get(kind, kind)
    if other_way is not kind and (other_way, other) in ticket.links:
        raise _refuse(f"{ticket.number} is {WORDS[other_way]} {other}; it cannot be both. `undo=yes` takes that back.")
    if len(ticket.links) >= MOST:
        raise _refuse(f"{ticket.number} has {MOST} links, and no more fit. `undo=yes` takes one back.")
    return replace(ticket, links=(*ticket.links, (str(kind), other)))


def unlinked(ticket: Ticket, kind: Link, other: int) -> Ticket:
    if (kind, other) not in ticket.links:
        tail = f"it is {said(ticket)}" if ticket.links else "it has no links"
        raise _refuse(f"{ticket.number} is not {WORDS[kind]} {other}; {tail}.")
    return replace(ticket, links=tuple(link for link in ticket.links if link != (kind, other)))


def check_merge(child: Ticket, parent: Ticket) -> None:
    """Whether one may go on in the other. Raises DeskError with what would work instead.

    What was merged takes nothing in any more, so following a merged ticket always comes to an end.
    """
    n, into = child.number, parent.number
    if n == into:
        raise DeskError(f"{n} cannot be merged into itself. Name the ticket that goes on.", field="into")
    if child.client != parent.client:
        raise _refuse(f"{n} is {child.client}'s and {into} {parent.client}'s; only tickets of one client are merged.")
    if child.state is State.MERGED:
        raise _refuse(f"{n} was merged into {child.merged_into} already.")
    if child.state not in UNRESOLVED:
        raise _refuse(f"{n} is {child.state}, so there is nothing to merge. `/relate {n} duplicate {into}` links them.")
    if parent.state is State.MERGED:
        goes_on = parent.merged_into
        remedy = "" if goes_on == n else f" `/merge {n} into {goes_on}` does what you want."
        raise _refuse(f"{into} was merged into {goes_on} itself.{remedy}")
    if parent.state is State.RESOLVED:
        raise _refuse(f"{into} is resolved. `/reopen {into}` comes first, if it is not solved after all.")
    if parent.state is State.CLOSED:
        raise _refuse(f"{into} is closed, and that is final. `/relate {n} duplicate {into}` links them instead.")


def _refuse(sentence: str) -> DeskError:
    return DeskError(sentence, why=Why.CONFLICT)
