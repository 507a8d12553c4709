"""Discord's REST routes, each a function of what there is and the call: what it gives back is the answer's body."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.discord.standin import interactions, messages, shapes, threads
from tests.discord.standin.calls import Call
from tests.discord.standin.fitting_forms import check_commands
from tests.discord.standin.refusals import no
from tests.discord.standin.things import PRIVATE, PUBLIC, Channel

if TYPE_CHECKING:
    from tests.discord.standin.state import Discord

Handler = Callable[["Discord", Call], Any]


def _me(discord: "Discord", _: Call) -> Any:
    return {
        **shapes.user(discord.bot),
        "verified": True,
        "mfa_enabled": False,
        "locale": "en-US",
        "email": None,
        "flags": 0,
    }


def _application(discord: "Discord", _: Call) -> Any:
    flags = {"presences": 1 << 13, "members": 1 << 15, "message_content": 1 << 19}
    return {
        "id": str(discord.application), "name": "Deskbell", "icon": None, "description": "", "bot_public": False,
        "bot_require_code_grant": False, "verify_key": "0" * 64, "summary": "", "team": None,
        "flags": sum(flags[each] for each in discord.privileged), "owner": shapes.user(discord.bot), "tags": [],
        "bot": shapes.user(discord.bot),
    }  # fmt: skip


def _gateway(discord: "Discord", _: Call) -> Any:
    limits = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
    return {"url": discord.gateway_at, "shards": 1, "session_start_limit": limits}


def _user(discord: "Discord", call: Call) -> Any:
    if call.id("user") not in discord.users:
        raise no("unknown user")
    return shapes.user(discord.users[call.id("user")])


def _open_dm(discord: "Discord", call: Call) -> Any:
    who = int(call.body["recipient_id"])
    if who not in discord.users:
        raise no("unknown user")
    return shapes.channel(discord, discord.dm(who))


def _guild(discord: "Discord", call: Call) -> Any:
    if call.id("guild") not in discord.guilds:
        raise no("unknown guild")
    return discord.guilds[call.id("guild")]


def _guilds(discord: "Discord", _: Call) -> Any:
    return [{"id": str(each.id), "name": each.name, "icon": None, "owner": False, "permissions": "0", "features": []}
            for each in discord.guilds.values()]  # fmt: skip


def _guild_channels(discord: "Discord", call: Call) -> Any:
    here = [each for each in discord.channels.values() if each.guild == _guild(discord, call).id and not each.is_thread]
    return [shapes.channel(discord, each) for each in here if discord.bot_sees(each)]


def _member(discord: "Discord", call: Call) -> Any:
    guild = _guild(discord, call)
    if call.id("user") not in guild.nicks:
        raise no("unknown member")
    return shapes.member(discord, guild, call.id("user"))


def _members(discord: "Discord", call: Call) -> Any:
    if "members" not in discord.privileged:
        raise no("missing access")
    guild = _guild(discord, call)
    found = [each for each in sorted(guild.nicks) if each > int(call.query.get("after", 0))]
    return [shapes.member(discord, guild, each) for each in found[: int(call.query.get("limit", 1))]]


def _active(discord: "Discord", call: Call) -> Any:
    here = [each for each in discord.channels.values() if each.guild == _guild(discord, call).id and each.is_thread]
    return threads.listed(discord, [each for each in here if not each.archived and discord.bot_sees(each)])


def _place(discord: "Discord", call: Call) -> Channel:
    return discord.place(call.id("channel"))


def _thread(discord: "Discord", call: Call) -> Channel:
    if not (place := _place(discord, call)).is_thread:
        raise no("wrong channel")
    return place


def _edit_channel(discord: "Discord", call: Call) -> Any:
    return shapes.channel(discord, threads.edit(discord, _thread(discord, call), call.body))


def _post(discord: "Discord", call: Call) -> Any:
    return shapes.message(
        discord, messages.post(discord, _place(discord, call), call.body, list(call.files)), nonce=True
    )


def _read(discord: "Discord", call: Call) -> Any:
    place = _place(discord, call)
    discord.must(place, "read_message_history")
    return messages.as_read(discord, discord.said(place, call.id("message")))


def _edit(discord: "Discord", call: Call) -> Any:
    changed = messages.edit(discord, _place(discord, call), call.id("message"), call.body, list(call.files))
    return shapes.message(discord, changed)


def _delete(discord: "Discord", call: Call) -> None:
    message = discord.said(_place(discord, call), call.id("message"))
    if message.author != discord.bot.id:
        discord.must(discord.channels[message.channel], "manage_messages")
    messages.delete(discord, message)


def _react(discord: "Discord", call: Call) -> None:
    place = _place(discord, call)
    threads.active(place)
    discord.must(place, "add_reactions", "read_message_history")
    messages.react(discord, discord.said(place, call.id("message")), discord.bot.id, call.ids["emoji"])


def _unreact(discord: "Discord", call: Call) -> None:
    message = discord.said(_place(discord, call), call.id("message"))
    messages.unreact(discord, message, discord.bot.id, call.ids["emoji"])


def _reacted(discord: "Discord", call: Call) -> Any:
    message = discord.said(_place(discord, call), call.id("message"))
    return [shapes.user(discord.users[each]) for each in message.reactions.get(call.ids["emoji"], [])]


def _thread_from(discord: "Discord", call: Call) -> Any:
    place = _place(discord, call)
    discord.must(place, "create_public_threads")
    message = discord.said(place, call.id("message"))
    return shapes.channel(discord, threads.from_message(discord, message, discord.bot.id, call.body))


def _thread_alone(discord: "Discord", call: Call) -> Any:
    place = _place(discord, call)
    kind = call.body.get("type") or PRIVATE
    discord.must(place, "create_private_threads" if kind == PRIVATE else "create_public_threads")
    return shapes.channel(discord, threads.by_itself(discord, place, discord.bot.id, call.body))


def _add_member(discord: "Discord", call: Call) -> None:
    thread = _thread(discord, call)
    threads.active(thread)
    who = discord.bot.id if call.ids["user"] == "@me" else call.id("user")
    if thread.guild is None or who not in discord.guilds[thread.guild].nicks:
        raise no("unknown member")
    if who != discord.bot.id:
        discord.must(thread, "send_messages_in_threads")
    if not (discord.bot.id if who == discord.bot.id else discord.sees(who, discord.parent(thread))):
        raise no("missing access")
    threads.join(discord, thread, who)


def _remove_member(discord: "Discord", call: Call) -> None:
    thread = _thread(discord, call)
    threads.active(thread)
    if call.ids["user"] != "@me" and thread.owner != discord.bot.id:
        discord.must(thread, "manage_threads")
    threads.leave(discord, thread, discord.bot.id if call.ids["user"] == "@me" else call.id("user"))


def _thread_members(discord: "Discord", call: Call) -> Any:
    thread = _thread(discord, call)
    return [shapes.thread_member(thread, each) for each in thread.members]


def _mine_archived(discord: "Discord", call: Call) -> Any:
    place = _place(discord, call)
    mine = [
        each for each in discord.channels.values() if each.parent == place.id and each.type == PRIVATE and each.archived
    ]
    return threads.listed(discord, [each for each in mine if discord.bot.id in each.members], has_more=False)


def _where(discord: "Discord", call: Call) -> int | None:
    """The guild of a command route, None for the global ones."""
    if call.id("application") != discord.application:
        raise no("missing access")
    return _guild(discord, call).id if "guild" in call.ids else None


def _set_commands(discord: "Discord", call: Call) -> Any:
    """The bulk overwrite. A command of the same type and name keeps its id."""
    where = _where(discord, call)
    check_commands(call.body)
    old = {(each["type"], each["name"]): each["id"] for each in discord.commands[where]}
    made = []
    for each in call.body:
        number = old.get((each.get("type", 1), each["name"])) or str(discord.snowflake())
        command = {"type": 1, "description": "", "options": [], **each, "id": number, "version": number}
        command["application_id"] = str(discord.application)
        made.append(command if where is None else {**command, "guild_id": str(where)})
    discord.commands[where] = made
    return made


def _callback(discord: "Discord", call: Call) -> Any:
    told = interactions.respond(discord, call.id("interaction"), call.ids["token"], call.body, list(call.files))
    return told if call.query.get("with_response") in {"1", "true"} else None


def _webhook(discord: "Discord", call: Call) -> Any:
    asked = interactions.by_token(discord, call.id("application"), call.ids["token"])
    return shapes.message(discord, interactions.follow_up(discord, asked, call.body, list(call.files)))


def _read_answer(discord: "Discord", call: Call) -> Any:
    asked = interactions.by_token(discord, call.id("application"), call.ids["token"])
    return shapes.message(discord, interactions.of_token(discord, asked, call.ids["message"]))


def _edit_answer(discord: "Discord", call: Call) -> Any:
    asked = interactions.by_token(discord, call.id("application"), call.ids["token"])
    changed = interactions.edit(discord, asked, call.ids["message"], call.body, list(call.files))
    return shapes.message(discord, changed)


def _delete_answer(discord: "Discord", call: Call) -> None:
    asked = interactions.by_token(discord, call.id("application"), call.ids["token"])
    messages.delete(discord, interactions.of_token(discord, asked, call.ids["message"]))


_M, _A = "/channels/{channel}/messages", "/applications/{application}"
_W = "/webhooks/{application}/{token}"
ROUTES: dict[str, Handler] = {
    "GET /users/@me": _me,
    "GET /users/@me/guilds": _guilds,
    "POST /users/@me/channels": _open_dm,
    "GET /users/{user}": _user,
    "GET /oauth2/applications/@me": _application,
    "GET /applications/@me": _application,
    "GET /gateway/bot": _gateway,
    "GET /guilds/{guild}": lambda discord, call: shapes.guild(_guild(discord, call)),
    "GET /guilds/{guild}/channels": _guild_channels,
    "GET /guilds/{guild}/roles": lambda discord, call: shapes.roles(_guild(discord, call)),
    "GET /guilds/{guild}/members": _members,
    "GET /guilds/{guild}/members/{user}": _member,
    "GET /guilds/{guild}/threads/active": _active,
    "GET /channels/{channel}": lambda discord, call: shapes.channel(discord, _place(discord, call)),
    "PATCH /channels/{channel}": _edit_channel,
    "POST /channels/{channel}/typing": lambda discord, call: _place(discord, call) and None,
    f"POST {_M}": _post,
    f"GET {_M}": lambda discord, call: messages.history(discord, _place(discord, call), call.query),
    f"GET {_M}/{{message}}": _read,
    f"PATCH {_M}/{{message}}": _edit,
    f"DELETE {_M}/{{message}}": _delete,
    f"PUT {_M}/{{message}}/reactions/{{emoji}}/@me": _react,
    f"DELETE {_M}/{{message}}/reactions/{{emoji}}/@me": _unreact,
    f"GET {_M}/{{message}}/reactions/{{emoji}}": _reacted,
    f"POST {_M}/{{message}}/threads": _thread_from,
    "POST /channels/{channel}/threads": _thread_alone,
    "GET /channels/{channel}/thread-members": _thread_members,
    "PUT /channels/{channel}/thread-members/{user}": _add_member,
    "DELETE /channels/{channel}/thread-members/{user}": _remove_member,
    "GET /channels/{channel}/threads/archived/public": lambda discord, call: threads.archived(
        discord, _place(discord, call), PUBLIC, call.query
    ),
    "GET /channels/{channel}/threads/archived/private": lambda discord, call: threads.archived(
        discord, _place(discord, call), PRIVATE, call.query
    ),
    "GET /channels/{channel}/users/@me/threads/archived/private": _mine_archived,
    f"GET {_A}/commands": lambda discord, call: discord.commands[_where(discord, call)],
    f"PUT {_A}/commands": _set_commands,
    f"GET {_A}/guilds/{{guild}}/commands": lambda discord, call: discord.commands[_where(discord, call)],
    f"PUT {_A}/guilds/{{guild}}/commands": _set_commands,
    "POST /interactions/{interaction}/{token}/callback": _callback,
    f"POST {_W}": _webhook,
    f"GET {_W}/messages/{{message}}": _read_answer,
    f"PATCH {_W}/messages/{{message}}": _edit_answer,
    f"DELETE {_W}/messages/{{message}}": _delete_answer,
}
