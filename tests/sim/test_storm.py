"""A storm in virtual time: `10,000 alerts in a minute` of docs/reliability.md.

`make deep` has them all, `make test` a fifth of them in as many groups; `make bench` measures all.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import structlog

from bot import lanes
from bot.lanes import Lanes, Step
from bot.settle import is_edit
from bot.store import outbox_rows
from bot.store.outbox_rows import Row
from config.loaded import Config
from desk.alerts import Alert
from handlers import ringing
from handlers.context import Context, Tx
from tests.sim.storm import Storm
from tests.sim.storm_verdict import faults_of
from tests.store_fixture import DEEP, Fresh

ALERTS = 10_000 if DEEP else 2_000
FEW, SOON = 400, 65.0  # alerts and seconds that show a planted bug


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.mark.postgresql_in_deep
def test_a_storm_of_alerts_is_stored_and_shown_as_it_is_and_critical_ones_first(
    fresh: Fresh, demo_config: Config
) -> None:
    """10,000 alerts in a minute, in 200 groups of which 20 are critical: all stored; one live message per group with
    true counts; each critical group in its channel within 5 s of its first alert and never behind an edit; a post a
    second and channel; the rows in memory bounded; all said within minutes, and the desk not called broken for it.
    """
    assert faults_of(Storm(ALERTS, fresh(), demo_config).run()) == []


def _edits_first(row: Row) -> tuple[bool, int]:
    return not is_edit(row), row.id


def _oldest_first(row: Row) -> tuple[bool, int]:
    return is_edit(row), row.id


def _lost_count(tx: Tx, _ctx: Context, alert: Alert) -> Alert:
    return tx.save_alert(replace(alert, redraw_at=alert.raised_at))


def _no_pace(self: Lanes, step: Step, mono: float) -> None:
    BEGIN(self, step, mono)
    self._next_post.clear()


BEGIN = Lanes.begin
NO_SEVERITY = outbox_rows._WAITING.replace("w.urgent DESC, w.id", "w.id")
BUGS: list[tuple[str, list[tuple[Any, str, Any]], str]] = [
    ("edits go before posts", [(lanes, "_pressing", _edits_first)], "went before"),
    ("critical posts wait in line", [(lanes, "_pressing", _oldest_first), (outbox_rows, "_WAITING", NO_SEVERITY)],
     "was posted"),
    ("what joins is not drawn", [(ringing, "_changed", _lost_count)], "are down"),
    ("a channel has no pace", [(Lanes, "begin", _no_pace)], "within a second"),
    ("all that waits is read", [(outbox_rows, "WINDOW", 10_000)], "rows at once"),
]  # fmt: skip


@pytest.mark.postgresql_in_deep
@pytest.mark.parametrize(("bug", "planted", "found"), BUGS, ids=[bug for bug, *_ in BUGS])
def test_a_planted_bug_turns_the_storm_red(
    bug: str, planted: list[tuple[Any, str, Callable[..., Any]]], found: str, fresh: Fresh, demo_config: Config,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The storm proves itself: each of these mistakes is told in a sentence of the verdict."""
    for where, name, mistake in planted:
        monkeypatch.setattr(where, name, mistake)
    faults = faults_of(Storm(FEW, fresh(), demo_config, end=SOON).run())
    assert any(found in fault for fault in faults), f"{bug}: {faults[:3]}"
