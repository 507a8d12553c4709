"""The stand-in as the outbox sees it: over HTTP for a server process, and the one place that knows its answers."""

from datetime import UTC, datetime
from typing import Any

import httpx

from bot.platforms.contract import DeliveryRefused, Found, HistoryUnreadable, MessageGone, Outgoing
from desk.cards import Text, plain, plain_card

_ACCOUNT = frozenset({"invalid_auth", "token_revoked", "missing_scope"})


def request_of(outgoing: Outgoing, now: datetime) -> dict[str, Any]:
    """What goes over the wire. Renders as plainly as can be: instants in UTC, everything else literally."""
    parts = [plain(outgoing.words, "UTC", now)] if outgoing.words else []
    if outgoing.card is not None:
        parts.insert(0, plain_card(outgoing.card, "UTC", now))
    card_buttons = outgoing.card.buttons if outgoing.card is not None else ()
    text = "\n".join(parts)
    return {
        "channel": outgoing.destination, "thread": outgoing.thread, "send_key": outgoing.send_key,
        "key": outgoing.key, "version": outgoing.version, "author": outgoing.author,
        "text": text if len(text) <= 4000 else text[:3900] + " … (shortened)",
        "buttons": [
            {"label": b.label[:70], "line": b.line()[:2000]} for b in (*card_buttons, *outgoing.buttons)
        ][:25],
    }  # fmt: skip


def raise_refusal(word: str, retry_after: float | None = None) -> None:
    """Turn the platform's word for a refusal into the contract's exception; returns for a word that is none."""
    if word == "message_not_found":
        raise MessageGone(word)
    if word == "history_unreadable":
        raise HistoryUnreadable(word)
    if word == "ratelimited":
        raise DeliveryRefused(word, permanent=False, retry_after=retry_after)
    raise DeliveryRefused(word, permanent=True, account=word in _ACCOUNT)


class StandInOutbound:
    """The door out, over real sockets. It never retries by itself: that is the outbox's business."""

    def __init__(self, base_url: str, name: str = "standin") -> None:
        self.name = name
        self._http = httpx.AsyncClient(base_url=base_url, timeout=None)  # noqa: S113 - the limit is the outbox's

    async def post(self, outgoing: Outgoing) -> str:
        return str((await self._call("/post", request_of(outgoing, datetime.now(UTC))))["id"])

    async def edit(self, message_id: str, outgoing: Outgoing) -> None:
        await self._call("/edit", {"id": message_id, **request_of(outgoing, datetime.now(UTC))})

    async def find(self, destination: str, thread: str | None, send_key: str, since: datetime) -> list[Found]:
        asked = {"channel": destination, "thread": thread, "since": since.timestamp()}
        shown = (await self._call("/history", asked))["messages"]
        return found_in(shown, send_key)

    def rest(self, outgoing: Outgoing) -> Text:  # noqa: ARG002 - here everything fits
        return ()

    async def mark_copy(self, message_id: str, outgoing: Outgoing) -> None:
        await self._call("/mark", {"id": message_id, "channel": outgoing.destination})

    async def close(self) -> None:
        await self._http.aclose()

    async def _call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self._http.post(path, json=body)
        if answer.status_code >= 500:
            raise ConnectionError(f"{path}: {answer.status_code}")
        data: dict[str, Any] = answer.json()
        if answer.status_code != 200:
            wait = answer.headers.get("Retry-After")
            raise_refusal(data["error"], None if wait is None else float(wait))
        return data


def found_in(shown: list[dict[str, Any]], send_key: str) -> list[Found]:
    return [Found(m["id"], datetime.fromtimestamp(m["at"], UTC)) for m in shown if m["send_key"] == send_key]
