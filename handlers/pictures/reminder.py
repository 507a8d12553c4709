"""A reminder: whose promise, how long until when, who has it, what one can do."""

from datetime import datetime

from config.loaded import Config
from desk.cards import Button, Text, When, span_of, text
from desk.sla import Metric
from desk.tickets import Ticket
from handlers import promises
from handlers.pictures import name, short


def words(ticket: Ticket, metric: Metric, share: float, config: Config, now: datetime) -> Text:
    """`17 (acme, VPN drops every hour): 15 min until the promised first answer at 14:35. Nobody has it.`"""
    head = f"{ticket.number} ({config.clients[ticket.client].name}, {short(ticket.subject, 60)}): "
    has = "Nobody has it." if ticket.assignee is None else f"{name(config, ticket.assignee)} has it."
    due = promises.due_at(ticket, config, metric)
    if share < 1 and (due is None or due <= now):
        return text(head, f"{share * 100:.0f} % of the promised {promises.WORDS[metric]} time was used up. {has}")
    if share >= 1 or due is None:
        return text(head, f"the promised {promises.WORDS[metric]} is late. {has}")
    left = span_of((due - now).total_seconds())  # said once, so it says what was left then
    return text(head, f"{left} until the promised {promises.WORDS[metric]} at ", When(due), f". {has}")


def brief(metric: Metric, share: float) -> str:
    """The same for somebody who is told because others have not acted."""
    if share >= 1:
        return f"has broken its promised {promises.WORDS[metric]}"
    return f"has used {share * 100:.0f} % of the time for its {promises.WORDS[metric]}"


def buttons(ticket: Ticket) -> tuple[Button, ...]:
    number = (("number", str(ticket.number)),)
    take = () if ticket.assignee else (Button("Take it", "assign", number, primary=True),)
    return (*take, Button("Reply…", "reply", number), Button("Why then?", "why", number))
