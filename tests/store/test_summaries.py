"""The summaries are what the rows add up to, whatever happened to the tickets."""

import pytest

from bot.store.store import Store, StoreTx
from config.loaded import Config
from desk.tallies import contribution, summed
from handlers import finding, measuring
from tests.bustle import LEGAL, Bustle

STEPS, AT_ONCE = 10_000, 100
TABLES = ("summaries", "summary_lengths", "summary_categories")


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
        tx.add_up(each)
    return written(tx)


def read(tx: StoreTx) -> tuple:
    """What a report is made of."""
    months = (202611, 202702)
    sums = {each.cell: each.counts for each in tx.sums(months) if any(each.counts)}
    return sums, [(tx.lengths(client, months), tx.categories(client, months)) for client in ("acme", "globex")]


def added_up(tx: StoreTx) -> tuple:
    while tx.fold_sums():
        pass
    return read(tx)


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
        if desk.random.random() < 0.3:
            await store.write(lambda tx: tx.fold_sums())
    assert min(desk.done[what] for what in LEGAL) > 20, desk.done
    assert await store.read(read) == await store.write(added_up), "a change counts before it is added to the sums"
    kept = await store.read(written)
    assert len(kept["summaries"]) > 10, "over months, clients and priorities"
    numbers = await store.read(lambda tx: set(tx.rows(
        "SELECT client_id, month, priority, resolved, merged, spent, stars FROM summaries WHERE resolved + merged > 0"
    )))  # fmt: skip
    assert numbers == await store.read(asked_of_the_rows)
    assert kept == await store.write(made_anew)
    assert await store.write(lambda tx: measuring.rebuilt(tx, demo_config)) == len(desk.known)
    assert kept == await store.read(written)
