"""What a ticket, an alert, a run looks like as a card, for whom. The renderers say how it is drawn."""

from collections.abc import Iterable

from config.loaded import Config
from desk.cards import Button, Text, text
from desk.detail import Own, Subject
from desk.people import Person, may
from desk.tickets import Ticket

# What a word needs, where not everybody who is told of a thing may do it.
NEEDS = {
    "ack": "alert.work", "run": "alert.work", "assign": "ticket.work", "pending": "ticket.work", "claim": "ticket.work",
    "reply": "ticket.write", "resolve": "ticket.write", "approve": "run.approve", "deny": "alert.work",
}  # fmt: skip


def name(config: Config, person: str | None) -> str:
    """A person as others call them; a name that has been retired still tells who it was."""
    if person is None:
        return "nobody"
    known = config.people.get(person)
    return known.name.split()[0] if known else ("Deskbell" if person == "deskbell" else person)


def short(words: str, limit: int = 160) -> str:
    """One line of somebody's words."""
    line = " ".join(words.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def about(ticket: Ticket, config: Config) -> Text:
    """A ticket in the middle of a sentence: `17 (Acme, VPN drops every hour)`."""
    client = config.clients[ticket.client].name
    return text(Own(ticket.number), f" ({client}, ", Subject(short(ticket.subject, 60)), ")")


def pressable(buttons: Iterable[Button], person: Person, client: str) -> tuple[Button, ...]:
    """Only the buttons that this person may press: a manager who is told of an alert is not offered to work it."""
    return tuple(b for b in buttons if b.word not in NEEDS or may(person, NEEDS[b.word], client))
