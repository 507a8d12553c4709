"""Whether we can hear: said every half minute, and when we could not, the gap is announced and caught up."""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

import structlog
from slack_sdk.errors import SlackApiError

from bot.door import Door, OpenThread
from bot.platforms.slack import refusals
from bot.platforms.slack.accounts import Accounts
from bot.platforms.slack.inbound import Inbound
from bot.platforms.slack.missed import Missed
from bot.platforms.slack.payloads import Us
from bot.platforms.slack.workspace import Workspace
from bot.ports import Clock

BEAT = 30.0  # seconds
# How long we may have been deaf before we knew: four pings of a socket, or a beat of ours before a crash.
BEFORE = timedelta(seconds=30)
SHORT = timedelta(seconds=5)  # a gap that lost nothing and was no longer than this is not worth a word
AGAIN = (1.0, 5.0, 15.0, 30.0, 60.0)  # seconds until what could not be read is tried again

log = structlog.get_logger(__name__)


class Hearing:
    """`hears` says whether we can be reached now."""

    def __init__(
        self, us: Us, workspace: Workspace, door: Door, clock: Clock, inbound: Inbound, accounts: Accounts,
        hears: Callable[[], bool],
    ) -> None:  # fmt: skip
        self._us, self._workspace, self._door, self._clock = us, workspace, door, clock
        self._missed = Missed(us, workspace, inbound, clock)
        self._accounts, self._hears = accounts, hears
        self._behind = 0  # gaps that are not fetched yet
        self._since: datetime | None = None
        self._beats: asyncio.Task[None] | None = None
        self._catching: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """What was missed while the bot was down is fetched beside the first messages."""
        now, last = self._clock.now(), await self._door.last_alive(self._us.name)
        if last is not None and now - last > BEFORE:
            self._catch_up(last, now)
        self._beats = asyncio.create_task(self._beat(), name="slack hearing")

    async def close(self) -> None:
        tasks = [*self._catching, *([self._beats] if self._beats else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def silent(self) -> None:
        self._since = self._clock.now()

    def heard(self) -> None:
        """Again, after a silence; the first time there was none."""
        if self._since is not None:
            self._accounts.forget()
            self._catch_up(self._since, self._clock.now())
            self._since = None

    async def _beat(self) -> None:
        while True:
            try:
                if self._hears() and not self._behind:  # a crash would forget what is still to be fetched
                    await self._door.alive(self._us.name, self._clock.now())
            except Exception:
                log.exception("a sign of life could not be stored", platform=self._us.name)
            await self._clock.sleep(BEAT)

    def _catch_up(self, since: datetime, until: datetime) -> None:
        self._behind += 1
        task = asyncio.create_task(self._caught_up(since, until), name="slack catching up")
        self._catching.add(task)
        task.add_done_callback(self._catching.discard)

    async def _caught_up(self, since: datetime, until: datetime) -> None:
        """What cannot be read now is tried again. While it is unclear whether a card of ours arrived, people may have
        written under it: its thread is read once that is known. What is left then is left to the next start.
        """
        fetched, read = 0, set[OpenThread | str]()
        for wait in (*AGAIN, None):
            unsettled = await self._door.unsettled(self._us.name)
            threads = await self._door.open_threads(self._us.name)
            conversations = await self._conversations()
            left = [each for each in (*threads, *(conversations or ())) if each not in read]
            for each in left:
                count = await self._read(each, since - BEFORE, {thread.thread for thread in threads})
                fetched += count or 0
                read |= {each} if count is not None else set()
            if conversations is not None and read.issuperset(left) and not unsettled:
                self._behind -= 1
                break
            if wait is not None:
                await self._clock.sleep(wait)
        if fetched or until - since > SHORT:
            await self._door.gap(self._us.name, since, until, fetched)

    async def _conversations(self) -> list[str] | None:
        """None where Slack does not say now."""
        try:
            return await self._missed.conversations()
        except Exception as error:  # noqa: BLE001 - as in _read
            log.warning("nobody says which channels there are", platform=self._us.name, error=repr(error)[:200])
            return None

    async def _read(self, source: OpenThread | str, since: datetime, threads: Collection[str]) -> int | None:
        """How many of its messages were new; 0 for one that is never shown, None for one that may be later."""
        key = source if isinstance(source, str) else source.key
        try:
            if isinstance(source, str):
                return await self._missed.conversation(source, since, threads)
            channel = await self._workspace.channel(source.place)
            return await self._missed.thread(channel, source.thread, since) if channel else 0
        except SlackApiError as error:
            refusal, word = refusals.refused(error), refusals.said(error)
            log.warning("a history could not be read", platform=self._us.name, key=key, error=word)
            return 0 if (refusal is not None and refusal.permanent) or word in refusals.OF_SCOPE else None
        except Exception as error:  # noqa: BLE001 - whatever kept it from being read or stored, it is tried again
            log.warning("a history could not be read", platform=self._us.name, key=key, error=repr(error)[:200])
            return None
