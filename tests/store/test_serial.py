"""Sixteen threads on the same ten tickets end as some serial order of their calls would."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import URL

from bot.ports import RealClock, RealIds
from bot.store import racing
from bot.store.postgres import Postgres
from bot.store.store import Store, StoreTx
from tests.postgres_server import Server
from tests.store.values import ticket

TICKETS, THREADS = range(1, 11), 16
Seen = Mapping[int, tuple[int, str]]  # version and subject of each ticket that a call read


@dataclass(frozen=True)
class Act:
    """Reads some tickets and says in some of them what it read; which it writes hangs on what it read, too."""

    name: int
    reads: tuple[int, ...]
    writes: tuple[int, ...]

    def decide(self, seen: Seen) -> dict[int, str]:
        """The new subjects."""
        known = "+".join(sorted(subject for _, subject in seen.values()))
        digest = f"{self.name}({crc32(known.encode())})"
        return {number: digest for number in self.writes if (seen[number][0] + self.name) % 3}

    def run(self, tx: StoreTx) -> Seen:
        found = {number: tx.ticket(number) for number in self.reads}
        seen = {number: (one.version, one.subject) for number, one in found.items() if one is not None}
        for number, subject in self.decide(seen).items():
            one = found[number]
            assert one is not None
            tx.save_ticket(replace(one, subject=subject))
        return seen


@st.composite
def acts(draw: st.DrawFn) -> list[Act]:
    made = []
    for name in range(draw(st.integers(16, 48))):
        reads = draw(st.lists(st.sampled_from(TICKETS), min_size=1, max_size=4, unique=True))
        made.append(Act(name, tuple(reads), tuple(reads[: draw(st.integers(0, 2))])))
    return made


async def ran(url: URL, wanted: Sequence[Act]) -> tuple[list[Seen], dict[int, str]]:
    """What each call saw, and what the tickets say in the end."""
    database = Postgres(url, writers=THREADS)
    async with Store.open(database, clock=RealClock(), ids=RealIds()) as store:
        await store.write(lambda tx: [tx.save_ticket(ticket(number)) for number in TICKETS])
        seen = await asyncio.gather(*(store.write(act.run) for act in wanted))
        left = await store.read(lambda tx: {one.number: one.subject for one in tx.tickets()})
    return list(seen), left


def serial(wanted: Sequence[Act], seen: Sequence[Seen]) -> list[int]:
    """An order in which each call sees what it saw. Raises CycleError if there is none.

    Whoever saw a version comes after the call that made it, and before the one that made the next.
    """
    makers = {
        (number, seen[act.name][number][0] + 1): act.name for act in wanted for number in act.decide(seen[act.name])
    }
    order: TopologicalSorter[int] = TopologicalSorter({act.name: set() for act in wanted})
    for act in wanted:
        for number, (version, _) in seen[act.name].items():
            if (maker := makers.get((number, version))) is not None:
                order.add(act.name, maker)
            following = makers.get((number, version + 1))
            if following is not None and following != act.name:
                order.add(following, act.name)
    return list(order.static_order())


def replayed(wanted: Sequence[Act], order: Sequence[int]) -> tuple[list[Seen], dict[int, str]]:
    """What one after the other would have seen, and left."""
    tickets = {number: (1, ticket(number).subject) for number in TICKETS}
    seen: dict[int, Seen] = {}
    for name in order:
        act = wanted[name]
        seen[name] = {number: tickets[number] for number in act.reads}
        for number, subject in act.decide(seen[name]).items():
            tickets[number] = (tickets[number][0] + 1, subject)
    return [seen[act.name] for act in wanted], {number: subject for number, (_, subject) in tickets.items()}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts())
def test_sixteen_threads_on_ten_tickets_end_as_some_serial_order_would(
    postgres: Server, database_url: URL, wanted: list[Act]
) -> None:
    """Each call saw what it would have seen in that order, and the tickets say what they would say after it."""
    postgres.empty(database_url)
    seen, left = asyncio.run(ran(database_url, wanted))
    assert (seen, left) == replayed(wanted, serial(wanted, seen))


def test_without_serializable_transactions_there_is_no_such_order(
    postgres: Server, database_url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The property sees it: two who each read both tickets and write one of them, in snapshots of their own."""
    weaker = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
    pairs = [Act(name, (a, b), (a,)) for name, (a, b) in enumerate([(1, 2), (2, 1), (3, 4), (4, 3)] * 12)]

    def decide(self: racing.Racer, call, link, transaction):
        link.cursor.execute(weaker)
        return decided(self, call, link, transaction)

    decided = racing.Racer._decide
    monkeypatch.setattr(racing.Racer, "_decide", decide)

    def has_no_order() -> bool:
        postgres.empty(database_url)
        try:
            serial(pairs, asyncio.run(ran(database_url, pairs))[0])
        except CycleError:
            return True
        return False

    assert any(has_no_order() for _ in range(40))
