"""CEL as conditions use it, and its mistakes in the operator's words. The one place that knows the library."""

import re
from functools import cache
from typing import Any

from monitors.offers import Type

ORDERED, EQUAL = ("_<_", "_<=_", "_>_", "_>=_"), ("_==_", "_!=_")
_TYPES = {"int": Type.WHOLE, "double": Type.NUMBER, "string": Type.TEXT, "bool": Type.TRUTH, "dyn": Type.ANY}
_MISTAKE = re.compile(r"ERROR: <input>:\d+:(\d+): (.*)")
_NO_VALUE = re.compile(r"undeclared reference to '(\w+)'")
_NO_OVERLOAD = re.compile(r"found no matching overload for '(.+?)' applied to '\((.*)\)'")


@cache
def language(variables: tuple[tuple[str, Type], ...]) -> Any:
    """CEL with these variables, numbers comparable whatever their type, and without `map`, whose results can grow.

    `latency_ms < 800` is a mistake in plain CEL, where a number with a fraction is compared with 800.0 only. The
    interpreter compares them all the same: it is the checker that must be told.
    """
    from cel_expr_python import cel

    kinds = cel.Type
    types = {
        Type.WHOLE: kinds.INT,
        Type.NUMBER: kinds.DOUBLE,
        Type.TEXT: kinds.STRING,
        Type.TRUTH: kinds.BOOL,
        Type.ANY: kinds.DYN,
        Type.TEXTS: kinds.Map(kinds.STRING, kinds.STRING),
    }
    numbers = [(a, b) for a in (kinds.INT, kinds.DOUBLE) for b in (kinds.INT, kinds.DOUBLE)]
    ordered = [*numbers, (kinds.STRING, kinds.STRING), *((t, t) for t in (kinds.TIMESTAMP, kinds.DURATION))]
    rest = ((kinds.BOOL,) * 2, (kinds.LIST,) * 2, (kinds.MAP,) * 2, (kinds.TYPE,) * 2, (kinds.DYN, kinds.NULL))
    pairs = {sign: [*ordered, *rest] if sign in EQUAL else ordered for sign in (*ORDERED, *EQUAL)}
    declared = [
        cel.FunctionDecl(
            sign,
            [cel.Overload(f"{sign}{i}", return_type=kinds.BOOL, parameters=[*pair]) for i, pair in enumerate(alike)],
        )
        for sign, alike in pairs.items()
    ]
    without = "".join(f'    - name: "{sign}"\n' for sign in pairs)
    settings = cel.NewEnvConfigFromYaml(f"stdlib:\n  exclude_macros: [map]\n  exclude_functions:\n{without}")
    return cel.NewEnv(config=settings, variables={n: types[t] for n, t in variables}, functions=declared)


def mistake(said: str, offered: str) -> str:
    """What the checker found wrong; `offered` says which values there are."""
    found = _MISTAKE.search(said)
    if not found:
        return plain(said)
    if unknown := _NO_VALUE.search(found[2]):
        return f"there is no `{unknown[1]}`; {offered}"
    if wrong := _NO_OVERLOAD.search(found[2]):
        return f"`{_sign(wrong[1])}` does not go with {_types(wrong[2])}; {offered}"
    return f"at character {found[1]}: {plain(found[2].partition(' expecting {')[0])}"


def is_error(seen: Any) -> bool:
    return bool(seen.type().name() == "ERROR")


def plain(said: str) -> str:
    """The library's words without its codes and its picture: one line, beginning small."""
    line = said.splitlines()[0].removesuffix("]").rpartition(" [")[0] or said.splitlines()[0]
    words = line.partition(": ")[2] if line.partition(": ")[0].isupper() else line
    return words[:1].lower() + words[1:150]


def _sign(function: str) -> str:
    return function.strip("@_").replace("_", " ")


def _types(said: str) -> str:
    names = re.sub(r"\w+", lambda found: str(_TYPES.get(found[0], found[0])), said)
    return " and ".join(names.split(", "))
