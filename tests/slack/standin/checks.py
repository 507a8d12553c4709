"""The pieces that the rules of Block Kit are made of: a check takes a value and where it stands, and raises Invalid."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.slack.standin.refusal import Invalid

Check = Callable[[Any, str], None]


def string(most: int | None = None, *, least: int = 1) -> Check:
    def check(value: Any, at: str) -> None:
        if not isinstance(value, str):
            raise Invalid("must provide a string", at)
        if len(value) < least:
            raise Invalid(f"must be more than {least - 1} characters", at)
        if most is not None and len(value) > most:
            raise Invalid(f"must be less than {most + 1} characters", at)

    return check


def whole(least: int, most: int) -> Check:
    def check(value: Any, at: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Invalid("must provide an integer", at)
        if not least <= value <= most:
            raise Invalid(f"must be between {least} and {most}", at)

    return check


def truth(value: Any, at: str) -> None:
    if not isinstance(value, bool):
        raise Invalid("must provide a boolean", at)


def anything(value: Any, at: str) -> None:
    """Kept as it is: a part of Block Kit that this stand-in does not look into."""


def one_of(*words: str) -> Check:
    def check(value: Any, at: str) -> None:
        if value not in words:
            raise Invalid(f"must be a valid enum value, one of {', '.join(words)}", at)

    return check


def array(of: Check, most: int | None = None, *, least: int = 1) -> Check:
    def check(value: Any, at: str) -> None:
        if not isinstance(value, list):
            raise Invalid("must provide an array", at)
        if len(value) < least:
            raise Invalid(f"no less than {least} items allowed", at)
        if most is not None and len(value) > most:
            raise Invalid(f"no more than {most} items allowed", at)
        for number, each in enumerate(value):
            of(each, f"{at}/{number}")

    return check


def record(
    required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *, also: Check = anything
) -> Check:
    """An object with these properties and no others; `also` is the rule between them."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str) -> None:
        if not isinstance(value, dict):
            raise Invalid("must provide an object", at)
        for name in required:
            if name not in value:
                raise Invalid(f"missing required field: {name}", at)
        for name, each in value.items():
            if name not in known:
                raise Invalid(f"invalid additional property: {name}", at)
            known[name](each, f"{at}/{name}")
        also(value, at)

    return check


def by_type(kinds: Mapping[str, Check]) -> Check:
    def check(value: Any, at: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in kinds:
            raise Invalid(f"unsupported type: {kind}", f"{at}/type")
        kinds[kind](value, at)

    return check


def exactly_one(*names: str) -> Check:
    def check(value: Any, at: str) -> None:
        if sum(name in value for name in names) != 1:
            raise Invalid(f"must have exactly one of {', '.join(names)}", at)

    return check


def at_least_one(*names: str) -> Check:
    def check(value: Any, at: str) -> None:
        if not any(name in value for name in names):
            raise Invalid(f"must have one of {', '.join(names)}", at)

    return check


def all_of(*checks: Check) -> Check:
    def check(value: Any, at: str) -> None:
        for each in checks:
            each(value, at)

    return check


def unique(name: str) -> Check:
    """No two objects in the array have the same value under this name."""

    def check(value: Any, at: str) -> None:
        seen = set()
        for number, each in enumerate(value):
            found = each.get(name) if isinstance(each, dict) else None
            if found is not None and found in seen:
                raise Invalid(f"{name} '{found}' already exists", f"{at}/{number}/{name}")
            seen.add(found)

    return check
