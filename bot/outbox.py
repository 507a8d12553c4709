"""The outbox: takes rows that want to be said, says them on their platform, and settles what became of each.

A row is claimed and the claim committed before the network is touched, so that a crash at any point leaves a trace of
what may have been said. The rules are pure: `bot.settle` (what becomes of a row) and `bot.lanes` (what goes next).
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import structlog

from bot import settle
from bot.copies import CopyWatch
from bot.lanes import Do, Lane, Lanes, Paused, Step
from bot.platforms.contract import DeliveryRefused, Found, HistoryUnreadable, MessageGone, Outbound, Outgoing, Pace
from bot.ports import Clock, Ids
from bot.store import outbox_rows
from bot.store.outbox_rows import Row
from bot.store.store import Lane as StoreLane
from bot.store.store import Store, StoreTx
from bot.telling import account_refuses, account_works, add_rest, outgoing, undelivered
from desk.cards import Post

_log = structlog.get_logger()
# What a broken row raises. A network that fails raises none of these.
_OWN_FAULT = (ArithmeticError, AssertionError, AttributeError, LookupError, NameError, TypeError, ValueError)
# Where it takes longer than this to see what waits, it is seen more seldom: seconds, times of what it took, seconds.
COSTLY, RESTS, LONGEST = 0.02, 4, 0.25
T = TypeVar("T")

Decide = Callable[[Row, datetime], Row]
Ended = Callable[[StoreTx, Row, DeliveryRefused | None], None]


class Outbox:
    """`platform_of` names the platform of a destination, `fallback_of` where to tell that it could not be reached.

    Call `turn` whenever the table `posts` moved and at the time it returned. `paused` says which platforms refuse all
    we send; `copies` counts second copies found since the start.
    """

    def __init__(
        self,
        store: Store,
        platforms: Mapping[str, Outbound],
        platform_of: Callable[[str], str],
        fallback_of: Callable[[str], str | None],
        clock: Clock,
        ids: Ids,
        *,
        paces: Mapping[str, Pace] | None = None,
        ended: Ended = lambda _tx, _row, _why: None,
    ) -> None:
        """`ended` is called, in its transaction, with what a message came to, or with why it has to wait."""
        self._store, self._platforms, self._clock, self._ids = store, dict(platforms), clock, ids
        self._platform_of, self._fallback_of = platform_of, fallback_of
        self._lanes = Lanes({name: (paces or {}).get(name, Pace()) for name in platforms}, platform_of)
        self._tasks: dict[asyncio.Task[None], None] = {}  # in the order they began: a seed must reproduce
        self._all_claims_are_dead = True  # until the first turn: a database has one process
        self._on_end = ended
        self._rests_until = 0.0  # on the monotonic clock
        self._watch = CopyWatch(store, self._lanes, self._platforms, self._find)
        self.taken: dict[str, datetime] = {}  # when each destination took its last new message
        self.ended: dict[str, int] = {"delivered": 0, "failed": 0, "unknown": 0, "set_aside": 0}

    def add(self, platform: Outbound, pace: Pace) -> None:
        """One more; one of the same name that is there already stays."""
        self._platforms.setdefault(platform.name, platform)
        self._lanes.add(platform.name, pace)

    @property
    def paused(self) -> dict[str, Paused]:
        return {name: each.paused for name, each in self._lanes.accounts.items() if each.paused is not None}

    @property
    def copies(self) -> int:
        return self._watch.copies

    async def turn(self, now: datetime) -> datetime | None:
        """Begin what can begin and never wait for it. Returns when there is more to do if nothing happens till then."""
        if self._all_claims_are_dead:
            await self._write(lambda tx: _bury_all(tx, now))
            self._all_claims_are_dead = False
        if (rest := self._rests_until - self._clock.monotonic()) > 0:
            return now + timedelta(seconds=rest)
        waiting, watched = await self._seen(now)
        steps, wake = self._lanes.choose(waiting, now, self._clock.monotonic())
        claims = await self._claim(steps, now)
        for step, row, body in claims:
            self._start(self._look(step, row) if step.do is Do.LOOK else self._send(step, row, body))
        looks, next_look = self._watch.choose(watched, now)
        for look in looks:
            self._start(look)
        times = [wake, next_look, now + settle.LEASE if claims else None]
        return min((at for at in times if at is not None), default=None)

    async def _seen(self, now: datetime) -> tuple[list[Row], list[Row]]:
        """What waits and what is watched. With many thousands to choose from that takes a while, and one that was said
        is no reason to look at all of them at once again.
        """
        began = self._clock.monotonic()
        seen = await self._store.read(lambda tx: (outbox_rows.waiting(tx, now), outbox_rows.watched(tx)))
        ended = self._clock.monotonic()
        if ended - began > COSTLY:
            self._rests_until = ended + min(RESTS * (ended - began), LONGEST)
        return seen

    async def close(self, grace: timedelta = settle.LIMIT) -> None:
        """Let what is in flight come back, for at most `grace`, and drop the rest: the next start settles it."""
        if self._tasks:
            _, left = await asyncio.wait(list(self._tasks), timeout=grace.total_seconds())
            self.drop()
            await asyncio.gather(*left, return_exceptions=True)

    def drop(self) -> None:
        for task in list(self._tasks):
            task.cancel()

    async def _claim(self, steps: list[Step], now: datetime) -> list[tuple[Step, Row, str]]:
        """Commit the claims, before any of them is acted on."""
        if not steps:
            return []
        try:
            claims = await self._write(lambda tx: [self._claim_one(tx, step, now) for step in steps])
        except BaseException:
            for step in steps:
                self._release(step)
            raise
        for step, claim in zip(steps, claims, strict=True):
            if claim is None:
                self._release(step)
        return [(step, *claim) for step, claim in zip(steps, claims, strict=True) if claim is not None]

    def _release(self, step: Step) -> None:
        if step.lane.platform in self._platforms:
            self._lanes.end(step.row.id, step.lane)

    def _claim_one(self, tx: StoreTx, step: Step, now: datetime) -> tuple[Row, str] | None:
        """What is to be done for this row, None if somebody else was quicker or nothing is to be sent."""
        row = outbox_rows.load(tx, step.row.id)
        if row is None or (row.state, row.attempt) != (step.row.state, step.row.attempt):
            return None
        if step.do is Do.LOOK:
            return row, ""
        if step.do is Do.SEND:
            if settle.lacks_parent(row):  # it was there a moment ago, and was deleted
                return None
            row = settle.claimed(row, now)
            outbox_rows.save(tx, row)
            return row, outbox_rows.body(tx, row.id)
        outbox_rows.save(tx, settle.dead(row, now) if step.do is Do.BURY else settle.failed(row, step.reason))
        if step.do is Do.FAIL:
            self._tell(tx, row, step.reason)
            self._on_end(tx, settle.failed(row, step.reason), None)
        return None

    async def _send(self, step: Step, row: Row, body: str) -> None:
        lane = step.lane
        late = not settle.is_edit(row) and self._lanes.is_late(row, lane, self._clock.now())
        try:
            message = outgoing(row, body, late=late)
        except Exception as error:  # noqa: BLE001 - whatever a body that cannot be read raises, only this row is at fault
            reason = _words_of(error)
            await self._settle(row, lane, lambda r, _: settle.set_aside(r, reason))
            return
        why = None
        try:
            decide = await self._say(row, lane, message)
        except DeliveryRefused as error:
            why = error
            self._refused(row, lane, error)
            decide = partial(settle.refused, why=error)
        except Exception as error:  # noqa: BLE001 - any other failure of a platform is an unclear outcome
            _log.warning("outcome unclear", message=row.key, destination=row.destination, error=_words_of(error))
            self._lanes.still_silent(lane.platform, self._clock.monotonic())
            broken = _words_of(error) if isinstance(error, _OWN_FAULT) else ""
            same_within = self._lanes.accounts[lane.platform].pace.same_within
            decide = partial(settle.unclear, broken=broken, same_within=same_within)
        await self._settle(row, lane, decide, message, why)

    async def _say(self, row: Row, lane: Lane, message: Outgoing) -> Decide:
        """One call of the platform. Returns what its success means for the row."""
        platform = self._platforms[lane.platform]
        decide: Decide = settle.edited
        async with asyncio.timeout(settle.LIMIT.total_seconds()):
            if row.message_id is None:
                decide = partial(settle.posted, message_id=await platform.post(message))
                self.taken[row.destination] = self._clock.now()
            else:
                try:
                    await platform.edit(row.message_id, message)
                except MessageGone:
                    decide = partial(settle.gone, new_key=self._ids.token())
        self._answered(lane)
        return decide

    async def _look(self, step: Step, row: Row) -> None:
        started, lane = self._clock.now(), step.lane
        decide: Decide
        try:
            decide = partial(settle.looked, found=await self._find(lane, row), started=started)
        except Exception as error:  # noqa: BLE001 - a look that fails is repeated
            _log.warning("could not look", message=row.key, destination=row.destination, error=_words_of(error))
            if isinstance(error, DeliveryRefused):
                self._refused(row, lane, error)
            else:
                self._lanes.still_silent(lane.platform, self._clock.monotonic())
            decide = partial(settle.look_failed, started=started)
        await self._settle(row, lane, decide)

    async def _find(self, lane: Lane, row: Row) -> list[Found] | None:
        since = (row.claimed_at or row.created_at) - settle.BEFORE_THE_CLAIM
        try:
            async with asyncio.timeout(settle.LIMIT.total_seconds()):
                found = await self._platforms[lane.platform].find(row.destination, row.thread, row.send_key, since)
        except HistoryUnreadable:
            return None
        self._answered(lane)
        return found

    async def _settle(
        self, row: Row, lane: Lane, decide: Decide, sent: Outgoing | None = None, why: DeliveryRefused | None = None
    ) -> None:
        """Store what came of it, if the row is still as this attempt left it."""
        self._lanes.end(row.id, lane)

        def save(tx: StoreTx) -> Row | None:
            now, found = self._clock.now(), outbox_rows.load(tx, row.id)
            if found is None or (found.state, found.attempt) != (row.state, row.attempt):
                return None
            after = decide(found, now)
            if found.message_id and after.message_id is None and outbox_rows.replies_in_doubt(tx, found):
                after = settle.later(found, now)  # they must be looked for under the message that is gone
            outbox_rows.save(tx, after)
            if after.state in ("failed", "set_aside"):
                self._tell(tx, after, after.reason)
            if sent is not None and after.sent == sent.version and after.message_id is not None:
                add_rest(tx, after, self._platforms[lane.platform].rest(sent))
            if why is not None or after.state in self.ended:
                self._on_end(tx, after, why)
            return after

        after = await self._write(save)
        if after is not None and after.state in self.ended:
            self.ended[after.state] += 1
            _log.info(after.state, message=after.key, destination=after.destination, reason=after.reason)

    def _answered(self, lane: Lane) -> None:
        ended = self._lanes.answered(lane.platform, self._clock.now())
        if ended is not None:
            self._start(self._tell_account(lane, account_works, ended))

    def _refused(self, row: Row, lane: Lane, error: DeliveryRefused) -> None:
        now, mono = self._clock.now(), self._clock.monotonic()
        if not error.account:
            self._answered(lane)
            if error.retry_after is not None:
                self._lanes.hold(lane, row, mono + min(error.retry_after, settle.HORIZON.total_seconds()))
        elif self._lanes.pause(lane.platform, error.reason, now, mono):
            self._start(self._tell_account(lane, account_refuses, self.paused[lane.platform]))

    def _tell(self, tx: StoreTx, row: Row, reason: str) -> None:
        fallback = self._fallback_of(row.destination)
        post = undelivered(row, outbox_rows.body(tx, row.id), reason, fallback) if fallback is not None else None
        if post is not None:
            tx.post(post)

    async def _tell_account(self, lane: Lane, says: Callable[[str, Paused, str], Post], paused: Paused) -> None:
        """By another platform, for this one takes nothing."""
        fallback = self._fallback_of(lane.destination)
        if fallback is not None and self._platform_of(fallback) != lane.platform:
            post = says(lane.platform, paused, fallback)
            await self._write(lambda tx: tx.post(post))

    async def _write(self, fn: Callable[[StoreTx], T]) -> T:
        return await self._store.write(fn, lane=StoreLane.EVENT)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks[task] = None
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("an outcome could not be stored; its lease runs out", error=_words_of(error))


def _bury_all(tx: StoreTx, now: datetime) -> None:
    # One at a time: at a start there is at most one claim for each lane.
    for row in outbox_rows.claimed(tx):
        outbox_rows.save(tx, settle.dead(row, now))


def _words_of(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")[:500]
