"""A transaction opened for some clients cannot read, and cannot write, what is another client's."""

from collections.abc import Callable

import pytest

from bot.store.errors import Conflict, ForeignClient
from bot.store.store import Store, StoreTx
from desk.audit import Entry
from desk.cards import Post
from desk.tickets import Item, TimelineEntry
from tests.store.values import alert, approval, run, ticket
from tests.store_fixture import MORNING

ACME = frozenset({"acme"})
WORDS = TimelineEntry(1, "globex", MORNING, "ann", Item.NOTE, "secret", public=False)


async def fill(store: Store) -> None:
    def save(tx: StoreTx) -> None:
        tx.save_ticket(ticket(1, "globex"))
        tx.tell(WORDS)
        tx.save_alert(alert(2, "globex"))
        tx.save_run(run(3, "globex"))
        tx.save_approval(approval(4, "globex"))
        tx.deadline("ticket/1", "warn/50", MORNING, "globex")

    await store.write(save)


READS: dict[str, Callable[[StoreTx], object]] = {
    "a ticket by its number": lambda tx: tx.ticket(1),
    "tickets": lambda tx: tx.tickets(),
    "tickets of that client by name": lambda tx: tx.tickets(client="globex"),
    "a timeline": lambda tx: tx.timeline(1),
    "an alert by its number": lambda tx: tx.alert(2),
    "alerts": lambda tx: tx.alerts(open_only=False),
    "alerts of that client by name": lambda tx: tx.alerts(client="globex"),
    "a run by its number": lambda tx: tx.run(3),
    "runs": lambda tx: tx.runs(),
    "an approval": lambda tx: tx.approval(4),
    "deadlines": lambda tx: tx.due("ticket/1", "warn", MORNING),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
async def test_what_is_another_clients_is_not_there(store: Store, read: Callable[[StoreTx], object]) -> None:
    """The same answer as for what does not exist; it is there for a transaction opened for that client, or for all."""
    await fill(store)
    assert not await store.read(read, clients=ACME)
    assert not await store.read(read, clients=frozenset())
    assert await store.read(read, clients=frozenset({"acme", "globex"}))
    assert await store.read(read)


WRITES: dict[str, Callable[[StoreTx], object]] = {
    "a ticket": lambda tx: tx.save_ticket(ticket(9, "globex")),
    "its timeline": lambda tx: tx.tell(WORDS),
    "an alert": lambda tx: tx.save_alert(alert(9, "globex")),
    "an outage": lambda tx: tx.outage(alert(9, "globex")),
    "a run": lambda tx: tx.save_run(run(9, "globex")),
    "an approval": lambda tx: tx.save_approval(approval(9, "globex")),
    "a post": lambda tx: tx.post(Post("ticket/9", "team", "globex")),
    "a deadline": lambda tx: tx.deadline("ticket/9", "warn", MORNING, "globex"),
    "an audit entry": lambda tx: tx.audit(Entry(MORNING, "ann", "webchat", "x", "y", "globex")),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
async def test_nothing_is_written_for_another_client(store: Store, write: Callable[[StoreTx], object]) -> None:
    """ForeignClient, and the whole call is rolled back."""

    def also(tx: StoreTx) -> None:
        tx.save_ticket(ticket(8, "acme"))
        write(tx)

    with pytest.raises(ForeignClient):
        await store.write(also, clients=ACME)
    assert await store.read(lambda tx: tx.ticket(8)) is None
    await store.write(also, clients=frozenset({"acme", "globex"}))


async def test_a_ticket_cannot_be_taken_over_by_naming_another_client(store: Store) -> None:
    """A value that claims to be of a visible client does not overwrite another client's row of that number."""
    saved = await store.write(lambda tx: tx.save_ticket(ticket(1, "globex")))
    with pytest.raises(Conflict):
        await store.write(lambda tx: tx.save_ticket(ticket(1, "acme", version=saved.version)), clients=ACME)
    assert await store.read(lambda tx: tx.ticket(1)) == saved
