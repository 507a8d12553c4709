"""Whether a body fits Discord's documented limits: messages, embeds and their components."""

from collections.abc import Sequence
from typing import Any

from tests.discord.standin.limits import BY_NAME
from tests.discord.standin.refusals import invalid, no
from tests.discord.standin.things import everything
from tests.discord.standin.uploads import check_shown

Path = tuple[str | int, ...]
SELECTS = frozenset({3, 5, 6, 7, 8})
V2 = 1 << 15
_V2_ONLY = frozenset({9, 10, 11, 12, 13, 14, 17})


class Form:
    """Collects what is wrong with a body, field by field, in the shape Discord answers with."""

    def __init__(self) -> None:
        self.errors: dict[str, Any] = {}
        self.custom_ids: set[str] = set()

    def wrong(self, path: Path, code: str, message: str) -> None:
        place = self.errors
        for step in path:
            place = place.setdefault(str(step), {})
        place.setdefault("_errors", []).append({"code": code, "message": message})

    def text(self, path: Path, value: Any, what: str, *, needed: bool = False) -> int:
        """The length of a text that must fit; None is no text, and refused where one is needed."""
        limit = BY_NAME[what]
        if value is None or value == "":
            if needed:
                self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")
            return 0
        if not isinstance(value, str):
            self.wrong(path, "STRING_TYPE_CONVERT", f"Could not interpret {value!r} as string.")
            return 0
        if len(value) > limit.number:
            self.wrong(path, "BASE_TYPE_MAX_LENGTH", f"Must be {limit.number} or fewer in length.")
        return len(value)

    def count(self, path: Path, values: Sequence[Any], what: str) -> None:
        limit = BY_NAME[what]
        if not limit.least <= len(values) <= limit.number:
            message = f"Must be between {limit.least} and {limit.number} in length."
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", message)

    def custom_id(self, path: Path, value: Any, what: str) -> None:
        self.text((*path, "custom_id"), value, what, needed=True)
        if value in self.custom_ids:
            self.wrong((*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", "Custom id is used twice")
        self.custom_ids.add(value)

    def done(self) -> None:
        if self.errors:
            raise invalid(self.errors)


def check_message(body: dict[str, Any], *, empty: bool = False) -> None:
    """`body` is the whole message as it would be. `empty`: an answer still to come may say nothing."""
    form, flags = Form(), body.get("flags") or 0
    form.text(("content",), body.get("content"), "content")
    nonce = body.get("nonce")
    form.text(("nonce",), str(nonce) if isinstance(nonce, int) else nonce, "nonce")
    embeds, components = body.get("embeds") or [], body.get("components") or []
    check_embeds(form, embeds)
    check_components(form, components, v2=bool(flags & V2))
    if flags & V2 and (body.get("content") or embeds):
        form.wrong(
            ("content",), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "No content or embeds beside V2"
        )
    form.done()
    check_shown(embeds, body.get("attachments") or [])
    said = (body.get("content") or "").strip() or embeds or components or body.get("attachments")
    if not said and not empty:
        raise no("empty")


def check_embeds(form: Form, embeds: list[dict[str, Any]]) -> None:
    form.count(("embeds",), embeds, "embeds")
    together = sum(_check_embed(form, ("embeds", n), each) for n, each in enumerate(embeds))
    if together > BY_NAME["embeds together"].number:
        form.wrong(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")


def _check_embed(form: Form, path: Path, embed: dict[str, Any]) -> int:
    """The length of all its texts."""
    length = form.text((*path, "title"), embed.get("title"), "embed title")
    length += form.text((*path, "description"), embed.get("description"), "embed description")
    length += form.text((*path, "footer", "text"), (embed.get("footer") or {}).get("text"), "embed footer")
    length += form.text((*path, "author", "name"), (embed.get("author") or {}).get("name"), "embed author")
    fields = embed.get("fields") or []
    form.count((*path, "fields"), fields, "embed fields")
    for n, each in enumerate(fields):
        length += form.text((*path, "fields", n, "name"), each.get("name"), "embed field name", needed=True)
        length += form.text((*path, "fields", n, "value"), each.get("value"), "embed field value", needed=True)
    return length


def check_components(form: Form, components: list[dict[str, Any]], *, v2: bool) -> None:
    if v2:
        every = list(everything(components))
        form.count(("components",), every, "components together")
        shown = sum(len(each.get("content") or "") for each in every if each["type"] == 10)
        if shown > BY_NAME["text displays together"].number:
            form.wrong(("components",), "COMPONENT_TEXT_DISPLAY_TOO_LONG", "Text displays exceed 4000 characters")
    else:
        form.count(("components",), components, "rows")
    for n, each in enumerate(components):
        if each.get("type") != 1 and not (v2 and each.get("type") in _V2_ONLY):
            form.wrong(("components", n, "type"), "UNION_TYPE_CHOICES", "Value of field must be a top-level component")
        else:
            _check_component(form, ("components", n), each)


def _check_component(form: Form, path: Path, each: dict[str, Any]) -> None:
    kind = each.get("type")
    if kind == 1:
        _check_row(form, path, each.get("components") or [])
    elif kind == 2:
        _check_button(form, path, each)
    elif kind in SELECTS:
        check_select(form, path, each, "select options")
    elif kind == 10 and not each.get("content"):
        form.wrong((*path, "content"), "BASE_TYPE_REQUIRED", "This field is required")
    elif kind in {9, 17}:
        for n, child in enumerate(each.get("components") or []):
            _check_component(form, (*path, "components", n), child)
        if kind == 9:
            _check_component(form, (*path, "accessory"), each.get("accessory") or {})
    elif kind not in _V2_ONLY:
        form.wrong((*path, "type"), "UNION_TYPE_CHOICES", "Value of field is no component of a message")


def _check_row(form: Form, path: Path, children: list[dict[str, Any]]) -> None:
    kinds = [child.get("type") for child in children]
    form.count((*path, "components"), children, "buttons in a row")
    if any(kind in SELECTS for kind in kinds) and len(kinds) > BY_NAME["selects in a row"].number:
        form.wrong((*path, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A select stands alone in its row")
    for n, child in enumerate(children):
        if child.get("type") not in {2, *SELECTS}:
            form.wrong((*path, "components", n, "type"), "UNION_TYPE_CHOICES", "A row holds buttons or a select")
        else:
            _check_component(form, (*path, "components", n), child)


def _check_button(form: Form, path: Path, each: dict[str, Any]) -> None:
    form.text((*path, "label"), each.get("label"), "button label")
    if each.get("style") not in range(1, 7):
        form.wrong((*path, "style"), "BASE_TYPE_CHOICES", "Value must be one of 1 to 6")
    if not each.get("label") and not each.get("emoji"):
        form.wrong(path, "BUTTON_COMPONENT_INVALID_LABEL", "A button has a label or an emoji")
    if each.get("style") == 5:
        form.text((*path, "url"), each.get("url"), "button url", needed=True)
        if each.get("custom_id"):
            form.wrong(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A link has no custom id")
    else:
        form.custom_id(path, each.get("custom_id"), "custom_id")


def check_select(form: Form, path: Path, each: dict[str, Any], what: str) -> None:
    form.custom_id(path, each.get("custom_id"), "select custom_id")
    form.text((*path, "placeholder"), each.get("placeholder"), "select placeholder")
    if each.get("type") != 3:
        return
    options = each.get("options") or []
    form.count((*path, "options"), options, what)
    for n, option in enumerate(options):
        form.text((*path, "options", n, "label"), option.get("label"), "option label", needed=True)
        form.text((*path, "options", n, "value"), option.get("value"), "option value", needed=True)
        form.text((*path, "options", n, "description"), option.get("description"), "option description")
    if len({option.get("value") for option in options}) < len(options):
        form.wrong((*path, "options"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "An option's value is already used")
    if not (each.get("min_values", 1) or 0) <= (each.get("max_values", 1) or 1) <= max(len(options), 1):
        form.wrong((*path, "max_values"), "SELECT_COMPONENT_MAX_VALUES", "More values than options")
