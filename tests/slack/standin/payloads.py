"""The payloads that Slack sends to an app, in the shapes of its documentation."""

from typing import Any

from tests.slack.standin.showing import shown
from tests.slack.standin.workspace import Workspace
from tests.slack.standin.world import Channel, Delivery, Json, Message, ResponseUrl, View

TOKEN = "verification-token-of-old"  # Slack still sends it; nobody may rely on it


def event(ws: Workspace, event: Json, *, shared: bool = False) -> Delivery:
    """An event in its envelope. https://docs.slack.dev/apis/events-api"""
    key = ws.next_id("Ev")
    allowed = {"enterprise_id": None, "team_id": ws.team, "user_id": ws.bot, "is_bot": True,
               "is_enterprise_install": False}  # fmt: skip
    payload = {
        "token": TOKEN, "team_id": ws.team, "context_team_id": ws.team, "context_enterprise_id": None,
        "api_app_id": ws.app, "event": event, "type": "event_callback", "event_id": key, "event_time": int(ws.now()),
        "authorizations": [allowed], "is_ext_shared_channel": shared, "event_context": f"4-{key}",
    }  # fmt: skip
    return Delivery("events_api", payload, key)


def message_event(ws: Workspace, message: Message) -> Json:
    channel = ws.channels[message.channel]
    body = {**shown(ws, message), "channel": channel.id, "event_ts": message.ts, "channel_type": channel.type}
    for computed in ("reply_count", "reply_users", "reply_users_count", "latest_reply", "subscribed", "is_locked"):
        body.pop(computed, None)
    author = ws.users[message.user]
    if author.team != ws.team:
        body |= {"user_team": author.team, "source_team": author.team}
    return body


def changed_event(ws: Workspace, message: Message, before: Json) -> Json:
    now = {"message": shown(ws, message), "previous_message": before}
    return _around(ws, message, {"subtype": "message_changed", **now})


def deleted_event(ws: Workspace, message: Message, before: Json) -> Json:
    return _around(ws, message, {"subtype": "message_deleted", "previous_message": before, "deleted_ts": message.ts})


def _around(ws: Workspace, message: Message, what: Json) -> Json:
    ts = ws.next_ts()
    channel = ws.channels[message.channel]
    about = {"channel": channel.id, "hidden": True, "ts": ts, "event_ts": ts, "channel_type": channel.type}
    return {"type": "message", **what, **about}


def slash(ws: Workspace, user: str, channel: Channel, command: str, text: str) -> Delivery:
    """https://docs.slack.dev/interactivity/implementing-slash-commands"""
    back, trigger = ws.response_url(user, channel.id), ws.trigger(user)
    name = "directmessage" if channel.kind == "im" else "privategroup" if channel.kind == "private" else channel.name
    payload = {
        "token": TOKEN, "team_id": ws.team, "team_domain": ws.domain, "channel_id": channel.id, "channel_name": name,
        "user_id": user, "user_name": ws.users[user].name, "command": command, "text": text, "api_app_id": ws.app,
        "is_enterprise_install": "false", "response_url": url_of(ws, back), "trigger_id": trigger.id,
    }  # fmt: skip
    return Delivery("slash_commands", payload, trigger.id, answers=True, back=back)


def url_of(ws: Workspace, back: ResponseUrl) -> str:
    return f"{ws.base}/response/{back.token}"


def interaction(
    ws: Workspace, kind: str, user: str, *, back: ResponseUrl | None = None, **more: Any
) -> Delivery:
    """https://docs.slack.dev/reference/interaction-payloads"""
    trigger = ws.trigger(user)
    who = ws.users[user]
    payload: Json = {
        "type": kind, "token": TOKEN, "api_app_id": ws.app, "team": {"id": ws.team, "domain": ws.domain},
        "user": {"id": user, "username": who.name, "name": who.name, "team_id": who.team},
        "enterprise": None, "is_enterprise_install": False, **more,
    }  # fmt: skip
    if kind not in {"block_suggestion", "view_closed"}:
        payload["trigger_id"] = trigger.id
    if back is not None:
        payload["response_url"] = url_of(ws, back)
    answers = kind in {"view_submission", "block_suggestion"}
    return Delivery("interactive", payload, trigger.id, answers, back=back)


def view_payload(ws: Workspace, view: View, state: Json | None = None) -> Json:
    return {**view.shown(ws.team, ws.app, ws.bot_id), "state": {"values": state or {}}}
