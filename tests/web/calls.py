"""What the tests of the API call, and the card they talk about."""

from bot.platforms.contract import Outgoing
from desk.cards import Button, Card, Field, Post, Style, When, text
from desk.tickets import Priority, State, Ticket
from tests.store_fixture import MORNING

TICKET = Card(
    "ticket/17", "VPN drops every hour", "◐ open", 17,
    lines=(text("We answer by ", When(MORNING), " (", When(MORNING, Style.LEFT), ")"),),
    fields=(Field("Solution", text("by ", When(MORNING))),), table=((text("a"), text("b")),),
    buttons=(Button("Take it", "assign", (("number", "17"),), primary=True),), tone="warn",
)  # fmt: skip


def outgoing(destination, *, send_key="k1", thread=None, version=1, key="ticket/17", card=TICKET, words=()):
    return Outgoing(send_key, destination, thread, version, key, None, card, words, ())


async def say(http, person, channel, line, **more):
    return await http.post("/api/say", json={"as": person, "channel": channel, "text": line, **more})


async def messages(http, person, channel, **query):
    return await http.get(f"/api/channels/{channel}/messages", params={"as": person, **query})


async def save_ticket(store):
    """Ticket 17 of acme's Ann: what makes a thread in her direct channel the desk's business."""
    ticket = Ticket(17, "acme", "ann", "VPN", Priority.P3, State.OPEN, MORNING, "ann")
    await store.write(lambda tx: tx.save_ticket(ticket))


async def deliver(store, *messages):
    """The posts of ticket 17's card as the outbox leaves them: each with the number of its message."""

    def delivered(tx):
        for channel, number in messages:
            tx.post(Post("ticket/17", channel, "acme", TICKET, live=True))
            tx.flush()
            tx.execute("UPDATE posts SET message_id = ? WHERE destination = ?", (number, channel))

    await store.write(delivered)
