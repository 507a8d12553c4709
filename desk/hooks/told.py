"""What another system says of one thing, as it stood in its message: in its own words, neither bounded nor believed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

# Numbers this large count milliseconds, microseconds or nanoseconds since 1970, as seconds they would be centuries off.
SCALES = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))


class Says(StrEnum):
    FIRING = "firing"
    RESOLVED = "resolved"
    ACKNOWLEDGED = "acknowledged"


class UnknownShapeError(ValueError):
    """The message, or a part of it, is not what this vendor sends. The sentence says what was expected."""


@dataclass(frozen=True, slots=True)
class Told:
    """`identity` is what makes it this thing and no other for whoever tells it. `severity` is a word of theirs, empty
    for none. Times are aware UTC, None where none was said. `unknown`: it is what we did not understand.
    """

    says: Says
    identity: Mapping[str, str]
    title: str
    sentence: str = ""
    about: str = ""
    severity: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    started_at: datetime | None = None
    ended_at: datetime | None = None
    link: str = ""
    unknown: bool = False


def words(value: Any) -> str:
    """Whatever JSON has, as text; what is null is nothing."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False)


def first(*values: Any) -> str:
    """The first of them that says something."""
    return next((said for value in values if (said := words(value).strip())), "")


def members(value: Any) -> dict[str, Any]:
    """The members of an object; of anything else, none."""
    return value if isinstance(value, dict) else {}


def texts(value: Any) -> dict[str, str]:
    """The members of an object as text, without those that say nothing."""
    return {name: said for name, member in members(value).items() if (said := words(member))}


def an_object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnknownShapeError(f"{what} is no object")
    return value


def a_list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise UnknownShapeError(f"{what} is no list")
    return value


def instant(value: Any) -> datetime | None:
    """ISO 8601 (UTC, where it names no zone) or a number since 1970. None for what is no time, and for the year 1 by
    which Go says that there is none.
    """
    try:
        if isinstance(value, str):
            value = value.strip()
            return _since_1970(float(value)) if value.replace(".", "", 1).isdigit() else _iso(value)
        return _since_1970(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None
    except (ValueError, OverflowError, OSError):
        return None


def _since_1970(number: float) -> datetime | None:
    scale = next((scale for least, scale in SCALES if number >= least), 1)
    return datetime.fromtimestamp(number / scale, UTC) if number > 0 else None


def _iso(value: str) -> datetime | None:
    at = datetime.fromisoformat(value)
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at if at.year > 1 else None
