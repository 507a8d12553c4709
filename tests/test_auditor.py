"""The watcher watched: each invariant is broken once, in virtual time, against a heartbeat on a real socket.

Failure-table rows: the desk itself stands still; our own network is gone.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.store import accounts
from bot.store.errors import StoreBusy
from bot.store.store import Lane
from desk.alerts import Status
from desk.audit import Entry
from desk.cards import Post, text
from tests.audited import FOREVER, TOKEN, Audited, Elsewhere, auditing, with_outside
from tests.conversation import Conversation
from tests.store_fixture import MORNING


@pytest.fixture
async def audited(desk: Conversation, tmp_path: Path) -> AsyncIterator[Audited]:
    async with auditing(desk, tmp_path) as room:
        yield room


Act = Callable[[Audited], Awaitable[None]]


async def no_outbox(room: Audited) -> None:
    room.turning -= {"outbox"}
    await room.desk.store.write(lambda tx: tx.post(Post("any", "noc", None, words=text("Hello"))))


async def no_alarm(room: Audited) -> None:
    room.turning -= {"alarm"}
    await room.desk.store.write(lambda tx: tx.deadline("any", "any", tx.now))


async def no_sealer(room: Audited) -> None:
    room.turning -= {"sealer"}
    await room.desk.store.write(lambda tx: tx.audit(Entry(tx.now, "ann", "webchat", "open", "ticket/1")))


async def no_poller(room: Audited) -> None:
    room.turning -= {"poller"}


async def all_turning(room: Audited) -> None:
    room.turning |= {"poller", "outbox", "sealer", "alarm"}
    await room.desk.store.write(lambda tx: tx.execute("DELETE FROM deadlines"))


async def full(room: Audited) -> None:
    room.free = 1_000_000


async def emptied(room: Audited) -> None:
    room.free = FOREVER


async def hidden(room: Audited) -> None:
    room.chat.hides = True


async def shown(room: Audited) -> None:
    room.chat.hides = False


async def refused(room: Audited) -> None:
    room.chat.refuses = True
    await room.desk.store.write(lambda tx: tx.post(Post("any", "noc", None, words=text("Hello"))))


async def taken(room: Audited) -> None:
    room.chat.refuses = False
    for _ in range(10):  # the account is tried again after a while, and what waited is sent
        await room.minute()


async def cut_off(room: Audited) -> None:
    room.faults["slack"] = "the token was revoked"


async def connected(room: Audited) -> None:
    room.faults.clear()


@pytest.mark.parametrize(
    ("breaks", "mends", "sentence"),
    [
        pytest.param(no_outbox, all_turning, "A message has waited for 120 s to be delivered.", id="delivery"),
        pytest.param(no_alarm, all_turning, "A deadline is 120 s overdue.", id="deadlines"),
        pytest.param(no_sealer, all_turning, "The record was not sealed for 120 s.", id="seals"),
        pytest.param(no_poller, all_turning, "Nothing was polled for 120 s.", id="polls"),
        pytest.param(full, emptied, "1 MB are free under the data folder, 200 MB are needed.", id="disk"),
        pytest.param(hidden, shown, "No message of ours could be read back on webchat for 120 s.", id="canary"),
        pytest.param(refused, taken, "Webchat refuses what we send.", id="account"),
        pytest.param(cut_off, connected, "Slack is not connected.", id="connection"),
    ],
)
async def test_what_is_broken_stops_the_heartbeat_within_two_minutes_and_is_told_once(
    audited: Audited, breaks: Act, mends: Act, sentence: str
) -> None:
    """And that it holds again is told too, on the same card; then the heartbeat goes on."""
    await breaks(audited)
    assert await audited.minutes(2) <= 1
    assert await audited.minutes(3) == 0
    (card,) = await audited.told()
    assert sentence in card
    assert "▲ BROKEN" in card
    assert "The outside heartbeat is not pinged." in card
    version = (await audited.desk.post("noc", await key_of(audited))).version
    await audited.minutes(2)
    assert (await audited.desk.post("noc", await key_of(audited))).version == version, "it is not said again and again"
    await mends(audited)
    assert await audited.minutes(3) >= 2
    (card,) = await audited.told()
    assert "✓ HOLDS AGAIN" in card


async def test_a_clock_that_was_moved_silences_the_heartbeat_until_it_has_gone_on_evenly_for_a_while(
    audited: Audited,
) -> None:
    """Nobody can know which time was right; with a reference it is known, see above."""
    audited.desk.clock.at = audited.desk.clock.at.replace(hour=20)
    assert await audited.minutes(2) == 0
    assert "The clock was moved by +" in (await audited.told())[0]
    assert await audited.minutes(2) >= 1
    assert "✓ HOLDS AGAIN" in (await audited.told())[0]


async def test_a_clock_is_held_against_the_time_of_others_and_right_however_it_was_set(audited: Audited) -> None:
    """The reference is the `Date` of a server, and its time is the real one."""
    clock, address = audited.desk.clock, audited.desk.config.desk.outside_heartbeat
    audited.desk.config = with_outside(audited.desk, address, clock_reference=audited.outside.url)
    assert await audited.minutes(2) == 0
    assert "behind its reference." in (await audited.told())[0]
    for _ in range(2):
        clock.at = datetime.now(UTC) - timedelta(minutes=1)
        assert await audited.minutes(1) == 1
    assert "✓ HOLDS AGAIN" in (await audited.told())[0]


async def key_of(audited: Audited) -> str:
    return next(post.key for post in await audited.desk.posts("noc") if post.key.startswith("auditor/"))


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("UPDATE audit SET who = 'nobody' WHERE seq = 1", "entry 1 was changed after it was sealed"),
        ("UPDATE audit SET who = 'nobody' WHERE seq = 3", "entry 3 was changed after it was sealed"),
        ("DELETE FROM audit WHERE seq = 3", "entry 3 is gone"),
        ("DELETE FROM audit WHERE seq = 2", "entry 2 is missing; the next one there is 3"),
    ],
)
async def test_a_record_that_was_tampered_with_stops_the_heartbeat(audited: Audited, sql: str, why: str) -> None:
    """Its head at once, as a cut tail; what is older as the slow walk comes by. It stays so until somebody looks."""
    store = audited.desk.store
    for _ in range(3):
        await store.write(lambda tx: tx.audit(Entry(MORNING, "ann", "webchat", "open", "ticket/1")))
    assert await audited.minutes(2) == 2
    await store.write(lambda tx: tx.execute(sql))
    assert await audited.minutes(2) <= 1
    assert await audited.minutes(5) == 0
    assert f"The record is not as it was sealed: {why}." in (await audited.told())[0]


async def test_a_store_that_does_not_answer_stops_the_heartbeat_although_nobody_can_be_told(audited: Audited) -> None:
    audited.store.refused = {Lane.EVENT: FOREVER}
    before = audited.outside.pings()
    for _ in range(3):
        with suppress(StoreBusy):
            await audited.minute()
    assert audited.outside.pings() == before
    assert audited.auditor.broken[0].sentence == "the store does not answer: StoreBusy"
    audited.store.refused = {}
    assert await audited.minutes(2) == 2


async def test_while_no_reference_answers_the_heartbeat_is_silent_at_once(audited: Audited) -> None:
    """Nothing of it is told here: one notice does, when a way out is back."""
    desk = audited.desk
    monitors = {**desk.config.monitors, "shop": replace(desk.config.monitors["shop"], reference=True)}
    alerting = replace(desk.config.alerting, references=("shop",))
    desk.config = replace(desk.config, monitors=monitors, alerting=alerting)
    await desk.look("shop", Status.FAILED, "no answer", step=0)
    assert await audited.minutes(3) == 0
    assert await audited.told() == []
    await desk.look("shop", Status.OK, step=0)
    assert await audited.minutes(2) == 2


async def test_a_heartbeat_that_does_not_take_our_ping_is_told_and_tried_again(audited: Audited) -> None:
    """Its address is in no sentence, for the token may be in it."""
    audited.outside.status = 500
    assert await audited.minutes(3) == 3
    (card,) = await audited.told()
    assert "The outside heartbeat does not take our ping: it answered with status 500." in card
    assert TOKEN not in card
    audited.outside.status = 200
    await audited.minute()
    assert "✓ HOLDS AGAIN" in (await audited.told())[0]


async def test_the_token_goes_into_the_address_or_along_as_a_bearers(audited: Audited) -> None:
    """By POST; a service that knows GET alone is asked so."""
    assert audited.outside.asked[-1] == ("POST", f"/{TOKEN}", "")
    audited.desk.config = with_outside(audited.desk, f"{audited.outside.url}/ping")
    await audited.minute()
    assert audited.outside.asked[-1] == ("POST", "/ping", f"Bearer {TOKEN}")
    audited.outside.status = 404
    await audited.minute()
    assert [method for method, *_ in audited.outside.asked[-2:]] == ["POST", "GET"]


async def test_a_start_after_a_break_goes_on_with_its_card(audited: Audited) -> None:
    """What was broken when we stopped must not stay broken on a card for ever."""
    await full(audited)
    await audited.minutes(2)
    ready = audited.auditor._ready
    audited.auditor = audited.watcher.auditor(ready)
    await emptied(audited)
    await audited.auditor.turn(audited.desk.clock.now())
    await audited.minute()
    (card,) = await audited.told()
    assert "✓ HOLDS AGAIN" in card


async def test_the_canary_stands_where_nobody_is_bothered_and_each_hour_anew(audited: Audited) -> None:
    """Without a channel of its own it is in one of the web chat that is nobody's."""
    await audited.minutes(125)
    assert len(await audited.desk.posts("dm-deskbell")) == 3
    people = audited.desk.config.people
    assert "deskbell" not in people


async def test_a_canary_is_read_back_at_each_of_its_places(audited: Audited) -> None:
    """It is the platform where it is not that is named."""
    elsewhere = Elsewhere()
    for platforms in (audited.outbox._platforms, audited.watcher.senses.canary._platforms):
        platforms["standin"] = elsewhere
    audited.outbox._lanes.accounts["standin"] = replace(audited.outbox._lanes.accounts["webchat"], paused=None)
    await audited.desk.store.write(lambda tx: accounts.settle_places(tx, [("noc", "standin/C1")], {"standin"}))
    audited.desk.config = with_outside(audited.desk, audited.desk.config.desk.outside_heartbeat, canary="noc")
    assert await audited.minutes(70) == 70
    assert len(elsewhere.posted) == 2
    elsewhere.posted.clear()  # somebody has removed them there
    assert await audited.minutes(3) <= 1
    assert [card for card in await audited.told() if "read back on standin for" in card]
