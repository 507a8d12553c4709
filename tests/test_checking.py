"""`/check`: a look now, with all that it saw, for whoever asked; against a real server on loopback."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from bot.checking import Checking
from bot.poller import Poller
from desk.alerts import Monitor
from monitors import http, memory
from monitors.engine import Engine
from monitors.look import condition
from monitors.probe import Probe, Seen
from monitors.targets import Targets
from tests.conversation import Conversation

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"price": 0.5}'


class Broken(memory.Check):
    async def check(self, probe: Probe) -> Seen:
        raise ZeroDivisionError(probe.monitor)


@dataclass
class Room:
    """A desk that watches a shop on loopback, and what hands its looks on."""

    desk: Conversation
    checking: Checking
    asked: list[bytes]

    async def had(self) -> None:
        """Every look that was asked for has been had and told."""
        await self.checking.turn(self.desk.clock.now())
        await asyncio.gather(*self.checking._tasks.values())

    async def told(self, person: str = "ben") -> list[str]:
        return [post.words for post in await self.desk.posts(f"dm-{person}") if post.key.startswith("checked/")]

    def watch(self, *conditions: str, **more) -> None:
        shop: Monitor = self.desk.config.monitors["shop"]
        parsed = tuple(condition(shop.settings, text) for text in conditions)
        self.desk.config = replace(self.desk.config, monitors={"shop": replace(shop, conditions=parsed, **more)})


@pytest.fixture
async def room(desk: Conversation) -> AsyncIterator[Room]:
    asked: list[bytes] = []

    async def talk(reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError):
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(ANSWER)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    shop = replace(desk.config.monitors["shop"], settings=http.Check(url=url), runbook=None)
    desk.config = replace(desk.config, monitors={"shop": shop})

    async def no_ping(_monitor):
        return None

    probe = Probe(Engine(), Targets.of(["127.0.0.1"]), desk.clock.now, no_ping, desk.clock.now())
    poller = Poller([shop], probe, {}, lambda _: None, lambda _: None)
    checking = Checking(desk.store, lambda: desk.config, poller)
    yield Room(desk, checking, asked)
    await checking.close()
    server.close()
    await server.wait_closed()


async def test_whoever_asks_is_shown_every_step_every_value_and_every_condition(room: Room):
    """Also what no condition reads, and the conditions after one that does not hold; nobody else sees it."""
    room.watch("latency_ms < 60000", "body.price > 1", "status < 300")
    answer = await room.desk.say("ben", "acme-team", "/check shop")
    assert "Looking at checkout page" in room.desk.words(answer.reply)
    await room.had()
    [words] = await room.told()
    assert "✗ failed" in words
    assert "body.price 0.5, expected > 1" in words
    for shown in ("Connected", "First byte", "Total", "status · 200", "✓ status == 200", "✗ body.price > 1"):
        assert shown in words, words
    assert not [post for post in await room.desk.posts("acme-team") if "body.price" in post.words]


async def test_a_look_that_was_asked_for_counts_for_no_alert(room: Room):
    room.watch("status == 500", failures=1)
    await room.desk.say("ben", "acme-team", "/check shop")
    await room.had()
    assert "✗ failed" in (await room.told())[0]
    assert await room.desk.store.read(lambda tx: tx.alerts()) == []
    assert await room.desk.store.read(lambda tx: tx.watches()) == []


async def test_asking_twice_before_it_was_had_is_asking_once(room: Room):
    for _ in range(2):
        await room.desk.say("ben", "acme-team", "/check shop")
    await room.had()
    await room.had()
    assert (len(room.asked), len(await room.told())) == (1, 1)
    room.desk.clock.step(1)
    await room.desk.say("ben", "acme-team", "/check shop")
    await room.had()
    assert (len(room.asked), len(await room.told())) == (2, 2)


async def test_a_look_that_a_stop_cut_off_is_had_after_the_start(room: Room):
    """docs/reliability.md: nothing that was accepted is lost. The row goes with the answer, in one transaction."""
    await room.desk.say("ben", "acme-team", "/check shop")
    await room.checking.turn(room.desk.clock.now())
    await room.checking.close()
    assert await room.told() == []
    await room.had()
    assert len(await room.told()) == 1


async def test_a_monitor_that_left_meanwhile_is_not_told_of(room: Room):
    await room.desk.say("ben", "acme-team", "/check shop")
    room.desk.config = replace(room.desk.config, monitors={})
    await room.had()
    assert (await room.told(), room.asked) == ([], [])
    assert await room.desk.store.read(lambda tx: tx.asked_looks()) == []


async def test_a_target_that_does_not_answer_in_time_is_shown_as_that(room: Room):
    room.watch(time_limit=0.000001)
    await room.desk.say("ben", "acme-team", "/check shop")
    await room.had()
    assert "no answer within 1e-06 s" in (await room.told())[0]


async def test_a_look_that_breaks_is_told_of_all_the_same(room: Room):
    room.watch(settings=Broken())
    await room.desk.say("ben", "acme-team", "/check shop")
    await room.had()
    assert "the check itself failed: ZeroDivisionError" in (await room.told())[0]


@pytest.mark.parametrize("line", ["/check nothing", "/check host-cpu"])
async def test_a_monitor_that_is_not_there_names_those_that_are(room: Room, line: str):
    answer = await room.desk.say("ben", "acme-team", line)
    assert answer.status != 200
    assert "Yours: shop" in answer.error
