"""Whether modals, commands, suggestions and threads fit Discord's documented limits."""

from typing import Any

from tests.discord.standin.fitting import SELECTS, Form, Path, check_select
from tests.discord.standin.limits import BY_NAME

_CASELESS_LEFT = "-_'"


def check_modal(data: dict[str, Any]) -> None:
    form, components = Form(), data.get("components") or []
    form.text(("title",), data.get("title"), "modal title", needed=True)
    form.text(("custom_id",), data.get("custom_id"), "modal custom_id", needed=True)
    form.count(("components",), components, "modal components")
    for n, each in enumerate(components):
        path: Path = ("components", n)
        if each.get("type") == 18:
            form.text((*path, "label"), each.get("label"), "modal label", needed=True)
            form.text((*path, "description"), each.get("description"), "modal label description")
            _check_control(form, (*path, "component"), each.get("component") or {}, labelled=True)
        elif each.get("type") == 1 and len(each.get("components") or []) == 1:
            _check_control(form, (*path, "components", 0), each["components"][0], labelled=False)
        elif each.get("type") != 10:
            form.wrong(path, "UNION_TYPE_CHOICES", "A modal holds labels, text, or rows of one text input")
    form.done()


def _check_control(form: Form, path: Path, each: dict[str, Any], *, labelled: bool) -> None:
    if each.get("type") == 4:
        _check_typed(form, path, each, labelled=labelled)
    elif each.get("type") in SELECTS and labelled:
        check_select(form, path, each, "modal select options")
    else:
        form.wrong((*path, "type"), "UNION_TYPE_CHOICES", "Value of field is no component of a modal")


def _check_typed(form: Form, path: Path, each: dict[str, Any], *, labelled: bool) -> None:
    form.custom_id(path, each.get("custom_id"), "text input custom_id")
    form.text((*path, "label"), each.get("label"), "text input label", needed=not labelled)
    if labelled and each.get("label"):
        form.wrong((*path, "label"), "BASE_TYPE_BAD_VALUE", "A labelled text input has no label of its own")
    if each.get("style") not in {1, 2}:
        form.wrong((*path, "style"), "BASE_TYPE_CHOICES", "Value must be one of 1, 2")
    form.text((*path, "value"), each.get("value"), "text input value")
    form.text((*path, "placeholder"), each.get("placeholder"), "text input placeholder")
    for key in ("min_length", "max_length"):
        limit, value = BY_NAME[f"text input {key}"], each.get(key)
        if value is not None and not limit.least <= value <= limit.number:
            form.wrong((*path, key), "NUMBER_TYPE_MAX", f"int value should be {limit.least} to {limit.number}.")
    if each.get("max_length") is not None and len(each.get("value") or "") > each["max_length"]:
        form.wrong((*path, "value"), "BASE_TYPE_MAX_LENGTH", "Longer than its max_length")


def check_commands(commands: list[dict[str, Any]]) -> None:
    """The whole list of a bulk overwrite."""
    form = Form()
    form.count((), [each for each in commands if each.get("type", 1) == 1], "commands")
    for menu in (2, 3):
        form.count((), [each for each in commands if each.get("type", 1) == menu], "menu commands")
    names = [(each.get("type", 1), each.get("name")) for each in commands]
    for n, each in enumerate(commands):
        if names.index(names[n]) != n:
            form.wrong((n, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
        _check_command(form, (n,), each)
    form.done()


def _check_command(form: Form, path: Path, each: dict[str, Any]) -> None:
    if each.get("type", 1) != 1:
        form.text((*path, "name"), each.get("name"), "command name", needed=True)
        if each.get("description") or each.get("options"):
            form.wrong((*path, "description"), "APPLICATION_COMMAND_NO_DESCRIPTION", "A menu command has a name alone")
        return
    _check_name(form, (*path, "name"), each.get("name"), "command name")
    form.text((*path, "description"), each.get("description"), "command description", needed=True)
    _check_arguments(form, (*path, "options"), each.get("options") or [])
    if _weight(each) > BY_NAME["command together"].number:
        form.wrong(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")


def _weight(each: dict[str, Any]) -> int:
    own = len(str(each.get("name") or "")) + len(str(each.get("description") or ""))
    choices = sum(len(str(choice["name"])) + len(str(choice["value"])) for choice in each.get("choices") or [])
    return own + choices + sum(_weight(option) for option in each.get("options") or [])


def _check_name(form: Form, path: Path, name: Any, what: str) -> None:
    r"""`^[-_'\p{L}\p{N}]{1,32}$`, in lower case where there is one."""
    if not form.text(path, name, what, needed=True):
        return
    if name != name.lower() or not all(letter.isalnum() or letter in _CASELESS_LEFT for letter in name):
        form.wrong(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _check_arguments(form: Form, path: Path, options: list[dict[str, Any]]) -> None:
    form.count(path, options, "command options")
    optional = False
    for n, each in enumerate(options):
        here = (*path, n)
        _check_name(form, (*here, "name"), each.get("name"), "command option name")
        form.text((*here, "description"), each.get("description"), "command option description", needed=True)
        if each.get("required") and optional:
            form.wrong(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options come first")
        optional = optional or not each.get("required")
        if each.get("choices") and each.get("autocomplete"):
            form.wrong(here, "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES", "Either choices or autocomplete")
        if each.get("type") in {1, 2}:
            _check_arguments(form, (*here, "options"), each.get("options") or [])
        form.count((*here, "choices"), each.get("choices") or [], "command choices")
        for c, choice in enumerate(each.get("choices") or []):
            form.text((*here, "choices", c, "name"), choice.get("name"), "choice name", needed=True)
            if each.get("type") == 3:
                form.text((*here, "choices", c, "value"), choice.get("value"), "choice value")


def check_choices(data: dict[str, Any]) -> None:
    form, choices = Form(), data.get("choices") or []
    form.count(("choices",), choices, "suggestions")
    for n, choice in enumerate(choices):
        form.text(("choices", n, "name"), choice.get("name"), "suggestion name", needed=True)
        if isinstance(choice.get("value"), str):
            form.text(("choices", n, "value"), choice["value"], "suggestion value")
    form.done()


def check_thread(body: dict[str, Any]) -> None:
    form = Form()
    form.text(("name",), body.get("name"), "thread name", needed=True)
    if body.get("auto_archive_duration") not in {None, 60, 1440, 4320, 10080}:
        form.wrong(("auto_archive_duration",), "BASE_TYPE_CHOICES", "Value must be one of 60, 1440, 4320, 10080.")
    form.done()
