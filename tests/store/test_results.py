"""Poll results become chunks: one for each monitor and hour, grown at its end."""

from datetime import timedelta

from bot.store.results import append_results, results_of
from bot.store.store import Lane, Store
from bot.store.tables import EPOCH
from desk.alerts import Reading, Status
from tests.store_fixture import MORNING

HOUR = (MORNING - EPOCH) // timedelta(hours=1)


def reading(monitor: str, second: int, status: Status = Status.OK) -> Reading:
    return Reading(monitor, status, MORNING + timedelta(seconds=second), latency=0.010)


async def test_batches_grow_the_chunk_of_their_hour(store: Store) -> None:
    """Two batches, two monitors, two hours: each result stands where its start belongs, in order."""
    first = [reading("shop", 0), reading("mail", 1), reading("shop", 60, Status.FAILED)]
    second = [reading("shop", 120), reading("shop", 3600), reading("mail", 61, Status.UNKNOWN)]
    for batch in (first, second):
        assert await store.write(lambda tx, batch=batch: append_results(tx, batch), lane=Lane.BULK) == 3
    shop = await store.read(lambda tx: results_of(tx, "shop", HOUR))
    assert [(one.second, one.status) for one in shop] == [(0, Status.OK), (60, Status.FAILED), (120, Status.OK)]
    mail = await store.read(lambda tx: results_of(tx, "mail", HOUR))
    assert [(one.second, one.status) for one in mail] == [(1, Status.OK), (61, Status.UNKNOWN)]
    assert [one.second for one in await store.read(lambda tx: results_of(tx, "shop", HOUR + 1))] == [0]
    assert await store.read(lambda tx: results_of(tx, "shop", HOUR - 1)) == []


async def test_a_batch_of_more_monitors_than_one_statement_takes(store: Store) -> None:
    batch = [reading(f"m{number}", number % 3600) for number in range(1201)]
    for _ in range(2):
        await store.write(lambda tx: append_results(tx, batch), lane=Lane.BULK)
    assert await store.read(lambda tx: tx.rows("SELECT COUNT(*) FROM history")) == [(1201,)]
    assert len(await store.read(lambda tx: results_of(tx, "m1200", HOUR))) == 2


async def test_an_empty_batch_is_nothing(store: Store) -> None:
    heard: list[frozenset[str]] = []
    store.listen(heard.append)
    assert await store.write(lambda tx: append_results(tx, [])) == 0
    assert heard == []
