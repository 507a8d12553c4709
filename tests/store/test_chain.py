"""The chain is looked at a page at a time: a change is found at once near its head, else as the walk comes by.

Failure-table row: audit row edited, removed, reordered, tail cut.
"""

import pytest

from bot.store import chain
from bot.store.chain import Chain
from bot.store.sealer import Sealer
from bot.store.store import Store
from desk.audit import Entry
from tests.store_fixture import MORNING

ENTRIES = 9
PAGE = 2
ROUND = ENTRIES // (PAGE - 1) + 1  # looks after which the walk has been everywhere


@pytest.fixture
async def sealed(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A chain of nine entries, and pages of two."""
    monkeypatch.setattr(chain, "PAGE", PAGE)
    await add(store, ENTRIES)
    return store


async def add(store: Store, count: int) -> None:
    for number in range(count):
        await store.write(lambda tx, n=number: tx.audit(Entry(MORNING, "ann", "webchat", "open", f"ticket/{n}")))
    await Sealer(store).turn()


async def looked(store: Store, known: Chain, times: int) -> Chain:
    for _ in range(times):
        known = await store.read(lambda tx, known=known: chain.look(tx.rows, known))
    return known


async def test_a_chain_that_is_whole_stays_so_as_it_grows(sealed: Store) -> None:
    known = await looked(sealed, Chain(), 1)
    for _ in range(3):
        known = await looked(sealed, known, ROUND)
        assert known.bad == ""
        assert known.newest is not None
        await add(sealed, 1)


async def test_the_slow_walk_comes_by_everywhere(sealed: Store) -> None:
    """Also at what was there before we looked for the first time."""
    known = await looked(sealed, Chain(), 1)
    walked = set()
    for _ in range(2 * ROUND):
        known = await looked(sealed, known, 1)
        walked.add(known.walked[0])
    assert walked == {0, *range(PAGE, ENTRIES)}, "and it begins anew when it has arrived"


@pytest.mark.parametrize("seq", range(1, ENTRIES + 1))
@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("UPDATE audit SET subject = 'x' WHERE seq = ?", id="edited"),
        pytest.param("DELETE FROM audit WHERE seq = ?", id="removed"),
    ],
)
async def test_an_entry_that_is_edited_or_removed_is_found_within_a_round(sealed: Store, sql: str, seq: int) -> None:
    known = await looked(sealed, Chain(), 3)
    await sealed.write(lambda tx: tx.execute(sql, (seq,)))
    known = await looked(sealed, known, 2 * ROUND)
    assert f"entry {seq} " in known.bad


async def test_a_tail_that_is_cut_is_found_at_once_and_never_forgotten(sealed: Store) -> None:
    known = await looked(sealed, Chain(), 1)
    await sealed.write(lambda tx: tx.execute("DELETE FROM audit WHERE seq > 7"))
    known = await looked(sealed, known, 1)
    assert known.bad == "entry 9 is gone"
    await add(sealed, 2)
    assert (await looked(sealed, known, 1)).bad == "entry 9 is gone"
