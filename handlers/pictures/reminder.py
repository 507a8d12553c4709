"""A reminder: whose promise, how long until when, who has it, what one can do."""

from collections.abc import Sequence
from datetime import datetime

from config.loaded import Config
from desk.cards import Button, Card, Text, When, span_of, text
from desk.detail import Own, ours
from desk.sla import Metric
from desk.tickets import Ticket
from handlers import promises
from handlers.pictures import about, name

MOST = 12  # reminders that one message names


def words(ticket: Ticket, metric: Metric, share: float, config: Config, now: datetime) -> Text:
    """`17 (acme, VPN drops every hour): 15 min until the promised first answer at 14:35. Nobody has it.`"""
    head, has = text(*about(ticket, config), ": "), text(f" {name(config, ticket.assignee)} has it.")
    has = ours(" Nobody has it.") if ticket.assignee is None else has
    due = promises.due_at(ticket, config, metric)
    if share < 1 and (due is None or due <= now):
        used = Own(f"{share * 100:.0f} % of the promised {promises.WORDS[metric]} time was used up.")
        return text(*head, used, *has)
    if share >= 1 or due is None:
        return text(*head, Own(f"the promised {promises.WORDS[metric]} is late."), *has)
    left = span_of((due - now).total_seconds())  # said once, so it says what was left then
    return text(*head, Own(f"{left} until the promised {promises.WORDS[metric]} at "), When(due), Own("."), *has)


def brief(metric: Metric, share: float) -> str:
    """The same for somebody who is told because others have not acted."""
    if share >= 1:
        return f"has broken its promised {promises.WORDS[metric]}"
    return f"has used {share * 100:.0f} % of the time for its {promises.WORDS[metric]}"


def buttons(ticket: Ticket, *, broken: bool = False) -> tuple[Button, ...]:
    """A promise that is broken asks for somebody who says that they have it: until then the next people are told."""
    number = (("number", str(ticket.number)),)
    take = () if ticket.assignee else (Button(Own("Take it"), "claim", number, primary=True),)
    have = (Button(Own("Acknowledge"), "ack", number, primary=not take),) if broken else ()
    return (*take, *have, Button(Own("Reply…"), "reply", number), Button(Own("Why then?"), "why", number))


def gathered(key: str, told: Sequence[Text], numbers: Sequence[int], own: tuple[Button, ...]) -> Card:
    """All that somebody is reminded of in a quarter of an hour, as one message. `own` are the buttons of a single
    one.
    """
    title = Own("A reminder" if len(told) == 1 else f"{len(told)} reminders")
    more = (ours(f"… and {len(told) - MOST} more: `/list mine` has them."),) if len(told) > MOST else ()
    show = tuple(Button(f"Show {number}", "show", (("number", str(number)),)) for number in numbers[:5])
    return Card(key, title, lines=(*told[:MOST], *more), buttons=own or show, tone="warn")
