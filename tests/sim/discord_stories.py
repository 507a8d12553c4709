"""Which nights and days are lived on Discord: by seed, and one of each that is told again and again."""

import random
from collections.abc import Iterator
from typing import TypeVar

from tests.sim.counting import Tally, copies
from tests.sim.discord_bot import Parts
from tests.sim.discord_day import Day
from tests.sim.discord_night import DiscordNight, discord_script
from tests.sim.discord_people import ACTS, STORY, opens
from tests.sim.discord_verdict import faults_of as faults_of_day
from tests.sim.night import BLIND, BOUNDED, CALM, LATE, Profile, Saying
from tests.sim.verdict import faults_of as faults_of_night
from tests.store_fixture import Fresh

Told = TypeVar("Told", DiscordNight, Day)
PROFILES = (BOUNDED, BOUNDED, BOUNDED, LATE, BLIND)
OUT = (
    Saying(0.0, "card/00", 1, "#desk", live=True),
    Saying(0.1, "reply/01", 1, "#desk", live=True, under="card/00"),
    Saying(0.2, "reply/02", 1, "#desk", under="card/00"),
    Saying(0.3, "urgent/03", 1, "#alerts", urgent=True),
    Saying(0.4, "word/04", 1, "@lina"),
    Saying(0.5, "archived/05", 1, "#archived"),
    Saying(3.0, "card/00", 2, "#desk", live=True),
    Saying(60.0, "reply/01", 2, "#desk", live=True, under="card/00"),  # its thread is archived by then
)
TOLD_NIGHT, TOLD_DAY = 1, 16  # seeds of which the one has faults, and the other answers that come later


def a_night(seed: int, fresh: Fresh) -> DiscordNight:
    chance = random.Random(seed)  # noqa: S311 - a seed must reproduce
    crashes = frozenset(chance.randrange(1, 300) for _ in range(chance.choice((0, 1, 2, 4))))
    return _lived(DiscordNight(seed, PROFILES[seed % len(PROFILES)], fresh(), discord_script(chance), crashes))


def a_told_night(crash: int, profile: Profile, fresh: Fresh) -> DiscordNight:
    return _lived(DiscordNight(TOLD_NIGHT, profile, fresh(), OUT, frozenset({crash})))


def a_day(seed: int, fresh: Fresh, parts: Parts | None = None) -> Day:
    """At least one ticket, and three things more."""
    chance = random.Random(seed)  # noqa: S311 - a seed must reproduce
    acts = [opens, *(chance.choice(ACTS) for _ in range(3))]
    crashes = frozenset(chance.randrange(1, 150) for _ in range(chance.choice((0, 1, 2, 4))))
    return _lived(Day(seed, fresh(), acts, crashes, parts or Parts()))


def a_told_day(crash: int, fresh: Fresh) -> Day:
    return _lived(Day(TOLD_DAY, fresh(), STORY, frozenset({crash}), copies=(1, 2)))


def counted(seeds: int, fresh: Fresh) -> Iterator[Tally]:
    """What is killed at each step, then what comes from seeds: out, then in."""
    out, inward = Tally("Discord, what goes out"), Tally("Discord, what comes in")
    for profile in (CALM, BOUNDED):
        for crash in range(1, out.whole(a_told_night(0, profile, fresh).steps) + 1):
            _tell_night(out, a_told_night(crash, profile, fresh))
    for seed in range(seeds):
        _tell_night(out.seeded(), a_night(seed, fresh))
    yield out
    for crash in range(1, inward.whole(a_told_day(0, fresh).steps) + 1):
        _tell_day(inward, a_told_day(crash, fresh))
    for seed in range(seeds):
        _tell_day(inward.seeded(), a_day(seed, fresh))
    yield inward


def _tell_night(tally: Tally, night: DiscordNight) -> None:
    kills = sum(crash <= night.steps for crash in night.crashes)
    tally.tell(faults_of_night(night), kills, len(night.accepted), copies(night.log))


def _tell_day(tally: Tally, day: Day) -> None:
    tally.tell(faults_of_day(day), day.kills, sum(map(bool, day.effects.values())), 0)


def _lived(told: Told) -> Told:
    told.run()
    return told
