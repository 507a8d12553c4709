"""The mark by which a message of ours is known again in a channel's history, pure: 24 characters that nobody sees."""

import hashlib
from collections.abc import Mapping
from typing import Any

from bot.platforms.discord import limits

INVISIBLE = "\u2061\u2062\u2063\u2064"  # operators of mathematics without a shape; two bits each
MARK = 24  # characters
NOWHERE = "https://deskbell.invalid/#"  # where there is no room for a mark: on the title of the card


def is_marked(message: Mapping[str, Any]) -> bool:
    """Whether it is a post: a private answer carries no mark."""
    texts = [message.get("content", ""), *(embed.get("description", "") for embed in message.get("embeds", ()))]
    return any(letter in text for text in texts for letter in INVISIBLE) or any(
        str(embed.get("url", "")).startswith(NOWHERE) for embed in message.get("embeds", ())
    )


def unmarked(words: str) -> str:
    return words.translate(dict.fromkeys(map(ord, INVISIBLE)))


def mark(send_key: str) -> str:
    """48 bits of the key's hash as characters that nobody sees."""
    bits = int.from_bytes(hashlib.sha256(send_key.encode()).digest()[:6])
    return "".join(INVISIBLE[bits >> shift & 3] for shift in range(0, 48, 2))


def _fragment(send_key: str) -> str:
    return NOWHERE + hashlib.sha256(send_key.encode()).hexdigest()[:12]


def marked(body: dict[str, Any], send_key: str) -> dict[str, Any]:
    """The message with its mark: at the end of the content, or, where that is full, in an embed."""
    content, embeds = body["content"] + mark(send_key), list(body["embeds"])
    if len(content) <= limits.CONTENT:
        return {**body, "content": content}
    if embeds:
        return {**body, "embeds": [{**embeds[0], "url": _fragment(send_key)}, *embeds[1:]]}
    return {**body, "embeds": [{"description": mark(send_key)}]}


def carries(message: dict[str, Any], send_key: str) -> bool:
    embeds = message.get("embeds", ())
    texts = [message.get("content", ""), *(embed.get("description", "") for embed in embeds)]
    return any(mark(send_key) in text for text in texts) or any(e.get("url") == _fragment(send_key) for e in embeds)
