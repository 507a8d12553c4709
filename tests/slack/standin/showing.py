"""A message as Slack's API and its events show it."""

from tests.slack.standin.workspace import Workspace
from tests.slack.standin.world import Json, Message


def shown(ws: Workspace, message: Message, *, metadata: bool = False) -> Json:
    """`metadata`: as with `include_all_metadata`."""
    if message.tombstone:
        return {
            "type": "message", "subtype": "tombstone", "user": "USLACKBOT", "hidden": True, "ts": message.ts,
            "text": "This message was deleted.", **_of_thread(ws, message),
        }  # fmt: skip
    author = ws.users[message.user]
    body: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text, "team": author.team}
    if message.bot_id:
        body |= {"bot_id": message.bot_id, "app_id": ws.app, "bot_profile": _profile(ws)}
        if message.bot_id != ws.bot_id:  # another app's
            other = {"id": message.bot_id, "app_id": f"A{message.bot_id}", "name": author.real_name or author.name}
            body |= {"app_id": other["app_id"], "bot_profile": body["bot_profile"] | other}
    else:
        body |= {"client_msg_id": f"00000000-0000-0000-0000-{message.ts.replace('.', '')[-12:]}"}
    if message.files:
        body |= {"subtype": "file_share", "files": message.files, "upload": False, "display_as_bot": False}
    if message.blocks:
        body["blocks"] = message.blocks
    if message.attachments:
        body["attachments"] = [{"id": i, "fallback": "[no preview available]", **a}
                               for i, a in enumerate(message.attachments, 1)]  # fmt: skip
    if message.edited:
        body["edited"] = message.edited
    if message.reactions:
        body["reactions"] = reactions(message)
    if metadata and message.metadata:
        body["metadata"] = message.metadata
    return {**body, **_of_thread(ws, message)}


def reactions(message: Message) -> list[Json]:
    return [{"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()]


def _of_thread(ws: Workspace, message: Message) -> Json:
    if message.only:
        return {"thread_ts": message.thread_ts} if message.thread_ts else {}
    if message.is_reply:
        parent = ws.messages.get((message.channel, message.thread_ts or ""))
        return {"thread_ts": message.thread_ts, "parent_user_id": parent.user if parent else ""}
    replies = ws.replies(message.channel, message.ts)
    if not replies:
        return {}
    authors = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts, "reply_count": len(replies), "reply_users": authors,
        "reply_users_count": len(authors), "latest_reply": replies[-1].ts, "subscribed": False, "is_locked": False,
    }  # fmt: skip


def _profile(ws: Workspace) -> Json:
    return {"id": ws.bot_id, "app_id": ws.app, "name": ws.bot_name, "deleted": False, "team_id": ws.team, "icons": {}}
