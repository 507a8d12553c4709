"""A transaction opened for some clients cannot read, and cannot write, what is another client's."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta

import pytest

from bot.store.errors import Conflict, ForeignClient
from bot.store.store import Store, StoreTx
from desk.audit import Entry
from desk.cards import Post
from desk.queries import Query, Reach
from desk.runs import RunState
from desk.signals import Edge, SignalState, Turn
from desk.tallies import contribution
from desk.tickets import Item, State, TimelineEntry
from handlers.records import RunFact
from tests.store.values import alert, approval, run, signal, silence, ticket
from tests.store_fixture import MORNING

ACME = frozenset({"acme"})
MESSAGE, THREAD = "slack/C012/7", ("slack/C012", "7")
WORDS = TimelineEntry(1, "globex", MORNING, "ann", Item.NOTE, "secret", public=False, message=MESSAGE)

EDGE = Edge("monitor/shop", "globex", MORNING, Turn.DOWN, 2, "status 500")
SOLVED = ticket(5, "globex", state=State.RESOLVED, month=202611, measured=(("resolve_wall", 60),))


async def fill(store: Store) -> None:
    def save(tx: StoreTx) -> None:
        tx.save_ticket(replace(ticket(1, "globex"), source=MESSAGE, home=THREAD[0], root=THREAD[1]))
        tx.tell(WORDS)
        tx.count(None, contribution(SOLVED))
        tx.save_ticket(SOLVED)
        tx.save_alert(alert(2, "globex"))
        tx.outage(signal(2, "globex"))
        tx.save_signal(signal(2, "globex"))
        tx.save_signal(signal(2, "globex", "held", state=SignalState.HELD))
        tx.edge(EDGE)
        tx.inhibits(signal(2, "globex"), "1", "berlin")
        tx.save_silence(silence(6, "globex"))
        tx.save_run(run(3, "globex"))
        tx.save_approval(approval(4, "globex"))
        tx.deadline("ticket/1", "warn/50", MORNING, "globex")
        tx.post(Post("ticket/1", "team", "globex"))
        tx.post(Post("alert/2", "team", "globex"))
        tx.flush()
        tx.execute("UPDATE posts SET message_id = 'm1' WHERE key = 'ticket/1'")

    await store.write(save)


READS: dict[str, Callable[[StoreTx], object]] = {
    "a ticket by its number": lambda tx: tx.ticket(1),
    "tickets": lambda tx: tx.tickets(),
    "tickets of that client by name": lambda tx: tx.tickets(client="globex"),
    "what its words say": lambda tx: tx.find(Query(words=("secret",)), Reach(every_word=frozenset({"acme", "globex"}))),
    "a ticket by its message": lambda tx: tx.ticket_from(MESSAGE, "ann"),
    "a ticket by its thread": lambda tx: tx.ticket_at(*THREAD),
    "a timeline": lambda tx: tx.timeline(1),
    "a message in a timeline": lambda tx: tx.said(1, MESSAGE),
    "an alert by its number": lambda tx: tx.alert(2),
    "alerts": lambda tx: tx.alerts(open_only=False),
    "alerts of that client by name": lambda tx: tx.alerts(client="globex"),
    "an alert by what its signals share": lambda tx: tx.open_alert(""),
    "alerts whose card stands there": lambda tx: tx.alerts_at("team", 5),
    "how many alerts began": lambda tx: tx.begun_alerts("globex", MORNING),
    "a signal by its fingerprint": lambda tx: tx.signal("monitor/shop"),
    "the signals of an alert": lambda tx: tx.signals_of(2),
    "how many of them fire": lambda tx: tx.firing_count(2),
    "what fires": lambda tx: tx.live_signals(),
    "what is held": lambda tx: tx.held_signals(),
    "what is held of that client": lambda tx: tx.held_signals("globex"),
    "edges of a signal": lambda tx: tx.edges(fingerprint="monitor/shop"),
    "edges of an alert": lambda tx: tx.edges(alert=2),
    "what hides others": lambda tx: tx.inhibitor("globex", "1", "berlin", ""),
    "a silence by its number": lambda tx: tx.silence(6),
    "silences": lambda tx: tx.silences(MORNING),
    "a run by its number": lambda tx: tx.run(3),
    "runs": lambda tx: tx.runs(),
    "an approval": lambda tx: tx.approval(4),
    "deadlines": lambda tx: tx.due("ticket/1", "warn", MORNING),
    "sums of all": lambda tx: tx.sums([202611]),
    "sums of that client": lambda tx: tx.sums([202611], "globex"),
    "lengths of that client": lambda tx: any(tx.lengths("globex", [202611]).values()),
    "categories of that client": lambda tx: tx.categories("globex", [202611]),
    "tickets of its month": lambda tx: tx.opened_in("globex", [202611]),
    "outages of that client": lambda tx: tx.outages("globex", MORNING, MORNING + timedelta(days=1)),
    "where a post stands": lambda tx: tx.destinations("ticket/1"),
    "what a message is of ours": lambda tx: tx.shown("team", "m1"),
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
    "a signal": lambda tx: tx.save_signal(signal(9, "globex")),
    "an edge": lambda tx: tx.edge(EDGE),
    "what hides others": lambda tx: tx.inhibits(signal(9, "globex"), "1", "berlin"),
    "a silence": lambda tx: tx.save_silence(silence(9, "globex")),
    "an outage": lambda tx: tx.outage(signal(9, "globex")),
    "what a ticket counts as": lambda tx: tx.count(None, contribution(SOLVED)),
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


async def test_that_something_ran_on_a_target_is_known_to_all_and_neither_which_run_nor_whose(store: Store) -> None:
    """A target is one machine, whoever it serves: the one fact that crosses clients, without a number or a name."""
    old, begun, waits = run(1, "globex"), run(2, "globex"), run(3, "globex")
    early = MORNING - timedelta(days=2)

    def save(tx: StoreTx) -> None:
        tx.save_run(replace(old, state=RunState.ENDED, asked_at=early, started_at=early))
        tx.save_run(replace(begun, state=RunState.ENDED, asked_at=early, started_at=MORNING))
        tx.save_run(replace(waits, state=RunState.QUEUED, asked_at=early))
        tx.save_run(replace(run(4, "acme"), target="elsewhere"))

    await store.write(save)
    facts = await store.read(lambda tx: tx.last_runs_on(old.runbook, old.target, MORNING), clients=ACME)
    assert facts == [
        RunFact(RunState.QUEUED, None, waits.asked_by), RunFact(RunState.ENDED, MORNING, begun.asked_by)
    ]  # fmt: skip
    assert {f.name for f in fields(RunFact)}.isdisjoint(f.name for f in fields(old) if f.name in {"number", "client"})


async def test_the_deadlines_of_clients_that_are_served_no_more_are_taken_back(store: Store) -> None:
    """Only theirs: not the desk's own, and never those of a client that this transaction may not touch."""

    def save(tx: StoreTx) -> None:
        for number, client in enumerate(("acme", "globex", "initech", None)):
            tx.deadline(f"ticket/{number}", "warn/50", MORNING, client)

    def armed(tx: StoreTx) -> list[int]:
        return [n for n in range(4) if tx.due(f"ticket/{n}", "warn", MORNING)]

    await store.write(save)
    assert await store.write(lambda tx: tx.retire(["acme", "globex"]), clients=ACME) == []
    assert await store.write(lambda tx: tx.retire(["acme", "globex"])) == ["initech"]
    assert await store.read(armed) == [0, 1, 3]
    assert await store.write(lambda tx: tx.retire([])) == ["acme", "globex"]
    assert await store.read(armed) == [3]
