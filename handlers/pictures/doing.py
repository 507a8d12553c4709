"""What one can do about a ticket: at most five buttons, for the team the rest behind "More"."""

from desk.cards import Button
from desk.tickets import UNRESOLVED, State, Ticket

ASK = ("ask", "yes")  # something is asked first, although nothing must be said


def of_requester(ticket: Ticket) -> tuple[Button, ...]:
    number = ("number", str(ticket.number))
    if ticket.state is State.RESOLVED:
        own = ticket.resolved_by == ticket.requester
        solved = () if own else (Button("Solved, thanks", "confirm", (number,), primary=True),)
        return (*solved, Button("Not solved…", "reopen", (number, ASK)))
    if ticket.state is State.MERGED:
        return (_parent(ticket),)
    if ticket.state not in UNRESOLVED:
        return ()
    return (
        Button("Add something…", "reply", (number,)),
        Button("It got urgent…", "priority", (number, ASK)),
        Button("Solved, thanks", "resolve", (number, ("words", "Solved, says the requester."))),
    )


def of_team(ticket: Ticket) -> tuple[Button, ...]:
    number = ("number", str(ticket.number))
    if ticket.state is State.RESOLVED:
        return (Button("Reopen", "reopen", (number,)), Button("Why?", "why", (number,)))
    if ticket.state not in UNRESOLVED:
        return (_parent(ticket) if ticket.state is State.MERGED else Button("Show", "show", (number,)),)
    return (
        _take(ticket),
        Button("Reply…", "reply", (number,)),
        Button("Pending…", "pending", (number,)),
        Button("Resolve…", "resolve", (number,)),
        Button("More", "show", (number,)),
    )


def of_team_besides(ticket: Ticket) -> tuple[Button, ...]:
    """What "More" has."""
    number = ("number", str(ticket.number))
    if ticket.state not in UNRESOLVED:
        return of_team(ticket)
    return (
        Button("Assign…", "assign", (number,)),
        Button("Priority…", "priority", (number, ASK)),
        Button("Note…", "note", (number,)),
        Button("Time…", "time", (number,)),
        Button("Escalate…", "escalate", (number,)),
    )


def _parent(ticket: Ticket) -> Button:
    """Of one that was merged, where it goes on is what there is to see."""
    return Button(f"Show {ticket.merged_into}", "show", (("number", str(ticket.merged_into)),))


def _take(ticket: Ticket) -> Button:
    """Two who press at once do not take it from each other: the second line is another one, and asks first."""
    number = ("number", str(ticket.number))
    if ticket.assignee is None:
        return Button("Take it", "claim", (number,), primary=True)
    return Button("Take over…", "assign", (number, ("person", "me")), confirm=f"Take {ticket.number} over?")
