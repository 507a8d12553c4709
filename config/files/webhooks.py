"""`webhooks:` of `deskbell.yaml`: which events are sent where, and about which clients."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from config.files.gateways import safe
from config.problems import nearest
from config.values import ClientName, Settings, Slug
from desk.events import PLATFORM, Webhook, patterns


def _address(value: str) -> str:
    safe(value)
    if "#" in value:
        raise ValueError("an address has no fragment here")
    return value


def _event(value: str) -> str:
    if value not in patterns():
        raise ValueError(f"there is no event `{value[:40]}`{nearest(value, patterns())}")
    return value


class WebhookSettings(Settings):
    url: Annotated[str, AfterValidator(_address)]
    events: tuple[Annotated[str, AfterValidator(_event)], ...] = Field(default=("*",), min_length=1)
    clients: tuple[ClientName, ...] | None = Field(default=None, min_length=1)


Webhooks = dict[Slug, WebhookSettings]


def webhooks(settings: Mapping[str, WebhookSettings]) -> dict[str, Webhook]:
    return {
        name: Webhook(name, own.url, own.events, None if own.clients is None else frozenset(own.clients))
        for name, own in settings.items()
    }


def outward(settings: Mapping[str, WebhookSettings]) -> dict[str, Webhook]:
    """By the names by which a client's `platforms` allow them."""
    return {f"{PLATFORM}{name}": hook for name, hook in webhooks(settings).items()}
