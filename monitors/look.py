"""One look at one monitor: whatever its check does, a reading comes of it."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from desk.alerts import Monitor, Reading, Status, turned
from monitors.conditions import Condition, judged
from monitors.offers import LATENCY, in_ms
from monitors.probe import Kind, Probe, Seen, scope_of
from monitors.reach import ReachError


class Attempt(NamedTuple):
    """What a check itself says, before any condition has judged it. `met`: what its settings are short for holds."""

    status: Status
    sentence: str
    latency: float | None
    values: Mapping[str, float | str]
    bulk: Mapping[str, Any]
    met: bool = False


async def look(
    monitor: Monitor, probe: Probe, for_run: int | None = None, clock: Callable[[], float] = time.perf_counter
) -> Reading:
    """Run the check and say what it saw. There is no time limit here; `clock` counts seconds.

    A check that raises is broken, which says nothing of what it watches: unknown, and `values["raised"]` names the
    class of the exception.
    """
    reading = await _look(monitor, probe, for_run, clock)
    return turned(reading) if monitor.upside_down else reading


async def _look(monitor: Monitor, probe: Probe, for_run: int | None, clock: Callable[[], float]) -> Reading:
    started_at = probe.now()
    found = await attempt(monitor, probe, clock)
    status, sentence = found.status, found.sentence
    if status is Status.OK:
        conditions = monitor.conditions if found.met else conditions_of(monitor)
        status, sentence = judged(conditions, {**found.values, **found.bulk})
    return Reading(monitor.id, status, started_at, sentence, found.latency, found.values, for_run, monitor)


async def attempt(monitor: Monitor, probe: Probe, clock: Callable[[], float]) -> Attempt:
    """Let the check look, and take whatever it does."""
    kind: Kind = monitor.settings
    began = clock()
    try:
        seen = await kind.check(probe)
        if not isinstance(seen, Seen):
            raise TypeError(f"the check gave back {type(seen).__name__}, expected Seen")  # noqa: TRY301 - a fault like any
    except ReachError as error:
        return Attempt(error.status, error.sentence, None, {}, {})
    except Exception as error:  # noqa: BLE001 - one of the broad doors: a broken check must not take others with it
        name = type(error).__name__
        return Attempt(Status.UNKNOWN, f"the check itself failed: {name}: {error}"[:300], None, {"raised": name}, {})
    latency = seen.latency or (clock() - began if kind.remote else None)
    values = seen.values if latency is None else {**seen.values, LATENCY: in_ms(latency)}
    return Attempt(seen.status, seen.sentence, latency, values, seen.bulk, seen.met)


def conditions_of(monitor: Monitor) -> tuple[Condition, ...]:
    """All that must hold of what is seen: what its kind's settings are short for, and its own."""
    kind: Kind = monitor.settings
    return kind.expects + monitor.conditions


def condition(settings: Kind, text: str) -> Condition:
    """One more condition for a monitor with these settings. Raises ConditionError, a ValueError."""
    return scope_of(type(settings)).condition(text)


def probe_of(monitor: Monitor, probe: Probe) -> Probe:
    """The probe with which to look at this monitor, again and again."""
    return probe.of(monitor.id, frozenset().union(*(condition.names for condition in conditions_of(monitor))))


def overdue(monitor: Monitor, started_at: datetime, for_run: int | None = None) -> Reading:
    """The reading of a check that was not back within its time limit."""
    remote = monitor.settings.remote
    what = "no answer" if remote else "the check was not back"
    status = Status.FAILED if remote else Status.UNKNOWN
    late = f"{what} within {monitor.time_limit:g} s"
    reading = Reading(monitor.id, status, started_at, late, for_run=for_run, of=monitor)
    return turned(reading) if monitor.upside_down else reading


async def probe_once(monitor: Monitor, probe: Probe, for_run: int | None = None) -> Reading:
    """One look within the monitor's time limit, without a poller."""
    started_at = probe.now()
    try:
        async with asyncio.timeout(monitor.time_limit):
            return await look(monitor, probe_of(monitor, probe), for_run)
    except TimeoutError:
        return overdue(monitor, started_at, for_run)
