"""Every documented limit of Slack: exactly so much is taken, one too many is refused with Slack's own word."""

import copy
from typing import Any

import pytest
import slackblocks._limits as twins

from tests.slack.standin import limits
from tests.slack.standin.limits import (
    LIMITS,
    Limit,
    actions,
    button,
    field,
    message,
    modal,
    option,
    plain,
    select,
    typed,
)
from tests.slack.standin.workspace import Reply, Workspace

ids = pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name.replace(" ", "-"))


def send(method: str, arguments: dict[str, Any]) -> Reply:
    """To a fresh workspace that has what the arguments name: a channel, a person, a message of ours, a trigger."""
    ws = Workspace(lambda: 1_700_000_000.0)
    ws.add_user("ann", id=limits.USER)
    ws.add_channel("acme-help", [limits.USER], id=limits.CHANNEL)
    posted = ws.call("chat.postMessage", {"channel": limits.CHANNEL, "text": "first"}, ws.bot_token)
    real = {limits.TS: posted.body["ts"], limits.TRIGGER: ws.trigger(limits.USER).id}
    arguments = {k: real.get(v, v) if isinstance(v, str) else v for k, v in copy.deepcopy(arguments).items()}
    return ws.call(method, arguments, ws.bot_token)


@ids
def test_exactly_so_much_is_taken(limit: Limit):
    """The number itself is within it."""
    answer = send(*limit.build(limit.number))
    assert answer.body["ok"], answer.body


@ids
def test_one_too_many_is_refused(limit: Limit):
    """One more (or one less, of what there must be) is refused, with Slack's word, and nothing is kept of it."""
    answer = send(*limit.build(limit.number + (-1 if limit.least else 1)))
    assert answer.body["error"] == limit.error, answer.body


@ids
def test_the_number_says_where_it_is_documented(limit: Limit):
    """An address under Slack's documentation, or under a thread of Slack's own where nothing is documented."""
    assert limit.docs.startswith(("https://docs.slack.dev/reference/", "https://github.com/slackapi/"))


@pytest.mark.parametrize("limit", [limit for limit in LIMITS if limit.twin], ids=lambda limit: limit.twin)
def test_a_second_list_of_slacks_limits_has_the_same_number(limit: Limit):
    """Slackblocks keeps Slack's numbers independently of us."""
    assert getattr(twins, limit.twin) == limit.number


HEADER = {"type": "header", "text": plain(1)}
SECTION = {"type": "section", "text": plain(1)}
MRKDWN = {"type": "mrkdwn", "text": "a"}
RULES = {
    "an unknown block": (message({"type": "banner"}), "invalid_blocks"),
    "a block without a type": (message({"text": plain(1)}), "invalid_blocks"),
    "a property that the block has not": (message({**HEADER, "colour": "red"}), "invalid_blocks"),
    "a header in markup": (message({"type": "header", "text": MRKDWN}), "invalid_blocks"),
    "a header without text": (message({"type": "header"}), "invalid_blocks"),
    "a section with neither text nor fields": (message({"type": "section"}), "invalid_blocks"),
    "a button in markup": (message(actions(button(text=MRKDWN))), "invalid_blocks"),
    "a button of an unknown style": (message(actions(button(style="default"))), "invalid_blocks"),
    "emoji is a truth value": (message({"type": "header", "text": {**plain(1), "emoji": "yes"}}), "invalid_blocks"),
    "two blocks with one id": (message({**SECTION, "block_id": "b"}, {**HEADER, "block_id": "b"}), "invalid_blocks"),
    "two elements of a block with one id": (message(actions(button(1), button(1))), "invalid_blocks"),
    "a select with both kinds of options": (
        message(actions(select(options=[option()], option_groups=[{"label": plain(1), "options": [option()]}]))),
        "invalid_blocks",
    ),
    "an initial option that is not offered": (message(actions(select(initial_option=option(7)))), "invalid_blocks"),
    "an url in a select's option": (message(actions(select(options=[option(url="u")]))), "invalid_blocks"),
    "a text field among actions": (message(actions(typed())), "invalid_blocks"),
    "a button in an input": (message(field(button())), "invalid_blocks"),
    "a confirmation without its question": (
        message(actions(button(confirm={"title": plain(1), "confirm": plain(1), "deny": plain(1)}))),
        "invalid_blocks",
    ),
    "a button in a context": (message({"type": "context", "elements": [button()]}), "invalid_blocks"),
    "an image from nowhere": (message({"type": "image", "alt_text": "a"}), "invalid_blocks"),
    "rich text of unknown pieces": (
        message({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "bell"}]}]}),
        "invalid_blocks",
    ),
    "a list outside rich text": (message({"type": "rich_text_list", "elements": []}), "invalid_blocks"),
    "blocks that are no list": (
        ("chat.postMessage", {"channel": limits.CHANNEL, "blocks": {"type": "divider"}}), "invalid_blocks"
    ),
    "blocks that are no JSON": (
        ("chat.postMessage", {"channel": limits.CHANNEL, "blocks": "[{"}), "invalid_blocks_format"
    ),
    "nothing to say": (("chat.postMessage", {"channel": limits.CHANNEL}), "no_text"),
    "half a character": (("chat.postMessage", {"channel": limits.CHANNEL, "text": "\ud83d"}), "invalid_arguments"),
    "metadata without its payload": (limits.posted(metadata={"event_type": "e"}), "invalid_metadata_format"),
    "metadata of lists in lists": (
        limits.posted(metadata={"event_type": "e", "event_payload": {"k": [[1]]}}), "invalid_metadata_schema"
    ),
    "an input in a modal that cannot be submitted": (
        ("views.open", {"trigger_id": limits.TRIGGER,
                        "view": {"type": "modal", "title": plain(1), "blocks": [field(typed())]}}),
        "invalid_arguments",
    ),
    "a modal without a title": (
        ("views.open", {"trigger_id": limits.TRIGGER, "view": {"type": "modal", "blocks": []}}), "invalid_arguments"
    ),
    "a home with a title": (
        ("views.publish", {"user_id": limits.USER, "view": {"type": "home", "title": plain(1), "blocks": []}}),
        "invalid_arguments",
    ),
    "a home opened as a modal": (
        ("views.open", {"trigger_id": limits.TRIGGER, "view": {"type": "home", "blocks": []}}), "invalid_arguments"
    ),
    "two fields that both want the focus": (
        modal(field(typed(focus_on_load=True)), field(typed(focus_on_load=True))), "invalid_arguments"
    ),
    "a shortest text longer than the longest": (
        modal(field(typed(min_length=5, max_length=4))), "invalid_arguments"
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_what_is_not_block_kit_is_refused(rule: str):
    """What is required, what is allowed where, and what must be one of a kind."""
    (method, arguments), error = RULES[rule]
    answer = send(method, arguments)
    assert answer.body.get("error") == error, answer.body


def test_a_refusal_points_at_what_is_wrong():
    """Slack gives the JSON pointer, and so does the stand-in."""
    answer = send(*message(SECTION, {"type": "header", "text": plain(151)}))
    assert answer.body["errors"] == ["must be less than 151 characters [json-pointer:/blocks/1/text/text]"]
