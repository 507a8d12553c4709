"""HTTP instead of Socket Mode: signed requests to the app. https://docs.slack.dev/authentication/verifying-requests-from-slack"""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp

from tests.slack.standin.carrying import Ack
from tests.slack.standin.workspace import Workspace
from tests.slack.standin.world import Delivery

JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it was sent, and its answer. `status` 0: there was none."""

    body: bytes
    headers: dict[str, str]
    status: int
    answer: str
    answer_headers: dict[str, str]


def signature(secret: str, timestamp: str, body: bytes) -> str:
    mac = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    return f"v0={mac.hexdigest()}"


def encoded(delivery: Delivery) -> tuple[bytes, str]:
    """The body and its type: an event is JSON, a command a form, an interaction JSON in a form."""
    if delivery.kind == "events_api":
        return json.dumps(delivery.payload).encode(), JSON
    form = delivery.payload if delivery.kind == "slash_commands" else {"payload": json.dumps(delivery.payload)}
    return urlencode(form).encode(), FORM


@dataclass
class Push:
    """`url` is the app's `/slack/events`. Closed with `close`."""

    ws: Workspace
    url: str
    ack_seconds: float = 3.0
    sent: list[Request] = field(default_factory=list)
    _http: aiohttp.ClientSession | None = None

    async def once(self, delivery: Delivery, attempt: int, reason: str) -> Ack:
        body, kind = encoded(delivery)
        headers = self.signed(body, kind)
        if attempt:
            why = {"timeout": "http_timeout", "no_connection": "connection_failed"}.get(reason, "http_error")
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": why}
        done = await self.raw(body, headers)
        final = done.answer_headers.get("x-slack-no-retry") == "1"
        if done.status == 0:
            return Ack(error=done.answer)
        if not 200 <= done.status < 300:
            return Ack(error=f"http_{done.status}", final=final)
        if not done.answer:
            return Ack()
        is_json = JSON in done.answer_headers.get("content-type", "")
        return Ack(json.loads(done.answer) if is_json else {"text": done.answer})

    def signed(
        self, body: bytes, kind: str = JSON, *, age: float = 0.0, secret: str | None = None
    ) -> dict[str, str]:  # fmt: skip
        """Slack's headers. `age` makes it stale by so many seconds, another `secret` forges it."""
        timestamp = str(int(self.ws.now() - age))
        return {
            "Content-Type": kind, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(secret or self.ws.signing_secret, timestamp, body),
        }  # fmt: skip

    async def raw(self, body: bytes, headers: dict[str, str]) -> Request:
        """Any request at all; a replay is `raw(sent.body, sent.headers)` of one of `sent`."""
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self.ack_seconds))
        try:
            async with self._http.post(self.url, data=body, headers=headers) as answer:
                told = {name.lower(): value for name, value in answer.headers.items()}
                done = Request(body, headers, answer.status, await answer.text(), told)
        except TimeoutError:
            done = Request(body, headers, 0, "timeout", {})
        except aiohttp.ClientError:
            done = Request(body, headers, 0, "no_connection", {})
        self.sent.append(done)
        return done

    async def verify_url(self, challenge: str = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P") -> Request:
        """What Slack asks when the address is entered in the app's settings."""
        body = json.dumps({"token": "old", "challenge": challenge, "type": "url_verification"}).encode()
        return await self.raw(body, self.signed(body))

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()
