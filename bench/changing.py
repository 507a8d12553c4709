"""Two thousand changes on twenty live alerts within a minute and a half: how many calls Slack gets, and how fast.

`python -m bench.changing` takes some seconds: it is virtual time. The store, the outbox and Slack's door out are the
real ones, and so is the SDK's client but for its socket; the workspace counts with its own limits and keeps the log.
"""

import asyncio
import logging
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bench.figures import Figure
from bot.app import platform_of
from bot.configuration import DEMO, load_folder
from bot.door import Enclosed
from bot.loops import Loop
from bot.outbox import Outbox
from bot.platforms.slack.outbound import SlackOutbound
from bot.platforms.slack.platform import SlackPlatform
from bot.platforms.slack.workspace import Workspace as Connected
from bot.ports import SeededIds
from bot.store import outbox_rows
from bot.store.sqlite import SqliteFile
from bot.store.store import Store
from config.loaded import Config
from config.tokens import SlackSecrets
from desk.alerts import Alert, AlertState, Severity
from desk.cards import Card, Post
from handlers.pictures import alert as picture
from tests.sim.loop import VirtualClock, VirtualLoop
from tests.slack.standin.eyes import sight
from tests.slack.standin.workspace import Workspace
from tests.slack.standin.world import Call

CHANGES, ALERTS, CHANNELS = 2_000, 20, 4
LASTING = 90.0  # seconds in which they come
CALL = 0.1  # seconds that a call takes
LONGEST = 3600.0  # seconds until all must be said
POSTS_A_SECOND, EDITS_A_MINUTE = 1, 50  # Slack's: https://docs.slack.dev/apis/web-api/rate-limits


class Straight(AsyncWebClient):
    """The SDK's client, its calls led straight into the workspace."""

    def __init__(self, ws: Workspace) -> None:
        super().__init__(ws.bot_token, retry_handlers=[])
        self._ws = ws

    async def _request(self, *, http_verb: str, api_url: str, req_args: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002 - the SDK's signature
        await asyncio.sleep(CALL)
        given = (req_args.get("params") or {}) | (req_args.get("json") or {})
        reply = self._ws.call(api_url.rpartition("/")[2], given, self.token or "")
        return {"data": reply.body, "headers": reply.headers, "status_code": reply.status}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the workspace took, and when the last change was stored (seconds since 1970)."""

    calls: Sequence[Call]
    last_change: float
    outdated: int

    def times(self, method: str, channel: str = "") -> list[float]:
        taken = [call for call in self.calls if call.method == method and call.taken]
        return [call.at for call in taken if channel in ("", call.arguments["channel"])]

    @property
    def refused(self) -> int:
        return sum(not call.taken for call in self.calls)


def post(config: Config, number: int, change: int, clock: VirtualClock) -> Post:
    """The card of an alert as it is after so many changes."""
    alert = Alert(
        number, "acme", f"shop-{number}", "checkout page", "shop.acme.example", Severity.CRITICAL, AlertState.FIRING,
        clock.START, clock.START, said(change), 3,
    )  # fmt: skip
    card = picture.for_team(alert, config)
    return Post(card.key, f"slack/C{number % CHANNELS}", "acme", card, live=True)


def said(change: int) -> str:
    return f"status 500, expected 200, change {change};"


async def change(config: Config, store: Store, clock: VirtualClock) -> dict[int, int]:
    """All of it, evenly; which change each alert ended with."""
    chance, newest = random.Random(1), dict.fromkeys(range(ALERTS), 0)  # noqa: S311 - the same changes each time
    for number in range(CHANGES):
        alert = number if number < ALERTS else chance.randrange(ALERTS)
        newest[alert] = number
        now = post(config, alert, number, clock)
        await store.write(lambda tx, now=now: tx.post(now))  # type: ignore[misc]
        await clock.sleep(LASTING / CHANGES)
    return newest


async def drained(store: Store, clock: VirtualClock) -> None:
    async with asyncio.timeout(LONGEST):
        while await store.read(lambda tx: outbox_rows.waiting(tx, clock.now())):
            await clock.sleep(1)


async def _no_files(_card: Card | None) -> tuple[Enclosed, ...]:
    return ()


async def told(folder: Path) -> Seen:
    config, clock, ids = load_folder(DEMO), VirtualClock(), SeededIds(1)
    ws = Workspace(lambda: clock.now().timestamp())
    for number in range(CHANNELS):
        ws.add_channel(f"team-{number}", id=f"C{number}")
    connected = Connected("slack", SlackSecrets(ws.bot_token, ws.app_token, None))
    connected.web = Straight(ws)
    out = SlackOutbound(connected, lambda: config, clock, _no_files)
    store = Store.open(SqliteFile(folder / "deskbell.db", "OFF"), clock=clock, ids=ids, inline=True)
    outbox = Outbox(
        store, {"slack": out}, platform_of, lambda _: None, clock, ids, paces={"slack": SlackPlatform.pace}
    )
    loop = Loop("outbox", outbox.turn, clock, at_most=5)
    loop.listen(store, ["posts"])
    turning = asyncio.create_task(loop.run())
    newest = await change(config, store, clock)
    last_change = clock.now().timestamp()
    await drained(store, clock)
    turning.cancel()
    await asyncio.gather(turning, return_exceptions=True)
    await outbox.close()
    await store.close()
    shown = [sight(message).words for message in ws.messages.values()]
    outdated = sum(not any(said(change) in words for words in shown) for change in newest.values())
    return Seen(ws.calls, last_change, outdated)


def most_within(times: list[float], seconds: float) -> int:
    """How many there were in the busiest such while."""
    return max((sum(start <= at < start + seconds - 1e-6 for at in times) for start in times), default=0)


def figures() -> list[Figure]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=VirtualLoop) as runner:
        seen = runner.run(told(Path(folder)))
    posts, edits = seen.times("chat.postMessage"), seen.times("chat.update")
    busiest = max(most_within(seen.times("chat.postMessage", f"C{n}"), 1) for n in range(CHANNELS))
    calls = len(seen.calls)
    return [
        Figure(f"{CHANGES:,} changes on {ALERTS} alerts in {LASTING:.0f} s: posts", len(posts), "calls", ALERTS),
        Figure("   edits", len(edits), "calls"),
        Figure("   baseline: a call for each change", CHANGES, "calls"),
        Figure("   calls that this saves", CHANGES / calls, "times"),
        Figure("   most posts in a second in one channel", busiest, "posts", POSTS_A_SECOND),
        Figure("   most edits in a minute in the workspace", most_within(edits, 60), "edits", EDITS_A_MINUTE),
        Figure("   calls that Slack refused (429)", seen.refused, "calls", 0),
        Figure("   alerts that did not end at their newest state", seen.outdated, "alerts", 0),
        Figure("   from the last change until all show it", max(edits) - seen.last_change, "s"),
        Figure("   baseline: the same with a call for each change", CHANGES / EDITS_A_MINUTE * 60 - LASTING, "s"),
    ]  # fmt: skip


if __name__ == "__main__":
    for figure in figures():
        print(figure)
