"""Who watches the watcher, in `deskbell.yaml`: the outside heartbeat, the canary's channel, the clock's reference."""

from collections.abc import Mapping
from typing import Annotated, Protocol
from urllib.parse import urlsplit

from pydantic import AfterValidator

from config.yaml_lines import Document

TOKEN = "{token}"  # noqa: S105 - the place for one


def _address(value: str) -> str:
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and len(value.split()) == 1
    except ValueError:
        good = False
    if not good:
        raise ValueError("it is no web address such as `https://heartbeat.example/ping`")
    return value


WebAddress = Annotated[str, AfterValidator(_address)]


class _Channel(Protocol):
    @property
    def client(self) -> str | None: ...


def check_canary(canary: str | None, channels: Mapping[str, _Channel], document: Document) -> None:
    """It is nobody's business but ours what is posted there each hour."""
    channel = channels.get(canary or "")
    if channel and channel.client:
        sentence = f"`canary`: `{canary}` belongs to {channel.client}; choose a channel of no client."
        document.complain(("canary",), sentence)
