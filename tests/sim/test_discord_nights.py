"""Nights and days on Discord in virtual time: `kill -9 between any two steps` of docs/reliability.md, out and in.

The doors, the library's client and what stands behind them are the real ones; Discord is the stand-in's mind.
"""

import logging
import os
import random
from collections.abc import Coroutine, Iterator
from contextlib import closing
from typing import Any

import discord
import pytest
import structlog

from bot import inbox
from bot.arrivals import Answer, Arrival
from bot.door import Enclosed
from bot.platforms.discord import outbound, platform, refusals
from bot.platforms.discord.answering import Answers, Call
from bot.platforms.discord.rest import EPHEMERAL, THINKING
from bot.router import Router
from bot.store.store import StoreTx
from bot.understanding import Meaning
from desk.people import Person
from tests.sim.discord_bot import Parts
from tests.sim.discord_stories import PROFILES, a_day, a_night, a_told_day, a_told_night
from tests.sim.discord_verdict import faults_of as faults_of_day
from tests.sim.night import BOUNDED, CALM, Profile
from tests.sim.verdict import faults_of as faults_of_night
from tests.store_fixture import Fresh

SEEDS = int(os.environ.get("DESKBELL_SEEDS", "60"))
BATCHES = 8  # so that several workers share them


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """A night has hundreds of warnings, all of them wanted."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    library = logging.getLogger("discord")
    level = library.level
    library.setLevel(logging.CRITICAL)
    yield
    library.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.postgresql_in_deep
@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_night_on_discord_loses_a_post_or_says_it_twice(batch: int, fresh: Fresh) -> None:
    """Whatever Discord does, whoever archives a thread and whenever the bot is killed: said, once, newest, in order."""
    for seed in range(batch, SEEDS, BATCHES):
        night = a_night(seed, fresh)
        assert faults_of_night(night) == [], f"seed {seed} ({night.profile.name}) broke a promise"


@pytest.mark.postgresql_in_deep
@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_day_on_discord_loses_what_was_heard_or_does_it_twice(batch: int, fresh: Fresh) -> None:
    """The same event 1-4 times, in any order: one effect, the same answer, whenever the bot is killed; and what was
    written in threads of ours while it was not there is fetched.
    """
    for seed in range(batch, SEEDS, BATCHES):
        day = a_day(seed, fresh)
        assert faults_of_day(day) == [], f"seed {seed} broke a promise"


@pytest.mark.postgresql_in_deep
@pytest.mark.parametrize("profile", [CALM, BOUNDED], ids=lambda p: p.name)
def test_a_kill_at_any_step_of_what_goes_out_to_discord_loses_nothing(profile: Profile, fresh: Fresh) -> None:
    """One story, killed once at each of its steps in turn: nothing is lost, only an urgent post is there twice."""
    whole = a_told_night(0, profile, fresh)
    assert faults_of_night(whole) == []
    assert whole.steps > 60
    for crash in range(1, whole.steps + 1):
        assert faults_of_night(a_told_night(crash, profile, fresh)) == [], f"killed at step {crash}"


@pytest.mark.parametrize("batch", [0, *(pytest.param(n, marks=pytest.mark.postgresql_in_deep) for n in (1, 2, 3))])
def test_a_kill_at_any_step_of_what_comes_in_from_discord_loses_nothing(batch: int, fresh: Fresh) -> None:
    """Before and after each commit, before the first response, between it and the effect, before the answer."""
    whole = a_told_day(0, fresh)
    assert faults_of_day(whole) == []
    assert {done.what.partition(" ")[0] for done in whole.done} >= {"/open", "a", "message", "an", "/reply"}
    assert whole.later > 0, "no interaction was told that its answer would come later"
    for crash in range(batch + 1, whole.steps + 1, 4):
        assert faults_of_day(a_told_day(crash, fresh)) == [], f"killed at step {crash}"


@pytest.mark.postgresql_in_deep
def test_a_seed_reproduces_its_night_and_its_day(fresh: Fresh) -> None:
    """The same seed gives the same calls, to the microsecond: a failing one can be looked at again."""
    for seed in (3, 4, 12):
        assert a_night(seed, fresh).log == a_night(seed, fresh).log
        first, second = (a_day(seed, fresh) for _ in range(2))
        assert first.discord.log == second.discord.log
        assert first.steps == second.steps


# The simulator proves itself: each of these mistakes breaks a promise within a few nights or days.


async def _finds_nothing(*_: Any) -> list[Any]:
    return []


async def _leaves_archived(
    self: outbound.DiscordOutbound, channel: str, message_id: str, body: dict[str, Any], files: tuple[Enclosed, ...]
) -> None:
    try:
        await self._rest.edit(channel, message_id, body, files)
    except discord.HTTPException as error:
        if error.code != refusals.ARCHIVED:
            raise


def _any_nonce(_: str) -> str:
    return f"{random.getrandbits(64)}"


NIGHTS = {
    "each attempt has a nonce of its own": (outbound, "nonce", _any_nonce),
    "its look finds nothing": (outbound.DiscordOutbound, "find", _finds_nothing),
    "it drops the edit of what stands in an archived thread": (outbound.DiscordOutbound, "_edit", _leaves_archived),
}


@pytest.mark.postgresql_in_deep
@pytest.mark.parametrize("bug", NIGHTS)
def test_a_planted_bug_turns_some_night_on_discord_red(bug: str, fresh: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*NIGHTS[bug])
    bounded = (seed for seed in range(100) if PROFILES[seed % len(PROFILES)] is BOUNDED)
    assert any(faults_of_night(a_night(seed, fresh)) for seed in bounded)


class RespondsFirst(Router):
    async def keep(self, arrival: Arrival) -> None:
        """Nothing: what is not stored is lost by a kill."""


class EffectApart(Router):
    """The effect in one transaction, and that it is done in the next."""

    async def _write(self, arrival: Arrival, person: Person, meaning: Meaning) -> Answer:
        def effect(tx: StoreTx) -> Answer:
            earlier = inbox.seen(tx, arrival)
            if earlier and earlier.answer:
                return earlier.answer
            return self._do(tx, self._context(tx, arrival, person), arrival, meaning)

        answer = await self._store.write(effect)
        await self._store.write(lambda tx: (inbox.add(tx, arrival), inbox.done(tx, arrival.key, answer)))
        return answer


async def _responds(self: Answers, call: Call, arrival: Arrival, taking: Coroutine[Any, Any, Answer]) -> None:
    with closing(taking):
        await self._rest.respond(call.id, call.token, THINKING, {"flags": EPHEMERAL})
        await self._finish(call, arrival, await taking, ())


async def _fetches_nothing(*_: Any, **__: Any) -> int:
    return 0


DAYS: dict[str, tuple[Parts, tuple[Any, ...]]] = {
    "it responds before it has stored": (Parts(router=RespondsFirst), (Answers, "race", _responds)),
    "its effect is not in the transaction of the inbox": (Parts(router=EffectApart), ()),
    "it does not fetch what was missed": (Parts(), (platform, "catch_up", _fetches_nothing)),
}


@pytest.mark.postgresql_in_deep
@pytest.mark.parametrize("bug", DAYS)
def test_a_planted_bug_turns_some_day_on_discord_red(bug: str, fresh: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    parts, patch = DAYS[bug]
    if patch:
        monkeypatch.setattr(*patch)
    assert any(faults_of_day(a_day(seed, fresh, parts)) for seed in range(60))
