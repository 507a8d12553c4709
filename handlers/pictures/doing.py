"""What one can do about a ticket: at most five buttons, for the team the rest behind "More"."""

from desk.cards import Button
from desk.detail import Own
from desk.tickets import UNRESOLVED, State, Ticket

ASK = ("ask", "yes")  # something is asked first, although nothing must be said


def of_requester(ticket: Ticket) -> tuple[Button, ...]:
    number = ("number", str(ticket.number))
    if ticket.state is State.RESOLVED:
        own = ticket.resolved_by == ticket.requester
        solved = () if own else (Button(Own("Solved, thanks"), "confirm", (number,), primary=True),)
        return (*solved, Button(Own("Not solved…"), "reopen", (number, ASK)))
    if ticket.state is State.MERGED:
        return (_parent(ticket),)
    if ticket.state not in UNRESOLVED:
        return ()
    return (
        Button(Own("Add something…"), "reply", (number,)),
        Button(Own("It got urgent…"), "priority", (number, ASK)),
        Button(Own("Solved, thanks"), "resolve", (number, ("words", Own("Solved, says the requester.")))),
    )


def of_team(ticket: Ticket) -> tuple[Button, ...]:
    number = ("number", str(ticket.number))
    if ticket.state is State.RESOLVED:
        return (Button(Own("Reopen"), "reopen", (number,)), Button(Own("Why?"), "why", (number,)))
    if ticket.state not in UNRESOLVED:
        return (_parent(ticket) if ticket.state is State.MERGED else Button(Own("Show"), "show", (number,)),)
    return (
        _take(ticket),
        Button(Own("Reply…"), "reply", (number,)),
        Button(Own("Pending…"), "pending", (number,)),
        Button(Own("Resolve…"), "resolve", (number,)),
        Button(Own("More"), "show", (number,)),
    )


def of_team_besides(ticket: Ticket) -> tuple[Button, ...]:
    """What "More" has."""
    number = ("number", str(ticket.number))
    if ticket.state not in UNRESOLVED:
        return of_team(ticket)
    return (
        Button(Own("Assign…"), "assign", (number,)),
        Button(Own("Priority…"), "priority", (number, ASK)),
        Button(Own("Note…"), "note", (number,)),
        Button(Own("Time…"), "time", (number,)),
        Button(Own("Escalate…"), "escalate", (number,)),
    )


def _parent(ticket: Ticket) -> Button:
    """Of one that was merged, where it goes on is what there is to see."""
    return Button(f"Show {ticket.merged_into}", "show", (("number", str(ticket.merged_into)),))


def _take(ticket: Ticket) -> Button:
    """Two who press at once do not take it from each other: the second line is another one, and asks first."""
    number = ("number", str(ticket.number))
    if ticket.assignee is None:
        return Button(Own("Take it"), "claim", (number,), primary=True)
    return Button(Own("Take over…"), "assign", (number, ("person", "me")), confirm=Own(f"Take {ticket.number} over?"))
