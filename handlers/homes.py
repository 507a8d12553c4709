"""For whom a ticket is opened, and where that person's side of it stands: where they asked, or in their own channel."""

from dataclasses import dataclass

from config.loaded import Channel, Config
from desk.tickets import Ticket
from handlers.context import Context

PRIVATE = "private:"  # begins the root of a thread that is made for the ticket with the number behind it


@dataclass(frozen=True, slots=True)
class Standing:
    """The part of a ticket that follows from where it was opened."""

    requester: str
    home: str = ""
    root: str = ""
    source: str = ""


def standing(ctx: Context, client: str, about: str, *, confidential: bool) -> Standing:
    """`about` names a message: `PLACE|MESSAGE|AUTHOR`. Its platform said that this person pointed at it, and no more:
    what does not hold for this person and client is left out.

    Staff open a ticket in the name of the client's person who wrote the message, anybody in their own. It has a home
    only in a channel of that client, and only when it is the author's own. What is about no message is answered in a
    thread of its requester's own, if it was asked where there can be one.
    """
    place, message, author_id = origin(about)
    if not place or not message or message.startswith(PRIVATE):
        return _asked_here(ctx, client, confidential=confidential)
    author, source = ctx.config.people.get(author_id), f"{place}/{message}"
    staff = ctx.person.is_staff(client)
    if author is None or author.client != client or not (staff or author.id == ctx.person.id):
        return Standing(ctx.person.id, source=source)
    if confidential or clients_channel(ctx.config, place, client) is None:
        return Standing(author.id, source=source)
    return Standing(author.id, place, message, source)


def _asked_here(ctx: Context, client: str, *, confidential: bool) -> Standing:
    here, own = clients_channel(ctx.config, ctx.where.place, client), ctx.person.client == client
    if confidential or here is None or not own or not ctx.where.private:
        return Standing(ctx.person.id)
    return Standing(ctx.person.id, ctx.where.place, PRIVATE)


def origin(about: str) -> tuple[str, str, str]:
    """Place, message and author; all empty when it is no such thing."""
    parts = about.split("|")
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else ("", "", "")


def clients_channel(config: Config, place: str, client: str) -> Channel | None:
    """The channel at this place of a chat platform, if it is one where the client's own people read."""
    channel = config.channel_at(place) if "/" in place else None
    return channel if channel and channel.client == client and channel.kind in {"help", "other"} else None


def home_of(config: Config, ticket: Ticket) -> Channel | None:
    """The channel of its home. None without one, and once that place is no longer its client's."""
    return clients_channel(config, ticket.home, ticket.client)


def read_by_all(config: Config, ticket: Ticket) -> Channel | None:
    """The channel whose people all read what its requester is told."""
    return None if ticket.root.startswith(PRIVATE) else home_of(config, ticket)


def at_home(ctx: Context, ticket: Ticket) -> bool:
    """Whether this was said where the ticket's thread stands for all who read that channel."""
    return ctx.where.place == ticket.home and home_of(ctx.config, ticket) is not None


def overhears(ctx: Context, ticket: Ticket) -> bool:
    """Whether somebody who may not see the ticket wrote where they can read of it anyway: a colleague, in its home."""
    return ctx.person.client == ticket.client and at_home(ctx, ticket)
