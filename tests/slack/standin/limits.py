"""The table of Slack's documented limits: what, how many, where it says so, and a call that uses exactly so much of it.

`build` makes a method and its arguments for a workspace that has what `ready` puts there; given the number it is taken,
given one more (one less where `least`) it is refused with `error`.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from tests.slack.standin import numbers as n
from tests.slack.standin.world import Json

DOCS = "https://docs.slack.dev/reference"
BLOCK, ELEMENT, OBJECT = (f"{DOCS}/block-kit/{kind}" for kind in ("blocks", "block-elements", "composition-objects"))
VIEW = f"{DOCS}/views/modal-views"
METHOD = f"{DOCS}/methods"
Build = Callable[[int], tuple[str, Json]]


@dataclass(frozen=True, slots=True)
class Limit:
    """`twin` is the same number's name in slackblocks, which keeps a list of its own."""

    name: str
    number: int
    docs: str
    build: Build
    error: str = "invalid_blocks"
    twin: str = ""
    least: bool = False


CHANNEL, USER, TRIGGER, TS = "C1", "U1", "TRIGGER", "TS"


def plain(count: int) -> Json:
    return {"type": "plain_text", "text": "a" * count}


def message(*blocks: Json) -> tuple[str, Json]:
    return "chat.postMessage", {"channel": CHANNEL, "text": "t", "blocks": list(blocks)}


def modal(*blocks: Json, **more: object) -> tuple[str, Json]:
    view = {"type": "modal", "title": plain(1), "submit": plain(1), "blocks": list(blocks), **more}
    return "views.open", {"trigger_id": TRIGGER, "view": view}


def home(*blocks: Json) -> tuple[str, Json]:
    return "views.publish", {"user_id": USER, "view": {"type": "home", "blocks": list(blocks)}}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def button(number: int = 0, **more: object) -> Json:
    return {"type": "button", "action_id": f"a{number}", "text": plain(1), **more}


def option(number: int = 0, **more: object) -> Json:
    return {"text": plain(1), "value": f"v{number}", **more}


def options(count: int) -> list[Json]:
    return [option(number) for number in range(count)]


def select(**more: object) -> Json:
    offered = {} if set(more) & {"options", "option_groups"} else {"options": options(1)}
    return {"type": "static_select", "action_id": "s", **offered, **more}


def field(element: Json, **more: object) -> Json:
    return {"type": "input", "label": plain(1), "element": element, **more}


def typed(**more: object) -> Json:
    return {"type": "plain_text_input", "action_id": "t", **more}


def confirm(**more: object) -> Json:
    parts = {"title": plain(1), "text": plain(1), "confirm": plain(1), "deny": plain(1), **more}
    return actions(button(confirm=parts))


def divider(number: int = 0) -> Json:
    return {"type": "divider", "block_id": f"b{number}"}


def image(**more: object) -> Json:
    return {"type": "image", "image_url": "https://x.example/i.png", "alt_text": "a", **more}


def posted(**more: object) -> tuple[str, Json]:
    return "chat.postMessage", {"channel": CHANNEL, "text": "t", **more}


def metadata(value: str) -> Json:
    return {"event_type": "e", "event_payload": {"k": value}}


def rich(level: int) -> Json:
    piece = {"type": "rich_text_section", "elements": [{"type": "text", "text": "a"}]}
    return {"type": "rich_text", "elements": [
        {"type": "rich_text_list", "style": "bullet", "indent": level, "elements": [piece]}
    ]}  # fmt: skip


IN_MESSAGES = (
    Limit("blocks in a message", n.BLOCKS_IN_MESSAGE, BLOCK,
          lambda c: message(*map(divider, range(c))), twin="MESSAGE_BLOCKS_MAX_ITEMS"),
    Limit("block_id", n.BLOCK_ID, f"{BLOCK}/divider-block",
          lambda c: message({"type": "divider", "block_id": "b" * c}), twin="BLOCK_ID_MAX_LENGTH"),
    Limit("header text", n.HEADER_TEXT, f"{BLOCK}/header-block",
          lambda c: message({"type": "header", "text": plain(c)}), twin="HEADER_TEXT_MAX_LENGTH"),
    Limit("section text", n.SECTION_TEXT, f"{BLOCK}/section-block",
          lambda c: message({"type": "section", "text": plain(c)}), twin="SECTION_TEXT_MAX_LENGTH"),
    Limit("section text is not empty", 1, f"{OBJECT}/text-object",
          lambda c: message({"type": "section", "text": plain(c)}), least=True, twin="TEXT_MIN_LENGTH"),
    Limit("section fields", n.SECTION_FIELDS, f"{BLOCK}/section-block",
          lambda c: message({"type": "section", "fields": [plain(1)] * c}), twin="SECTION_FIELDS_MAX_ITEMS"),
    Limit("text of a section's field", n.FIELD_TEXT, f"{BLOCK}/section-block",
          lambda c: message({"type": "section", "fields": [plain(c)]}), twin="SECTION_FIELDS_ITEM_MAX_LENGTH"),
    Limit("context elements", n.CONTEXT_ELEMENTS, f"{BLOCK}/context-block",
          lambda c: message({"type": "context", "elements": [plain(1)] * c}), twin="CONTEXT_ELEMENTS_MAX_ITEMS"),
    Limit("text of a context's element", n.CONTEXT_TEXT, f"{OBJECT}/text-object",
          lambda c: message({"type": "context", "elements": [plain(c)]}), twin="TEXT_MAX_LENGTH"),
    Limit("actions elements", n.ACTIONS_ELEMENTS, f"{BLOCK}/actions-block",
          lambda c: message(actions(*map(button, range(c)))), twin="ACTIONS_ELEMENTS_MAX_ITEMS"),
    Limit("actions are not empty", 1, f"{BLOCK}/actions-block",
          lambda c: message(actions(*map(button, range(c)))), least=True),
    Limit("image alt_text", n.IMAGE_ALT, f"{BLOCK}/image-block",
          lambda c: message(image(alt_text="a" * c)), twin="IMAGE_ALT_TEXT_MAX_LENGTH"),
    Limit("alt_txt of a file", n.FILE_ALT, f"{METHOD}/files.getUploadURLExternal",
          lambda c: ("files.getUploadURLExternal", {"filename": "a.png", "length": 1, "alt_txt": "a" * c}),
          error="alt_txt_too_large"),
    Limit("image title", n.IMAGE_TITLE, f"{BLOCK}/image-block",
          lambda c: message(image(title=plain(c))), twin="IMAGE_TITLE_MAX_LENGTH"),
    Limit("image_url", n.URL, f"{BLOCK}/image-block",
          lambda c: message(image(image_url="u" * c)), twin="IMAGE_IMAGE_URL_MAX_LENGTH"),
    Limit("indent of a list in rich text", n.RICH_INDENT, f"{BLOCK}/rich-text-block",
          lambda c: message(rich(c)), twin="RICH_TEXT_LIST_INDENT_MAX"),
    Limit("markdown text", n.MARKDOWN_TEXT, f"{BLOCK}/markdown-block",
          lambda c: message({"type": "markdown", "text": "a" * c}), twin="MARKDOWN_TEXT_MAX_LENGTH"),
    Limit("markdown text of all blocks", n.MARKDOWN_TEXT, f"{BLOCK}/markdown-block",
          lambda c: message({"type": "markdown", "text": "a" * 9000}, {"type": "markdown", "text": "a" * (c - 9000)}),
          error="msg_blocks_too_long", twin="MARKDOWN_TOTAL_TEXT_MAX_LENGTH"),
    Limit("text of all blocks", n.BLOCKS_TEXT, "https://github.com/slackapi/bolt-js/issues/2867",
          lambda c: message(*({"type": "section", "text": plain(each)} for each in (3000, 3000, 3000, c - 9000))),
          error="msg_blocks_too_long"),
    Limit("text", n.MESSAGE_TEXT, f"{METHOD}/chat.postMessage",
          lambda c: posted(text="a" * c), error="msg_too_long"),
    Limit("text of an edit", n.UPDATE_TEXT, f"{METHOD}/chat.update",
          lambda c: ("chat.update", {"channel": CHANNEL, "ts": TS, "text": "a" * c}), error="msg_too_long"),
    Limit("text of an ephemeral", n.MESSAGE_TEXT, f"{METHOD}/chat.postEphemeral",
          lambda c: ("chat.postEphemeral", {"channel": CHANNEL, "user": USER, "text": "a" * c}), error="msg_too_long"),
    Limit("attachments", n.ATTACHMENTS, f"{METHOD}/chat.postMessage",
          lambda c: posted(attachments=[{"text": "a"}] * c), error="too_many_attachments",
          twin="MESSAGE_ATTACHMENTS_MAX_ITEMS"),
    Limit("metadata", n.METADATA_BYTES, f"{METHOD}/chat.postMessage",
          lambda c: posted(metadata=metadata("a" * (c - len(json.dumps(metadata("")))))),
          error="metadata_too_large"),
)  # fmt: skip

OF_ELEMENTS = (
    Limit("action_id", n.ACTION_ID, f"{ELEMENT}/button-element",
          lambda c: message(actions(button(action_id="a" * c))), twin="ACTION_ID_MAX_LENGTH"),
    Limit("button text", n.BUTTON_TEXT, f"{ELEMENT}/button-element",
          lambda c: message(actions(button(text=plain(c)))), twin="BUTTON_TEXT_MAX_LENGTH"),
    Limit("button value", n.BUTTON_VALUE, f"{ELEMENT}/button-element",
          lambda c: message(actions(button(value="a" * c))), twin="BUTTON_VALUE_MAX_LENGTH"),
    Limit("button url", n.URL, f"{ELEMENT}/button-element",
          lambda c: message(actions(button(url="u" * c))), twin="BUTTON_URL_MAX_LENGTH"),
    Limit("button accessibility_label", n.ACCESSIBILITY_LABEL, f"{ELEMENT}/button-element",
          lambda c: message(actions(button(accessibility_label="a" * c))),
          twin="BUTTON_ACCESSIBILITY_LABEL_MAX_LENGTH"),
    Limit("confirm title", n.CONFIRM_TITLE, f"{OBJECT}/confirmation-dialog-object",
          lambda c: message(confirm(title=plain(c))), twin="CONFIRMATION_TITLE_MAX_LENGTH"),
    Limit("confirm text", n.CONFIRM_TEXT, f"{OBJECT}/confirmation-dialog-object",
          lambda c: message(confirm(text=plain(c))), twin="CONFIRMATION_TEXT_MAX_LENGTH"),
    Limit("confirm's confirm", n.CONFIRM_BUTTON, f"{OBJECT}/confirmation-dialog-object",
          lambda c: message(confirm(confirm=plain(c))), twin="CONFIRMATION_CONFIRM_MAX_LENGTH"),
    Limit("confirm's deny", n.CONFIRM_BUTTON, f"{OBJECT}/confirmation-dialog-object",
          lambda c: message(confirm(deny=plain(c))), twin="CONFIRMATION_DENY_MAX_LENGTH"),
    Limit("overflow options", n.OVERFLOW_OPTIONS, f"{ELEMENT}/overflow-menu-element",
          lambda c: message(actions({"type": "overflow", "options": options(c)})), twin="OVERFLOW_OPTIONS_MAX_ITEMS"),
    Limit("an overflow has an option", 1, f"{ELEMENT}/overflow-menu-element",
          lambda c: message(actions({"type": "overflow", "options": options(c)})), least=True,
          twin="OVERFLOW_OPTIONS_MIN_ITEMS"),
    Limit("overflow option's url", n.URL, f"{OBJECT}/option-object",
          lambda c: message(actions({"type": "overflow", "options": [option(url="u" * c)]})),
          twin="OPTION_URL_MAX_LENGTH"),
    Limit("select options", n.SELECT_OPTIONS, f"{ELEMENT}/select-menu-element",
          lambda c: message(actions(select(options=options(c)))), twin="SELECT_OPTIONS_MAX_ITEMS"),
    Limit("option text", n.OPTION_TEXT, f"{OBJECT}/option-object",
          lambda c: message(actions(select(options=[option(text=plain(c))]))), twin="OPTION_TEXT_MAX_LENGTH"),
    Limit("option value", n.OPTION_VALUE, f"{OBJECT}/option-object",
          lambda c: message(actions(select(options=[option(value="v" * c)]))), twin="OPTION_VALUE_MAX_LENGTH"),
    Limit("option description", n.OPTION_DESCRIPTION, f"{OBJECT}/option-object",
          lambda c: message(actions(select(options=[option(description=plain(c))]))),
          twin="OPTION_DESCRIPTION_MAX_LENGTH"),
    Limit("option groups", n.OPTION_GROUPS, f"{ELEMENT}/select-menu-element",
          lambda c: message(actions(select(option_groups=[{"label": plain(1), "options": options(1)}] * c))),
          twin="SELECT_OPTION_GROUPS_MAX_ITEMS"),
    Limit("options in a group", n.SELECT_OPTIONS, f"{OBJECT}/option-group-object",
          lambda c: message(actions(select(option_groups=[{"label": plain(1), "options": options(c)}]))),
          twin="OPTION_GROUP_OPTIONS_MAX_ITEMS"),
    Limit("group label", n.GROUP_LABEL, f"{OBJECT}/option-group-object",
          lambda c: message(actions(select(option_groups=[{"label": plain(c), "options": options(1)}]))),
          twin="OPTION_GROUP_LABEL_MAX_LENGTH"),
    Limit("placeholder", n.PLACEHOLDER, f"{ELEMENT}/select-menu-element",
          lambda c: message(actions(select(placeholder=plain(c)))), twin="SELECT_PLACEHOLDER_MAX_LENGTH"),
    Limit("checkboxes", n.CHOICES, f"{ELEMENT}/checkboxes-element",
          lambda c: message(actions({"type": "checkboxes", "options": options(c)})),
          twin="CHECKBOXES_OPTIONS_MAX_ITEMS"),
    Limit("radio buttons", n.CHOICES, f"{ELEMENT}/radio-button-group-element",
          lambda c: message(actions({"type": "radio_buttons", "options": options(c)})),
          twin="RADIO_BUTTONS_OPTIONS_MAX_ITEMS"),
    Limit("min_query_length", 0, f"{ELEMENT}/select-menu-element",
          lambda c: message(actions({"type": "external_select", "min_query_length": c})), least=True,
          twin="SELECT_MIN_QUERY_LENGTH_MIN"),
)  # fmt: skip

WRONG = "invalid_arguments"
OF_VIEWS = (
    Limit("blocks in a modal", n.BLOCKS_IN_VIEW, VIEW,
          lambda c: modal(*map(divider, range(c))), WRONG, "VIEW_BLOCKS_MAX_ITEMS"),
    Limit("blocks in a home", n.BLOCKS_IN_VIEW, f"{DOCS}/views/home-tab-views",
          lambda c: home(*map(divider, range(c))), WRONG, "VIEW_BLOCKS_MAX_ITEMS"),
    Limit("modal title", n.VIEW_TITLE, VIEW, lambda c: modal(title=plain(c)), WRONG, "VIEW_TITLE_MAX_LENGTH"),
    Limit("modal submit", n.VIEW_BUTTON, VIEW, lambda c: modal(submit=plain(c)), WRONG, "VIEW_SUBMIT_MAX_LENGTH"),
    Limit("modal close", n.VIEW_BUTTON, VIEW, lambda c: modal(close=plain(c)), WRONG, "VIEW_CLOSE_MAX_LENGTH"),
    Limit("private_metadata", n.PRIVATE_METADATA, VIEW,
          lambda c: modal(private_metadata="a" * c), WRONG, "VIEW_PRIVATE_METADATA_MAX_LENGTH"),
    Limit("callback_id", n.CALLBACK_ID, VIEW,
          lambda c: modal(callback_id="a" * c), WRONG, "VIEW_CALLBACK_ID_MAX_LENGTH"),
    Limit("external_id", n.EXTERNAL_ID, VIEW,
          lambda c: modal(external_id="a" * c), WRONG, "VIEW_EXTERNAL_ID_MAX_LENGTH"),
    Limit("input label", n.INPUT_LABEL, f"{BLOCK}/input-block",
          lambda c: modal(field(typed(), label=plain(c))), WRONG, "INPUT_LABEL_MAX_LENGTH"),
    Limit("input hint", n.INPUT_HINT, f"{BLOCK}/input-block",
          lambda c: modal(field(typed(), hint=plain(c))), WRONG, "INPUT_HINT_MAX_LENGTH"),
    Limit("plain_text_input max_length", n.INPUT_LENGTH, f"{ELEMENT}/plain-text-input-element",
          lambda c: modal(field(typed(max_length=c))), WRONG, "PLAIN_TEXT_INPUT_MAX_LENGTH_MAX"),
    Limit("plain_text_input max_length is not nothing", 1, f"{ELEMENT}/plain-text-input-element",
          lambda c: modal(field(typed(max_length=c))), WRONG, "PLAIN_TEXT_INPUT_MAX_LENGTH_MIN", least=True),
    Limit("plain_text_input min_length", n.INPUT_LENGTH, f"{ELEMENT}/plain-text-input-element",
          lambda c: modal(field(typed(min_length=c))), WRONG, "PLAIN_TEXT_INPUT_MIN_LENGTH_MAX"),
    Limit("plain_text_input placeholder", n.PLACEHOLDER, f"{ELEMENT}/plain-text-input-element",
          lambda c: modal(field(typed(placeholder=plain(c)))), WRONG, "PLAIN_TEXT_INPUT_PLACEHOLDER_MAX_LENGTH"),
    Limit("a view's bytes", n.VIEW_BYTES, f"{METHOD}/views.open", lambda c: modal(*_sections_of(c)), "view_too_large"),
)  # fmt: skip


def _sections_of(size: int) -> list[Json]:
    """Sections that make a modal of exactly so many bytes of JSON."""
    empty = json.dumps(modal()[1]["view"])
    one = len(json.dumps({"type": "section", "text": plain(0)})) + len(", ")
    left, sizes = size + len(", ") - len(empty), []
    while left > 0:
        sizes.append(min(3000, left - one))
        left -= sizes[-1] + one
    return [{"type": "section", "text": plain(each)} for each in sizes]


LIMITS = (*IN_MESSAGES, *OF_ELEMENTS, *OF_VIEWS)
