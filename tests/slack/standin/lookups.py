"""auth.test, apps.connections.open, users.*, reactions.*, files.info."""

from tests.slack.standin.chat import readable
from tests.slack.standin.conversations import paged
from tests.slack.standin.refusal import SlackNo
from tests.slack.standin.showing import reactions
from tests.slack.standin.workspace import Workspace
from tests.slack.standin.world import Json, Message


def auth_test(ws: Workspace, arguments: Json) -> Json:  # noqa: ARG001 - every method has this form
    return {
        "url": f"https://{ws.domain}.slack.com/", "team": ws.domain, "user": ws.bot_name, "team_id": ws.team,
        "user_id": ws.bot, "bot_id": ws.bot_id, "is_enterprise_install": False,
    }  # fmt: skip


def connections_open(ws: Workspace, arguments: Json) -> Json:  # noqa: ARG001 - every method has this form
    """The address of a socket, with a ticket for one connection."""
    ticket = ws.next_id("ticket")
    ws.tickets.add(ticket)
    return {"url": f"{ws.base.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={ws.app}"}


def users_info(ws: Workspace, arguments: Json) -> Json:
    user = ws.users.get(str(arguments.get("user", "")))
    if user is None:
        raise SlackNo("user_not_found")
    return {"user": _user(ws, user.id)}


def users_list(ws: Workspace, arguments: Json) -> Json:
    part, after = paged(sorted(ws.users), arguments, most=1000, usual=1000)
    return {"members": [_user(ws, user) for user in part], "cache_ts": 0, "response_metadata": {"next_cursor": after}}


def _user(ws: Workspace, user: str) -> Json:
    """An address is shown to those with the scope for it."""
    shown = ws.users[user].shown()
    if "users:read.email" not in ws.scopes or not shown["profile"]["email"]:
        del shown["profile"]["email"]
    return shown


def _reacted_to(ws: Workspace, arguments: Json) -> Message:
    channel = readable(ws, str(arguments.get("channel", "")))
    message = ws.message(channel.id, str(arguments.get("timestamp", "")))
    if message is None or message.only:
        raise SlackNo("message_not_found")
    return message


def reactions_add(ws: Workspace, arguments: Json) -> Json:
    message = _reacted_to(ws, arguments)
    name = str(arguments.get("name", ""))
    if not name:
        raise SlackNo("no_reaction")
    users = message.reactions.setdefault(name, [])
    if ws.bot in users:
        raise SlackNo("already_reacted")
    users.append(ws.bot)
    return {}


def reactions_get(ws: Workspace, arguments: Json) -> Json:
    message = _reacted_to(ws, arguments)
    shown = {"type": "message", "ts": message.ts, "user": message.user, "text": message.text}
    return {"type": "message", "channel": message.channel, "message": {**shown, "reactions": reactions(message)}}


def files_info(ws: Workspace, arguments: Json) -> Json:
    file = ws.files.get(str(arguments.get("file", "")))
    if file is None:
        raise SlackNo("file_not_found")
    return {"file": file, "comments": []}
