"""The Web API's door: the token, the scope, the pace, then the method itself."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from tests.slack.standin import chat, conversations, lookups, uploads, views
from tests.slack.standin.refusal import SlackNo
from tests.slack.standin.workspace import Workspace
from tests.slack.standin.world import Json

Run = Callable[[Workspace, Json], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """`scope` is what it needs; `*:history` is the scope of the channel's own kind (`channels:history`)."""

    run: Run
    scope: str = ""


METHODS = {
    "auth.test": Method(lookups.auth_test),
    "apps.connections.open": Method(lookups.connections_open),
    "chat.postMessage": Method(chat.post_message, "chat:write"),
    "chat.update": Method(chat.update, "chat:write"),
    "chat.delete": Method(chat.delete, "chat:write"),
    "chat.postEphemeral": Method(chat.post_ephemeral, "chat:write"),
    "chat.getPermalink": Method(chat.permalink),
    "conversations.history": Method(conversations.history, "*:history"),
    "conversations.replies": Method(conversations.replies, "*:history"),
    "conversations.open": Method(conversations.open_, "im:write"),
    "conversations.info": Method(conversations.info, "*:read"),
    "conversations.list": Method(conversations.list_, "channels:read"),
    "conversations.members": Method(conversations.members, "*:read"),
    "users.conversations": Method(conversations.mine),
    "users.info": Method(lookups.users_info, "users:read"),
    "users.list": Method(lookups.users_list, "users:read"),
    "views.open": Method(views.open_),
    "views.push": Method(views.push),
    "views.update": Method(views.update),
    "views.publish": Method(views.publish),
    "reactions.add": Method(lookups.reactions_add, "reactions:write"),
    "reactions.get": Method(lookups.reactions_get, "reactions:read"),
    "files.info": Method(lookups.files_info, "files:read"),
    "files.getUploadURLExternal": Method(uploads.get_url, "files:write"),
    "files.completeUploadExternal": Method(uploads.complete, "files:write"),
}
OF_JSON = ("blocks", "attachments", "metadata", "view", "files")


def run(ws: Workspace, method: str, arguments: Json, token: str) -> Json:
    if method not in METHODS:
        raise SlackNo("unknown_method", req_method=method)
    _let_in(ws, method, token)
    arguments = {name: _decoded(name, value) for name, value in arguments.items() if value is not None}
    channel = ws.channels.get(str(arguments.get("channel", "")))
    scope = METHODS[method].scope
    if scope.startswith("*"):
        kind = {"channel": "channels", "group": "groups", "im": "im"}[channel.type] if channel else "channels"
        scope = scope.replace("*", kind)
    if scope and scope not in ws.scopes:
        raise SlackNo("missing_scope", needed=scope, provided=",".join(sorted(ws.scopes)))
    ws.rates.spend(method, channel.id if channel else str(arguments.get("channel", "")), ws.now())
    return METHODS[method].run(ws, arguments)


def _let_in(ws: Workspace, method: str, token: str) -> None:
    if not token:
        raise SlackNo("not_authed")
    if ws.token_error:
        raise SlackNo(ws.token_error)
    wanted, other = ws.bot_token, ws.app_token
    if method == "apps.connections.open":
        wanted, other = other, wanted
    if token == other:
        raise SlackNo("not_allowed_token_type")
    if token != wanted:
        raise SlackNo("invalid_auth")


def _decoded(name: str, value: object) -> object:
    """A form carries these as JSON in a string; a JSON body carries them as they are, and Slack takes both."""
    if name not in OF_JSON or not isinstance(value, str) or not value:
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise SlackNo("invalid_blocks_format" if name == "blocks" else "invalid_arguments") from None
