"""`deskbell sla conform FILE...`: the SLA rules against vectors of the neutral form, one JSON line per vector."""

import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import reduce
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

from desk import sla
from desk.calendars import (
    SEARCH,
    Hours,
    NoOpenTime,
    add_working_days,
    in_hours,
    intersect,
    parse_calendar,
    roll,
    windows,
)
from desk.hours import openings_back
from desk.intervals import FOREVER, Span, gaps, merge, spend_back, utc

Vector = Mapping[str, Any]
# Zones before are local lore, and a search from after would leave what a datetime can hold.
YEARS = range(1900, 2201)


class MalformedError(ValueError):
    """A sentence for what is wrong with a file or a vector in it."""


class UnknownError(Exception):
    """A vector that asks what we do not answer, and why."""


def conform(paths: list[Path]) -> int:
    """Answers every vector of the files on standard output: `{id, expected, got, ok}` or `{id, skipped}`.

    What is malformed is named on standard error. Returns the exit code: 2 if something was, else 1 if an answer differs
    from the expected one, else 0.
    """
    code = 0
    for path in paths:
        try:
            vectors = _vectors(path)
        except MalformedError as error:
            sys.stderr.write(f"{path} {error}\n")
            code = 2
            continue
        for place, vector in enumerate(vectors, 1):
            code = max(code, _report(f"{path}, vector {place}", vector))
    return code


def _report(where: str, vector: Any) -> int:
    """Writes the line for one vector, and returns what it means for the exit code."""
    try:
        answer = _answer(vector)
    except ValueError as error:
        sys.stderr.write(f"{where}: {error}\n")
        return 2
    sys.stdout.write(json.dumps(answer) + "\n")
    return 0 if answer.get("ok", True) else 1


def _vectors(path: Path) -> list[Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_refuse)
    except OSError as error:
        raise MalformedError(f"cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"is not JSON: {error}.") from None
    vectors = content.get("vectors") if isinstance(content, dict) else None
    if not isinstance(vectors, list):
        raise MalformedError("has no list of `vectors`.")
    return vectors


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _answer(vector: Any) -> dict[str, Any]:
    if not isinstance(vector, dict):
        raise MalformedError("A vector is a mapping.")
    ident, kind = _text(vector, "id"), _text(vector, "kind")
    if kind not in KINDS:
        return {"id": ident, "skipped": f"The kind {kind!r:.60} is not known here."}
    key, answer = KINDS[kind]
    expected = _expected(vector, key)
    try:
        got = answer(vector, _calendar(_field(vector, "calendar")))
    except UnknownError as reason:
        return {"id": ident, "skipped": str(reason)}
    except NoOpenTime:
        got = None
    return {"id": ident, "expected": expected, "got": got, "ok": _same(got, expected)}


def _calendar(form: Any) -> Hours:
    """One calendar, or a list of them: open while all are, by the last one's days and local time."""
    if not isinstance(form, list):
        return parse_calendar(form)
    if not form:
        raise MalformedError("`calendar` is a list of none.")
    calendars: list[Hours] = [parse_calendar(each) for each in form]
    return reduce(intersect, calendars)


def _expected(vector: Vector, key: str) -> Any:
    """Our result: where the vector's source follows another convention, that of the brute-force walk."""
    walk = vector.get("brute_force")
    if isinstance(walk, dict) and walk.get("agrees") is False:
        if "result" not in walk:
            raise MalformedError("`brute_force` disagrees and has no `result`.")
        return walk["result"]
    return _field(vector, key)


def _same(got: Any, expected: Any) -> bool:
    """Equal as values: instants however they are written; true is not 1."""
    if isinstance(got, list) and isinstance(expected, list):
        return len(got) == len(expected) and all(map(_same, got, expected))
    if isinstance(got, str) and isinstance(expected, str):
        return _instant(got) == _instant(expected)
    return isinstance(got, bool) == isinstance(expected, bool) and bool(got == expected)


def _due(vector: Vector, calendar: Hours) -> str | None:
    at, target, pauses = _time(vector, "start"), _number(vector, "target_seconds"), _pauses(vector)
    held = _number(vector, "pause_business_seconds", 0)
    if target < 0 or (target == 0 and vector.get("direction") == "backward"):
        found = spend_back(_open_before(calendar, at, pauses), held - target)
        if found is None:
            raise NoOpenTime(at)
        return _written(found)
    due = sla.used_up(_clock(at, pauses), calendar, target + held)
    return None if due is None else _written(due)


def _elapsed(vector: Vector, calendar: Hours) -> float:
    seconds = sla.elapsed(_clock(_time(vector, "start"), _pauses(vector)), calendar, _time(vector, "end"))
    return int(seconds) if seconds.is_integer() else seconds


def _in_hours(vector: Vector, calendar: Hours) -> bool:
    return in_hours(calendar, _time(vector, "at"))


def _windows(vector: Vector, calendar: Hours) -> list[list[str]]:
    """As many of the first windows as are expected; up to `end`, if there is one."""
    at, expected = _time(vector, "start"), _expected(vector, "expected_windows")
    if not isinstance(expected, list):
        raise MalformedError("`expected_windows` is a list.")
    if "end" in vector:
        spans = windows(calendar, at, _time(vector, "end"))
    else:
        spans = islice(windows(calendar, at, at + SEARCH), len(expected))
    return [[_written(start), _written(end)] for start, end in spans]


def _due_business_days(vector: Vector, calendar: Hours) -> str:
    """Working dates are counted and the wall time is kept; the biz profile then moves to the nearest open moment."""
    days = _number(vector, "target_days")
    if vector.get("profile") != "biz" or vector.get("end_of_day") or days == 0 or days != int(days):
        raise UnknownError("Only whole days of the profile 'biz' are counted here.")
    if abs(days) > SEARCH.days:
        raise NoOpenTime(_time(vector, "start"))
    return _written(roll(calendar, add_working_days(calendar, _time(vector, "start"), int(days)), back=days < 0))


KINDS: Mapping[str, tuple[str, Callable[[Vector, Hours], Any]]] = {
    "due": ("expected_due", _due),
    "elapsed": ("expected_seconds", _elapsed),
    "in_hours": ("expected", _in_hours),
    "windows": ("expected_windows", _windows),
    "due_business_days": ("expected_due", _due_business_days),
}


def _clock(at: datetime, pauses: list[Span]) -> sla.Clock:
    """The clock of a ticket that was held so; the targets are asked for one by one."""
    clock = sla.start(sla.Metric.RESOLUTION, 0, "vector", at, "vector")
    return replace(clock, pauses=tuple(sla.Interval(*span, sla.Pause.WAITING_CUSTOMER) for span in pauses))


def _open_before(calendar: Hours, at: datetime, pauses: list[Span]) -> Iterator[Span]:
    for begin, end in reversed(list(gaps(merge(pauses), at - SEARCH, at))):
        yield from openings_back(calendar, begin, end)


def _pauses(vector: Vector) -> list[Span]:
    found = vector.get("pauses")
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in found):
        raise MalformedError("`pauses` is a list of [start, end].")
    return [(_instant(start), FOREVER if end is None else _instant(end)) for start, end in found]


def _field(vector: Vector, key: str) -> Any:
    if key not in vector:
        raise MalformedError(f"There is no `{key}`.")
    return vector[key]


def _text(vector: Vector, key: str) -> str:
    found = _field(vector, key)
    if not isinstance(found, str):
        raise MalformedError(f"`{key}` is a text, not {found!r:.60}.")
    return found


def _number(vector: Vector, key: str, default: int | None = None) -> float:
    found = default if default is not None and key not in vector else _field(vector, key)
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        raise MalformedError(f"`{key}` is a number, not {found!r:.60}.")
    return found


def _time(vector: Vector, key: str) -> datetime:
    return _instant(_field(vector, key))


def _instant(value: Any) -> datetime:
    """An aware instant within the years that zones can say something about."""
    try:
        found = utc(datetime.fromisoformat(value))
    except (ValueError, TypeError, OverflowError):
        found = None
    if found is None or found.year not in YEARS:
        raise MalformedError(f"An instant is UTC, such as 2026-06-05T09:00:00Z, not {value!r:.60}.")
    return found


def _written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
