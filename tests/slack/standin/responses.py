"""What is sent to a response_url, or back in the acknowledgement of a command: five uses, thirty minutes.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
What it does not like it answers with 404: https://github.com/slackapi/java-slack-sdk/issues/1349
"""

from tests.slack.standin.chat import content, show_only
from tests.slack.standin.conversations import said_yes
from tests.slack.standin.refusal import SlackNo
from tests.slack.standin.workspace import Workspace, alive
from tests.slack.standin.world import Json, Message, ResponseUrl


def use(ws: Workspace, token: str, body: Json) -> Json:
    back = alive(ws.response_urls.get(token), ws.now())
    back.uses += 1
    try:
        return apply(ws, back, body)
    except SlackNo as no:
        no.status = 404
        raise


def apply(ws: Workspace, back: ResponseUrl, body: Json) -> Json:
    """Ephemeral unless `in_channel`; it may replace or delete the message that the button stands on."""
    if said_yes(body.get("delete_original")):
        _original(back).deleted = True
        return {}
    kept = content(ws, body)
    if said_yes(body.get("replace_original")):
        original = _original(back)
        original.text, original.blocks, original.attachments = kept["text"], kept["blocks"], kept["attachments"]
        return {}
    thread = body.get("thread_ts") or back.thread_ts
    if body.get("response_type") == "in_channel":
        message = Message(
            ws.next_ts(), back.channel, ws.bot, made=ws.now(), bot_id=ws.bot_id, thread_ts=thread, **kept
        )
        ws.messages[back.channel, message.ts] = message
    else:
        show_only(ws, back.channel, back.user, kept, thread)
    return {}


def _original(back: ResponseUrl) -> Message:
    if back.original is None or back.original.deleted:
        raise SlackNo("message_not_found", status=404)
    return back.original
