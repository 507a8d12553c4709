"""Files that come with a message: which are taken, which stay, where a picture is shown.

Sources: https://discord.com/developers/docs/reference#uploading-files and #editing-message-attachments,
https://discord.com/developers/docs/resources/message#attachment-object; what the bot is shown of a picture in an embed:
https://github.com/discord/discord-api-docs/issues/4809. What Discord would show as broken is refused.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from tests.discord.standin.refusals import invalid, no
from tests.discord.standin.things import Attachment

MOST, LARGEST, DESCRIPTION = 10, 10 * 1024 * 1024, 1024  # attachments; bytes of one; characters
_PART = re.compile(r"files\[(\d{1,9})\]")
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_HERE = "attachment://"
_PLACES = (("image", "url"), ("thumbnail", "url"), ("author", "icon_url"), ("footer", "icon_url"))


def part(name: str, filename: str | None, kind: str, content: bytes) -> Attachment:
    """A part of a form; its number stands for its id until it has one, -1 where it has none."""
    match = _PART.fullmatch(name)
    return Attachment(int(match[1]) if match else -1, filename or "", kind, content)


def arranged(
    body: dict[str, Any], files: Sequence[Attachment], there: Sequence[Attachment] = ()
) -> list[Attachment]:  # fmt: skip
    """What is attached afterwards: `there` is what the message has already. What an edit does not list is gone; new
    ones have no id yet.
    """
    numbers = [each.id for each in files]
    if -1 in numbers or len(set(numbers)) < len(numbers) or not all(each.name for each in files):
        raise _wrong("attachments", "FILE_PART", "Each file is files[n], once, and has a name")
    new = {str(each.id): replace(each, id=0) for each in files}
    if any(len(each.content) > LARGEST for each in files):
        raise no("too large")
    listed = body.get("attachments")
    if listed is None:
        return _fitting([*there, *new.values()] if not files else list(new.values()))
    known = {str(each.id): each for each in there} | new
    ids = [str(each.get("id")) for each in listed]
    if len(set(ids)) < len(ids) or not set(ids) <= set(known) or not set(new) <= set(ids):
        raise _wrong("attachments", "ATTACHMENT_ID", "Ids are unique; each is that of a file sent along or there")
    return _fitting([_described(known[str(each["id"])], each, n) for n, each in enumerate(listed)])


def _described(it: Attachment, listed: dict[str, Any], number: int) -> Attachment:
    said = listed.get("description", it.description)
    if said and len(said) > DESCRIPTION:
        wrong = {"code": "BASE_TYPE_MAX_LENGTH", "message": f"Must be {DESCRIPTION} or fewer in length."}
        raise invalid({"attachments": {str(number): {"description": {"_errors": [wrong]}}}})
    return replace(it, name=listed.get("filename", it.name), description=said)


def _fitting(attachments: list[Attachment]) -> list[Attachment]:
    if len(attachments) > MOST:
        raise _wrong("attachments", "BASE_TYPE_MAX_LENGTH", f"Must be {MOST} or fewer in length.")
    return attachments


def check_shown(embeds: Iterable[dict[str, Any]], attachments: Iterable[Attachment]) -> None:
    """Every file that an embed names is attached, by a name that can stand in an address."""
    names = {each.name for each in attachments}
    for name in named(embeds):
        if name not in names or not _NAME.fullmatch(name):
            raise _wrong("embeds", "ATTACHMENT_NOT_FOUND", f"{name} would be shown as broken")


def named(embeds: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The attachments that embeds show."""
    for embed in embeds:
        for place, key in _PLACES:
            address = str((embed.get(place) or {}).get(key) or "")
            if address.startswith(_HERE):
                yield address.removeprefix(_HERE)


def resolved(embeds: list[dict[str, Any]], addresses: dict[str, str]) -> list[dict[str, Any]]:
    """The embeds with the addresses of the files in place of their names."""
    copy: list[dict[str, Any]] = json.loads(json.dumps(embeds))
    for embed in copy:
        for place, key in _PLACES:
            inside = embed.get(place) or {}
            if str(inside.get(key) or "").startswith(_HERE):
                inside[key] = addresses[inside[key].removeprefix(_HERE)]
    return copy


def _wrong(field: str, code: str, message: str) -> Exception:
    return invalid({field: {"_errors": [{"code": code, "message": message}]}})
