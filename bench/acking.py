"""G10: from a slash command to its acknowledgement over Socket Mode, beside Bolt as documented and a bare handler.

`python -m bench.acking` takes about half a minute. Slack and its people are a process of their own, and measure there:
from the envelope that goes out to the acknowledgement that comes in. All four bots are asked the same by the same hand.
"""

import asyncio
import contextlib
import logging
import multiprocessing
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

import structlog
import uvloop
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bench.figures import Figure
from bench.results import connection
from bot.app import Settings, running
from bot.configuration import DEMO, load_folder
from config.loaded import Config
from config.secrets import Secrets
from tests.slack.standin.server import Slack, slack
from tests.slack.standin.workspace import Workspace

COMMANDS, WARM_UP = 50, 50
SOON = 0.005  # seconds between two commands: no core goes to sleep, which would cost more than any of the bots does
LATER = 0.03  # where there is something to do after the acknowledgement: it is over before the next one
ANN, HELP, COMMAND = "U1", "C1", "/desk"
READS, WRITES = "status", "open VPN drops every hour"


@dataclass(frozen=True, slots=True)
class There:
    """The workspace in its process; `asked` is a round of one command, and gives its milliseconds."""

    pipe: Connection
    api_url: str
    bot_token: str
    app_token: str

    async def asked(self, text: str, between: float) -> list[float]:
        self.pipe.send((text, between))
        took = await asyncio.get_running_loop().run_in_executor(None, self.pipe.recv)
        return sorted(seconds * 1000 for seconds in took)

    def client(self) -> AsyncWebClient:
        return AsyncWebClient(self.bot_token, base_url=self.api_url)


Bot = Callable[[There], AbstractAsyncContextManager[None]]


# Slack and its people


def workspace(pipe: Connection) -> None:
    """Their process: asks as often as it is told to, until it is told nothing."""
    ws = Workspace(time.time)
    ws.add_user("ann", id=ANN)
    ws.add_channel("acme-help", [ANN], id=HELP)

    async def run() -> None:
        async with slack(ws) as there:
            pipe.send((there.api_url, ws.bot_token, ws.app_token))
            while told := await asyncio.get_running_loop().run_in_executor(None, pipe.recv):
                pipe.send(await ask(there, *told))

    uvloop.run(run())


async def ask(there: Slack, text: str, between: float) -> list[float]:
    took: list[float] = []
    await there.until(there.sockets.ready)
    for _ in range(WARM_UP + COMMANDS):
        delivery = there.people.slash(ANN, HELP, COMMAND, text)
        began = time.perf_counter()
        ack = await there.deliver(delivery)
        took.append(time.perf_counter() - began)
        assert not ack.error, ack.error
        await asyncio.sleep(between)
    return took[WARM_UP:]


@contextlib.contextmanager
def people() -> Iterator[There]:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=workspace, args=(theirs,))
    process.start()
    try:
        yield There(ours, *ours.recv())
    finally:
        ours.send(None)
        process.join(20)


# The bots


def in_slack() -> Config:
    """The demo's desk, with Acme's help channel in Slack, and nothing to watch."""
    demo = load_folder(DEMO)
    help_ = replace(demo.channels["acme-help"], places={"slack": HELP})
    return replace(demo, monitors={}, channels={**demo.channels, "acme-help": help_})


@contextlib.asynccontextmanager
async def ours(there: There) -> AsyncIterator[None]:
    """The whole bot. Ann is met in Acme's channel, so she is its requester."""
    tokens = {"bot_token": there.bot_token, "app_token": there.app_token, "api_url": there.api_url}
    with tempfile.TemporaryDirectory() as data:
        async with running(in_slack(), Secrets(DESKBELL_SLACK=tokens), Settings(Path(data), 0)) as desk:
            assert not desk.chat.faults, desk.chat.faults
            yield


@contextlib.asynccontextmanager
async def as_documented(there: There) -> AsyncIterator[None]:
    """A listener that acknowledges, and Bolt's own handler. Source: https://docs.slack.dev/tools/bolt-python/concepts/socket-mode"""
    app = AsyncApp(client=there.client())

    async def desk(ack: AsyncAck) -> None:
        await ack()

    app.command(COMMAND)(desk)
    handler = AsyncSocketModeHandler(app, there.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call] # the SDK's
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call] # the SDK's


@contextlib.asynccontextmanager
async def bare(there: There) -> AsyncIterator[None]:
    """No Bolt: what the SDK's own client costs, and so the bound."""

    async def desk(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))

    client = SocketModeClient(there.app_token, web_client=there.client())
    client.socket_mode_request_listeners.append(desk)
    await client.connect()  # type: ignore[no-untyped-call] # the SDK's
    try:
        yield
    finally:
        await client.close()  # type: ignore[no-untyped-call] # the SDK's


# The figures


def stored_alone(path: Path) -> list[float]:
    """Milliseconds of a durable row by itself at the same beat: what the disk takes of an inbox row's time."""
    took: list[float] = []
    with contextlib.closing(connection(path)) as database:
        database.execute("CREATE TABLE plain (body TEXT)")
        for _ in range(WARM_UP + COMMANDS):
            began = time.perf_counter()
            database.execute("INSERT INTO plain VALUES (?)", ("x" * 600,))
            took.append((time.perf_counter() - began) * 1000)
            time.sleep(LATER)
    return sorted(took[WARM_UP:])


async def measured(place: There, bot: Bot) -> list[float]:
    async with bot(place):
        return await place.asked(READS, SOON)


async def figures() -> list[Figure]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))  # as the demo does
    with people() as place:
        async with ours(place):
            reads, writes = await place.asked(READS, SOON), await place.asked(WRITES, LATER)
        documented, handler = await measured(place, as_documented), await measured(place, bare)
    with tempfile.TemporaryDirectory() as folder:
        alone = await asyncio.to_thread(stored_alone, Path(folder) / "plain.db")
    reading, storing = f"{COMMAND} {READS} acknowledged", f"{COMMAND} open … in the inbox, then acknowledged"
    return [
        Figure(f"{reading}, nothing to store: p50 (G10)", p50(reads), "ms", 0.5),
        Figure(f"{reading}, nothing to store: p99 (G10)", p99(reads), "ms", 1),
        Figure(f"{storing}: p50", p50(writes), "ms"),
        Figure(f"{storing}: p99 (G10)", p99(writes), "ms", 5),
        Figure("baseline: a durable row in SQLite by itself: p50", p50(alone), "ms"),
        Figure("baseline: a durable row in SQLite by itself: p99", p99(alone), "ms"),
        Figure("baseline: Bolt as documented: p50", p50(documented), "ms"),
        Figure("baseline: Bolt as documented: p99", p99(documented), "ms"),
        Figure("baseline: a bare handler on the SDK's client: p50", p50(handler), "ms"),
        Figure("baseline: a bare handler on the SDK's client: p99", p99(handler), "ms"),
        Figure("Bolt as documented to ours, p50 (G10)", p50(documented) / p50(reads), "times", 20, at_least=True),
    ]


def p50(took: list[float]) -> float:
    return took[len(took) // 2]


def p99(took: list[float]) -> float:
    return took[len(took) * 99 // 100]


if __name__ == "__main__":
    for figure in uvloop.run(figures()):
        print(figure)
