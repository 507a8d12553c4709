"""One look with nothing left out: what `/check` shows."""

import asyncio
import time
from datetime import datetime

from desk.alerts import Monitor, Reading, Status, turned
from desk.traces import Trace, Verdict
from monitors.conditions import verdicts, worst
from monitors.look import Attempt, attempt, conditions_of, overdue, probe_of
from monitors.offers import Offers, Type
from monitors.probe import Kind, Probe, scope_of
from monitors.wording import said

_SMALL = frozenset({Type.WHOLE, Type.NUMBER, Type.TRUTH})  # what is worth getting although no condition reads it


async def traced(monitor: Monitor, probe: Probe) -> Trace:
    """Look once, within the monitor's time limit. Every condition is judged, also after one that does not hold."""
    kind: Kind = monitor.settings
    offers = scope_of(type(kind)).offers
    ready = probe_of(monitor, probe)
    ready = probe.of(monitor.id, ready.wants | {name for name, value in offers.items() if value.type in _SMALL})
    started_at = probe.now()
    try:
        async with asyncio.timeout(monitor.time_limit):
            found = await attempt(monitor, ready, time.perf_counter)
    except TimeoutError:
        late = overdue(monitor, started_at)
        return Trace(monitor.id, late.status, late.sentence, started_at)
    return _told(monitor, found, offers, started_at)


def _told(monitor: Monitor, found: Attempt, offers: Offers, started_at: datetime) -> Trace:
    status, sentence, values, bulk = found.status, found.sentence, found.values, found.bulk
    each: tuple[Verdict, ...] = ()
    if status is Status.OK:
        seen, conditions = {**values, **bulk}, conditions_of(monitor)
        judged = list(verdicts(conditions, seen))
        each = tuple(Verdict(c.text, *verdict) for c, verdict in zip(conditions, judged, strict=True))
        status, sentence = worst(judged)
    shown = tuple((name, said(values[name])) for name in offers if name in values)
    reading = Reading(monitor.id, status, started_at, sentence)
    final = turned(reading) if monitor.upside_down else reading
    return Trace(monitor.id, final.status, final.sentence, started_at, shown, each)
