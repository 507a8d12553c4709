"""How much of a client's may leave for which chat platforms: `platforms`, `detail`, `regulated`."""

from collections.abc import Mapping

from config.loaded import Channel, Discord, Outward
from config.values import Settings
from config.yaml_lines import Document
from desk.detail import Detail

WEB = "webchat"


class SharingSettings(Settings):
    platforms: tuple[str, ...] | None = None
    detail: Detail | None = None
    regulated: bool = False


def detail(settings: SharingSettings) -> Detail:
    return settings.detail or (Detail.NUMBER if settings.regulated else Detail.FULL)


def platforms(settings: SharingSettings, known: Mapping[str, Outward]) -> frozenset[str] | None:
    """What may be used besides the web chat, which always may: platforms, mail, gateways. None for all."""
    if settings.platforms is not None:
        return frozenset(settings.platforms)
    if settings.regulated:
        return frozenset(name for name, platform in known.items() if not isinstance(platform, Discord))
    return None


def check(
    clients: Mapping[str, SharingSettings],
    known: Mapping[str, Outward],
    channels: Mapping[str, Channel],
    documents: tuple[Document, Document],
) -> None:
    """What each client shares holds together. `documents` are `clients.yaml` and `deskbell.yaml`."""
    for id_, settings in clients.items():
        _check(id_, settings, known, channels, documents)


def _check(
    id_: str,
    settings: SharingSettings,
    known: Mapping[str, Outward],
    channels: Mapping[str, Channel],
    documents: tuple[Document, Document],
) -> None:
    """A regulated client shares numbers and keeps off Discord; its channels have no place where it may not be."""
    document, desk = documents
    loc = ("clients", id_)
    if settings.regulated and settings.detail not in (None, Detail.NUMBER):
        document.complain((*loc, "detail"), f"`{id_}` is regulated, so `detail` is number; leave one of the two out.")
    for place, name in enumerate(settings.platforms or ()):
        if name not in {*known, WEB}:
            there = ", ".join([*known, WEB])
            document.complain((*loc, "platforms", place), f"there is no platform `{name[:40]}`; there are {there}.")
        if settings.regulated and isinstance(known.get(name), Discord):
            document.complain((*loc, "platforms", place), f"`{id_}` is regulated, so it keeps off Discord.")
    allowed = platforms(settings, known)
    for channel in channels.values():
        for platform in channel.places if channel.client == id_ and allowed is not None else ():
            if platform not in (allowed or ()):
                sentence = f"`{channel.id}` is {id_}'s, which may not be on {platform}; take the place away."
                desk.complain(("channels", channel.id, "places", platform), sentence)
