"""The elements of Block Kit and what they are made of. https://docs.slack.dev/reference/block-kit/block-elements"""

from typing import Any

from tests.slack.standin import numbers as n
from tests.slack.standin.checks import (
    Check,
    all_of,
    anything,
    array,
    by_type,
    exactly_one,
    one_of,
    record,
    string,
    truth,
    whole,
)  # fmt: skip
from tests.slack.standin.refusal import Invalid


def plain(most: int) -> Check:
    return record({"type": one_of("plain_text"), "text": string(most)}, {"emoji": truth})


def marked(most: int) -> Check:
    return record({"type": one_of("mrkdwn"), "text": string(most)}, {"verbatim": truth})


def words(most: int) -> Check:
    return by_type({"plain_text": plain(most), "mrkdwn": marked(most)})


CONFIRM = record(
    {
        "title": plain(n.CONFIRM_TITLE), "text": plain(n.CONFIRM_TEXT),
        "confirm": plain(n.CONFIRM_BUTTON), "deny": plain(n.CONFIRM_BUTTON),
    },
    {"style": one_of("primary", "danger")},
)  # fmt: skip
ACTION: dict[str, Check] = {"action_id": string(n.ACTION_ID)}
FOCUS: dict[str, Check] = {"focus_on_load": truth}
ASKS: dict[str, Check] = {"confirm": CONFIRM}
HELD: dict[str, Check] = {"placeholder": plain(n.PLACEHOLDER)}
DISPATCH: dict[str, Check] = {
    "dispatch_action_config": record(
        {}, {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 2)}
    )
}


def option(text: Check, *, url: bool = False) -> Check:
    more: dict[str, Check] = {"description": plain(n.OPTION_DESCRIPTION)}
    if url:
        more["url"] = string(n.URL)
    return record({"text": text, "value": string(n.OPTION_VALUE)}, more)


OPTION = option(plain(n.OPTION_TEXT))
CHOICE = option(words(n.OPTION_TEXT))
GROUP = record({"label": plain(n.GROUP_LABEL), "options": array(OPTION, n.SELECT_OPTIONS)})
OPTIONS = record(
    {},
    {"options": array(OPTION, n.SELECT_OPTIONS, least=0), "option_groups": array(GROUP, n.OPTION_GROUPS, least=0)},
    also=exactly_one("options", "option_groups"),
)


def _offered(element: dict[str, Any]) -> list[Any]:
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(o for group in groups for o in group["options"])]


def _initial_is_offered(element: Any, at: str) -> None:
    for name in ("initial_option", "initial_options"):
        found = element.get(name, [])
        if any(each not in _offered(element) for each in (found if isinstance(found, list) else [found])):
            raise Invalid(f"{name} must exactly match one of the options", f"{at}/{name}")


def _lengths_fit(element: Any, at: str) -> None:
    if element.get("min_length", 0) > element.get("max_length", n.INPUT_LENGTH):
        raise Invalid("min_length must be at most max_length", f"{at}/min_length")


def _element(kind: str, required: dict[str, Check], *optional: dict[str, Check], also: Check = anything) -> Check:
    merged = {name: check for part in optional for name, check in part.items()}
    return record({"type": one_of(kind), **required}, merged, also=also)


BUTTON = _element(
    "button", {"text": plain(n.BUTTON_TEXT)}, ACTION, ASKS,
    {
        "url": string(n.URL), "value": string(n.BUTTON_VALUE), "style": one_of("primary", "danger"),
        "accessibility_label": string(n.ACCESSIBILITY_LABEL),
    },
)  # fmt: skip
OVERFLOW = _element(
    "overflow", {"options": array(option(plain(n.OPTION_TEXT), url=True), n.OVERFLOW_OPTIONS)}, ACTION, ASKS
)
OFFER: dict[str, Check] = {
    "options": array(OPTION, n.SELECT_OPTIONS),
    "option_groups": array(GROUP, n.OPTION_GROUPS),
}
LOADED: dict[str, Check] = {"min_query_length": whole(0, 10_000)}
ONE_FROM = all_of(exactly_one("options", "option_groups"), _initial_is_offered)


def _chosen(kind: str, *more: dict[str, Check], also: Check = anything) -> Check:
    """A menu: `kind` alone for one choice, `multi_` before it for several."""
    several: dict[str, Check] = {"max_selected_items": whole(1, 10_000)} if kind.startswith("multi_") else {}
    return _element(kind, {}, ACTION, ASKS, FOCUS, HELD, several, *more, also=also)


MENUS: dict[str, Check] = {
    "static_select": _chosen("static_select", OFFER, {"initial_option": OPTION}, also=ONE_FROM),
    "external_select": _chosen("external_select", LOADED, {"initial_option": OPTION}),
    "users_select": _chosen("users_select", {"initial_user": string()}),
    "channels_select": _chosen("channels_select", {"initial_channel": string(), "response_url_enabled": truth}),
    "conversations_select": _chosen(
        "conversations_select",
        {
            "initial_conversation": string(), "default_to_current_conversation": truth,
            "response_url_enabled": truth, "filter": anything,
        },
    ),
    "multi_static_select": _chosen(
        "multi_static_select", OFFER, {"initial_options": array(OPTION, n.SELECT_OPTIONS)}, also=ONE_FROM
    ),
    "multi_external_select": _chosen(
        "multi_external_select", LOADED, {"initial_options": array(OPTION, n.SELECT_OPTIONS)}
    ),
    "multi_users_select": _chosen("multi_users_select", {"initial_users": array(string())}),
}  # fmt: skip
CHOICES: dict[str, Check] = {
    "checkboxes": _element(
        "checkboxes", {"options": array(CHOICE, n.CHOICES)}, ACTION, ASKS, FOCUS,
        {"initial_options": array(CHOICE, n.CHOICES)}, also=_initial_is_offered,
    ),
    "radio_buttons": _element(
        "radio_buttons", {"options": array(CHOICE, n.CHOICES)}, ACTION, ASKS, FOCUS,
        {"initial_option": CHOICE}, also=_initial_is_offered,
    ),
    "datepicker": _element("datepicker", {}, ACTION, ASKS, FOCUS, HELD, {"initial_date": string(10)}),
    "timepicker": _element(
        "timepicker", {}, ACTION, ASKS, FOCUS, HELD, {"initial_time": string(5), "timezone": string()}
    ),
}  # fmt: skip
TYPED: dict[str, Check] = {
    "plain_text_input": _element(
        "plain_text_input", {}, ACTION, FOCUS, HELD, DISPATCH,
        {
            "initial_value": string(least=0), "multiline": truth,
            "min_length": whole(0, n.INPUT_LENGTH), "max_length": whole(1, n.INPUT_LENGTH),
        },
        also=_lengths_fit,
    ),
    "email_text_input": _element(
        "email_text_input", {}, ACTION, FOCUS, HELD, DISPATCH, {"initial_value": string(least=0)}
    ),
    "url_text_input": _element("url_text_input", {}, ACTION, FOCUS, HELD, DISPATCH, {"initial_value": string(least=0)}),
    "number_input": _element(
        "number_input", {"is_decimal_allowed": truth}, ACTION, FOCUS, HELD, DISPATCH,
        {"initial_value": string(), "min_value": string(), "max_value": string()},
    ),
}  # fmt: skip
SLACK_FILE = record({}, {"id": string(), "url": string(n.URL)}, also=exactly_one("id", "url"))
PICTURE: dict[str, Check] = {"image_url": string(n.URL), "slack_file": SLACK_FILE}
IMAGE = record(
    {"type": one_of("image"), "alt_text": string(n.IMAGE_ALT)}, PICTURE, also=exactly_one("image_url", "slack_file")
)
