"""From what somebody says to what a receiver takes: real handlers, store, outbox and sockets, and time in the hand.

Row of docs/reliability.md: `a webhook does not take what happens`.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.app import platform_of
from bot.outbox import Outbox
from bot.platforms.webchat.outbound import WebOutbound
from bot.platforms.webhook.outbound import WebhookOutbound
from bot.ports import SeededIds
from bot.reaching import WEBHOOKS
from config.secrets import Secrets
from desk.events import Webhook
from tests.conversation import Conversation
from tests.shape.tree import fenced, page
from tests.ways.gateway_server import CUT, TAKE_AND_CUT, TAKE_AND_HANG, Gateway, gateway_server
from tests.webhooks.test_outbound import SECRET


@dataclass
class Sending:
    """A desk whose outbox turns when the test says so."""

    desk: Conversation
    server: Gateway
    outbox: Outbox

    def start(self) -> None:
        """A process begins: whatever was claimed before has no sender any more."""
        desk, clock = self.desk, self.desk.clock
        secrets = Secrets(webhook={"crm": SECRET})
        web = WebOutbound(desk.store, lambda: desk.config)
        self.outbox = Outbox(desk.store, {"webchat": web}, platform_of, lambda _: "noc", clock, SeededIds(2))
        self.outbox.add(WebhookOutbound("crm", lambda: desk.config, lambda: secrets, clock), WEBHOOKS)

    async def turn(self, seconds: float = 0) -> None:
        """Time passes, and the outbox does what is due until nothing is under way."""
        self.desk.clock.step(seconds)
        for _ in range(5):
            await self.outbox.turn(self.desk.clock.now())
            await self.outbox.close(timedelta(seconds=30))

    async def states(self) -> list[str]:
        sql = "SELECT state FROM posts WHERE destination LIKE 'webhook:%' ORDER BY id"
        return [state for (state,) in await self.desk.store.read(lambda tx: tx.rows(sql))]

    def types(self) -> list[str]:
        return [json.loads(taken.body)["type"] for taken in self.server.taken]

    def ids(self) -> list[str]:
        return [taken.headers["webhook-id"] for taken in self.server.taken]


@asynccontextmanager
async def sending(desk: Conversation, events: tuple[str, ...] = ("ticket.opened",)) -> AsyncIterator[Sending]:
    async with gateway_server() as server:
        hooks = {"crm": Webhook("crm", f"{server.url}/hooks", events)}
        settings = replace(desk.config.desk, webhooks=hooks, internal_targets=("127.0.0.1",))
        desk.config = replace(desk.config, desk=settings)
        made = Sending(desk, server, None)
        made.start()
        try:
            yield made
        finally:
            made.outbox.drop()


async def opens(desk: Conversation, what: str = "VPN drops every hour") -> None:
    assert (await desk.say("ann", "dm-ann", f"/open {what}")).status == 200


async def test_an_event_gets_there_and_its_body_is_the_one_on_the_page(desk):
    async with sending(desk) as made:
        await opens(desk)
        await made.turn()
        assert await made.states() == ["delivered"]
        (taken,) = made.server.taken
    (sample,) = fenced(page("docs/webhooks.md"), "json")
    assert json.loads(taken.body) == json.loads(sample)


@pytest.mark.parametrize(("answer", "copies"), [(500, 1), (503, 1), (429, 1), (CUT, 1), (TAKE_AND_CUT, 2)])
async def test_what_may_not_have_been_taken_is_sent_again_with_its_id_and_ends_as_delivered(desk, answer, copies):
    """Nothing is lost, and nothing is left unknown: whoever gets it twice drops the second by its id."""
    async with sending(desk) as made:
        made.server.answer(answer)
        await opens(desk)
        await made.turn()
        assert await made.states() != ["delivered"]
        await made.turn(6)
        assert await made.states() == ["delivered"]
        assert len(made.server.taken) == copies
        assert len(set(made.ids())) == 1
        assert len({taken.body for taken in made.server.taken}) == 1


async def test_a_receiver_that_is_broken_for_long_is_asked_less_and_less_often_and_then_gets_all(desk):
    async with sending(desk) as made:
        for _ in range(9):
            made.server.answer(500)
        await opens(desk)
        for _ in range(240):  # an hour, in steps of 15 s
            await made.turn(15)
        assert await made.states() == ["delivered"]
        assert made.server.asked == 10


async def test_as_long_as_it_says_nobody_knocks(desk):
    async with sending(desk) as made:
        made.server.answer(429, Retry_After="120")
        await opens(desk)
        await made.turn()
        await made.turn(100)
        assert made.server.asked == 1
        await made.turn(30)
        assert await made.states() == ["delivered"]


@pytest.mark.parametrize("status", [404, 410, 401])
async def test_an_address_that_takes_nothing_waits_alone_is_told_once_and_gets_all_when_it_does(desk, status):
    """The chat goes on; the desk itself is well; no event is lost, however many have come."""
    async with sending(desk) as made:
        for _ in range(3):
            made.server.answer(status)
        for what in ("One", "Two", "Three"):
            await opens(desk, what)
            await made.turn()
        assert await made.states() == ["pending"] * 3
        assert list(made.outbox.paused) == ["webhook:crm"]
        told = [post.words for post in await desk.posts("noc") if "REFUSED" in post.words]
        assert len(told) == 1
        assert f"webhook:crm said: {status}" in told[0]
        assert any("Three" in post.words for post in await desk.posts("acme-team"))
        for _ in range(10):
            await made.turn(60)
        assert await made.states() == ["delivered"] * 3
        subjects = {json.loads(taken.body)["data"]["subject"] for taken in made.server.taken}
        assert subjects == {"One", "Two", "Three"}


async def test_one_that_it_will_never_take_fails_alone_and_is_told(desk):
    async with sending(desk) as made:
        made.server.answer(422, "no such priority")
        await opens(desk, "One")
        await made.turn()
        await opens(desk, "Two")
        await made.turn()
        assert await made.states() == ["failed", "delivered"]
        (told,) = [post.words for post in await desk.posts("noc") if "could not be delivered" in post.words]
        assert "422 no such priority" in told
        assert told.endswith("ticket.opened of ticket/1")


async def test_a_kill_between_sending_and_writing_it_down_sends_it_once_more_with_its_id(desk):
    """The receiver took it, and we died before we stored that: after the start the row is settled by sending again."""
    async with sending(desk) as made:
        made.server.answer(TAKE_AND_HANG)
        await opens(desk)
        await made.outbox.turn(desk.clock.now())
        await asyncio.wait_for(made.server.hung.wait(), 30)
        made.outbox.drop()
        assert await made.states() == ["claimed"]
        made.start()
        await made.turn()
        assert await made.states() == ["unclear"], "its sender is gone; it may have been taken"
        await made.turn(31)
        assert await made.states() == ["delivered"]
        assert len(made.ids()) == 2
        assert len(set(made.ids())) == 1


async def test_two_webhooks_are_told_each_for_itself(desk):
    """What one refuses, the other gets."""
    async with sending(desk, ("*",)) as made, gateway_server() as other:
        hooks = {**desk.config.desk.webhooks, "wiki": Webhook("wiki", other.url)}
        desk.config = replace(desk.config, desk=replace(desk.config.desk, webhooks=hooks))
        secrets = Secrets(webhook={"wiki": SECRET})
        made.outbox.add(WebhookOutbound("wiki", lambda: desk.config, lambda: secrets, desk.clock), WEBHOOKS)
        made.server.answer(404)
        await opens(desk)
        await made.turn()
        assert [json.loads(taken.body)["type"] for taken in other.taken] == ["ticket.opened"]
        assert made.server.taken == []
