"""The line to Slack in virtual time: the session of the SDK's own client, its requests heard by the stand-in's mind."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp

from bot.platforms.slack.workspace import Workspace as Client
from config.tokens import SlackSecrets
from tests.slack.standin.trouble import Trouble
from tests.slack.standin.workspace import Reply, Workspace
from tests.slack.standin.world import Json
from tests.standin.faults import Fault, Plan, Tells

LIMIT = 10.0  # seconds until the client gives a call up
ERRORS = {
    Tells.REFUSED: "channel_not_found", Tells.ACCOUNT: "token_revoked", Tells.UNREADABLE: "missing_scope",
    Tells.GONE: "message_not_found",
}  # fmt: skip

Step = Callable[[str], Awaitable[None]]
PlanOf = Callable[[str, Json], Plan]


@dataclass(frozen=True, slots=True)
class Request:
    """What left the bot: at which second of the loop, from which of its sessions, which call for which channel."""

    at: float
    session: int
    method: str
    channel: str


@dataclass
class Line:
    """`plan_of` says of each call how it goes; `step` is awaited at each point where its sender may die.

    What Slack takes is its own doing, which goes on when the sender is gone. `took` is told of each call it took.
    """

    ws: Workspace
    plan_of: PlanOf
    step: Step
    took: Callable[[str, Reply], None] = lambda _method, _reply: None
    requests: list[Request] = field(default_factory=list)
    sessions: int = 0
    _taking: dict["asyncio.Task[Reply]", None] = field(default_factory=dict)

    def client(self) -> Client:
        """The bot's own client of one of its lives."""
        self.sessions += 1
        secrets = SlackSecrets(self.ws.bot_token, self.ws.app_token, None, f"{self.ws.base}/api/")
        client = Client("slack", secrets)
        client.web.session = Session(self, self.sessions)
        return client

    async def carry(self, session: int, method: str, arguments: Json, token: str) -> Reply:
        """Raises what aiohttp raises when no answer comes. One who is killed never learns what came of it."""
        await self.step(f"before {method}")
        now = asyncio.get_running_loop().time()
        self.requests.append(Request(now, session, method, str(arguments.get("channel", ""))))
        plan = self.plan_of(method, arguments)
        trouble = Trouble(Fault.NONE, method, None, plan, 500, ERRORS.get(plan.tells, ""))
        taken = asyncio.get_running_loop().create_task(self._take(method, arguments, token, trouble))
        self._taking[taken] = None
        taken.add_done_callback(self._taking.pop)
        told = await self._told(plan, taken)
        await self.step(f"unseen {method}")
        if isinstance(told, Exception):
            raise told
        return told

    async def _told(self, plan: Plan, taken: "asyncio.Task[Reply]") -> Reply | Exception:
        try:
            async with asyncio.timeout(LIMIT):
                await asyncio.sleep(plan.tells_after)
                if plan.tells is Tells.NOTHING:
                    await asyncio.Event().wait()
                if plan.tells is Tells.RESET:
                    return aiohttp.ServerDisconnectedError()
                return await asyncio.shield(taken)
        except TimeoutError as silence:
            return silence

    async def _take(self, method: str, arguments: Json, token: str, trouble: Trouble) -> Reply:
        await asyncio.sleep(trouble.plan.takes_after or 0.0)
        if method == "response_url":
            reply = self.ws.respond(token, arguments, trouble)
        elif method == "upload":
            reply = self.ws.upload(token, arguments["data"], trouble)
        else:
            reply = self.ws.call(method, arguments, token, trouble)
        if self.ws.calls[-1].taken:
            self.took(method, reply)
        return reply


class Session:
    """What slack_sdk and our own client use of `aiohttp.ClientSession`."""

    closed = False

    def __init__(self, line: Line, number: int) -> None:
        self._line, self._number = line, number

    def request(self, _verb: str, url: str, **given: Any) -> "Answering":
        if "/upload/" in url:
            uploaded = self._line.carry(self._number, "upload", {"data": given["data"]}, url.rpartition("/")[2])
            return Answering(uploaded)
        token = given["headers"]["Authorization"].removeprefix("Bearer ")
        return Answering(self._line.carry(self._number, url.rpartition("/")[2], _arguments(given), token))

    def post(self, url: str, *, json: Json) -> "Answering":
        return Answering(self._line.carry(self._number, "response_url", _wired(json), url.partition("/response/")[2]))


class Answering:
    """One exchange, and then its answer."""

    content_type = "application/json"

    def __init__(self, exchange: Awaitable[Reply]) -> None:
        self._exchange = exchange

    async def __aenter__(self) -> Self:
        reply = await self._exchange
        self.status, self.headers, self._body = reply.status, reply.headers, reply.body
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def text(self) -> str:
        return json.dumps(self._body)

    async def json(self) -> Json:
        return _wired(self._body)


def _arguments(given: Mapping[str, Any]) -> Json:
    """JSON as it is; a form's and a query's values as the texts that they are on the wire."""
    if given.get("json"):
        return _wired(given["json"])
    form = {**(given.get("params") or {}), **(given.get("data") or {})}
    return {name: value if isinstance(value, str) else str(value) for name, value in form.items()}


def _wired(value: Any) -> Json:
    return json.loads(json.dumps(value))
