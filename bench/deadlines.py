"""G5: a hundred thousand open clocks as rows, beside a job store in a database."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from bench.figures import Figure
from bench.tickets import CLIENT, ticket_of
from bot.clock import AlarmClock
from bot.configuration import DEMO, load_folder
from bot.ports import RealClock, RealIds
from bot.store.deadlines import claim, due, nearest
from bot.store.store import Lane, Store, StoreTx
from config.loaded import Config

CLOCKS, DUE, BATCH, MOVES, JOBS, RINGS = 100_000, 10_000, 1_000, 500, 500, 200


async def deadlines(folder: Path) -> list[Figure]:
    store = Store.open(folder / "deskbell.db", clock=RealClock(), ids=RealIds())
    now = datetime.now(UTC)
    for start in range(0, CLOCKS, BATCH):
        await store.write(lambda tx, start=start: fill(tx, now, start))  # type: ignore[misc]
    await store.close()

    began = time.perf_counter()
    store = Store.open(folder / "deskbell.db", clock=RealClock(), ids=RealIds())
    opened = time.perf_counter() - began
    began = time.perf_counter()
    assert await store.read(nearest)
    armed = time.perf_counter() - began
    moved = await store.write(lambda tx: moves(tx, now))
    claimed = await claims(store, now)
    late = await rings(store)
    await store.close()
    per_job, listed = baseline(folder / "jobs.db", now)
    return [
        Figure(f"G5 armed, with {CLOCKS:,} clocks stored", armed * 1e3, "ms", 10),
        Figure("   the file opened and checked before that", opened * 1e3, "ms"),
        Figure("G5 a deadline moved in its ticket's transaction", moved * 1e3, "ms", 0.2),
        Figure(f"G5 {DUE:,} due at once, claimed and committed", claimed, "s", 0.5),
        Figure(f"G5 the nearest of {CLOCKS - DUE:,} rings late by, p99 of {RINGS}", late * 1e3, "ms", 250),
        Figure("   baseline: APScheduler's SQL store, one job added", per_job * 1e3, "ms"),
        Figure(f"   baseline: its due jobs fetched and removed, as for {DUE:,}", listed * DUE, "s"),
    ]


def fill(tx: StoreTx, now: datetime, start: int) -> None:
    """A tenth of the clocks is due by now, the others lie ahead."""
    for number in range(start, start + BATCH):
        due = now - timedelta(seconds=1) if number < DUE else now + timedelta(minutes=5, seconds=number)
        tx.deadline(f"ticket/{number}", "resolution/breach", due, CLIENT)


def moves(tx: StoreTx, now: datetime) -> float:
    """Seconds that one moved deadline adds to a transaction that saves its ticket as well."""
    spent = 0.0
    for number in range(DUE, DUE + MOVES):
        tx.save_ticket(ticket_of(number, now))
        began = time.perf_counter()
        tx.deadline(f"ticket/{number}", "resolution/breach", now + timedelta(hours=9), CLIENT)
        tx.flush()
        spent += time.perf_counter() - began
    return spent / MOVES


async def claims(store: Store, now: datetime) -> float:
    """As the alarm clock does it: each in a call of its own, many to a commit."""
    began = time.perf_counter()
    while found := await store.read(lambda tx: due(tx, now, BATCH)):
        calls = (store.write(lambda tx, row=row: claim(tx, row), lane=Lane.EVENT) for row in found)  # type: ignore[misc]
        assert all(await asyncio.gather(*calls))
    return time.perf_counter() - began


async def rings(store: Store) -> float:
    """Seconds from the time that was set to its handler, p99: one deadline after another, each set a moment ahead."""
    config, late, rung, due_at = load_folder(DEMO), [], asyncio.Event(), datetime.now(UTC)

    def noticed() -> Config:
        late.append((datetime.now(UTC) - due_at).total_seconds())
        loop.call_soon_threadsafe(rung.set)
        return config

    loop = asyncio.get_running_loop()
    alarm = AlarmClock(store, noticed, RealClock())
    alarm.start()
    ringing = asyncio.create_task(alarm.run())
    for _ in range(RINGS):
        rung.clear()
        due_at = datetime.now(UTC) + timedelta(milliseconds=50)
        await store.write(lambda tx, due=due_at: tx.deadline("ticket/1", "sla/resolution/50", due, CLIENT))  # type: ignore[misc]
        await rung.wait()
    ringing.cancel()
    alarm.close()
    await asyncio.gather(ringing, return_exceptions=True)
    return sorted(late)[int(len(late) * 0.99) - 1]


def baseline(path: Path, now: datetime) -> tuple[float, float]:
    """Seconds to add one job, and to fetch and remove one that is due."""
    scheduler = BackgroundScheduler(timezone=UTC)
    jobs = SQLAlchemyJobStore(url=f"sqlite:///{path}")
    jobs.start(scheduler, "default")
    began = time.perf_counter()
    for number in range(JOBS):
        jobs.add_job(job(scheduler, number, now))
    added = time.perf_counter() - began
    began = time.perf_counter()
    for ripe in jobs.get_due_jobs(now):
        jobs.remove_job(ripe.id)
    fetched = time.perf_counter() - began
    jobs.shutdown()
    return added / JOBS, fetched / JOBS


def job(scheduler: BackgroundScheduler, number: int, now: datetime) -> Job:
    return Job(
        scheduler, id=str(number), func="time:time", args=(), kwargs={}, trigger=DateTrigger(now), executor="default",
        misfire_grace_time=None, coalesce=True, max_instances=1, next_run_time=now, name="breach",
    )  # fmt: skip
