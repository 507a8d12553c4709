"""What Discord's refusals mean for a message of ours, pure.

Source of the codes: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json-json-error-codes
"""

import discord

from bot.platforms.contract import DeliveryRefused

UNKNOWN_CHANNEL, UNKNOWN_MESSAGE = 10003, 10008
DIRECT_CLOSED = {50007, 50278}  # they take no direct messages, or share no guild with us
NOT_HERE = {10007, 10013, 50001}  # no member of the server, or one who may not see the channel
ARCHIVED = 50083
THREAD_IS_THERE = 160004
OPENING_TOO_FAST = 40003
NOT_OURS = 50005  # the message is somebody else's
FLAGGED = {40001, 40002, 20026}  # the account itself may not act
# Too large (by Discord and by what stands before it), no Attach Files, malformed, taken for something indecent.
OF_FILES = {40005, 50045, 50046, 50013, 50035, 20009}
TRY_AGAIN = 60.0  # seconds, where Discord names none

SENTENCES = {
    UNKNOWN_CHANNEL: "there is no such channel, or it was deleted",
    UNKNOWN_MESSAGE: "the message it belongs to was deleted",
    50001: "the bot may not see the channel; give it View Channel there",
    50013: "the bot lacks a permission in the channel (Send Messages, Embed Links or Send Messages in Threads)",
    50007: "the person takes no direct messages from the bot",
    50278: "the person shares no server with the bot",
    50035: "Discord found the message malformed",
}


def refusal(error: discord.RateLimited | discord.HTTPException) -> DeliveryRefused | None:
    """The definite no that it is; None where it is unclear what became of the message."""
    if isinstance(error, discord.RateLimited):
        return DeliveryRefused("too many requests", permanent=False, retry_after=error.retry_after)
    said = SENTENCES.get(error.code) or error.text or f"status {error.status}"
    reason = f"{said[:300]} ({error.status}, {error.code})"
    if error.status == 401 or error.code in FLAGGED:
        return DeliveryRefused(reason, permanent=False, account=True)
    if error.status == 429 or error.code == OPENING_TOO_FAST:
        return DeliveryRefused(reason, permanent=False, retry_after=_named(error))
    if error.status >= 500:
        return None
    # Without a code of Discord's own it is something between us and Discord that said no. A thread that was archived
    # again since we opened it is opened once more.
    return DeliveryRefused(reason, permanent=error.code not in {0, ARCHIVED})


def of_files(error: discord.HTTPException) -> bool:
    """Whether a message that came with files may have been refused for those."""
    return error.status == 413 or error.code in OF_FILES


def _named(error: discord.HTTPException) -> float:
    """How long to wait, in seconds, as the response says."""
    try:
        return max(0.0, float(error.response.headers.get("Retry-After", "")))
    except ValueError:
        return TRY_AGAIN
