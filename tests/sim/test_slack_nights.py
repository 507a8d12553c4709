"""Nights and days on Slack in virtual time: `kill -9 between any two steps` of docs/reliability.md, out and in.

The doors, the SDK's client and what stands behind them are the real ones; the workspace is the stand-in's mind.
"""

import logging
import os
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any

import pytest
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import async_default_handlers

from bot import inbox
from bot.arrivals import Answer, Arrival
from bot.doorkeeper import Doorkeeper
from bot.lanes import Do, Step
from bot.outbox import Decide, Outbox
from bot.platforms.contract import HistoryUnreadable, Outgoing, Pace
from bot.platforms.slack import outbound, refusals
from bot.router import Router
from bot.store import outbox_rows
from bot.store.outbox_rows import Row
from bot.store.store import StoreTx
from bot.understanding import Meaning
from desk.people import Person
from tests.sim.named import Named
from tests.sim.night import BOUNDED, CALM, Profile
from tests.sim.slack_bot import Parts
from tests.sim.slack_night import SlackNight, demo, no_files
from tests.sim.slack_stories import IN, a_day, a_night, a_told_day, a_told_night, faults_of_night
from tests.sim.slack_verdict import faults_of_day
from tests.store_fixture import Fresh

SEEDS = int(os.environ.get("DESKBELL_SEEDS", "60"))
BATCHES = 8  # so that several workers share them
SHORT = {"a form", "somebody whom nobody knew"}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """A night has hundreds of warnings, all of them wanted."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.mark.postgresql_in_deep
@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_night_on_slack_loses_a_post_or_says_it_twice(batch: int, fresh: Fresh) -> None:
    """Whatever Slack does and whenever the bot is killed: said, once, newest, in order, and never in a hurry."""
    for seed in range(batch, SEEDS, BATCHES):
        night = a_night(seed, fresh)
        assert faults_of_night(night) == [], f"seed {seed} ({night.profile.name}) broke a promise"


@pytest.mark.postgresql_in_deep
@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_day_on_slack_loses_what_was_acknowledged_or_does_it_twice(batch: int, fresh: Fresh) -> None:
    """The same event 1-4 times, in any order, and again until it is acknowledged, from people of all kinds and by all
    ways in: one effect, the same answer, whenever the bot is killed.
    """
    for seed in range(batch, SEEDS, BATCHES):
        day = a_day(seed, fresh)
        assert faults_of_day(day) == [], f"seed {seed} broke a promise"


@pytest.mark.postgresql_in_deep
@pytest.mark.parametrize("profile", [CALM, BOUNDED], ids=lambda p: p.name)
def test_a_kill_at_any_step_of_what_goes_out_to_slack_loses_nothing(profile: Profile, fresh: Fresh) -> None:
    """One story, killed once at each of its steps in turn: nothing is lost, only an urgent post is there twice."""
    whole = a_told_night(0, profile, fresh)
    assert faults_of_night(whole) == []
    assert whole.steps > 40
    for crash in range(1, whole.steps + 1):
        assert faults_of_night(a_told_night(crash, profile, fresh)) == [], f"killed at step {crash}"


@pytest.mark.parametrize(
    "story", [story if story in SHORT else pytest.param(story, marks=pytest.mark.postgresql_in_deep) for story in IN]
)
def test_a_kill_at_any_step_of_what_comes_in_from_slack_loses_nothing(story: str, fresh: Fresh) -> None:
    """Before and after each commit, before the acknowledgement, between it and the effect, before the answer."""
    whole = a_told_day(0, story, fresh)
    assert faults_of_day(whole) == []
    assert len(whole.effects) == sum(whole.found.counts.values()) > 0
    for crash in range(1, whole.steps + 1):
        assert faults_of_day(a_told_day(crash, story, fresh)) == [], f"killed at step {crash}"


@pytest.mark.postgresql_in_deep
def test_a_seed_reproduces_its_night_and_its_day(fresh: Fresh) -> None:
    """The same seed gives the same calls, to the microsecond: a failing one can be looked at again."""
    for seed in (3, 4, 12):
        assert a_night(seed, fresh).log == a_night(seed, fresh).log
        first, second = (a_day(seed, fresh) for _ in range(2))
        assert first.ws.calls == second.ws.calls
        assert first.steps == second.steps


# The simulator proves itself: each of these mistakes breaks a promise within a few nights or days.


class Repeating(SlackNight):
    def _outbound(self) -> Named:
        client = self._line.client()
        client.web.retry_handlers = async_default_handlers()
        return Named(outbound.SlackOutbound(client, demo, self._clock, no_files), self._places)


class Hurrying(SlackNight):
    pace = Pace(0.2, 45)


class ClaimsAfterwards(Outbox):
    """The claim is stored with its outcome, and so a kill between both leaves no trace."""

    def _claim_one(self, tx: StoreTx, step: Step, now: datetime) -> tuple[Row, str] | None:
        claim = super()._claim_one(tx, step, now)
        if claim is not None and step.do is Do.SEND:
            found = outbox_rows.load(tx, step.row.id)
            assert found is not None
            outbox_rows.save(tx, step.row)
        return claim

    async def _settle(self, row: Row, lane: Any, decide: Decide, sent: Outgoing | None = None) -> None:
        if row.state == "claimed":
            await self._write(lambda tx: outbox_rows.save(tx, row))
        await super()._settle(row, lane, decide, sent)


def _says_nothing(_: Outgoing) -> None:
    return None


def _always_unreadable(error: SlackApiError) -> Exception:
    return HistoryUnreadable(refusals.said(error))


NIGHTS: dict[str, dict[str, Any]] = {
    "its client repeats a call by itself": {"kind": Repeating},
    "it keeps no pace": {"kind": Hurrying},
    "it claims after it has sent": {"make": ClaimsAfterwards},
    "it puts no key into what it posts": {"patch": (outbound, "_metadata", _says_nothing)},
    "it takes any failure of a look for an unreadable history": {"patch": (refusals, "unseen", _always_unreadable)},
}


@pytest.mark.postgresql_in_deep
@pytest.mark.parametrize("bug", NIGHTS)
def test_a_planted_bug_turns_some_night_on_slack_red(bug: str, fresh: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    made = dict(NIGHTS[bug])
    if "patch" in made:
        monkeypatch.setattr(*made.pop("patch"))
    # These nights begin where each of the bugs shows soon.
    assert any(faults_of_night(a_night(seed, fresh, **made)) for seed in range(20, 80))


class AcknowledgesFirst(Router):
    async def keep(self, arrival: Arrival) -> None:
        """Nothing: what is not stored is lost by a kill."""


class EffectApart(Router):
    """The effect in one transaction, and that it is done in the next."""

    async def _write(self, arrival: Arrival, person: Person, meaning: Meaning) -> Answer:
        seen = await self._store.read(lambda tx: inbox.seen(tx, arrival))
        if seen and seen.answer:
            return seen.answer
        answer = await self._store.write(
            lambda tx: self._do(tx, self._context(tx, arrival, person), arrival, meaning)
        )
        await self._store.write(lambda tx: (inbox.add(tx, arrival), inbox.done(tx, arrival.key, answer)))
        return answer


class AllIsSettled(Doorkeeper):
    async def unsettled(self, place: str) -> bool:  # noqa: ARG002 - the door's signature
        return False


DAYS = {
    "it acknowledges before it has stored": Parts(router=AcknowledgesFirst),
    "its effect is not in the transaction of the inbox": Parts(router=EffectApart),
    "it takes a reply below a message that is not settled for nobody's": Parts(door=AllIsSettled),
    "it claims after it has sent": Parts(outbox=ClaimsAfterwards),
}


@pytest.mark.postgresql_in_deep
@pytest.mark.parametrize("bug", DAYS)
def test_a_planted_bug_turns_some_day_on_slack_red(bug: str, fresh: Fresh) -> None:
    told = (a_told_day(crash, "a form", fresh, DAYS[bug]) for crash in range(1, 40))
    days = (a_day(seed, fresh, DAYS[bug]) for seed in range(20, 80))
    assert any(faults_of_day(day) for day in chain(told, days))
