"""Nights on Slack in which every message carries a chart and a sheet: `kill -9 between any two steps` of
docs/reliability.md, the steps of an upload among them.
"""

import logging
import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
import structlog

from bot.door import Enclosed
from bot.platforms.contract import Outgoing
from bot.platforms.slack import outbound
from desk.cards import Card, Paper
from desk.charts import Chart, Series, Shape
from tests.sim.named import Named
from tests.sim.night import BOUNDED, CALM, Profile
from tests.sim.slack_night import SlackNight, demo
from tests.sim.slack_stories import OUT, a_night
from tests.sim.verdict import faults_of
from tests.slack.standin.eyes import sight
from tests.store_fixture import Fresh

SEEDS = int(os.environ.get("DESKBELL_SEEDS", "80")) // 8
CHART = Chart("kept", "Promises kept", "%", "month", ("Jan",), (Series("all", (98.0,)),), Shape.LINES)
SHEET = Paper("csv", "acme", "2026-01")


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """A night has hundreds of warnings, all of them wanted."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


async def _made(card: Card | None) -> tuple[Enclosed, ...]:
    """Of each message its own, so that none lies there already."""
    assert card is not None
    chart = Enclosed("kept.png", "image/png", card.key.encode(), CHART.words())
    return chart, Enclosed("numbers.csv", "text/csv", card.key.encode())


class Illustrated(Named):
    def _placed(self, outgoing: Outgoing) -> Outgoing:
        card = Card(f"{outgoing.key}/{outgoing.version}", "Numbers", picture=CHART, paper=SHEET)
        return super()._placed(replace(outgoing, card=card))


class FilingNight(SlackNight):
    def _set_up(self) -> None:
        super()._set_up()
        self._ws.file_lag = 0.3

    def _outbound(self) -> Named:
        return Illustrated(outbound.SlackOutbound(self._line.client(), demo, self._clock, _made), self._places)

    def bare(self) -> list[str]:
        """A sentence for each message that stands there without its files."""
        seen = [sight(m) for m in self._ws.messages.values() if not m.deleted and "[" in m.text]
        return [f"{m.text[:20]} has no files" for m in seen if (len(m.pictures), m.files) != (1, ("numbers.csv",))]


def told(crash: int, profile: Profile, fresh: Fresh) -> FilingNight:
    night = FilingNight(11, profile, fresh(), OUT, frozenset({crash}))
    night.run()
    return night


@pytest.mark.postgresql_in_deep
@pytest.mark.parametrize("profile", [CALM, BOUNDED], ids=lambda p: p.name)
def test_a_kill_at_any_step_of_a_message_with_files_loses_and_doubles_nothing(profile: Profile, fresh: Fresh) -> None:
    """What was said is there once, in order and newest; on a Slack that is well always with its files."""
    whole = told(0, profile, fresh)
    assert whole.steps > 150
    for crash in range(whole.steps + 1):
        night = told(crash, profile, fresh)
        assert faults_of(night) == [], f"killed at step {crash}"
        assert profile is BOUNDED or night.bare() == [], f"killed at step {crash}"


@pytest.mark.postgresql_in_deep
def test_no_night_loses_a_message_with_files_or_says_it_twice(fresh: Fresh) -> None:
    """Whatever Slack does to the upload or to the post, and whenever the bot is killed."""
    for seed in range(SEEDS):
        night = a_night(seed, fresh, FilingNight)
        assert faults_of(night) == [], f"seed {seed} ({night.profile.name}) broke a promise"
