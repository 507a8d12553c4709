"""G7: a whole opened ticket (number, ticket, timeline, eight deadlines, audit, three posts), durable, 16 in flight."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session, registry

from bench.figures import Figure
from bot.ports import RealClock, RealIds
from bot.store import tables
from bot.store.engines import writing
from bot.store.migrate import prepare
from bot.store.rows import audit_row, post_body, ticket_row, timeline_row
from bot.store.sqlite import SqliteFile
from bot.store.statements import names
from bot.store.store import Store, StoreTx
from bot.store.tables import to_us
from desk.audit import Entry
from desk.cards import Button, Card, Post, When, text
from desk.sla import Metric, start
from desk.tickets import Item, Priority, State, Ticket, TimelineEntry

TICKETS, BASELINE, IN_FLIGHT, WARM_UP = 6_000, 600, 16, 800
CLIENT = "acme"


def ticket_of(number: int, at: datetime) -> Ticket:
    clocks = (
        start(Metric.FIRST_RESPONSE, 3600, CLIENT, at, "gold"), start(Metric.RESOLUTION, 14400, CLIENT, at, "gold"),
    )  # fmt: skip
    subject, details = "VPN drops every hour", "Since Monday, at home and in the office. " * 5
    return Ticket(
        number, CLIENT, "ann", subject, Priority.P2, State.NEW, at, "ann", details=details, clocks=clocks
    )  # fmt: skip


def entry_of(number: int, at: datetime) -> TimelineEntry:
    return TimelineEntry(number, CLIENT, at, "ann", Item.OPENED, "VPN drops every hour", public=True)


def deadlines_of(number: int, at: datetime) -> list[tuple[str, str, datetime]]:
    return [(f"ticket/{number}", f"warn/{n}", at + timedelta(minutes=10 * n)) for n in range(8)]


def audit_of(number: int, at: datetime) -> Entry:
    return Entry(at, "ann", "webchat", "ticket.open", f"ticket/{number}", CLIENT, {"priority": "P2"})


def posts_of(number: int, at: datetime) -> list[Post]:
    buttons = tuple(Button(label, word, (("number", str(number)),)) for label, word in BUTTONS)
    lines = (text("We answer by ", When(at), "."), text("Nobody has it yet."))
    card = Card(f"ticket/{number}", "VPN drops every hour", "new", number, lines=lines, buttons=buttons)
    live = [Post(f"ticket/{number}", channel, CLIENT, card, live=True) for channel in ("dm-ann", "team")]
    return [*live, Post(f"note/{number}", "team", CLIENT, words=text("New."), under=f"ticket/{number}")]


BUTTONS = (("Take it", "assign"), ("Reply…", "reply"), ("Escalate…", "escalate"))


def open_one(tx: StoreTx) -> int:
    number, at = tx.number(), tx.now
    tx.save_ticket(ticket_of(number, at))
    tx.tell(entry_of(number, at))
    for subject, kind, due in deadlines_of(number, at):
        tx.deadline(subject, kind, due, CLIENT)
    tx.audit(audit_of(number, at))
    for post in posts_of(number, at):
        tx.post(post)
    return number


async def tickets(folder: Path) -> list[Figure]:
    """Ours, and a session with one commit for each ticket, as an ORM is usually used."""
    store = Store.open(folder / "deskbell.db", clock=RealClock(), ids=RealIds())
    await in_flight(WARM_UP, lambda: store.write(open_one))
    rate, p99 = await in_flight(TICKETS, lambda: store.write(open_one))
    await store.close()
    their_rate, their_p99 = await baseline(folder / "baseline.db")
    return [
        Figure("G7 open a ticket, durable, 16 in flight", rate, "/s", 2_000, at_least=True),
        Figure("G7 the same, 99 of 100 within", p99 * 1e3, "ms", 10),
        Figure("   baseline: an ORM session in threads, a commit a ticket", their_rate, "/s"),
        Figure("   baseline: 99 of 100 within", their_p99 * 1e3, "ms"),
        Figure("   ours to the baseline's", rate / their_rate, "times"),
    ]


async def in_flight(count: int, once: Callable[[], Awaitable[Any]]) -> tuple[float, float]:
    """How many a second with 16 callers that each wait for their answer, and the 99th percentile in seconds."""
    took: list[float] = []

    async def caller() -> None:
        for _ in range(count // IN_FLIGHT):
            began = time.perf_counter()
            await once()
            took.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(IN_FLIGHT)))
    rate = len(took) / (time.perf_counter() - began)
    return rate, sorted(took)[int(len(took) * 0.99)]


async def baseline(path: Path) -> tuple[float, float]:
    prepare(SqliteFile(path))
    engine = writing(path)
    kinds = {table.name: type(table.name, (), {}) for table in tables.metadata.sorted_tables}
    for table in tables.metadata.sorted_tables:
        registry().map_imperatively(kinds[table.name], table)
    one_writer = threading.Lock()

    def once() -> None:
        with one_writer, Session(engine) as session, session.begin():
            open_by_session(session, kinds)

    found = await in_flight(BASELINE, lambda: asyncio.to_thread(once))
    engine.dispose()
    return found


def open_by_session(session: Session, kinds: dict[str, Any]) -> None:
    at, ids = datetime.now(UTC), RealIds()
    sequence = session.get(kinds["numbers"], 1)
    assert sequence is not None
    sequence.last += 1
    number = sequence.last

    def add(table: str, row: object, without: tuple[str, ...] = ()) -> None:
        columns = names(tables.metadata.tables[table], without=without)
        made = kinds[table]()
        for name, value in zip(columns, row, strict=True):  # type: ignore[call-overload]
            setattr(made, name, value)
        session.add(made)

    add("tickets", ticket_row(ticket_of(number, at), 1))
    add("timeline", timeline_row(entry_of(number, at)), ("id",))
    for subject, kind, due in deadlines_of(number, at):
        add("deadlines", (subject, kind, CLIENT, to_us(due), 1, 0, False))
    add("audit", audit_row(audit_of(number, at)), ("id",))
    for post in posts_of(number, at):
        made = kinds["posts"]()
        for name, value in post_values(post, ids.token(), to_us(at)).items():
            setattr(made, name, value)
        session.add(made)


def post_values(post: Post, token: str, at: int) -> dict[str, Any]:
    return {
        "key": post.key, "destination": post.destination, "client_id": post.client, "live": post.live,
        "under": post.under, "urgent": post.urgent, "body": post_body(post), "wanted": 1, "sent": 0,
        "state": "pending", "send_key": token, "attempt": 0, "not_before": 0, "copies": 0, "reason": "",
        "created_at": at,
    }  # fmt: skip
