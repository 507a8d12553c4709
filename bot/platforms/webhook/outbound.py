"""The door out to one webhook. The id of each request is its row's send key: a receiver knows a second copy by it.

So whatever is unclear is sent again, and nothing is looked for. What the address refuses whatever we send pauses this
webhook alone; what goes wrong there, once, is tried again later.
"""

import ssl
from collections.abc import Callable

from bot.platforms.asking import Asking, Reply, reason_of, retry_after
from bot.platforms.contract import DeliveryRefused, Outgoing
from bot.platforms.notices import SaidOnce
from bot.platforms.webhook.render import request
from bot.ports import Clock
from config.loaded import Config
from config.secrets import Secrets, webhook_variable
from desk.events import PLATFORM
from monitors.targets import Targets

OURS = frozenset({401, 403, 404, 405, 407, 410})  # how an address or a signature is refused, whatever is sent
LATER = frozenset({408, 425, 429})


class WebhookOutbound(SaidOnce):
    """One webhook by its name: its settings and secrets are those of the moment."""

    def __init__(
        self,
        name: str,
        config: Callable[[], Config],
        secrets: Callable[[], Secrets],
        clock: Clock,
        *,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.name = f"{PLATFORM}{name}"
        self._hook, self._config, self._secrets, self._clock = name, config, secrets, clock
        self._asking = Asking(account=True, context=context)

    async def post(self, outgoing: Outgoing) -> str:
        config, hook = self._config(), self._config().desk.webhooks.get(self._hook)
        if hook is None or outgoing.event is None:
            said = f"`webhooks` in deskbell.yaml has no `{self._hook}` any more."
            raise DeliveryRefused(said, permanent=True)
        keys = self._secrets().webhook_keys(self._hook)
        if not keys:
            said = f"`{webhook_variable(self._hook)}` is missing: nothing leaves without a signature."
            raise DeliveryRefused(said, permanent=False, account=True)
        asked = request(outgoing.event, hook.url, keys, outgoing.send_key, self._clock.now())
        reply = await self._asking.ask(asked, Targets.of(config.desk.internal_targets))
        self._judge(reply, self._secrets().mask(reply.body.decode("utf-8", "replace")))
        return outgoing.send_key

    def _judge(self, reply: Reply, body: str) -> None:
        status = reply.status
        if 200 <= status < 300:
            return
        said = reason_of(body)
        reason = f"{self.name} said: {status} {said}".strip()
        if 300 <= status < 400:
            reason = f"{self.name} leads elsewhere ({status}), and is not followed: write the address that it leads to."
        account = status in OURS or 300 <= status < 400
        later = status in LATER or status >= 500
        retry = retry_after(reply.headers) if later else None
        raise DeliveryRefused(reason, permanent=not (account or later), retry_after=retry, account=account)
