"""A seeded desk where much happens, at the level of tickets: what reports are made of."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

from bot.acting import as_desk
from bot.store.store import StoreTx
from config.loaded import Config
from desk import tickets
from desk.sla import Pause
from desk.tickets import UNRESOLVED, Priority, State, Ticket
from handlers import measuring, promises
from handlers.context import Context
from tests.store_fixture import MORNING


class Bustle:
    """Tickets are opened, answered, held, solved, closed, reopened, merged, and change their minds; `pace` is how many
    seconds pass from one step to the next.
    """

    def __init__(self, config: Config, seed: int, pace: float = 900) -> None:
        self.config, self.now, self.pace, self.random = config, MORNING, pace, Random(seed)  # noqa: S311 - a seed that can be run again
        self.done: Counter[str] = Counter()
        self.known: list[int] = []

    def step(self, tx: StoreTx) -> None:
        self.now += timedelta(seconds=self.random.expovariate(1 / self.pace))
        ctx = replace(as_desk(tx, self.config, "test"), now=self.now, at=self.now)
        if len(self.known) < 50 or self.random.random() < 0.12:
            self.open(tx, ctx)
            return
        ticket = tx.ticket(self.random.choice(self.known[-400:]))
        assert ticket is not None
        what = self.random.choice([name for name, legal in LEGAL.items() if legal(ticket)])
        self.done[what] += 1
        tx.save_ticket(measuring.settled(tx, ctx, getattr(self, what)(ticket, ctx)))

    def open(self, tx: StoreTx, ctx: Context) -> None:
        client = self.random.choice(["acme", "globex"])
        new = Ticket(
            tx.number(), client, "ann", "VPN drops", self.random.choice(list(Priority)), State.NEW, ctx.at, "ann",
            category=self.random.choice(["", "network", "mail"]),
        )  # fmt: skip
        tx.save_ticket(measuring.settled(tx, ctx, promises.opened(new, self.config)))
        self.known.append(new.number)

    def answer(self, ticket: Ticket, ctx: Context) -> Ticket:
        touched = tickets.touched_by_staff(replace(ticket, replies=ticket.replies + 1), ctx.at)
        return promises.answered(touched, self.config, ctx.at)

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
        return tickets.merged(promises.merged(ticket, self.config, ctx.at), self.known[0], ctx.at)

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
