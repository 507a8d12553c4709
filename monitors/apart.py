"""Questions that block, each asked in a thread of its own.

A pool's threads would be used up by those that never end, one by one, and would be waited for when the bot stops. A
dead network share never answers: so there is one question at a time for each monitor, and the next look waits for the
one that is still out.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import BoundedSemaphore, Thread
from typing import TypeVar

from desk.alerts import Status
from monitors.probe import Probe
from monitors.reach import ReachError

T = TypeVar("T")

MOST = 256  # threads at once, all monitors together
_free = BoundedSemaphore(MOST)


async def apart(probe: Probe, question: Callable[[], T]) -> T:
    """What `question` returns or raises. Raises ReachError, unknown, when too many others hang."""
    asked: asyncio.Future[T] | None = probe.notes.get("asked")
    if asked is None or asked.done():
        asked = probe.notes["asked"] = _ask(question, probe.monitor)
    return await asyncio.shield(asked)


def _ask(question: Callable[[], T], name: str) -> asyncio.Future[T]:
    if not _free.acquire(blocking=False):
        raise ReachError(Status.UNKNOWN, f"{MOST} other looks have not come back yet, so this one was not started")
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def ask() -> None:
        try:
            settle = _settled(answer, question)
        finally:
            _free.release()
        with suppress(RuntimeError):  # the loop has gone meanwhile
            loop.call_soon_threadsafe(settle)

    Thread(target=ask, name=f"look at {name}", daemon=True).start()
    return answer


def _settled(answer: asyncio.Future[T], question: Callable[[], T]) -> Callable[[], None]:
    """Ask, here and now; gives what settles the answer, in the loop's own thread."""
    try:
        result = question()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is for the look that waits
        failure = error
    else:
        return lambda: None if answer.cancelled() else answer.set_result(result)

    def fail() -> None:
        if not answer.cancelled():
            answer.set_exception(failure)
            answer.exception()  # seen: nobody may be waiting any more

    return fail
