"""Programs that checks start: by the runner, as runbooks are, and only so many at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from desk.runs import Ending
from monitors.probe import Ran
from remediation.orders import USUAL, Program
from remediation.runner import execute

AT_ONCE = 16  # each has a warden, a small process of its own
LIMITS = replace(USUAL, output=1024**2)


def starter(secrets: Sequence[str]) -> Callable[[Sequence[str], float], Awaitable[Ran]]:
    """What `monitors.probe.Here.run` is here. Whatever is printed comes without these secrets."""
    free = asyncio.Semaphore(AT_ONCE)

    async def run(argv: Sequence[str], time_limit: float) -> Ran:
        async with free:
            # Not boxed: plugins that ping have rights of their own, which a sandbox takes away.
            program = Program(tuple(argv), time_limit)
            ended = await execute(program, lambda *_: None, secrets=secrets, limits=LIMITS, boxed=False)
        return Ran(ended.code, ended.output) if ended.ending is Ending.EXIT else Ran(None, ended.reason)

    return run
