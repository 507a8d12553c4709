"""What `/readyz` and `/metrics` tell: the ages of what matters, read where it lies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.acting import as_desk
from bot.clock import AlarmClock
from bot.outbox import Outbox
from bot.poller import Poller
from bot.senses import Senses
from bot.store import outbox_rows
from bot.store.sealer import head
from bot.store.store import Store, StoreTx
from bot.store.tables import from_us
from bot.watching import Watching
from bot.web.health import Readiness
from config.loaded import Config
from desk.events import PLATFORM
from desk.invariants import Facts, Limits, judge
from desk.lateness import Waiting, oldest
from desk.sight import blind_since
from handlers.blindness import references

_UNSEALED = "SELECT MIN(at) FROM audit WHERE seq IS NULL"
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
    senses: Senses
    config: Callable[[], Config]
    now: Callable[[], datetime]
    quiet_for: Callable[[], float]  # seconds without any check after which something is wrong
    faults: Mapping[str, str] = field(default_factory=dict)  # of chat platforms that are not connected

    async def readiness(self) -> Readiness:
        """What the auditor judges, and `/readyz` tells."""
        rows, polled, now = await self.store.read(self._look), self.poller.stats().last_poll_at, self.now()
        clocks = self.senses.clocks
        facts = Facts(
            last_poll=_age(polled, now),
            oldest_undelivered_post=oldest(rows.posts, self.outbox.taken, now),
            oldest_overdue_deadline=_age(rows.due, now) if rows.due and rows.due < now else None,
            oldest_unsealed_entry=_age(rows.unsealed, now),
            tampered=self.senses.chain.bad,
            disk_free=self.senses.disk_free,
            clock_step=clocks.step,
            clock_offset=clocks.offset,
            canaries=self.senses.canary.ages(),
            paused=tuple(name for name in self.outbox.paused if not name.startswith(PLATFORM)),
            disconnected=tuple(self.faults),
            blind=_age(rows.blind, now),
        )
        broken = judge(facts, Limits(last_poll=self.quiet_for()))
        return Readiness(facts, broken, rows.waiting, rows.head, rows.aside + len(self.watching.set_aside))

    def _look(self, tx: StoreTx) -> "_Rows":
        seq, digest = head(tx)
        posts = outbox_rows.counts(tx)
        waiting = sum(posts.get(state, 0) for state in ("pending", "claimed", "unclear"))
        aside = tx.rows(_ASIDE)[0][0] + posts.get("set_aside", 0)
        due, unsealed = (_instant(tx.rows(query)[0][0]) for query in (_DUE, _UNSEALED))
        blind = blind_since(references(tx, as_desk(tx, self.config(), "auditor")))
        return _Rows(tuple(outbox_rows.undelivered(tx)), due, unsealed, blind, waiting, aside, f"{seq}:{digest}")

    def registry(self) -> CollectorRegistry:
        registry = CollectorRegistry()
        registry.register(_Numbers(self))
        return registry


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the store says: since when something waits, how much does or was set aside, the record's head."""

    posts: tuple[Waiting, ...]
    due: datetime | None
    unsealed: datetime | None
    blind: datetime | None
    waiting: int
    aside: int
    head: str


def _age(at: datetime | None, now: datetime) -> float | None:
    return (now - at).total_seconds() if at else None


def _instant(us: int | None) -> datetime | None:
    return None if us is None else from_us(us)


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
