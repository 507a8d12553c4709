"""What a ticket has to do with other tickets, and by which words it is found: lines of its card."""

from config.loaded import Config
from desk import links
from desk.cards import Text, text
from desk.detail import ours
from desk.tickets import State, Ticket
from handlers.pictures import name


def for_team(ticket: Ticket, config: Config) -> list[Text]:
    said = links.said(ticket)
    watchers = ", ".join(name(config, person) for person in ticket.watchers)
    tags = " ".join(f"#{tag}" for tag in ticket.tags)
    marks = " · ".join(part for part in (tags, f"watched by {watchers}" if watchers else "") if part)
    return [
        ours(f"Merged into {ticket.merged_into}, where it goes on") if ticket.state is State.MERGED else (),
        ours(f"{said[0].upper()}{said[1:]}") if said else (),
        text(marks) if marks else (),
    ]


def goes_on(ticket: Ticket) -> str:
    """Where a merged ticket lives on, as its requester is told."""
    into = ticket.merged_into
    return f"This is the same as {into}, so we go on with it there. What you write here reaches us there too."
