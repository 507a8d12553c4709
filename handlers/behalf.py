"""Opening a ticket for somebody else: for whom one may, and who is meant."""

from desk.people import Person, may
from desk.refusal import DeskError, Why
from handlers.context import Context, Tx


def people(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    """Of all clients for whose people this person may open tickets."""
    return [
        (person.id, f"{person.name} · {client.name}")
        for client in ctx.config.clients.values()
        for person in ctx.config.people.values()
        if person.client == client.id and may(ctx.person, "ticket.open_for", client.id)
    ]


def named(ctx: Context, said: str) -> Person | None:
    """Whose name or id it is, if that is somebody for whom a ticket may be opened; for all others None."""
    words = said.removeprefix("@").casefold().strip()
    known = [p for p in ctx.config.people.values() if p.client and may(ctx.person, "ticket.open_for", p.client)]
    by_id = [p for p in known if p.id == words]
    by_name = [p for p in known if words in {p.name.casefold(), p.name.casefold().split()[0]}]
    return by_id[0] if by_id else by_name[0] if len(by_name) == 1 else None


def check(ctx: Context, said: str, client: str) -> None:
    """Whoever may open tickets for others (`ticket.open_for`) does so for people of that client. Raises DeskError."""
    if not may(ctx.person, "ticket.open_for", client):
        raise DeskError("Only the team opens tickets for others. Leave that out, and it is yours.", why=Why.FORBIDDEN)
    person = named(ctx, said)
    if person is None or person.client != client:
        there = ", ".join(p.id for p in ctx.config.people.values() if p.client == client) or "nobody"
        sentence = f"“{said[:40]}” is nobody of {ctx.config.clients[client].name}. There are: {there}."
        raise DeskError(sentence, field="requester", why=Why.NOT_FOUND)
