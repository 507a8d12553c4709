"""A platform that will not have us is said once with its remedy, tried again, and keeps nobody else from working."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from bot.arrivals import Answer, Arrival
from bot.chatting import WAITS, Chat
from bot.platforms.contract import Finding, Outbound, Pace, PlatformRefused, UnknownPlaces
from desk.cards import Post, plain_card
from tests.store_fixture import MORNING, HandClock


@dataclass
class Moody:
    """A platform whose first starts go as `moods` says, and every later one well."""

    name: str
    moods: list[Exception] = field(default_factory=list)
    pace: Pace = field(default_factory=Pace)
    starts: int = 0
    closed: bool = False
    started: asyncio.Event = field(default_factory=asyncio.Event)
    heard: list[tuple[Arrival, Answer]] = field(default_factory=list)

    @property
    def out(self) -> Outbound:
        raise NotImplementedError

    async def start(self) -> None:
        self.starts += 1
        if self.moods:
            raise self.moods.pop(0)
        self.started.set()

    async def close(self) -> None:
        self.closed = True

    async def answer(self, arrival: Arrival, answer: Answer) -> None:
        self.heard.append((arrival, answer))
        raise ConnectionError

    async def fetch(self, source: str, limit: int) -> bytes:
        raise NotImplementedError

    async def examine(self) -> list[Finding]:
        return []


@dataclass
class Told:
    posts: list[Post] = field(default_factory=list)

    async def __call__(self, post: Post) -> None:
        self.posts.append(post)

    def words(self) -> list[str]:
        return [plain_card(post.card, "UTC", MORNING) for post in self.posts if post.card]


Talk = Callable[..., tuple[Chat, Told]]


@pytest.fixture
def talk(clock: HandClock) -> Talk:
    def make(*platforms: Moody) -> tuple[Chat, Told]:
        told = Told()
        return Chat({each.name: each for each in platforms}, clock, told, lambda: "noc"), told

    return make


async def test_a_refusal_is_said_once_with_its_remedy_and_the_others_go_on(talk: Talk) -> None:
    """In the admins' channel, on every platform that works; and that it works again, when it does."""
    refusal = PlatformRefused("slack: the token was revoked. Make a new one.")
    slack, discord = Moody("slack", [refusal, refusal]), Moody("discord")
    chat, told = talk(slack, discord)
    await chat.start()
    assert discord.started.is_set()
    assert chat.faults == {"slack": refusal.sentence}
    await slack.started.wait()
    await chat.close()
    first, last = told.words()
    assert refusal.sentence in first
    assert "CONNECTED" in last
    assert {(post.key, post.destination, post.live) for post in told.posts} == {("connection/slack", "noc", True)}
    assert chat.faults == {}


async def test_each_try_waits_longer_than_the_one_before(talk: Talk, clock: HandClock) -> None:
    slack = Moody("slack", [OSError("no way out")] * 5)
    chat, _ = talk(slack)
    began = clock.monotonic()
    await chat.start()
    await slack.started.wait()
    await chat.close()
    assert clock.monotonic() - began == sum(WAITS) + 2 * WAITS[-1]


async def test_an_unknown_channel_stops_the_start(talk: Talk) -> None:
    """The configuration is wrong, and only a person can mend it."""
    chat, _ = talk(Moody("slack", [UnknownPlaces("slack: there is no channel C9; did you mean C1?")]), Moody("discord"))
    with pytest.raises(UnknownPlaces, match="did you mean"):
        await chat.start()
    await chat.close()


async def test_an_answer_that_cannot_be_given_breaks_nothing(talk: Talk) -> None:
    """It is never the only place of a fact. One for a platform that is gone is nobody's."""
    slack = Moody("slack")
    chat, _ = talk(slack)
    arrival = Arrival("slack/1", "say", "slack", "ann", "dm-ann", MORNING)
    await chat.answer(arrival, Answer())
    await chat.answer(Arrival("globex/1", "say", "globex", "ann", "dm-ann", MORNING), Answer())
    assert slack.heard == [(arrival, Answer())]


async def test_closing_closes_every_platform_however_it_is(talk: Talk) -> None:
    slack, discord = Moody("slack", [OSError("no way out")] * 99), Moody("discord")
    chat, _ = talk(slack, discord)
    await chat.start()
    await chat.close()
    assert slack.closed
    assert discord.closed
