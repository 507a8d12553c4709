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
FIRST_WAIT, LONGEST_WAIT = 0.25, 30.0  # seconds until an end that could not be stored is tried again
_QUEUED = "SELECT number FROM runs WHERE state = 'queued' ORDER BY number LIMIT ?"
_RUNNING = "SELECT number FROM runs WHERE state = 'running' ORDER BY number"

Reports = asyncio.Queue[tuple[int, str] | None]
log = structlog.get_logger(__name__)


class Launcher:
    """`turn()` starts queued runs as tasks and never waits for them. `secrets` are masked in what they print."""

    def __init__(self, store: Store, config: Callable[[], Config], secrets: Sequence[str] = ()) -> None:
        self._store = store
        self._config = config
        self.secrets = secrets
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._closed = False

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
            if self._closed:
                return
            try:
                run = await self._store.write(partial(self._claim, number=number), lane=Lane.EVENT)
            except Exception:  # the next turn tries again, and meanwhile it holds up no other
                log.exception("a run could not be claimed", run=number)
                continue
            if run:
                log.info("run starts", run=run.number, alert=run.alert, runbook=run.runbook, target=run.target)
                task = asyncio.create_task(self._execute(run))
                self._tasks[number] = task
                task.add_done_callback(partial(self._over, number))

    async def close(self) -> None:
        """Stopping ends what runs: its outcome is unknown, and that is said when we are back."""
        self._closed = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _over(self, number: int, task: asyncio.Task[None]) -> None:
        self._tasks.pop(number, None)
        if not task.cancelled() and (error := task.exception()):
            log.error("a run was lost sight of", run=number, exc_info=error)

    def _claim(self, tx: StoreTx, *, number: int) -> Run | None:
        return run_finished.start(tx, as_desk(tx, self._config(), "runner"), Started(number))

    async def _execute(self, run: Run) -> None:
        reports: Reports = asyncio.Queue()
        teller = asyncio.create_task(self._tell(run.number, reports))
        try:
            ended = await self._ended(run, reports)
            reports.put_nowait(None)
            await teller
        finally:
            teller.cancel()
        await self._finish_at_last(run.number, ended)

    async def _ended(self, run: Run, reports: Reports) -> Ended:
        """Run it and say how it ended, whatever happens."""
        try:
            runbook = self._config().runbooks[run.runbook]
            folder = script_folder(self._config(), runbook)
            order = Order(run.number, folder, runbook, run.target, run.arguments, run.digest)
            return await execute(order, lambda lines, last: reports.put_nowait((lines, last)), secrets=self.secrets)
        except Exception as error:
            log.exception("a run was lost sight of", run=run.number)
            return Ended(Ending.UNKNOWN, reason=f"{type(error).__name__} while it ran")

    async def _tell(self, number: int, reports: Reports) -> None:
        """Progress in order; of several that wait, the newest speaks for all. What cannot be stored is let go."""
        over = False
        while not over:
            waiting = [await reports.get()]
            while not reports.empty():
                waiting.append(reports.get_nowait())
            over = waiting[-1] is None
            said = [report for report in waiting if report is not None]
            if said:
                event = Progressed(number, *said[-1])
                try:
                    await self._store.write(partial(self._progress, event=event), lane=Lane.BULK)
                except Exception:
                    log.exception("progress could not be stored", run=number)

    def _progress(self, tx: StoreTx, *, event: Progressed) -> None:
        run_finished.progress(tx, as_desk(tx, self._config(), "runner"), event)

    async def _finish_at_last(self, number: int, ended: Ended) -> None:
        """Until it is stored or we are stopped: else it would be shown as running for as long as we are up."""
        wait = FIRST_WAIT
        while True:
            try:
                await self._finish(number, ended)
            except Exception:
                log.exception("the end of a run could not be stored", run=number)
            else:
                return
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)

    async def _finish(self, number: int, ended: Ended) -> None:
        def work(tx: StoreTx) -> None:
            run_finished.finish(tx, as_desk(tx, self._config(), "runner"), Finished(number, ended))

        await self._store.write(work, lane=Lane.EVENT)
        log.info("run ended", run=number, how=ended.words(), reason=ended.reason)
