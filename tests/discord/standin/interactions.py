"""What people ask the application, and its answers: a first response within 3 s, a token for 15 minutes."""

from typing import TYPE_CHECKING, Any

from tests.discord.standin import messages, shapes, threads, uploads
from tests.discord.standin.fitting import check_message
from tests.discord.standin.fitting_forms import check_choices, check_modal
from tests.discord.standin.refusals import invalid, no
from tests.discord.standin.things import BITS, EPHEMERAL, LOADING, Asked, Attachment, Channel, Message, bits

if TYPE_CHECKING:
    from tests.discord.standin.state import Discord

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
_MESSAGE, _LATER, _LATER_UPDATE, _UPDATE, _CHOICES, _MODAL = 4, 5, 6, 7, 8, 9


def ask(
    discord: "Discord", who: int, place: Channel, kind: int, data: dict[str, Any], *, name: str = "",
    source: Message | None = None,
) -> Asked:  # fmt: skip
    """Somebody asks; the bot is told. `source` is the message whose component was used."""
    number = discord.snowflake()
    asked = Asked(number, f"token-{number}", kind, who, place.id, discord.now(), data, name)
    asked.source = None if source is None else source.id
    discord.asked[number] = asked
    event: dict[str, Any] = {
        "id": str(number), "application_id": str(discord.application), "type": kind, "token": asked.token, "version": 1,
        "data": data, "channel_id": str(place.id), "channel": shapes.channel(discord, place), "locale": "en-US",
        "entitlements": [], "authorizing_integration_owners": {}, "attachment_size_limit": 10_485_760,
        "context": 0 if place.guild is not None else 1, "app_permissions": str(_bits(discord, place)),
    }  # fmt: skip
    if place.guild is None:
        event["user"] = shapes.user(discord.users[who])
    else:
        guild = discord.guilds[place.guild]
        member = {**shapes.member(discord, guild, who), "permissions": str(bits(BITS))}
        event |= {"guild_id": str(guild.id), "guild_locale": "en-US", "member": member}
        event["guild"] = {"id": str(guild.id), "locale": "en-US", "features": []}
    if source is not None:
        event["message"] = shapes.message(discord, source)
    discord.gateway.dispatch("INTERACTION_CREATE", event)
    return asked


def _bits(discord: "Discord", place: Channel) -> int:
    return bits(each for each in BITS if discord.can(place, each))


def respond(
    discord: "Discord", number: int, token: str, body: dict[str, Any], files: list[Attachment]
) -> dict[str, Any]:
    """The first response, once and in time."""
    asked, kind, data = discord.asked.get(number), body.get("type"), body.get("data") or {}
    if asked is None or asked.token != token:
        raise no("unknown interaction")
    if asked.answered_by is not None:
        raise no("acknowledged")
    if discord.now() - asked.at > Asked.FIRST_RESPONSE:
        raise no("unknown interaction")
    _fits(asked, kind)
    if kind == _CHOICES:
        check_choices(data)
        asked.choices = data.get("choices") or []
    elif kind == _MODAL:
        check_modal(data)
        asked.modal = {**data, "components": messages.numbered(data["components"])}
    elif kind in {_MESSAGE, _LATER}:
        _speak(
            discord, asked, {} if kind == _LATER else data, files, flags=data.get("flags") or 0, later=kind == _LATER
        )
    else:
        asked.original = asked.source
        if kind == _UPDATE and asked.source is not None:
            threads.active(discord.channels[asked.channel])
            messages.change(discord, discord.messages[asked.source], data, files)
    asked.answered_by, asked.answered_at = kind, discord.now()
    return _callback(discord, asked)


def _fits(asked: Asked, kind: int | None) -> None:
    """Whether such a response can answer such an interaction."""
    allowed = {
        COMMAND: {_MESSAGE, _LATER, _MODAL}, COMPONENT: {_MESSAGE, _LATER, _LATER_UPDATE, _UPDATE, _MODAL},
        AUTOCOMPLETE: {_CHOICES},
        SUBMIT: {_MESSAGE, _LATER} | ({_LATER_UPDATE, _UPDATE} if asked.source is not None else set()),
    }[asked.kind]  # fmt: skip
    if kind not in allowed:
        wrong = {"code": "BASE_TYPE_CHOICES", "message": f"Value must be one of {sorted(allowed)}"}
        raise invalid({"type": {"_errors": [wrong]}})


def _speak(
    discord: "Discord", asked: Asked, data: dict[str, Any], files: list[Attachment], *, flags: int, later: bool = False
) -> Message:
    """A message of the interaction: the answer itself, or a follow-up when there is an answer already."""
    attachments = uploads.arranged(data, files)
    check_message({**data, "attachments": attachments}, empty=later)
    place = discord.channels[asked.channel]
    threads.writable(discord, place)
    body = {**data, "flags": flags | (LOADING if later else 0)}
    only_for = asked.user if flags & EPHEMERAL else None
    first = asked.original is None and asked.answered_by is None
    kind = 0
    if first and asked.kind == COMMAND:
        kind = 23 if "target_id" in asked.data else 20
    more: dict[str, Any] = {"kind": kind, "asked": asked, "only_for": only_for}
    message = messages.make(discord, place, discord.bot.id, body, attachments, **more)
    if first:
        asked.original = message.id
    else:
        asked.followups.append(message.id)
    if only_for is None:
        threads.woken(discord, place, discord.bot.id)
    discord.tell_message("MESSAGE_CREATE", message)
    return message


def _callback(discord: "Discord", asked: Asked) -> dict[str, Any]:
    """What `with_response` gives back."""
    interaction: dict[str, Any] = {"id": str(asked.id), "type": asked.kind}
    resource: dict[str, Any] = {"type": asked.answered_by}
    if asked.original is not None and asked.answered_by in {_MESSAGE, _LATER, _UPDATE}:
        message = discord.messages[asked.original]
        interaction["response_message_id"] = str(message.id)
        interaction["response_message_loading"] = message.loading
        interaction["response_message_ephemeral"] = message.only_for is not None
        resource["message"] = shapes.message(discord, message)
    return {"interaction": interaction, "resource": resource}


def by_token(discord: "Discord", application: int, token: str) -> Asked:
    """An interaction that was answered and whose token is still good."""
    found = next((each for each in discord.asked.values() if each.token == token), None)
    if application != discord.application or found is None or found.answered_by is None:
        raise no("unknown webhook")
    if discord.now() - found.at > Asked.TOKEN:
        raise no("token over")
    return found


def follow_up(discord: "Discord", asked: Asked, body: dict[str, Any], files: list[Attachment]) -> Message:
    """Right after "is thinking…" a follow-up becomes the answer itself, and keeps to who may see that."""
    if asked.original is not None and discord.messages[asked.original].loading:
        return messages.change(discord, discord.messages[asked.original], {**body, "flags": 0}, files)
    return _speak(discord, asked, body, files, flags=body.get("flags") or 0)


def of_token(discord: "Discord", asked: Asked, number: str) -> Message:
    """A message that this token may read, edit and delete: `@original` or one of the follow-ups."""
    wanted = asked.original if number == "@original" else int(number)
    message = discord.messages.get(wanted or 0)
    if message is None or message.gone or wanted not in {asked.original, *asked.followups}:
        raise no("unknown message")
    return message


def edit(discord: "Discord", asked: Asked, number: str, body: dict[str, Any], files: list[Attachment]) -> Message:
    message = of_token(discord, asked, number)
    threads.active(discord.channels[message.channel])
    return messages.change(discord, message, body, files)
