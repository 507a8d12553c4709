"""A deadline is a row; each epoch of it rings once."""

import contextlib
from datetime import datetime, timedelta

from bot.store.deadlines import TRIES, claim, due, failed, nearest
from bot.store.store import Store, StoreTx
from handlers.records import Deadline
from tests.store_fixture import MORNING, HandClock

SOON = MORNING + timedelta(minutes=10)


def next_due(tx: StoreTx) -> datetime | None:
    return next((row.due_at for row in nearest(tx)), None)


def claim_due(tx: StoreTx, now: datetime, limit: int = 1000) -> list[Deadline]:
    return [row for row in due(tx, now, limit) if claim(tx, row)]


async def epoch(store: Store) -> int:
    return (await store.read(lambda tx: tx.rows("SELECT epoch FROM deadlines")))[0][0]  # type: ignore[no-any-return]


async def test_a_deadline_that_moves_gets_a_new_epoch_and_one_that_stays_keeps_it(store: Store) -> None:
    """Set, set again (same), moved, taken back, taken back again (same), set."""
    epochs = []
    for at in (SOON, SOON, MORNING, None, None, SOON):
        await store.write(lambda tx, at=at: tx.deadline("ticket/1", "warn/50", at, "acme"))
        epochs.append(await epoch(store))
    assert epochs == [1, 1, 2, 3, 3, 4]


async def test_the_last_word_of_a_transaction_on_a_deadline_counts(store: Store) -> None:
    """Deadlines wait in memory until the end; their order stays."""

    def twice(tx: StoreTx) -> None:
        for at in (SOON, None, MORNING):
            tx.deadline("ticket/1", "warn/50", at)

    await store.write(twice)
    assert await store.read(next_due) == MORNING


async def test_the_nearest_deadline_is_what_the_alarm_is_set_to(store: Store) -> None:
    """None without one; what was taken back or set aside does not count."""
    assert await store.read(next_due) is None
    await store.write(lambda tx: [tx.deadline("ticket/1", "a", SOON), tx.deadline("ticket/2", "a", MORNING)])
    assert await store.read(next_due) == MORNING
    await store.write(lambda tx: tx.deadline("ticket/2", "a", None))
    assert await store.read(next_due) == SOON


async def test_each_epoch_is_claimed_once(store: Store) -> None:
    """A second claim, and the claim of an epoch that has moved on meanwhile, are refused."""
    await store.write(lambda tx: tx.deadline("ticket/1", "warn/50", MORNING, "acme"))
    (found,) = await store.read(lambda tx: due(tx, MORNING))
    assert found == Deadline("ticket/1", "warn/50", MORNING, 1, "acme")
    assert await store.write(lambda tx: claim(tx, found))
    assert not await store.write(lambda tx: claim(tx, found))
    assert await store.read(next_due) is None

    await store.write(lambda tx: tx.deadline("ticket/1", "warn/50", SOON, "acme"))
    assert not await store.write(lambda tx: claim(tx, found)), "it was moved after it was seen"
    (moved,) = await store.read(lambda tx: due(tx, SOON))
    assert moved.epoch == 2
    assert await store.write(lambda tx: claim(tx, moved))


async def test_a_claim_that_is_rolled_back_rings_again(store: Store) -> None:
    """That it rang is stored together with what its handler did, or not at all."""

    def rings_and_fails(tx: StoreTx) -> None:
        assert claim_due(tx, MORNING)
        raise ValueError

    await store.write(lambda tx: tx.deadline("ticket/1", "warn/50", MORNING))
    with contextlib.suppress(ValueError):
        await store.write(rings_and_fails)
    assert len(await store.write(lambda tx: claim_due(tx, MORNING))) == 1
    assert await store.write(lambda tx: claim_due(tx, MORNING)) == []


async def test_what_is_due_comes_oldest_first_and_no_more_than_asked_for(store: Store, clock: HandClock) -> None:
    for minute in (3, 1, 2, 9):
        at = MORNING + timedelta(minutes=minute)
        await store.write(lambda tx, at=at, minute=minute: tx.deadline(f"ticket/{minute}", "a", at))
    now = clock.step(5 * 60)
    claimed = await store.write(lambda tx: claim_due(tx, now, 2))
    assert [one.subject for one in claimed] == ["ticket/1", "ticket/2"]
    assert [one.subject for one in await store.write(lambda tx: claim_due(tx, now, 2))] == ["ticket/3"]


async def test_the_third_failure_sets_a_deadline_aside_and_the_others_go_on(store: Store) -> None:
    """Set aside, never deleted, and never in the way; a new due time gives it another chance."""
    await store.write(lambda tx: [tx.deadline("ticket/1", "a", MORNING), tx.deadline("ticket/2", "a", SOON)])
    (bad,) = await store.read(lambda tx: due(tx, MORNING))
    tried = [await store.write(lambda tx: failed(tx, bad)) for _ in range(TRIES)]
    assert tried == [False, False, True]
    assert not await store.write(lambda tx: claim(tx, bad))
    assert await store.read(next_due) == SOON
    assert await store.read(lambda tx: tx.due("ticket/1", "a", SOON)) == []
    await store.write(lambda tx: tx.deadline("ticket/1", "a", MORNING - timedelta(minutes=1)))
    assert len(await store.read(lambda tx: tx.due("ticket/1", "a", MORNING))) == 1


async def test_a_family_of_deadlines_is_asked_for_by_its_prefix(store: Store) -> None:
    """Only of the subject, only what is due, and `%` and `_` are letters like any other."""

    def fill(tx: StoreTx) -> list[str]:
        for subject, kind, at in (
            ("ticket/1", "warn/90", SOON),
            ("ticket/1", "warn/50", MORNING),
            ("ticket/1", "breach", MORNING),
            ("ticket/11", "warn/50", MORNING),
            ("ticket/1", "w%n", MORNING),
        ):
            tx.deadline(subject, kind, at)
        return [one.kind for one in tx.due("ticket/1", "warn/", MORNING)]

    assert await store.write(fill) == ["warn/50"]
    assert [one.kind for one in await store.read(lambda tx: tx.due("ticket/1", "w%", SOON))] == ["w%n"]
    family = await store.read(lambda tx: tx.due("ticket/1", "warn/", SOON))
    assert [one.kind for one in family] == ["warn/50", "warn/90"]
