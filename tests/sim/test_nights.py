"""Nights in virtual time: `kill -9 between any two steps of commit, post, mark` of docs/reliability.md."""

import logging
import os
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import structlog

from bot import settle
from bot.store.outbox_rows import Row
from tests.sim.night import BLIND, BOUNDED, CALM, LATE, Night, Profile, Saying, script
from tests.sim.verdict import faults_of
from tests.store_fixture import Fresh

SEEDS = int(os.environ.get("DESKBELL_SEEDS", "100"))
BATCHES = 8  # so that several workers share the nights
PROFILES = (BOUNDED, BOUNDED, BOUNDED, LATE, BLIND)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """A night has hundreds of warnings, all of them wanted."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


def a_night(seed: int, fresh: Fresh) -> Night:
    chance = random.Random(seed)  # noqa: S311 - a seed must reproduce
    crashes = frozenset(chance.randrange(1, 300) for _ in range(chance.choice((0, 1, 2, 4))))
    return Night(seed, PROFILES[seed % len(PROFILES)], fresh(), script(chance), crashes).run()


@pytest.mark.postgresql_in_deep
@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_night_loses_a_post_or_says_it_twice(batch: int, fresh: Fresh) -> None:
    """Whatever the platform does and whenever the bot is killed, what was stored is said, once, newest, in order."""
    for seed in range(batch, SEEDS, BATCHES):
        night = a_night(seed, fresh)
        assert faults_of(night) == [], f"seed {seed} ({night.profile.name}) broke a promise"


STORY = (
    Saying(0.0, "card/00", 1, "#desk", live=True),
    Saying(0.1, "reply/01", 1, "#desk", under="card/00"),
    Saying(0.2, "reply/02", 1, "#desk", under="card/00"),
    Saying(0.3, "urgent/03", 1, "#alerts", urgent=True),
    Saying(0.4, "word/04", 1, "#alerts"),
    Saying(0.5, "archived/05", 1, "#archived"),
    Saying(3.0, "card/00", 2, "#desk", live=True),
    Saying(4.0, "card/00", 3, "#desk", live=True),
)


@pytest.mark.parametrize(
    "profile", [CALM, pytest.param(BOUNDED, marks=pytest.mark.postgresql_in_deep)], ids=lambda p: p.name
)
def test_a_kill_at_any_step_between_commit_post_and_mark_loses_nothing(profile: Profile, fresh: Fresh) -> None:
    """One story, killed once at each of its steps in turn: nothing is lost, only an urgent post is there twice."""

    def told(crash: int) -> Night:
        return Night(7, profile, fresh(), STORY, frozenset({crash})).run()

    whole = told(0)
    assert faults_of(whole) == []
    assert whole.steps > 40
    for crash in range(1, whole.steps + 1):
        assert faults_of(told(crash)) == [], f"killed at step {crash}"


@pytest.mark.postgresql_in_deep
def test_a_seed_reproduces_its_night(fresh: Fresh) -> None:
    """The same seed gives the same log, to the microsecond: a failing night can be looked at again."""
    for seed in (3, 4, 12):
        assert a_night(seed, fresh).log == a_night(seed, fresh).log


def _never_found(row: Row, now: datetime, **given: Any) -> Row:
    return LOOKED(row, now, **{**given, "found": []})


def _sent_again_at_once(row: Row, now: datetime) -> Row:
    return replace(row, state="pending", not_before=now, lease_until=None)


def _said_once(row: Row, now: datetime) -> Row:
    return EDITED(replace(row, unclear_since=None), now)


LOOKED, EDITED = settle.looked, settle.edited
BUGS = {
    "it does not look before it sends again": ("looked", _never_found),
    "it sends again at once what a dead sender may have said": ("dead", _sent_again_at_once),
    "it takes an unclear edit for done when it was said again": ("edited", _said_once),
    "it forgets that a reply needs its parent": ("lacks_parent", lambda _: False),
}


@pytest.mark.postgresql_in_deep
@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_turns_some_night_red(bug: str, fresh: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulator proves itself: each of these mistakes breaks a promise within a few bounded nights."""
    monkeypatch.setattr(settle, *BUGS[bug])
    # Late edits are rare: these nights begin where each of the bugs shows soon.
    bounded = (seed for seed in range(130, 400) if PROFILES[seed % len(PROFILES)] is BOUNDED)
    assert any(faults_of(a_night(seed, fresh)) for seed in bounded)
