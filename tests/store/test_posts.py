"""One row for each key and destination: asking twice is asking once, and a live post moves to the newest card."""

import json

import pytest

from bot.store.store import Store, StoreTx
from desk.cards import Button, Card, Post, card_from_json, text

CARD = Card("ticket/1", "VPN drops", "new", 1, lines=(text("Nobody has it."),), buttons=(Button("Take it", "assign"),))


def live(words: str = "one", **changes: object) -> Post:
    return Post("ticket/1", "team", "acme", words=text(words), live=True, **changes)  # type: ignore[arg-type]


async def row(store: Store) -> dict[str, object]:
    names = ("wanted", "claimed", "sent", "state", "body", "urgent", "send_key")
    asked = "SELECT wanted, claimed, sent, state, body, urgent, send_key FROM posts"
    (found,) = await store.read(lambda tx: tx.rows(asked))
    return dict(zip(names, found, strict=True))


async def test_a_new_post_is_pending_and_carries_card_words_and_buttons(store: Store) -> None:
    """Version 1 is wanted, none is sent; the send key is random and the body can be drawn from."""
    await store.write(lambda tx: tx.post(Post("ticket/1", "team", "acme", CARD, text("hi"), buttons=CARD.buttons)))
    found = await row(store)
    body = json.loads(str(found["body"]))
    assert (found["wanted"], found["claimed"], found["sent"], found["state"]) == (1, None, 0, "pending")
    assert card_from_json(body["card"]) == CARD
    assert body["words"] == ["hi"]
    assert body["buttons"][0]["word"] == "assign"
    assert len(str(found["send_key"])) == 22


async def test_a_post_that_is_not_live_is_said_once(store: Store) -> None:
    """Asked for again with other words, it stays what it was: it may be on its way."""
    said = Post("reply/1", "team", "acme", words=text("one"))
    await store.write(lambda tx: tx.post(said))
    before = await row(store)
    await store.write(lambda tx: tx.post(Post("reply/1", "team", "acme", words=text("two"))))
    assert await row(store) == before


async def test_ten_changes_of_a_live_post_are_one_row(store: Store) -> None:
    """Also within one transaction; the newest words win, and the send key stays."""
    await store.write(lambda tx: tx.post(live()))
    before = await row(store)

    def change(tx: StoreTx) -> None:
        for n in range(10):
            tx.post(live(f"change {n}"))

    await store.write(change)
    after = await row(store)
    assert (after["wanted"], after["send_key"]) == (11, before["send_key"])
    assert json.loads(str(after["body"]))["words"] == ["change 9"]


async def test_an_unchanged_live_post_is_not_edited(store: Store) -> None:
    await store.write(lambda tx: tx.post(live()))
    await store.write(lambda tx: tx.execute("UPDATE posts SET state = 'delivered', sent = 1"))
    await store.write(lambda tx: tx.post(live()))
    found = await row(store)
    assert (found["wanted"], found["state"]) == (1, "delivered")


@pytest.mark.parametrize(
    ("state", "then"),
    [
        ("pending", "pending"),
        ("delivered", "pending"),  # it is to be edited
        ("unknown", "pending"),
        ("failed", "pending"),  # the channel may be there again
        ("set_aside", "pending"),
        ("claimed", "claimed"),  # on its way: the outbox sees that more is wanted than it claimed
        ("unclear", "unclear"),  # looked for first, edited after
    ],
)
async def test_a_changed_live_post_is_pending_unless_its_outcome_is_open(store: Store, state: str, then: str) -> None:
    await store.write(lambda tx: tx.post(live()))
    await store.write(lambda tx: tx.execute("UPDATE posts SET state = ?, claimed = 1", (state,)))
    await store.write(lambda tx: tx.post(live("two", urgent=True)))
    found = await row(store)
    assert (found["state"], found["wanted"], found["claimed"], found["urgent"]) == (then, 2, 1, 1)


async def test_the_same_key_in_two_channels_is_two_posts(store: Store) -> None:
    await store.write(lambda tx: [tx.post(live()), tx.post(Post("ticket/1", "dm-ann", "acme", live=True))])
    assert await store.read(lambda tx: tx.rows("SELECT COUNT(DISTINCT send_key) FROM posts")) == [(2,)]
