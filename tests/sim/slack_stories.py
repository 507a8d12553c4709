"""The nights and days on Slack that are looked at: one for each seed, and fixed ones to be killed at each step."""

import random
from collections.abc import Iterator
from typing import Any

from tests.sim.counting import Tally, copies
from tests.sim.night import BLIND, BOUNDED, CALM, LATE, Profile, Saying, script
from tests.sim.slack_bot import Parts
from tests.sim.slack_day import Day
from tests.sim.slack_night import SlackNight, hurries
from tests.sim.slack_verdict import faults_of_day
from tests.sim.verdict import faults_of
from tests.store_fixture import Fresh

PROFILES = (BOUNDED, BOUNDED, BOUNDED, LATE, BLIND)
LENGTH = 8  # of a night's script
OUT = (
    Saying(0.0, "card/00", 1, "#desk", live=True),
    Saying(0.1, "reply/01", 1, "#desk", under="card/00"),
    Saying(0.2, "reply/02", 1, "#desk", under="card/00"),
    Saying(0.3, "urgent/03", 1, "#alerts", urgent=True),
    Saying(0.4, "word/04", 1, "@lina"),
    Saying(0.5, "archived/05", 1, "#archived"),
    Saying(3.0, "card/00", 2, "#desk", live=True),
    Saying(4.0, "card/00", 3, "#desk", live=True),
)
IN = {
    "words in the thread of one's ticket, edited and deleted": ((0.0, "ask [a1]"),),
    "a button, a note and a command in the team's thread": ((0.0, "open [a1]"), (0.0, "answer [a1]")),
    "a form": ((0.0, "form [f1]"),),
    "a reaction": ((0.0, "react [e1]"),),
    "somebody whom nobody knew": ((0.0, "guest [g1]"),),
}
ACTS = (("ask [1]", "answer [1]"), ("ask [1]", "form [2]"), ("react [1]",), ("form [1]", "guest [2]"))
SHORT = 110.0  # seconds of a day on which Slack is well


def a_night(seed: int, fresh: Fresh, kind: type[SlackNight] = SlackNight, **made: Any) -> SlackNight:
    chance = random.Random(seed)  # noqa: S311 - a seed must reproduce
    crashes = frozenset(chance.randrange(1, 200) for _ in range(chance.choice((0, 1, 2, 4))))
    return kind(seed, PROFILES[seed % len(PROFILES)], fresh(), script(chance, LENGTH), crashes, **made).run()


def a_told_night(crash: int, profile: Profile, fresh: Fresh) -> SlackNight:
    """The seed is one whose bounded night has a lost reply, a 429, and looks that fail."""
    return SlackNight(11, profile, fresh(), OUT, frozenset({crash})).run()


def a_day(seed: int, fresh: Fresh, parts: Parts | None = None) -> Day:
    """Some of what people do, at random moments."""
    chance = random.Random(seed)  # noqa: S311 - a seed must reproduce
    crashes = frozenset(chance.randrange(1, 150) for _ in range(chance.choice((0, 1, 2, 4))))
    story = tuple((chance.uniform(0, 20), what) for what in chance.choice(ACTS))
    return Day(seed, fresh(), story, crashes=crashes, parts=parts or Parts()).run()


def a_told_day(crash: int, story: str, fresh: Fresh, parts: Parts | None = None) -> Day:
    kills = frozenset({crash})
    return Day(7, fresh(), IN[story], share=0.0, crashes=kills, parts=parts or Parts(), copies=1, end=SHORT).run()


def counted(seeds: int, fresh: Fresh) -> Iterator[Tally]:
    """What is killed at each step, then what comes from seeds: out, then in."""
    out, inward = Tally("Slack, what goes out"), Tally("Slack, what comes in")
    for profile in (CALM, BOUNDED):
        for crash in range(1, out.whole(a_told_night(0, profile, fresh).steps) + 1):
            _tell_night(out, a_told_night(crash, profile, fresh))
    for seed in range(seeds):
        _tell_night(out.seeded(), a_night(seed, fresh))
    yield out
    for story in IN:
        for crash in range(1, inward.whole(a_told_day(0, story, fresh).steps) + 1):
            _tell_day(inward, a_told_day(crash, story, fresh))
    for seed in range(seeds):
        _tell_day(inward.seeded(), a_day(seed, fresh))
    yield inward


def _tell_night(tally: Tally, night: SlackNight) -> None:
    kills = sum(crash <= night.steps for crash in night.crashes)
    tally.tell(faults_of_night(night), kills, len(night.accepted), copies(night.log))


def _tell_day(tally: Tally, day: Day) -> None:
    tally.tell(faults_of_day(day), sum(crash <= day.steps for crash in day.crashes), len(day.effects), 0)


def faults_of_night(night: SlackNight) -> list[str]:
    return [*faults_of(night), *hurries(night)]
