"""From what is sent to a hook to alerts: stored first, handled in order and in batches, lost by no fault of ours."""

import json
from dataclasses import replace

import pytest

from bot.hooks import BATCH, PUT_OFF, Hooks
from bot.ports import SeededIds
from bot.store import deliveries
from bot.store.errors import StoreBusy, StoreClosed
from bot.store.store import Lane, Store
from desk.alerts import Alert, Severity
from desk.hooks import mapping
from desk.hooks.hook import Hook
from handlers.events import webhook
from remediation.masking import Mask
from tests.failing import Failing
from tests.store_fixture import HandClock

ONE = mapping.Map(
    mapping.value("n"), mapping.value("n"), mapping.test({"path": "s", "is": "bad"}), severity=mapping.value("level")
)
MANY = replace(ONE, each=("all",))


def hook(name: str, of: mapping.Map, client: str = "acme") -> Hook:
    return Hook(name, "generic", client, mapping=of)


@pytest.fixture
def desk(store: Store, clock: HandClock, demo_config) -> Hooks:
    known = {each.id: each for each in (hook("one", ONE), hook("many", MANY), hook("theirs", ONE, "globex"))}
    config = replace(demo_config, hooks=known)
    return Hooks(store, lambda: config, clock, SeededIds(4))


async def rows(desk: Hooks, sql: str = "SELECT hook, state, handled, skipped, tries, body FROM deliveries ORDER BY id"):
    return await desk.store.read(lambda tx: tx.rows(sql))


async def alerts(desk: Hooks) -> list[Alert]:
    return (await desk.store.read(lambda tx: tx.alerts(open_only=False, limit=20_000)))[::-1]


async def keep(desk: Hooks, name: str, body: object, key: str = "") -> None:
    await desk.keep(name, json.dumps(body).encode(), key)


async def all_turns(desk: Hooks) -> int:
    """Turn until nothing is left to do at once; how many turns that took."""
    turns = 1
    while await desk.turn(desk.clock.now()) == desk.clock.now():
        turns += 1
    return turns


async def test_what_was_kept_is_handled_and_leaves_no_row(desk: Hooks):
    await keep(desk, "one", {"n": "disk", "s": "bad"})
    assert await rows(desk) == [("one", "new", 0, 0, 0, '{"n": "disk", "s": "bad"}')]
    assert await alerts(desk) == []
    await all_turns(desk)
    assert [a.title for a in await alerts(desk)] == ["disk"]
    assert await rows(desk) == []


async def test_a_hooks_messages_are_handled_in_the_order_in_which_they_came(desk: Hooks):
    for place in range(60):
        await keep(desk, "one", {"n": f"disk {place % 3}", "s": "good" if place % 2 else "bad"})
    await all_turns(desk)
    found = await desk.store.read(lambda tx: tx.edges(alert=None, limit=1000))
    for name in ("disk 0", "disk 1", "disk 2"):
        turns = [e.turn for e in found if e.fingerprint == (await fingerprint(desk, name))]
        assert turns == ["down", "up"] * (len(turns) // 2) + ["down"] * (len(turns) % 2)
        assert len(turns) > 10


async def fingerprint(desk: Hooks, title: str) -> str:
    return next(s.fingerprint for s in await desk.store.read(signals) if s.title == title)


def signals(tx):
    found = [tx.signal(name) for (name,) in tx.rows("SELECT fingerprint FROM signals ORDER BY fingerprint")]
    return [signal for signal in found if signal]


async def test_a_message_with_a_name_has_one_effect_however_often_it_is_sent(desk: Hooks):
    """Also once it was handled: its row stays for a week."""
    for _ in range(2):
        await keep(desk, "one", {"n": "disk", "s": "bad"}, "event-1")
    await all_turns(desk)
    await keep(desk, "one", {"n": "disk", "s": "good"})
    await keep(desk, "one", {"n": "disk", "s": "bad"}, "event-1")
    await all_turns(desk)
    assert [a.is_open for a in await alerts(desk)] == [False]
    assert [(row[1], row[5]) for row in await rows(desk)] == [("done", "")]
    desk.clock.step(8 * 86_400)
    await keep(desk, "one", {"n": "fan", "s": "bad"})
    await all_turns(desk)
    assert await rows(desk) == []


TOKEN = "token/of-the-pager"
SPELLED = {
    "as it is": json.dumps,
    "with a slash escaped": lambda body: json.dumps(body).replace("/", "\\/"),
    "in escapes": lambda body: json.dumps(body).replace(TOKEN, "".join(f"\\u{ord(c):04x}" for c in TOKEN)),
    "as a name": lambda body: json.dumps({TOKEN: body}),
    "as no JSON": lambda body: json.dumps(body)[:-1],
    "far behind": lambda body: json.dumps({"filler": "x" * 100_000, **body}),
}


@pytest.mark.parametrize("spell", SPELLED.values(), ids=SPELLED)
async def test_a_secret_in_a_body_is_hidden_before_it_is_stored(desk: Hooks, spell):
    """A message that is not understood is quoted: on the card, in direct messages, on the record."""
    desk.mask = Mask([TOKEN])
    await desk.keep("one", spell({"routing_key": TOKEN, "n": "disk", "s": "bad", "seen": f"key {TOKEN}"}).encode())
    stored = (await rows(desk))[0][5]
    assert "•••" in stored
    assert TOKEN not in stored.replace("\\/", "/")
    assert "\\u0074" not in stored


async def test_what_holds_no_secret_is_kept_as_it_came(desk: Hooks):
    desk.mask = Mask([TOKEN])
    await desk.keep("one", b'{"n": "disk",  "s": "bad", "level": 1.10}')
    assert (await rows(desk))[0][5] == '{"n": "disk",  "s": "bad", "level": 1.10}'


async def test_a_name_is_one_hooks_alone(desk: Hooks):
    await keep(desk, "one", {"n": "disk", "s": "bad"}, "1")
    await keep(desk, "theirs", {"n": "disk", "s": "bad"}, "1")
    await all_turns(desk)
    assert [a.client for a in await alerts(desk)] == ["acme", "globex"]


async def test_many_things_at_once_are_handled_in_batches_the_worst_first(desk: Hooks):
    seen = []
    desk.handle = lambda _tx, _ctx, heard: seen.append(heard.told)
    body = {"all": [{"n": str(n), "s": "bad", "level": "critical" if n % 50 == 49 else "low"} for n in range(200)]}
    await keep(desk, "many", body)
    await all_turns(desk)
    assert max(map(len, seen)) == BATCH
    told = [each for batch in seen for each in batch]
    assert len(told) == 200
    assert [each.severity for each in told[:4]] == ["critical"] * 4
    assert [each.title for each in told[4:]] == [str(n) for n in range(200) if n % 50 != 49]


async def test_after_a_crash_in_the_middle_the_rest_is_handled_and_nothing_twice(desk: Hooks):
    """A kill before it is handled, between two batches: the successor goes on where the store says."""
    await keep(desk, "many", {"all": [{"n": str(n), "s": "bad"} for n in range(3 * BATCH)]})
    calls = []

    def dies(tx, ctx, heard):
        calls.append(heard)
        if len(calls) == 2:
            raise StoreClosed("killed")
        webhook.run(tx, ctx, heard)

    desk.handle = dies
    with pytest.raises(StoreClosed):
        await desk.turn(desk.clock.now())
    assert [row[1:3] for row in await rows(desk)] == [("new", BATCH)]
    await all_turns(Hooks(desk.store, desk.config, desk.clock, SeededIds(5)))
    assert [a.title for a in await alerts(desk)] == [str(n) for n in range(3 * BATCH)]
    assert len(await rows(desk, "SELECT 1 FROM edges")) == 3 * BATCH


def chokes_on(title: str):
    def chokes(tx, ctx, heard):
        if any(told.title == title for told in heard.told):
            raise ZeroDivisionError
        webhook.run(tx, ctx, heard)

    return chokes


async def test_what_cannot_be_handled_is_tried_three_times_and_passed_over_and_the_rest_is_not_lost(desk: Hooks):
    """It is kept, counted and told, and holds up nobody."""
    desk.handle = chokes_on("7")
    await keep(desk, "many", {"all": [{"n": str(n), "s": "bad"} for n in range(2 * BATCH)]})
    await keep(desk, "theirs", {"n": "fan", "s": "bad"})
    await all_turns(desk)
    assert [a.title for a in await alerts(desk)][-1] == "fan"
    for _ in range(2):
        desk.clock.step(PUT_OFF + 0.1)
        await all_turns(desk)
    assert {a.title for a in await alerts(desk)} == {str(n) for n in range(2 * BATCH) if n != 7} | {"fan"}
    assert [row[1:5] for row in await rows(desk)] == [("set_aside", 2 * BATCH, 1, 0)]
    told = await rows(desk, "SELECT body FROM posts WHERE key LIKE 'aside/delivery/%'")
    assert len(told) == 1
    assert "Part 8 of message" in told[0][0]


async def test_while_one_thing_waits_to_be_tried_again_the_same_hooks_later_messages_go_on(desk: Hooks):
    desk.handle = chokes_on("bad one")
    await keep(desk, "one", {"n": "bad one", "s": "bad"})
    await keep(desk, "one", {"n": "good one", "s": "bad"})
    wake = await desk.turn(desk.clock.now())
    wake = await desk.turn(desk.clock.now())
    assert wake is not None
    assert wake > desk.clock.now()
    assert [a.title for a in await alerts(desk)] == ["good one"]


async def test_a_message_to_a_hook_that_has_left_is_kept_and_told(desk: Hooks):
    await keep(desk, "gone", {"n": "disk", "s": "bad"})
    await all_turns(desk)
    assert [row[:2] for row in await rows(desk)] == [("gone", "set_aside")]
    (told,) = await rows(desk, "SELECT body FROM posts WHERE key LIKE 'aside/delivery/%'")
    assert "there is no hook gone any more" in told[0]


async def test_messages_that_tell_nothing_are_done_with(desk: Hooks):
    await keep(desk, "many", {"all": []})
    await all_turns(desk)
    assert (await rows(desk), await alerts(desk)) == ([], [])


@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"{", b"[" * 100_000, b"null"])
async def test_whatever_bytes_come_they_are_an_alert(desk: Hooks, body):
    await desk.keep("one", body)
    await all_turns(desk)
    (alert,) = await alerts(desk)
    assert alert.title == "one sent what generic does not send"
    assert alert.severity is Severity.HIGH


async def test_large_messages_are_read_a_few_at_a_time(desk: Hooks):
    """Two hundred of a megabyte each would fill the memory."""
    for n in range(4):
        await desk.store.write(lambda tx, n=n: deliveries.add(tx, "one", str(n), "x" * 1_500_000, named=False))
    found = await desk.store.read(lambda tx: deliveries.waiting(tx, frozenset()))
    assert [delivery.id for delivery in found] == [1, 2]


async def test_a_store_that_cannot_be_had_is_no_fault_of_the_message(desk: Hooks):
    """It is handled when the store can be had again, and no try of it was used up."""
    await keep(desk, "one", {"n": "disk", "s": "bad"})
    real, desk.store = desk.store, Failing(desk.store, {Lane.EVENT: 1})
    with pytest.raises(StoreBusy):
        await desk.turn(desk.clock.now())
    desk.store = real
    assert [row[4] for row in await rows(desk)] == [0]
    await all_turns(desk)
    assert len(await alerts(desk)) == 1
