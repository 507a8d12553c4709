"""Who was on call and who will be: what was noted up to now, and what is planned from now on."""

from collections.abc import Iterator
from datetime import datetime

from desk.duties import turns_of
from desk.oncall import Schedule, joined, turns
from desk.rotations import Turn
from handlers import duty
from handlers.context import Context, Tx


def between(tx: Tx, ctx: Context, schedule: Schedule, start: datetime, end: datetime) -> list[Turn]:
    """The turns in `[start, end)`, cut to it. Of what was before the first note, nothing is known."""
    changed = duty.overrides(tx, ctx, schedule.id, max(start, ctx.now))
    return joined([*_noted(tx, ctx, schedule, start, end), *turns(schedule, changed, max(start, ctx.now), end)])


def _noted(tx: Tx, ctx: Context, schedule: Schedule, start: datetime, end: datetime) -> Iterator[Turn]:
    stop = min(end, ctx.now)
    for turn in turns_of(tx.duties(schedule.id, start, stop), stop) if start < stop else ():
        yield Turn(turn.person, max(turn.start, start), turn.end)
