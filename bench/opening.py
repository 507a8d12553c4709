"""G7, the whole way: `/open` from the router's door to the durable answer, beside a bare ticket transaction."""

import asyncio
import logging
import tempfile
import time
from pathlib import Path

import structlog

from bench.figures import Figure
from bot.arrivals import Arrival
from bot.configuration import DEMO, load_folder
from bot.ports import RealClock, RealIds
from bot.router import Router
from bot.store.store import Store
from handlers.commands import commands

OPENS, IN_FLIGHT, WARM_UP = 4_000, 16, 400


async def figures() -> list[Figure]:
    """Inbox row, parsing, permission, ticket, clocks, deadlines, audit, two cards, answer: one durable commit."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))  # as the demo does
    config, clock = load_folder(DEMO), RealClock()
    took: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with Store.open(Path(folder) / "deskbell.db", clock=clock, ids=RealIds()) as store:
            router = Router(store, lambda: config, commands())
            numbers = iter(range(WARM_UP + OPENS))

            async def worker(most: int) -> None:
                for n in numbers:
                    line = f"/open VPN drops, number {n}"
                    arrival = Arrival(f"bench/{n}", "say", "webchat", "ann", "dm-ann", clock.now(), line)
                    began = time.perf_counter()
                    answer = await router.take(arrival)
                    assert answer.status == 200, answer.error
                    took.append(time.perf_counter() - began)
                    if len(took) >= most:
                        return

            await asyncio.gather(*(worker(WARM_UP) for _ in range(IN_FLIGHT)))
            took.clear()
            began = time.perf_counter()
            await asyncio.gather(*(worker(OPENS - IN_FLIGHT) for _ in range(IN_FLIGHT)))
            rate = len(took) / (time.perf_counter() - began)
    p99 = sorted(took)[len(took) * 99 // 100] * 1000
    return [
        Figure("/open through router and handler, durable, 16 in flight (G7)", rate, "/s", 2000, at_least=True),
        Figure("/open through router and handler: p99 (G7)", p99, "ms", 10),
    ]


if __name__ == "__main__":
    for figure in asyncio.run(figures()):
        print(figure)
