"""The summaries are what the rows add up to, whatever happened to the tickets."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from bot.acting import as_desk
from bot.store.store import Store, StoreTx
from config.loaded import Config
from desk import tickets
from desk.people import Person
from desk.sla import Pause
from desk.tallies import contribution, summed
from desk.tickets import UNRESOLVED, Priority, State, Ticket
from handlers import finding, measuring, promises
from handlers.context import Context
from tests.store_fixture import MORNING

STEPS, AT_ONCE = 10_000, 100
TABLES = ("summaries", "summary_lengths", "summary_categories")


class Bustle:
    """A seeded desk: tickets are opened, answered, held, solved, closed, reopened, merged, and change their minds."""

    def __init__(self, config: Config, seed: int) -> None:
        self.config, self.now, self.random = config, MORNING, Random(seed)  # noqa: S311 - a seed that can be run again
        self.done: Counter[str] = Counter()
        self.known: list[int] = []

    def step(self, tx: StoreTx) -> None:
        self.now += timedelta(seconds=self.random.expovariate(1 / 900))
        ctx = replace(as_desk(tx, self.config, "test"), now=self.now, at=self.now)
        if len(self.known) < 50 or self.random.random() < 0.12:
            self.open(tx, ctx)
            return
        ticket = tx.ticket(self.random.choice(self.known[-400:]))
        assert ticket is not None
        what = self.random.choice([name for name, legal in LEGAL.items() if legal(ticket)])
        self.done[what] += 1
        changed = getattr(self, what)(ticket, replace(ctx, person=self.person(ticket)))
        tx.save_ticket(measuring.settled(tx, replace(ctx, person=self.person(ticket)), changed))

    def open(self, tx: StoreTx, ctx: Context) -> None:
        client = self.random.choice(["acme", "globex"])
        new = Ticket(
            tx.number(), client, "ann", "VPN drops", self.random.choice(list(Priority)), State.NEW, ctx.at, "ann",
            category=self.random.choice(["", "network", "mail"]),
        )  # fmt: skip
        tx.save_ticket(measuring.settled(tx, ctx, promises.opened(new, self.config)))
        self.known.append(new.number)

    def person(self, _ticket: Ticket) -> Person:
        return self.config.people["ben"]

    def answer(self, ticket: Ticket, ctx: Context) -> Ticket:
        return promises.answered(replace(ticket, state=State.OPEN, replies=ticket.replies + 1), self.config, ctx.at)

    def hold(self, ticket: Ticket, ctx: Context) -> Ticket:
        held = tickets.pended(ticket, Pause.WAITING_VENDOR)
        return promises.paused(held, Pause.WAITING_VENDOR, ctx.at)

    def resolve(self, ticket: Ticket, ctx: Context) -> Ticket:
        by = self.random.choice(["ben", "ann"])
        done = promises.resumed(tickets.resolved(ticket, by, "done", ctx.at), ticket.pending, ctx.at)
        return promises.solved(done, self.config, ctx.at, by_requester=by == "ann")

    def close(self, ticket: Ticket, ctx: Context) -> Ticket:
        return tickets.closed(ticket, ctx.at)

    def reopen(self, ticket: Ticket, ctx: Context) -> Ticket:
        return promises.reopened(tickets.reopened(ticket), self.config, ctx.at)

    def merge(self, ticket: Ticket, ctx: Context) -> Ticket:
        return tickets.merged(ticket, self.known[0], ctx.at)

    def reprioritise(self, ticket: Ticket, ctx: Context) -> Ticket:
        changed = replace(ticket, priority=self.random.choice(list(Priority)))
        return promises.retargeted(changed, self.config, ctx.at)

    def recategorise(self, ticket: Ticket, _ctx: Context) -> Ticket:
        return replace(ticket, category=self.random.choice(["", "network", "mail"]))

    def rate(self, ticket: Ticket, _ctx: Context) -> Ticket:
        return replace(ticket, stars=self.random.randint(1, 5))

    def work(self, ticket: Ticket, _ctx: Context) -> Ticket:
        return replace(ticket, spent=ticket.spent + 60 * self.random.randint(1, 90))


LEGAL = {
    "answer": lambda t: t.state is State.OPEN or t.state is State.NEW,
    "hold": lambda t: t.state in UNRESOLVED and not t.pending,
    "resolve": lambda t: t.state in UNRESOLVED,
    "close": lambda t: t.state is State.RESOLVED,
    "reopen": lambda t: t.state is State.RESOLVED,
    "merge": lambda t: t.state in UNRESOLVED and t.number % 9 == 0,
    "reprioritise": lambda _: True,
    "recategorise": lambda _: True,
    "rate": lambda t: t.state in {State.RESOLVED, State.CLOSED},
    "work": lambda _: True,
}


def written(tx: StoreTx) -> dict[str, set[tuple]]:
    """The rows of the summaries, but for those in which nothing is left."""
    found = {}
    for name in TABLES:
        rows = tx.rows(f"SELECT * FROM {name}")  # noqa: S608 - our own names
        found[name] = {tuple(row) for row in rows if any(row[3:])}
    return found


def made_anew(tx: StoreTx) -> dict[str, set[tuple]]:
    tx.forget_sums()
    for each in summed(c for t in finding.every(tx) if (c := contribution(t))):
        tx.count(None, each)
    return written(tx)


def asked_of_the_rows(tx: StoreTx) -> set[tuple]:
    """A few of the numbers by SQL alone: how many were solved and merged, and the work they took."""
    return set(tx.rows(
        "SELECT client_id, month, priority, SUM(CASE WHEN state = 'merged' THEN 0 ELSE 1 END),"
        " SUM(CASE WHEN state = 'merged' THEN 1 ELSE 0 END), SUM(spent),"
        " SUM(CASE WHEN stars > 0 AND state <> 'merged' THEN stars ELSE 0 END)"
        " FROM tickets WHERE state IN ('resolved', 'closed', 'merged') GROUP BY client_id, month, priority"
    ))  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
async def test_the_summaries_equal_the_rows_after_ten_thousand_changes_and_after_a_rebuild(
    store: Store, demo_config: Config, seed: int
) -> None:
    """Openings, answers, holds, closings, reopenings, merges, changes of priority and category, stars and time, over
    months, in groups that share a commit.
    """
    desk = Bustle(demo_config, seed)
    for _ in range(STEPS // AT_ONCE):
        await store.write(lambda tx: [desk.step(tx) for _ in range(AT_ONCE)])
    assert min(desk.done[what] for what in LEGAL) > 20, desk.done
    kept = await store.read(written)
    assert len(kept["summaries"]) > 10, "over months, clients and priorities"
    numbers = await store.read(lambda tx: set(tx.rows(
        "SELECT client_id, month, priority, resolved, merged, spent, stars FROM summaries WHERE resolved + merged > 0"
    )))  # fmt: skip
    assert numbers == await store.read(asked_of_the_rows)
    assert kept == await store.write(made_anew)
    assert await store.write(lambda tx: measuring.rebuilt(tx, demo_config)) == len(desk.known)
    assert kept == await store.read(written)
