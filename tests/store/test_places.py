"""A channel stands for several places: a post goes to each of them once, and a reply where its parent is."""

import pytest

from bot.store import outbox_rows
from bot.store.store import Store, StoreTx
from desk.cards import Post, text
from tests.store_fixture import MORNING

ADD = "INSERT INTO places (channel, place) VALUES (?, ?)"


def card(**changes: object) -> Post:
    return Post("ticket/1", "team", "acme", words=text("one"), live=True, **changes)  # type: ignore[arg-type]


async def wanted(store: Store, key: str = "ticket/1") -> list[tuple[str, int]]:
    asked = "SELECT destination, wanted FROM posts WHERE key = ? ORDER BY destination"
    return [(place, version) for place, version in await store.read(lambda tx: tx.rows(asked, (key,)))]


@pytest.fixture
async def spread(store: Store) -> Store:
    rows = [("team", "slack/C1"), ("team", "discord/7"), ("other", "slack/C2")]
    await store.write(lambda tx: tx.execute_many(ADD, rows))
    return store


async def test_a_post_goes_to_every_place_of_its_channel(spread: Store) -> None:
    await spread.write(lambda tx: tx.post(card()))
    await spread.write(lambda tx: tx.post(card(author="ben")))
    assert await wanted(spread) == [("discord/7", 1), ("slack/C1", 1), ("team", 1)]


async def test_words_that_can_be_read_at_a_place_already_are_not_said_there_again(spread: Store) -> None:
    await spread.write(lambda tx: tx.post(card(said_at="slack/C1")))
    assert await wanted(spread) == [("discord/7", 1), ("team", 1)]


async def test_a_post_that_is_alone_stays_at_its_destination(spread: Store) -> None:
    await spread.write(lambda tx: tx.post(card(alone=True)))
    assert await wanted(spread) == [("team", 1)]


async def test_a_reply_goes_only_where_its_parent_is(spread: Store) -> None:
    """The thread began before a place was added: there is nothing to stand under there. Also in one transaction."""
    await spread.write(lambda tx: tx.post(card(said_at="discord/7")))

    def both(tx: StoreTx) -> None:
        tx.post(Post("ticket/2", "team", "acme", words=("two",), live=True))
        tx.post(Post("reply/2", "team", "acme", words=("r",), under="ticket/2"))
        tx.post(Post("reply/1", "team", "acme", words=("r",), under="ticket/1"))

    await spread.write(both)
    assert await wanted(spread, "reply/1") == [("slack/C1", 1), ("team", 1)]
    assert await wanted(spread, "reply/2") == [("discord/7", 1), ("slack/C1", 1), ("team", 1)]


async def test_a_place_that_was_added_in_a_transaction_that_failed_is_no_place(spread: Store) -> None:
    """Neither in that transaction's neighbours nor later is it remembered."""

    def add_and_fail(tx: StoreTx) -> None:
        tx.execute(ADD, ("team", "slack/C9"))
        tx.post(card())
        raise ValueError("not today")

    with pytest.raises(ValueError, match="not today"):
        await spread.write(add_and_fail)
    await spread.write(lambda tx: tx.post(card()))
    assert await wanted(spread) == [("discord/7", 1), ("slack/C1", 1), ("team", 1)]


async def test_a_place_that_is_new_counts_from_then_on(spread: Store) -> None:
    await spread.write(lambda tx: tx.post(card()))
    await spread.write(lambda tx: tx.execute(ADD, ("team", "slack/C9")))
    await spread.write(lambda tx: tx.post(card()))
    assert await wanted(spread) == [("discord/7", 1), ("slack/C1", 1), ("slack/C9", 1), ("team", 1)]


async def test_a_post_under_somebodys_message_stands_in_that_messages_thread(spread: Store) -> None:
    """Its own thread is the root; so is that of what stands under it, once it is out."""

    def both(tx: StoreTx) -> None:
        tx.post(Post("ticket/3", "slack/C1", "acme", words=("x",), live=True, alone=True, root="171.5"))
        tx.post(Post("reply/3", "slack/C1", "acme", words=("y",), under="ticket/3", alone=True))

    await spread.write(both)
    [card_row] = await spread.read(lambda tx: outbox_rows.waiting(tx, MORNING))
    assert card_row.thread == "171.5"
    await spread.write(lambda tx: tx.execute("UPDATE posts SET message_id = '172.0' WHERE key = 'ticket/3'"))
    rows = await spread.read(lambda tx: outbox_rows.waiting(tx, MORNING))
    assert [row.thread for row in rows if row.key == "reply/3"] == ["171.5"]
