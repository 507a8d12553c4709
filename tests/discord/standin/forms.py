"""What Discord's own client lets people fill in: a command's options, a modal's fields."""

from collections.abc import Iterator
from typing import Any

from tests.discord.standin import shapes
from tests.discord.standin.state import Discord
from tests.discord.standin.things import BITS, DM, Channel, User, bits

_STRING, _INTEGER, _BOOLEAN, _USER, _CHANNEL, _ROLE, _MENTIONABLE, _NUMBER = 3, 4, 5, 6, 7, 8, 9, 10
_TYPES: dict[int, Any] = {
    _STRING: str,
    _INTEGER: int,
    _BOOLEAN: bool,
    _USER: User,
    _CHANNEL: Channel,
    _ROLE: int,
    _NUMBER: (int, float),
}


class CannotError(Exception):
    """Discord's own client would not let somebody do that: the test is wrong, or the bot offered it wrongly."""


def found_command(discord: Discord, place: Channel, name: str, kind: int) -> dict[str, Any]:
    """A command that can be used there: the guild's own first; in a direct channel only global ones that allow it."""
    for where in (place.guild, None):
        for command in discord.commands.get(where, []):
            contexts = command.get("contexts")
            direct = command.get("dm_permission") is not False and (contexts is None or 1 in contexts)
            if (command["name"], command["type"]) == (name, kind) and (place.type != DM or (where is None and direct)):
                return command
    every = sorted({each["name"] for where in (place.guild, None) for each in discord.commands.get(where, [])})
    raise CannotError(f"no command {name!r} there, but {every}")


def arguments(
    discord: Discord,
    place: Channel,
    command: dict[str, Any],
    path: list[str],
    given: dict[str, Any],
    *,
    focused: str = "",
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The options as an interaction carries them, and what they resolve to."""
    options = command.get("options") or []
    if path:
        inside = next((each for each in options if each["name"] == path[0] and each["type"] in {1, 2}), None)
        if inside is None:
            raise CannotError(f"{command['name']} has no {path[0]}")
        deeper, resolved = arguments(discord, place, inside, path[1:], given, focused=focused)
        return [{"name": path[0], "type": inside["type"], "options": deeper}], resolved
    if unknown := set(given) - {each["name"] for each in options}:
        raise CannotError(f"{command['name']} has no option {sorted(unknown)}")
    missing = [each["name"] for each in options if each.get("required") and each["name"] not in given]
    if missing and not focused:
        raise CannotError(f"{command['name']} needs {missing}")
    made, resolved = [], {}
    for each in options:
        if each["name"] not in given:
            continue
        value = given[each["name"]]
        if each["name"] == focused:
            if not each.get("autocomplete"):
                raise CannotError(f"{focused} has no autocomplete")
            made.append({"name": focused, "type": each["type"], "value": value, "focused": True})
            continue
        if not focused:
            _check(each, value)
        made.append({"name": each["name"], "type": each["type"], "value": _resolve(discord, place, value, resolved)})
    return made, resolved


def _check(option: dict[str, Any], value: Any) -> None:
    """Type, choices and bounds."""
    name, kind = option["name"], option["type"]
    wanted = _TYPES.get(kind)
    if wanted and (not isinstance(value, wanted) or (isinstance(value, bool) and kind != _BOOLEAN)):
        raise CannotError(f"{name} is not such a value: {value!r}")
    choices = [each["value"] for each in option.get("choices") or []]
    if choices and value not in choices:
        raise CannotError(f"{name}: {value!r} is not among {choices}")
    if kind in {_INTEGER, _NUMBER} and not option.get("min_value", value) <= value <= option.get("max_value", value):
        raise CannotError(f"{name}: {value} is out of bounds")
    longest = option.get("max_length") or 6000
    if kind == _STRING and not (option.get("min_length") or 0) <= len(value) <= longest:
        raise CannotError(f"{name}: {len(value)} characters do not fit")


def _resolve(discord: Discord, place: Channel, value: Any, resolved: dict[str, Any]) -> Any:
    if isinstance(value, User):
        number = str(value.id)
        resolved.setdefault("users", {})[number] = shapes.user(value)
        if place.guild is not None and value.id in discord.guilds[place.guild].nicks:
            member = shapes.member(discord, discord.guilds[place.guild], value.id)
            member = {key: part for key, part in member.items() if key not in {"user", "deaf", "mute"}}
            resolved.setdefault("members", {})[number] = {**member, "permissions": str(bits(BITS))}
        return number
    if isinstance(value, Channel):
        shape = {**shapes.channel(discord, value), "permissions": str(bits(BITS))}
        resolved.setdefault("channels", {})[str(value.id)] = shape
        return str(value.id)
    return value


def controls(modal: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The text inputs and selects of a modal."""
    for each in modal["components"]:
        if each["type"] == 18:
            yield each["component"]
        elif each["type"] == 1:
            yield from each["components"]


def filled(modal: dict[str, Any], values: dict[str, Any]) -> list[dict[str, Any]]:
    """The components of a submission. A field that nobody touched keeps what was in it."""
    made: list[dict[str, Any]] = []
    for each in modal["components"]:
        if each["type"] == 18:
            made.append({"type": 18, "id": each["id"], "component": _field(each["component"], values)})
        elif each["type"] == 1:
            made.append({"type": 1, "id": each["id"], "components": [_field(each["components"][0], values)]})
        else:
            made.append({"type": each["type"], "id": each["id"]})
    return made


def _field(control: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    name, needed = control["custom_id"], control.get("required", True)
    made: dict[str, Any] = {"type": control["type"], "id": control["id"], "custom_id": name}
    if control["type"] != 4:
        return {**made, "values": _picked(control, values.get(name), needed=needed)}
    text = values.get(name, control.get("value") or "")
    if needed and not text:
        raise CannotError(f"{name} is required")
    shortest, longest = control.get("min_length") or 0, control.get("max_length") or 4000
    if text and not shortest <= len(text) <= longest:
        raise CannotError(f"{name}: {len(text)} characters do not fit {shortest} to {longest}")
    return {**made, "value": text}


def _picked(control: dict[str, Any], value: Any, *, needed: bool) -> list[str]:
    offered = {each["value"]: each.get("default", False) for each in control.get("options") or []}
    if value is None:
        picked = [each for each, default in offered.items() if default]
    else:
        picked = [value] if isinstance(value, str) else [str(getattr(each, "id", each)) for each in value]
    if control["type"] == 3 and not set(picked) <= set(offered):
        raise CannotError(f"{control['custom_id']}: {picked} are not among {list(offered)}")
    if needed and not picked:
        raise CannotError(f"{control['custom_id']} is required")
    if len(picked) > (control.get("max_values") or 1):
        raise CannotError(f"{control['custom_id']}: too many are picked")
    return picked
