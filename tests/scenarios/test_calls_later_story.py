"""Calls that leave the house: what a client shares of them, and what a restart makes of those that are pending.

Row of docs/reliability.md: `restart with calls pending`.
"""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.acting import as_desk
from bot.clock import AlarmClock
from bot.store import accounts
from desk.alerts import Alert, AlertState, Severity
from desk.detail import Detail
from desk.ways import Way
from handlers import saving, ways
from tests.conversation import Conversation, Posted
from tests.scenarios.calling import MIA, clear, ring, set_up, ways_of

pytestmark = pytest.mark.postgresql_in_deep  # what these rest on is tried there by others

# --- what a client shares


async def shares(desk: Conversation, **what) -> None:
    acme = replace(desk.config.clients["acme"], **what)
    desk.config = replace(desk.config, clients={**desk.config.clients, "acme": acme})
    await desk.store.write(lambda tx: accounts.settle_sharing(tx, desk.config.clients.values()))


async def test_a_client_that_keeps_off_a_way_is_not_told_of_by_it(desk: Conversation):
    set_up(desk, mia=replace(MIA, by_severity={Severity.CRITICAL: (Way("push"),)}))
    await shares(desk, platforms=frozenset({"slack", "mail"}))
    await ring(desk)
    assert await ways_of(desk) == {"push": 0, "mail": 0}
    assert "▲ DOWN" in (await desk.post("dm-mia", "alert/1")).words, "nobody is left without a way"


@pytest.mark.parametrize("detail", [Detail.SUBJECT, Detail.NUMBER])
async def test_of_a_client_that_shares_little_only_numbers_leave(desk: Conversation, detail):
    set_up(desk, mia=MIA)
    await shares(desk, detail=detail)
    await ring(desk)
    await desk.wait(61)
    await clear(desk)
    for place in ("push/mia", "mail/mia"):
        posts = await desk.posts(place)
        said = " ".join(post.words for post in posts)
        assert "status 500" not in said
        assert "checkout page" not in said or detail is Detail.SUBJECT
        assert [part for part in ("1", "▲ DOWN", "critical", "✓ UP") if part not in said] == []
        assert posts[0].buttons == ("Acknowledge",)


# --- after a restart


def _called(number: int, at: datetime) -> Alert:
    return Alert(
        number, "acme", "shop", f"service {number}", "", Severity.CRITICAL, AlertState.FIRING, at, at, "no answer", 2,
        group=f"g{number}", announced_at=at, called_at=at,
    )  # fmt: skip


async def _call(desk: Conversation, number: int) -> None:
    def work(tx):
        ctx = as_desk(tx, desk.config, "test")
        saving.alert(tx, ctx, ways.reach(tx, ctx, _called(number, tx.now), "mia"))

    await desk.store.write(work)


async def test_after_a_restart_five_hundred_pending_calls_keep_their_times_and_the_overdue_ring_once_and_late(
    desk: Conversation,
):
    """A mail was to come a minute after each call, and half of those minutes pass while the desk is down."""
    set_up(desk, mia=replace(MIA, by_severity={Severity.CRITICAL: (Way("chat"), Way("mail", 60))}))
    began = desk.clock.now()
    for number in range(1, 501):
        await _call(desk, number)
        desk.clock.step(0.2)
    due = "SELECT subject, due_at FROM deadlines WHERE kind = 'way/mia/mail' AND due_at IS NOT NULL"
    before = dict(await desk.store.read(lambda tx: tx.rows(due)))
    rung_before = 500 - len(before)
    assert rung_before == 0, "the clock has not turned"
    desk.clock.at = began + timedelta(seconds=160 - 50)  # a restart: a clock of its own, on what is stored
    desk.alarm = AlarmClock(desk.store, lambda: desk.config, desk.clock)
    await desk.alarm.turn()
    await desk.alarm.turn()
    left = dict(await desk.store.read(lambda tx: tx.rows(due)))
    assert len(left) == 249, "the last that is due was called 50 s in, the 251st"
    assert left.items() <= before.items(), "those that are not due keep their time"
    posts: list[Posted] = await desk.posts("mail/mia")
    assert Counter(post.key.rpartition("/told/")[0] for post in posts) == Counter(
        {f"alert/{number}": 1 for number in range(1, 252)}
    )
    late = [post for post in posts if "late by" in post.words]
    assert len(late) == 225, "all but the last five seconds' are late, and say so"
    await desk.wait(60)
    assert len(await desk.posts("mail/mia")) == 500
