"""What is saved comes back as it was, and a value that somebody else has changed is not overwritten."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.ports import SeededIds
from bot.store.databases import Database
from bot.store.errors import Conflict
from bot.store.postgres import Postgres
from bot.store.store import Store, StoreTx
from desk.alerts import Page, Phase, Status, Watch, clear
from desk.audit import Entry
from desk.cards import Post
from desk.paths import Step
from desk.runs import Ended, Ending, Outcome, RunState
from desk.signals import over
from desk.sla import Metric, Pause, pause, start
from desk.tickets import Item, State, Ticket, TimelineEntry
from tests.store.values import LATER, alert, approval, run, signal, ticket
from tests.store_fixture import MORNING, HandClock

FULL_TICKET = ticket(
    1,
    details="'; DROP TABLE tickets; -- ünï\x01code",
    assignee="mia",
    team="net",
    level=2,
    pending=frozenset(Pause),
    alert=4,
    follows=2,
    resolution="new cable",
    resolved_by="mia",
    resolved_at=LATER,
    closed_at=LATER,
    last_message="thanks",
    clocks=(
        start(Metric.FIRST_RESPONSE, 3600, "acme", MORNING, "gold"),
        pause(start(Metric.RESOLUTION, 14400, "acme", MORNING, "gold"), Pause.WAITING_VENDOR, LATER),
    ),
    warned=(("warn/50", LATER),),
)
FULL_ALERT = replace(
    clear(alert(1), LATER, "restart"),
    steps=(Step(60, "person:ben"), Step(600, "person:tom")),
    pages=(Page("ben", LATER, 0),), acked_by="ben", acked_at=LATER, ticket=2, run=3,
)  # fmt: skip
FULL_RUN = replace(
    run(1),
    alert=4, approval=5, monitor="shop", started_at=MORNING, ended_at=LATER, ended=Ended(Ending.EXIT, 0, "", "done"),
    outcome=Outcome.FIXED, state=RunState.ENDED, successes=2, seen="status 200", lines=10,
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        pytest.param("ticket", ticket(1), id="a new ticket: every optional field is empty"),
        pytest.param("ticket", FULL_TICKET, id="a ticket with every field filled"),
        pytest.param("alert", alert(1), id="a new alert"),
        pytest.param("alert", FULL_ALERT, id="an alert with every field filled"),
        pytest.param("run", run(1), id="a new run"),
        pytest.param("run", FULL_RUN, id="a run with every field filled"),
        pytest.param("approval", approval(1), id="an approval"),
    ],
)
async def test_a_saved_value_comes_back_as_it_was_one_version_on(store: Store, kind: str, value: Ticket) -> None:
    """`save_*` returns the value as stored; loading gives that value, equal in every field."""
    saved = await store.write(lambda tx: getattr(tx, f"save_{kind}")(value))
    assert saved == replace(value, version=1)
    assert await store.read(lambda tx: getattr(tx, kind)(value.number)) == saved
    again = await store.write(lambda tx: getattr(tx, f"save_{kind}")(saved))
    assert again.version == 2
    assert await store.read(lambda tx: getattr(tx, kind)(value.number)) == again


@pytest.mark.parametrize("made", [ticket, alert, run, approval])
async def test_a_value_changed_by_somebody_else_is_not_overwritten(store: Store, made: object) -> None:
    """Compare-and-set by version: a stale value, and a second new one of the same number, raise Conflict."""
    kind, value = made.__name__, made(1)  # type: ignore[attr-defined, operator]

    def save(tx: StoreTx) -> Ticket:
        return getattr(tx, f"save_{kind}")(value)  # type: ignore[no-any-return]

    first = await store.write(save)
    with pytest.raises(Conflict):
        await store.write(save)
    await store.write(lambda tx: getattr(tx, f"save_{kind}")(first))
    with pytest.raises(Conflict):
        await store.write(lambda tx: getattr(tx, f"save_{kind}")(first))
    assert (await store.read(lambda tx: getattr(tx, kind)(1))).version == 2


async def test_numbers_are_one_sequence_and_none_is_given_twice(database: Database, store: Store) -> None:
    """SQLite's has no gap for what was rolled back; PostgreSQL's may have one, so that nobody waits for a number."""

    def fails(tx: StoreTx) -> None:
        assert tx.number() == 2
        raise LookupError

    assert await store.write(lambda tx: tx.number()) == 1
    with pytest.raises(LookupError):
        await store.write(fails)
    following = [3, 4] if isinstance(database, Postgres) else [2, 3]
    assert await store.write(lambda tx: [tx.number(), tx.number()]) == following
    assert await store.read(lambda tx: tx.rows("SELECT id, last FROM numbers")) == [(1, following[-1])]


async def test_tickets_are_found_by_what_is_asked_of_them(store: Store) -> None:
    """Each filter narrows, in the order of numbers; `after` and `limit` page."""
    made = [
        ticket(1),
        ticket(2, requester="bob", assignee="mia", state=State.OPEN),
        ticket(3, "globex", opened_at=LATER),
        ticket(4, state=State.CLOSED, assignee="mia"),
    ]
    await store.write(lambda tx: [tx.save_ticket(one) for one in made])

    async def numbers(**asked: object) -> list[int]:
        found = await store.read(lambda tx: tx.tickets(**asked))  # type: ignore[arg-type]
        return [one.number for one in found]

    assert await numbers() == [1, 2, 3, 4]
    assert await numbers(states=[State.NEW, State.OPEN]) == [1, 2, 3]
    assert await numbers(client="globex") == [3]
    assert await numbers(requester="bob") == [2]
    assert await numbers(assignee="mia", states=[State.CLOSED]) == [4]
    assert await numbers(since=LATER) == [3]
    assert await numbers(after=2, limit=1) == [3]


async def test_the_timeline_gives_the_newest_entries_oldest_first(store: Store) -> None:
    """Also inside the transaction that told them; notes are left out where only public ones are asked for."""
    told = [TimelineEntry(1, "acme", MORNING, "ann", Item.REPLY, f"words {n}", public=n % 2 == 0) for n in range(6)]

    def tell(tx: StoreTx) -> list[TimelineEntry]:
        for entry in told:
            tx.tell(entry)
        return tx.timeline(1, limit=3)

    assert [entry.words for entry in await store.write(tell)] == ["words 3", "words 4", "words 5"]
    public = await store.read(lambda tx: tx.timeline(1, public_only=True))
    assert [replace(entry, id=None) for entry in public] == told[::2]
    assert await store.read(lambda tx: tx.timeline(2)) == []


async def test_alerts_are_found_open_by_client_and_by_monitor(store: Store) -> None:
    cleared = clear(alert(2), LATER)
    await store.write(lambda tx: [tx.save_alert(one) for one in (alert(1), cleared, alert(3, "globex", "mail"))])

    async def numbers(**asked: object) -> list[int]:
        return [one.number for one in await store.read(lambda tx: tx.alerts(**asked))]  # type: ignore[arg-type]

    assert await numbers() == [3, 1]
    assert await numbers(open_only=False, client="acme") == [2, 1]
    assert await numbers(monitor="mail") == [3]
    assert await numbers(limit=1) == [3]


async def test_runs_are_found_by_runbook_target_and_time(store: Store) -> None:
    other = replace(run(2), runbook="clean", target="shop-2", asked_at=LATER)
    await store.write(lambda tx: [tx.save_run(one) for one in (run(1), other)])

    async def numbers(**asked: object) -> list[int]:
        return [one.number for one in await store.read(lambda tx: tx.runs(**asked))]  # type: ignore[arg-type]

    assert await numbers() == [2, 1]
    assert await numbers(runbook="restart") == [1]
    assert await numbers(target="shop-2") == [2]
    assert await numbers(since=LATER) == [2]


async def test_an_unknown_monitor_is_up_until_something_was_seen(store: Store) -> None:
    """A watch is kept by monitor, overwritten at each save, and the poller can load all of them."""
    down = Watch("shop", Phase.DOWN, 3, 0, MORNING, LATER, Status.FAILED, LATER, "status 500", 7)
    assert await store.read(lambda tx: tx.watch("shop")) == Watch("shop")
    await store.write(lambda tx: tx.save_watch(Watch("shop", failures=1)))
    await store.write(lambda tx: tx.save_watch(down))
    assert await store.read(lambda tx: tx.watch("shop")) == down
    assert await store.read(lambda tx: tx.watches()) == [down]


async def test_an_outage_begins_with_the_first_failure_and_ends_with_the_alert(store: Store) -> None:
    """One interval for each alert, half open until it clears."""
    await store.write(lambda tx: tx.outage(signal(1)))
    assert await store.read(lambda tx: tx.rows("SELECT alert, ended_at FROM outages")) == [(1, None)]
    await store.write(lambda tx: tx.outage(over(signal(1), LATER)))
    lasted = await store.read(lambda tx: tx.rows("SELECT ended_at - started_at FROM outages"))
    assert lasted == [(7 * 60 * 1_000_000 + 1,)]


async def test_a_run_asks_for_looks_and_takes_the_request_back(store: Store, clock: HandClock) -> None:
    """Without a time, looks count from the transaction on."""

    async def asked() -> list[tuple[object, ...]]:
        return await store.read(lambda tx: tx.rows("SELECT run, monitor, not_before FROM probes"))

    await store.write(lambda tx: tx.probe(3, "shop"))
    now = await asked()
    clock.step(5)
    await store.write(lambda tx: tx.probe(3, "shop"))
    assert now == [(3, "shop", now[0][2])]
    assert (await asked())[0][2] == now[0][2] + 5_000_000  # type: ignore[operator]
    await store.write(lambda tx: tx.probe(3, None))
    assert await asked() == []


async def test_an_audit_entry_is_stored_without_a_place_in_the_chain(store: Store) -> None:
    await store.write(lambda tx: tx.audit(Entry(MORNING, "ann", "webchat", "open", "ticket/1", "acme", {"a": "ü"})))
    found = await store.read(lambda tx: tx.rows("SELECT who, detail, seq FROM audit"))
    assert found == [("ann", '{"a":"\\u00fc"}', None)]


async def test_the_one_character_that_postgresql_cannot_store_is_shown_as_one_that_nobody_can_read(
    database: Database, store: Store
) -> None:
    """NUL: no door lets it in from people, but what a script or a page says may have it."""
    await store.write(lambda tx: tx.save_ticket(ticket(1, details="a\x00b")))
    kept = await store.read(lambda tx: tx.ticket(1))
    assert kept is not None
    assert kept.details == ("a\ufffdb" if isinstance(database, Postgres) else "a\x00b")


async def test_a_whole_opened_ticket_takes_six_statements(database_file: Path) -> None:
    """Number, ticket, timeline, deadlines, audit, posts: what nobody reads back is written many rows at a time."""
    said: list[str] = []

    def open_one(tx: StoreTx) -> None:
        number = tx.number()
        tx.save_ticket(ticket(number))
        tx.tell(TimelineEntry(number, "acme", tx.now, "ann", Item.OPENED, "hi", public=True))
        for kind in range(8):
            tx.deadline(f"ticket/{number}", f"warn/{kind}", LATER, "acme")
        tx.audit(Entry(tx.now, "ann", "webchat", "ticket.open", f"ticket/{number}", "acme"))
        for channel in ("team", "dm-ann", "log"):
            tx.post(Post(f"ticket/{number}", channel, "acme", words=("hi",), live=True))

    def listened_to(tx: StoreTx) -> None:
        tx._link.cursor.connection.set_trace_callback(said.append)
        open_one(tx)
        tx.flush()
        tx._link.cursor.connection.set_trace_callback(None)

    async with Store.open(database_file, clock=HandClock(), ids=SeededIds(1), inline=True) as store:
        await store.write(open_one)  # the places of the channels are known from now on
        await store.write(listened_to)
    distinct = {line.split("VALUES")[0] for line in said if line.startswith(("INSERT", "UPDATE", "SELECT", "DELETE"))}
    assert len(distinct) == 6, distinct
