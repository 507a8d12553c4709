"""The poll loop over real sockets: what hangs and what is broken holds up nobody else."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bot.poller import Poller
from desk.alerts import Monitor, Reading, Status, Watch
from monitors.engine import Engine
from monitors.http import Check
from monitors.probe import Probe, Seen
from monitors.targets import Targets

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
MONITORS, BOUND, SLOW_BOUND = 1000, 60, 200


class Crowd:
    """Counts how often each monitor is out at once, and what came back, until every healthy one was seen twice."""

    def __init__(self, healthy: set[str]) -> None:
        self.healthy = healthy
        self.out: Counter[str] = Counter()
        self.most_out: Counter[str] = Counter()
        self.seen: Counter[tuple[str, Status]] = Counter()
        self.done = asyncio.Event()

    @contextlib.contextmanager
    def looking(self, monitor: str):
        self.out[monitor] += 1
        self.most_out[monitor] = max(self.most_out[monitor], self.out[monitor])
        try:
            yield
        finally:
            self.out[monitor] -= 1

    def note(self, readings: list[Reading]) -> None:
        self.seen.update((reading.monitor, reading.status) for reading in readings)
        if all(self.seen[monitor, Status.OK] >= 2 for monitor in self.healthy):
            self.done.set()


def counting(crowd: Crowd) -> type[Check]:
    """The real kind, counted; its checks with the keyword `broken` raise."""

    class Counting(Check):
        async def check(self, probe: Probe) -> Seen:
            with crowd.looking(probe.monitor):
                if self.keyword == "broken":
                    raise ZeroDivisionError
                return await super().check(probe)

    return Counting


async def answers(reader, writer):
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    writer.close()


async def never_answers(reader, writer):
    with contextlib.suppress(ConnectionError):
        await reader.read(-1)
    writer.close()


@asynccontextmanager
async def serving(talk) -> AsyncIterator[str]:
    server = await asyncio.start_server(talk, "127.0.0.1", 0, backlog=1024)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()
        await server.wait_closed()


async def test_over_real_sockets_hanging_and_broken_checks_starve_nobody():
    """1,000 monitors, 10 % of whose targets accept and never answer and 5 % of whose checks raise; few places.

    Every healthy one is seen twice, no monitor is out twice at once, and no bound is passed.
    """
    web = Engine()
    probe = Probe(web, Targets.of(["127.0.0.1"]), lambda: datetime.now(UTC), None, START)
    async with serving(answers) as well, serving(never_answers) as ill:
        odd = {0: {"url": ill}, 10: {"url": ill}, 5: {"url": well, "keyword": "broken"}}
        crowd = Crowd({f"m{i}" for i in range(MONITORS) if i % 20 not in odd})
        kind = counting(crowd)
        settings = [kind(**odd.get(i % 20, {"url": well})) for i in range(MONITORS)]
        monitors = [Monitor(f"m{i}", "m", "acme", "http", own, 2.0, 10.0) for i, own in enumerate(settings)]
        watches = {m.id: Watch(m.id, since=START, seen=Status.OK) for m in monitors}
        poller = Poller(
            monitors, probe, watches, lambda reading: crowd.note([reading]), crowd.note,
            bound=BOUND, slow_bound=SLOW_BOUND,
        )  # fmt: skip
        poller.start()
        await asyncio.wait_for(crowd.done.wait(), 60)
        stats = poller.stats()
        await poller.close()
        await web.aclose()
    assert max(crowd.most_out.values()) == 1
    assert stats.slow <= SLOW_BOUND
    assert stats.in_flight <= BOUND + SLOW_BOUND
    assert crowd.seen["m5", Status.UNKNOWN] >= 1
    assert not any(crowd.seen[m, s] for m, s in list(crowd.seen) if m not in crowd.healthy and s is Status.OK)
