"""The ways out to single people besides chat: those that the configuration sets up, each a platform of the outbox."""

from collections.abc import Callable

from bot.platforms.contract import Outbound
from bot.platforms.notices import Link
from bot.ports import Clock
from config.loaded import Config
from config.secrets import Secrets, missing_secrets
from desk.ways import MAIL


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
