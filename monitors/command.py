"""command: any plugin that Nagios knows: its exit code, its text, and what it measured."""

import re
from typing import Any, ClassVar, Literal

from pydantic import Field

from desk.alerts import Status
from monitors.offers import Offers, Type, Value
from monitors.probe import Kind, Probe, Seen
from monitors.reach import ReachError

LONGEST = 600.0  # seconds: the monitor's own time limit ends it long before
_CODES = {0: Status.OK, 1: Status.FAILED, 2: Status.FAILED, 3: Status.UNKNOWN}
_WORDS = {1: "WARNING", 2: "CRITICAL", 3: "UNKNOWN"}
_MEASURED = re.compile(r"(?:'((?:[^']|'')+)'|([^\s='|]+))=(-?[0-9]+(?:[.,][0-9]+)?(?:[eE][-+]?[0-9]+)?|U)")


class Check(Kind):
    """Starts a program that `plugins` lists, by its argument list, and takes its word."""

    offers: ClassVar[Offers] = {
        "code": Value(Type.WHOLE, "its exit code: 0 fine, 1 warning, 2 critical, 3 unknown"),
        "output": Value(Type.TEXT, "the first line of what it printed, up to the `|`"),
        "more": Value(Type.TEXT, "the lines after it"),
        "perf": Value(Type.ANY, "what it measured, numbers by name, in its own units"),
    }

    program: str = Field(description="the program's path, one of plugins", min_length=2)
    arguments: tuple[str, ...] = Field((), description="its arguments, a list", max_length=100)
    warning: Literal["failed", "ok"] = Field("failed", description="what exit code 1 means: failed, or still ok")

    async def check(self, probe: Probe) -> Seen:
        if self.program not in probe.here.plugins:
            sentence = f'add "{self.program}" to plugins: in deskbell.yaml to let checks start it'
            raise ReachError(Status.UNKNOWN, sentence)
        ran = await probe.here.run([self.program, *self.arguments], LONGEST)
        if ran.code is None:
            raise ReachError(Status.UNKNOWN, f"{self.program}: {ran.output}"[:300])
        output, more, perf = read(ran.output)
        values: dict[str, float | str] = {"code": ran.code, "output": output}
        bulk: dict[str, Any] = {"more": more, "perf": perf}
        status = _CODES.get(ran.code, Status.UNKNOWN)
        if status is Status.OK or (ran.code == 1 and self.warning == "ok"):
            return Seen(values=values, bulk=bulk)
        return Seen(status, _sentence(ran.code, output or more.partition("\n")[0]), values, bulk)


def _sentence(code: int, said: str) -> str:
    """The plugin's own words, and what its exit code means where they do not say it."""
    word = _WORDS.get(code)
    if word is None:
        return f"exit code {code}, expected 0 to 3: {said or 'it printed nothing'}"[:300]
    return said[:300] if word in said.upper() else f"{word}: {said or 'it printed nothing'}"[:300]


def read(printed: str) -> tuple[str, str, dict[str, float]]:
    """What a plugin printed: its first line, those after it, and what it measured, which follows a `|` in either."""
    first, _, rest = printed.strip().partition("\n")
    output, _, measured = first.partition("|")
    more, _, long = rest.partition("|")
    return output.strip(), more.strip(), {**_numbers(measured), **_numbers(long)}


def _numbers(text: str) -> dict[str, float]:
    """`'/'=81%;80;90;0;100 time=0,2s` as `{"/": 81.0, "time": 0.2}`. `U` is what could not be measured."""
    found = {}
    for quoted, plain, number in _MEASURED.findall(text):
        if number != "U":
            value = float(number.replace(",", "."))
            found[quoted.replace("''", "'") or plain] = int(value) if value == int(value) else value
    return found
