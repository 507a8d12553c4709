"""What `/readyz` and `/metrics` tell: the ages of what matters, read where it lies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.clock import AlarmClock
from bot.outbox import Outbox
from bot.poller import Poller
from bot.store import outbox_rows
from bot.store.sealer import head
from bot.store.store import Store, StoreTx
from bot.store.tables import from_us
from bot.watching import Watching
from bot.web.health import Readiness

_DUE = "SELECT MIN(due_at) FROM deadlines WHERE due_at IS NOT NULL AND NOT set_aside"
_ASIDE = (
    "SELECT (SELECT COUNT(*) FROM inbox WHERE state = 'set_aside') + (SELECT COUNT(*) FROM deadlines WHERE set_aside)"
    " + (SELECT COUNT(*) FROM deliveries WHERE state = 'set_aside')"
)


@dataclass(frozen=True, slots=True)
class Vitals:
    """Asks each part how it is."""

    store: Store
    outbox: Outbox
    poller: Poller
    alarm: AlarmClock
    watching: Watching
    now: Callable[[], datetime]
    quiet_for: Callable[[], float] = lambda: 90.0  # seconds without any check after which something is wrong
    faults: Mapping[str, str] = field(default_factory=dict)  # of chat platforms that are not connected

    async def readiness(self) -> Readiness:
        post, due, counts, seal = await self.store.read(self._look)
        now, polled = self.now(), self.poller.stats()
        overdue = (now - due).total_seconds() if due and due < now else None
        idle = (now - polled.last_poll_at).total_seconds() if polled.last_poll_at else None
        still = idle is not None and idle > self.quiet_for()
        return Readiness(
            last_poll=idle,
            oldest_undelivered_post=(now - post).total_seconds() if post else None,
            oldest_overdue_deadline=overdue,
            waiting_posts=counts[0],
            audit_head=seal,
            set_aside=counts[1] + len(self.watching.set_aside),
            paused=tuple(self.outbox.paused),
            also=((f"nothing was polled for {idle:.0f} s",) if still else ())
            + tuple(f"{name} is not connected" for name in self.faults),
        )

    def _look(self, tx: StoreTx) -> tuple[datetime | None, datetime | None, tuple[int, int], str]:
        due = tx.rows(_DUE)[0][0]
        seq, digest = head(tx)
        posts = outbox_rows.counts(tx)
        waiting = sum(posts.get(state, 0) for state in ("pending", "claimed", "unclear"))
        aside = tx.rows(_ASIDE)[0][0] + posts.get("set_aside", 0)
        return outbox_rows.oldest_undelivered(tx), from_us(due) if due else None, (waiting, aside), f"{seq}:{digest}"

    def registry(self) -> CollectorRegistry:
        registry = CollectorRegistry()
        registry.register(_Numbers(self))
        return registry


class _Numbers(Collector):
    """Read when they are asked for; nothing is counted twice."""

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals

    def collect(self) -> list[Metric]:
        polled, outbox = self._vitals.poller.stats(), self._vitals.outbox
        ended = CounterMetricFamily("deskbell_posts", "Messages by how they ended", labels=["outcome"])
        for outcome, count in outbox.ended.items():
            ended.add_metric([outcome], count)
        return [
            GaugeMetricFamily("deskbell_monitors", "Monitors that are polled", polled.monitors),
            CounterMetricFamily("deskbell_checks", "Checks started", polled.started),
            GaugeMetricFamily("deskbell_checks_in_flight", "Checks under way", polled.in_flight),
            GaugeMetricFamily(
                "deskbell_check_late_p99_seconds", "How late checks start, 99th percentile", polled.late_p99 or 0.0
            ),
            CounterMetricFamily(
                "deskbell_readings_lost", "Readings that could not be handed over", polled.not_delivered
            ),
            CounterMetricFamily("deskbell_deadlines_rung", "Deadlines rung", self._vitals.alarm.rung),
            CounterMetricFamily("deskbell_second_copies", "Second copies of a message found", outbox.copies),
            CounterMetricFamily("deskbell_slow_handlers", "Handlers over 50 ms", self._vitals.store.slow_handlers),
            ended,
        ]
