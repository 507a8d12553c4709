"""The ways out besides chat, to single people and to other systems: those that the configuration sets up, each of them
a platform of the outbox.
"""

from collections.abc import Callable, Iterator

import structlog

from bot.acting import as_desk
from bot.platforms.contract import DeliveryRefused, Outbound, Pace
from bot.platforms.notices import Link
from bot.ports import Clock
from bot.settle import OPEN
from bot.store.outbox_rows import Row
from bot.store.store import StoreTx
from config.loaded import Config
from config.secrets import Secrets, missing_secrets
from desk.ways import MAIL
from handlers.events import settled as event
from handlers.events.settled import Settled

log = structlog.get_logger(__name__)
WEBHOOKS = Pace(same_within=3 * 86_400)  # whoever gets them knows a second copy by its id


def set_up(config: Callable[[], Config], secrets: Secrets, clock: Clock, link: Link) -> dict[str, Outbound]:
    """By name. A library is imported only here, where it is wanted."""
    made: dict[str, Outbound] = {}
    lacks = missing_secrets(config(), secrets)
    if mail := config().desk.mail:
        from bot.platforms.mail.outbound import MailOutbound  # noqa: PLC0415 - see above

        made[MAIL] = MailOutbound(mail, secrets.password(), config, clock, link, lacks=lacks.get(MAIL, ""))
    for name, gateway in config().desk.push.items():
        from bot.platforms.push.outbound import PushOutbound  # noqa: PLC0415 - see above

        made[name] = PushOutbound(gateway, secrets.push_token(name), config, clock, link, lacks=lacks.get(name, ""))
    return made


def webhooks(config: Callable[[], Config], secrets: Callable[[], Secrets], clock: Clock) -> Iterator[Outbound]:
    """Those of the configuration: each goes by its settings and secrets as they are when it sends."""
    for name in config().desk.webhooks:
        from bot.platforms.webhook.outbound import WebhookOutbound  # noqa: PLC0415 - as above

        yield WebhookOutbound(name, config, secrets, clock)


class Settling:
    """What became of messages by these ways, told to the handlers in the outbox's own transaction."""

    def __init__(self, config: Callable[[], Config]) -> None:
        self._config = config

    def __call__(self, tx: StoreTx, row: Row, why: DeliveryRefused | None) -> None:
        """A handler that fails undoes what it did and nothing else: what was delivered is delivered."""
        desk = self._config().desk
        if row.destination.partition("/")[0] not in {MAIL, *desk.push}:
            return
        waits = why is not None and row.state in OPEN
        state, reason = ("waits", why.reason) if waits and why else (row.state, row.reason)
        settled = Settled(row.key, row.destination, state, reason, account=why is not None and why.account)
        try:
            with tx.savepoint():
                event.run(tx, as_desk(tx, self._config(), "outbox"), settled)
        except Exception:
            log.exception("what became of a message could not be told", message=row.key, destination=row.destination)
