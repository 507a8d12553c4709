"""Starts what was approved, says how far it is, and hands over how it ended."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

import structlog

from bot.acting import as_desk
from bot.configuration import script_folder
from bot.store.store import Lane, Store, StoreTx
from config.loaded import Config
from desk.runs import Ended, Ending, Run
from handlers.events import run_finished
from handlers.events.run_finished import Finished, Progressed, Started
from remediation.runner import Order, execute

AT_ONCE = 4  # runs side by side
_QUEUED = "SELECT number FROM runs WHERE state = 'queued' ORDER BY number LIMIT ?"
_RUNNING = "SELECT number FROM runs WHERE state = 'running' ORDER BY number"

log = structlog.get_logger(__name__)


class Launcher:
    """`turn()` starts queued runs as tasks and never waits for them."""

    def __init__(self, store: Store, config: Callable[[], Config], secrets: Sequence[str] = ()) -> None:
        self._store = store
        self._config = config
        self._secrets = secrets
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def recover(self) -> int:
        """After a start: what was running then has an unknown outcome, and is not run again by itself."""
        lost = await self._store.read(lambda tx: [n for (n,) in tx.rows(_RUNNING)])
        for number in lost:
            gone = Ended(Ending.UNKNOWN, reason="the desk stopped while it ran")
            await self._finish(number, gone)
        return len(lost)

    async def turn(self) -> None:
        free = AT_ONCE - len(self._tasks)
        queued = await self._store.read(lambda tx: [n for (n,) in tx.rows(_QUEUED, (AT_ONCE * 2,))])
        for number in [n for n in queued if n not in self._tasks][: max(free, 0)]:
            run = await self._store.write(partial(self._claim, number=number), lane=Lane.EVENT)
            if run:
                log.info("run starts", run=run.number, alert=run.alert, runbook=run.runbook, target=run.target)
                task = asyncio.create_task(self._execute(run))
                self._tasks[number] = task
                task.add_done_callback(partial(self._over, number))

    async def close(self) -> None:
        """Stopping ends what runs: its outcome is unknown, and that is said when we are back."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _over(self, number: int, _task: asyncio.Task[None]) -> None:
        self._tasks.pop(number, None)

    def _claim(self, tx: StoreTx, *, number: int) -> Run | None:
        return run_finished.start(tx, as_desk(tx, self._config(), "runner"), Started(number))

    async def _execute(self, run: Run) -> None:
        runbook = self._config().runbooks[run.runbook]
        folder = script_folder(self._config(), runbook)
        order = Order(run.number, folder, runbook, run.target, run.arguments, run.digest)
        reports: asyncio.Queue[tuple[int, str] | None] = asyncio.Queue()
        teller = asyncio.create_task(self._tell(run.number, reports))
        try:
            ended = await execute(order, lambda lines, last: reports.put_nowait((lines, last)), secrets=self._secrets)
        except asyncio.CancelledError:
            teller.cancel()
            raise
        except Exception as error:
            log.exception("a run was lost sight of", run=run.number)
            ended = Ended(Ending.UNKNOWN, reason=f"{type(error).__name__} while it ran")
        reports.put_nowait(None)
        await teller
        await self._finish(run.number, ended)

    async def _tell(self, number: int, reports: "asyncio.Queue[tuple[int, str] | None]") -> None:
        """Progress in order; of several that wait, the newest speaks for all."""
        over = False
        while not over:
            waiting = [await reports.get()]
            while not reports.empty():
                waiting.append(reports.get_nowait())
            over = waiting[-1] is None
            said = [report for report in waiting if report is not None]
            if said:
                event = Progressed(number, *said[-1])
                await self._store.write(partial(self._progress, event=event), lane=Lane.BULK)

    def _progress(self, tx: StoreTx, *, event: Progressed) -> None:
        run_finished.progress(tx, as_desk(tx, self._config(), "runner"), event)

    async def _finish(self, number: int, ended: Ended) -> None:
        def work(tx: StoreTx) -> None:
            run_finished.finish(tx, as_desk(tx, self._config(), "runner"), Finished(number, ended))

        await self._store.write(work, lane=Lane.EVENT)
        log.info("run ended", run=number, how=ended.words(), reason=ended.reason)
