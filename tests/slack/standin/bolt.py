"""A bot as Bolt's documentation has it, with the real slack_bolt and slack_sdk, to try the stand-in with."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.standin.server import Slack
from tests.slack.standin.workspace import Workspace


def workspace() -> Workspace:
    ws = Workspace(time.time)
    ws.add_user("ann", id="U1")
    ws.add_user("ben", id="U2")
    ws.add_channel("help", ["U1", "U2"], id="C1")
    return ws


def client(there: Slack, token: str = "") -> AsyncWebClient:
    return AsyncWebClient(token=token or there.ws.bot_token, base_url=there.api_url, retry_handlers=[], timeout=5)


@dataclass
class Bot:
    """`slow`: the next event is acknowledged too late. `got` is what it was told, `retried` the attempts' numbers."""

    there: Slack
    got: list[dict[str, Any]] = field(default_factory=list)
    retried: list[str] = field(default_factory=list)
    handlers: list[AsyncSocketModeHandler] = field(default_factory=list)
    slow: bool = False

    def __post_init__(self) -> None:
        self.app = AsyncApp(
            client=client(self.there), signing_secret=self.there.ws.signing_secret, process_before_response=True
        )
        self.app.event("message")(self._event)
        self.app.event("app_mention")(self._event)
        self.app.command("/desk")(self._command)
        self.app.action("ack")(self._action)
        self.app.view("form")(self._view)
        self.app.options("who")(self._options)

    async def _event(self, event: dict[str, Any], request: AsyncBoltRequest) -> None:
        self.retried += request.headers.get("x-slack-retry-num", [])
        if self.slow:
            self.slow = False
            await asyncio.sleep(1)  # longer than the stand-in waits, which is what is looked at
        self.got.append(event)

    async def _command(self, ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        self.got.append(body)
        if body["text"] == "form":
            await client.views_open(trigger_id=body["trigger_id"], view=FORM)
            await ack()
        else:
            await ack("Nothing is down.")

    async def _action(self, ack: Any, body: dict[str, Any], respond: Any) -> None:
        self.got.append(body)
        await ack()
        await respond("Acknowledged.")

    async def _view(self, ack: Any, view: dict[str, Any]) -> None:
        said = view["state"]["values"]["what"]["typed"]["value"]
        if said == "help":
            await ack(response_action="errors", errors={"what": "Say what."})
        else:
            await ack()

    async def _options(self, ack: Any, payload: dict[str, Any]) -> None:
        await ack(options=[{"text": {"type": "plain_text", "text": payload["value"].title()}, "value": "v"}])

    async def connect(self, count: int = 1) -> None:
        for _ in range(count):
            handler = AsyncSocketModeHandler(
                self.app, self.there.ws.app_token, web_client=client(self.there), ping_interval=0.2
            )
            self.handlers.append(handler)
            await handler.connect_async()
        await self.there.connected(count)

    async def close(self) -> None:
        for handler in self.handlers:
            await handler.close_async()


FORM = {
    "type": "modal", "callback_id": "form", "title": {"type": "plain_text", "text": "Open"},
    "submit": {"type": "plain_text", "text": "Open"},
    "blocks": [
        {"type": "input", "block_id": "what", "label": {"type": "plain_text", "text": "What"},
         "element": {"type": "plain_text_input", "action_id": "typed"}},
        {"type": "input", "block_id": "whom", "label": {"type": "plain_text", "text": "Who"}, "optional": True,
         "element": {"type": "external_select", "action_id": "who", "min_query_length": 1}},
    ],
}  # fmt: skip
BUTTON = [{"type": "actions", "elements": [
    {"type": "button", "action_id": "ack", "value": "42", "text": {"type": "plain_text", "text": "Acknowledge"}}
]}]  # fmt: skip


@asynccontextmanager
async def http_bot(bot: Bot) -> AsyncIterator[str]:
    """Bolt behind aiohttp on a port of loopback: `/slack/events`, and `/broken` that always fails."""

    async def events(request: web.Request) -> web.Response:
        body = (await request.read()).decode()
        done = await bot.app.async_dispatch(AsyncBoltRequest(body=body, headers=dict(request.headers)))
        return web.Response(text=done.body, status=done.status, headers=done.first_headers())

    async def broken(request: web.Request) -> web.Response:
        bot.retried.append(request.headers.get("X-Slack-Retry-Num", "0"))
        return web.Response(status=500, headers={"X-Slack-No-Retry": request.query.get("no", "0")})

    app = web.Application()
    app.router.add_post("/slack/events", events)
    app.router.add_post("/broken", broken)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
