"""What a person does with buttons, menus and modals, without sockets, and the effect of what comes back."""

from dataclasses import dataclass
from typing import Any

from tests.slack.standin import numbers as n
from tests.slack.standin import payloads, responses, views
from tests.slack.standin.blocks import check_view, elements
from tests.slack.standin.checks import array
from tests.slack.standin.elements import GROUP, OPTION
from tests.slack.standin.eyes import Button, Sight
from tests.slack.standin.people import Cannot
from tests.slack.standin.refusal import Invalid, invalid
from tests.slack.standin.showing import shown
from tests.slack.standin.workspace import Workspace
from tests.slack.standin.world import Delivery, Json, View

PLEASE = "Please complete this required field."


@dataclass
class Forms:
    ws: Workspace

    def press(self, user: str, where: Sight | View, button: Button) -> Delivery:
        """A press on what the person saw, also when the message has changed since."""
        action: Json = {"type": button.kind, "action_id": button.action_id, "block_id": button.block_id,
                        "action_ts": self.ws.next_ts()}  # fmt: skip
        label = {"type": "plain_text", "text": button.label, "emoji": True}
        if button.kind == "overflow":
            action["selected_option"] = {"text": label, "value": button.value}
        else:
            action |= {"text": label} | ({"value": button.value} if button.value else {})
        return self.act(user, where, action)

    def act(self, user: str, where: Sight | View, action: Json) -> Delivery:
        """A block_actions payload with this action, for other elements than buttons."""
        if isinstance(where, View):
            return self._act_in_view(user, where, action)
        message = self.ws.messages.get((where.channel, where.ts))
        if message is None or user not in self.ws.channels[where.channel].members or message.only not in {"", user}:
            raise Cannot(f"{user} does not see {where.ts}")
        container: Json = {"type": "message", "message_ts": where.ts, "channel_id": where.channel,
                           "is_ephemeral": bool(message.only)}  # fmt: skip
        if message.is_reply:
            container["thread_ts"] = message.thread_ts
        room = self.ws.channels[where.channel]
        back = self.ws.response_url(user, room.id, message, message.thread_ts if message.is_reply else None)
        more: Json = {} if message.only else {"message": shown(self.ws, message)}
        return payloads.interaction(
            self.ws, "block_actions", user, back=back, container=container, actions=[action],
            channel={"id": room.id, "name": room.name or "directmessage"}, state={"values": {}}, **more,
        )  # fmt: skip

    def submit(self, user: str, values: dict[str, Any]) -> tuple[Delivery | None, dict[str, str]]:
        """Sends the modal before this person, or says by block what Slack's window itself objects to.

        `values` by block_id or action_id: a text, an option's value, a list of values, a date.
        """
        view = self._open(user)
        state, errors = self._filled(view, values)
        if errors:
            return None, errors
        sent = payloads.interaction(self.ws, "view_submission", user)
        sent.payload.update(view=payloads.view_payload(self.ws, view, state), response_urls=[])
        return Delivery(sent.kind, sent.payload, sent.key, answers=True, view=view), {}

    def close(self, user: str) -> Delivery | None:
        """The person closes the topmost modal; the app is told only if it asked to be."""
        view = self._open(user)
        view.closed = True
        if not view.payload.get("notify_on_close"):
            return None
        sent = payloads.interaction(self.ws, "view_closed", user, is_cleared=False)
        sent.payload["view"] = payloads.view_payload(self.ws, view)
        return sent

    def options(self, user: str, view: View | Sight, action_id: str, typed: str) -> Delivery | None:
        """What is typed into an external_select; nothing is sent before `min_query_length` characters."""
        blocks = view.payload["blocks"] if isinstance(view, View) else list(view.blocks)
        block, element = next((b, e) for b, e in elements(blocks) if e.get("action_id") == action_id)
        if len(typed) < element.get("min_query_length", 3):
            return None
        sent = payloads.interaction(
            self.ws, "block_suggestion", user, action_id=action_id, block_id=block["block_id"], value=typed
        )
        if isinstance(view, View):
            sent.payload.update(
                view=payloads.view_payload(self.ws, view), container={"type": "view", "view_id": view.id}
            )
        else:
            sent.payload.update(
                container={"type": "message", "message_ts": view.ts, "channel_id": view.channel, "is_ephemeral": False},
                channel={"id": view.channel, "name": self.ws.channels[view.channel].name},
            )
        return sent

    def _act_in_view(self, user: str, view: View, action: Json) -> Delivery:
        sent = payloads.interaction(self.ws, "block_actions", user)
        sent.payload.update(
            container={"type": "view", "view_id": view.id}, view=payloads.view_payload(self.ws, view),
            actions=[action],
        )  # fmt: skip
        return Delivery(sent.kind, sent.payload, sent.key, view=view)

    def _open(self, user: str) -> View:
        view = self.ws.view(user)
        if view is None:
            raise Cannot(f"{user} has no modal before them")
        return view

    def _filled(self, view: View, values: dict[str, Any]) -> tuple[Json, dict[str, str]]:
        state: Json = {}
        errors: dict[str, str] = {}
        inputs = [(b, e) for b, e in elements(view.payload["blocks"]) if b["type"] == "input"]
        known = {name for b, e in inputs for name in (b["block_id"], e["action_id"])}
        if unknown := set(values) - known:
            raise Cannot(f"the modal has no field {sorted(unknown)}, only {sorted(known)}")
        for block, element in inputs:
            given = values.get(block["block_id"], values.get(element["action_id"], _initial(element)))
            if not given and not block.get("optional"):
                errors[block["block_id"]] = PLEASE
            elif isinstance(given, str) and (objection := _length(element, given)):
                errors[block["block_id"]] = objection
            state[block["block_id"]] = {element["action_id"]: {"type": element["type"], **_value(element, given)}}
        return state, errors

    # What comes back

    def acknowledged(self, delivery: Delivery, payload: Json | None) -> dict[str, str]:
        """The effect of an acknowledgement's payload; the errors of a form by block. Raises SlackNo for a bad one."""
        payload = payload or {}
        if delivery.kind == "slash_commands" and delivery.back and payload:
            responses.apply(self.ws, delivery.back, payload)
        if delivery.payload.get("type") != "view_submission" or delivery.view is None:
            return {}
        return self._after_submit(delivery.view, payload)

    def _after_submit(self, view: View, payload: Json) -> dict[str, str]:
        what = payload.get("response_action", "")
        if what == "errors":
            inputs = {b["block_id"] for b in view.payload["blocks"] if b["type"] == "input"}
            errors: dict[str, str] = payload.get("errors") or {}
            if not errors or not set(errors) <= inputs:
                raise invalid("invalid_arguments", Invalid("errors must name input blocks of the view", "/errors"))
            return errors
        if what in {"update", "push"}:
            check_view(payload.get("view"), "modal")
            if what == "update":
                views.change(self.ws, view, payload["view"])
            else:
                views.add(self.ws, payload["view"], view.user, view)
            return {}
        if what not in {"", "clear"}:
            raise invalid("invalid_arguments", Invalid(f"unknown response_action {what}", "/response_action"))
        for each in self.ws.views.values():
            if each is view or (each.root == view.root and (what == "clear" or view.payload.get("clear_on_close"))):
                each.closed = True
        return {}

    @staticmethod
    def choices(payload: Json | None) -> list[tuple[str, str]]:
        """Value and label of what a block_suggestion was answered with. Raises SlackNo beyond a hundred."""
        payload = payload or {}
        try:
            array(OPTION, n.SELECT_OPTIONS, least=0)(payload.get("options", []), "/options")
            array(GROUP, n.OPTION_GROUPS, least=0)(payload.get("option_groups", []), "/option_groups")
        except Invalid as broken:
            raise invalid("invalid_arguments", broken) from None
        groups = payload.get("option_groups", [])
        found = [*payload.get("options", []), *(option for group in groups for option in group["options"])]
        return [(option["value"], option["text"]["text"]) for option in found]


def _initial(element: Json) -> Any:
    """What stands in the field before anybody touches it."""
    for name in ("initial_value", "initial_date", "initial_time", "initial_user"):
        if name in element:
            return element[name]
    if "initial_option" in element:
        return element["initial_option"]["value"]
    return [option["value"] for option in element.get("initial_options", [])]


def _length(element: Json, given: str) -> str:
    if element["type"] != "plain_text_input":
        return ""
    least, most = element.get("min_length", 0), element.get("max_length", n.INPUT_LENGTH)
    if len(given) > most:
        return f"This entry is too long: at most {most} characters."
    return f"This entry is too short: at least {least} characters." if given and len(given) < least else ""


def _value(element: Json, given: Any) -> Json:
    """A field's part of `state.values`."""
    kind = element["type"]
    if kind in {"checkboxes", "multi_static_select", "multi_external_select"}:
        return {"selected_options": [_option(element, each) for each in (given or [])]}
    if kind in {"static_select", "external_select", "radio_buttons"}:
        return {"selected_option": _option(element, given) if given else None}
    names = {"datepicker": "selected_date", "timepicker": "selected_time", "users_select": "selected_user",
             "channels_select": "selected_channel", "conversations_select": "selected_conversation"}  # fmt: skip
    return {names.get(kind, "value"): given or None}


def _option(element: Json, value: str) -> Json:
    """The option with this value; an external one is what was loaded, known by its value alone."""
    groups = element.get("option_groups", [])
    offered = [*element.get("options", []), *(o for group in groups for o in group["options"])]
    offered += [element["initial_option"]] if "initial_option" in element else []
    found = [option for option in offered if option["value"] == value]
    if not found and "external" not in element["type"]:
        raise Cannot(f"{value} is not one of {[o['value'] for o in offered]}")
    return found[0] if found else {"text": {"type": "plain_text", "text": value, "emoji": True}, "value": value}
