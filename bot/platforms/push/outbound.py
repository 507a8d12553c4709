"""The door out to a push service or gateway, by HTTP. Without an answer, or with a 5xx, nobody knows."""

import json
import ssl
from collections.abc import Callable

from bot.platforms.asking import Asking, Reply, reason_of, retry_after
from bot.platforms.contract import DeliveryRefused, Outgoing
from bot.platforms.graphemes import cut
from bot.platforms.notices import Link, SaidOnce, notice
from bot.platforms.push.render import request
from bot.ports import Clock
from config.loaded import Config, Gateway
from monitors.targets import Targets

OURS = frozenset({401, 404, 405, 407})  # how an address or a token is refused, whatever the message says
PERSONS = frozenset({403, 404, 405})  # the same of an address that has the person's in it: it is theirs that is wrong
LATER = frozenset({408, 425, 429})


class PushOutbound(SaidOnce):
    """One gateway. `link` gives the address where the reader of a message acknowledges it, `lacks` says that its token
    is missing.
    """

    def __init__(
        self,
        gateway: Gateway,
        token: str,
        config: Callable[[], Config],
        clock: Clock,
        link: Link,
        *,
        lacks: str = "",
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.name = gateway.name
        self._gateway, self._token, self._config = gateway, token, config
        self._clock, self._link, self._lacks = clock, link, lacks
        self._asking = Asking(account=True, context=context)

    async def post(self, outgoing: Outgoing) -> str:
        if self._lacks:
            raise DeliveryRefused(self._lacks, permanent=False, account=True)
        config, person = self._config(), outgoing.destination.partition("/")[2]
        ways, known = config.ways.get(person), config.people.get(person)
        to = ways.addresses.get(self.name) if ways else None
        if known is None or to is None:
            raise DeliveryRefused(f"{person} has no address for {self.name} in people.yaml.", permanent=True)
        said = notice(outgoing, known.zone, self._clock.now(), await self._link(outgoing))
        asked, targets = request(said, self._gateway, to, self._token), Targets.of(config.desk.internal_targets)
        return self._judge(await self._asking.ask(asked, targets)) or outgoing.send_key

    def _judge(self, reply: Reply) -> str:
        """What the gateway calls the message, if it says so."""
        status, body = reply.status, reply.body
        if 200 <= status < 300:
            return _id(body)
        if status >= 500:
            raise OSError(f"status {status}: it may have been taken")
        said = _error(body)
        said = said.replace(self._token, "•••") if self._token else said
        reason = f"{self.name} said: {status} {said}".strip()
        if 300 <= status < 400:
            reason = f"{self.name} leads elsewhere ({status}), and is not followed: write the address that it leads to."
        theirs = status in PERSONS and "{to}" in self._gateway.url
        account = not theirs and (status in OURS or 300 <= status < 400 or (status == 403 and not self._gateway.ntfy))
        retry = retry_after(reply.headers) if status in LATER else None
        raise DeliveryRefused(
            reason, permanent=not account and status not in LATER, retry_after=retry, account=account
        )  # fmt: skip


def _read(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _id(body: bytes) -> str:
    found = _read(body)
    named = found.get("id") if isinstance(found, dict) else None
    return cut(named, 100)[0] if isinstance(named, str) else ""


def _error(body: bytes) -> str:
    """In the gateway's words: its JSON's `error`, or the start of what it said."""
    found = _read(body)
    named = found.get("error") or found.get("message") if isinstance(found, dict) else None
    return reason_of(named if isinstance(named, str) else body.decode("utf-8", "replace"))
