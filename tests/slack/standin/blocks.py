"""The blocks of Block Kit and the views they stand in: whatever breaks a documented rule raises Invalid.

Blocks and elements that the bot does not use (video, card, carousel, table, plan and the like) are unknown here, and
refused. https://docs.slack.dev/reference/block-kit/blocks
"""

import json
from typing import Any

from tests.slack.standin import numbers as n
from tests.slack.standin.checks import (
    Check,
    all_of,
    anything,
    array,
    at_least_one,
    by_type,
    exactly_one,
    one_of,
    record,
    string,
    truth,
    unique,
    whole,
)  # fmt: skip
from tests.slack.standin.elements import BUTTON, CHOICES, IMAGE, MENUS, OVERFLOW, PICTURE, TYPED, marked, plain, words
from tests.slack.standin.refusal import Invalid, SlackNo, invalid

ACCESSORIES = by_type({"button": BUTTON, "overflow": OVERFLOW, "image": IMAGE, **MENUS, **CHOICES})
ACTIONS = by_type({"button": BUTTON, "overflow": OVERFLOW, **MENUS, **CHOICES})
INPUTS = by_type({**MENUS, **CHOICES, **TYPED})
CONTEXT = by_type({"image": IMAGE, "plain_text": plain(n.CONTEXT_TEXT), "mrkdwn": marked(n.CONTEXT_TEXT)})
ID: dict[str, Check] = {"block_id": string(n.BLOCK_ID)}

STYLE: dict[str, Check] = {
    "style": record({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight"), truth))
}
RICH_PIECES = by_type({
    "text": record({"type": string(), "text": string()}, STYLE),
    "link": record({"type": string(), "url": string(n.URL)}, {**STYLE, "text": string(), "unsafe": truth}),
    "user": record({"type": string(), "user_id": string()}, STYLE),
    "usergroup": record({"type": string(), "usergroup_id": string()}, STYLE),
    "channel": record({"type": string(), "channel_id": string()}, STYLE),
    "emoji": record({"type": string(), "name": string()}, {"unicode": string(), "style": anything}),
    "broadcast": record({"type": string(), "range": one_of("here", "channel", "everyone")}),
    "date": record(
        {"type": string(), "timestamp": whole(0, 2**40), "format": string()},
        {**STYLE, "url": string(n.URL), "fallback": string()},
    ),
})  # fmt: skip
PIECES = array(RICH_PIECES, least=0)
SECTION_OF_RICH = record({"type": one_of("rich_text_section"), "elements": PIECES})
RICH = by_type({
    "rich_text_section": SECTION_OF_RICH,
    "rich_text_quote": record({"type": string(), "elements": PIECES}, {"border": whole(0, 1)}),
    "rich_text_preformatted": record(
        {"type": string(), "elements": PIECES}, {"border": whole(0, 1), "language": string()}
    ),
    "rich_text_list": record(
        {"type": string(), "style": one_of("bullet", "ordered"), "elements": array(SECTION_OF_RICH)},
        {"indent": whole(0, n.RICH_INDENT), "offset": whole(0, 10_000), "border": whole(0, 1)},
    ),
})  # fmt: skip


def _block(
    kind: str, required: dict[str, Check], optional: dict[str, Check] | None = None, also: Check = anything
) -> Check:
    return record({"type": one_of(kind), **required}, {**ID, **(optional or {})}, also=also)


def _distinct_actions(block: Any, at: str) -> None:
    unique("action_id")(block["elements"], f"{at}/elements")


BLOCKS: dict[str, Check] = {
    "header": _block("header", {"text": plain(n.HEADER_TEXT)}),
    "divider": _block("divider", {}),
    "section": _block(
        "section", {},
        {
            "text": words(n.SECTION_TEXT), "fields": array(words(n.FIELD_TEXT), n.SECTION_FIELDS),
            "accessory": ACCESSORIES, "expand": truth,
        },
        also=at_least_one("text", "fields"),
    ),
    "context": _block("context", {"elements": array(CONTEXT, n.CONTEXT_ELEMENTS)}),
    "actions": _block("actions", {"elements": array(ACTIONS, n.ACTIONS_ELEMENTS)}, also=_distinct_actions),
    "image": _block(
        "image", {"alt_text": string(n.IMAGE_ALT)}, {**PICTURE, "title": plain(n.IMAGE_TITLE)},
        also=exactly_one("image_url", "slack_file"),
    ),
    "input": _block(
        "input", {"label": plain(n.INPUT_LABEL), "element": INPUTS},
        {"hint": plain(n.INPUT_HINT), "optional": truth, "dispatch_action": truth},
    ),
    "rich_text": _block("rich_text", {"elements": array(RICH)}),
    "markdown": _block("markdown", {"text": string(n.MARKDOWN_TEXT)}),
}  # fmt: skip
IN_MESSAGE = all_of(array(by_type(BLOCKS), n.BLOCKS_IN_MESSAGE, least=0), unique("block_id"))
IN_VIEW = all_of(
    array(by_type({k: v for k, v in BLOCKS.items() if k != "markdown"}), n.BLOCKS_IN_VIEW, least=0), unique("block_id")
)
KEPT: dict[str, Check] = {
    "private_metadata": string(n.PRIVATE_METADATA, least=0), "callback_id": string(n.CALLBACK_ID, least=0),
    "external_id": string(n.EXTERNAL_ID, least=0),
}  # fmt: skip


def _focus_once(view: Any, at: str) -> None:
    if sum(bool(element.get("focus_on_load")) for _, element in elements(view["blocks"])) > 1:
        raise Invalid("only one element can have focus_on_load", f"{at}/blocks")


def _inputs_have_submit(view: Any, at: str) -> None:
    if any(block["type"] == "input" for block in view["blocks"]) and "submit" not in view:
        raise Invalid("missing required field: submit, since there is an input block", at)


MODAL = record(
    {"type": one_of("modal"), "title": plain(n.VIEW_TITLE), "blocks": IN_VIEW},
    {
        **KEPT, "close": plain(n.VIEW_BUTTON), "submit": plain(n.VIEW_BUTTON),
        "clear_on_close": truth, "notify_on_close": truth, "submit_disabled": truth,
    },
    also=all_of(_inputs_have_submit, _focus_once),
)  # fmt: skip
HOME = record({"type": one_of("home"), "blocks": IN_VIEW}, KEPT, also=_focus_once)


def check_message_blocks(blocks: Any, at: str = "/blocks") -> None:
    """Raises `invalid_blocks` for a broken rule, `msg_blocks_too_long` for more text than a message holds."""
    try:
        IN_MESSAGE(blocks, at)
    except Invalid as broken:
        raise invalid("invalid_blocks", broken) from None
    beside = [block for block in blocks if block["type"] != "markdown"]
    if blocks_text(beside) > n.BLOCKS_TEXT or blocks_text(blocks) > n.MARKDOWN_TEXT:
        raise SlackNo("msg_blocks_too_long")


def check_view(view: Any, kind: str) -> None:
    """Raises `invalid_arguments` for a broken rule, `view_too_large` beyond a quarter of a megabyte."""
    if len(json.dumps(view).encode()) > n.VIEW_BYTES:
        raise SlackNo("view_too_large")
    try:
        by_type({kind: MODAL if kind == "modal" else HOME})(view, "/view")
    except Invalid as broken:
        raise invalid("invalid_arguments", broken) from None


def blocks_text(value: Any) -> int:
    """The characters of every `text` in it, however deep."""
    if isinstance(value, list):
        return sum(blocks_text(each) for each in value)
    if isinstance(value, dict):
        return sum(len(v) if k == "text" and isinstance(v, str) else blocks_text(v) for k, v in value.items())
    return 0


def elements(blocks: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Every element one can use, with the block that it is in."""
    found: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for block in blocks:
        inside = [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]
        found += [(block, element) for element in inside if isinstance(element, dict)]
    return [(block, element) for block, element in found if block["type"] in {"section", "actions", "input"}]
