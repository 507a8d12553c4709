"""Requests from Slack over HTTP: let in by their signature alone, each signature once."""

import asyncio
from collections.abc import Mapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from bot.door import Door
from bot.ports import Clock

LARGEST = 1_000_000  # bytes
VALID = 300.0  # seconds for which a signature is good, by Slack's rule
SIGNATURE, TIMESTAMP = "x-slack-signature", "x-slack-request-timestamp"

Response = tuple[int, dict[str, str], bytes]


class _Now(SignatureClock):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


class Signed:
    def __init__(self, name: str, secret: str, app: AsyncApp, door: Door, clock: Clock) -> None:
        self._name, self._app, self._door, self._clock = name, app, door, clock
        self._verifier = SignatureVerifier(secret, _Now(clock))
        self._seen: dict[str, float] = {}  # signature -> when it came, oldest first
        self._busy: set[asyncio.Task[Any]] = set()

    async def close(self) -> None:
        if self._busy:
            await asyncio.wait(self._busy, timeout=VALID / 100)

    async def handle(self, headers: Mapping[str, str], body: bytes) -> Response:
        """401 with an audit entry for whatever is not signed by Slack just now; 413 over `LARGEST` bytes."""
        if len(body) > LARGEST:
            return 413, {"content-type": "text/plain"}, b"too large"
        lower = {name.lower(): value for name, value in headers.items()}
        if why := self._refusal(lower, body):
            await self._door.refuse(self._name, why, path="events", bytes=str(len(body)))
            return 401, {"content-type": "text/plain"}, b"not signed by Slack"
        task = asyncio.ensure_future(self._dispatched(lower, body))
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)
        return await asyncio.shield(task)  # what was stored is handled, though the caller may have gone

    async def _dispatched(self, headers: Mapping[str, str], body: bytes) -> Response:
        request = AsyncBoltRequest(body=body.decode(), headers=dict(headers), mode="http")
        response = await self._app.async_dispatch(request)
        if response.status >= 500:
            self._seen.pop(headers.get(SIGNATURE, ""), None)  # it was not stored, and may be said again
        kept = {name: values[0] for name, values in response.headers.items() if name.lower() != "set-cookie"}
        return response.status, kept, (response.body or "").encode()

    def _refusal(self, headers: Mapping[str, str], body: bytes) -> str:
        """Why it is not let in; empty if it is. The verifier raises on what is no number or no ASCII."""
        signature = headers.get(SIGNATURE, "")
        try:
            good = self._verifier.is_valid(body, headers.get(TIMESTAMP), signature)
            at = float(headers[TIMESTAMP])
        except Exception:  # noqa: BLE001 - whatever it makes of a forged header, it is not signed
            return "forged"
        now = self._clock.now().timestamp()
        if not good:
            return "stale" if abs(now - at) > VALID else "forged"
        self._forget(now)
        if signature in self._seen:
            return "replayed"
        self._seen[signature] = now
        return ""

    def _forget(self, now: float) -> None:
        """A signature is good from five minutes before our time to five after it."""
        for signature, came in list(self._seen.items()):
            if came > now - 2 * VALID:
                break
            del self._seen[signature]
