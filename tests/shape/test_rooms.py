"""Every room keeps to what it is for. The layers themselves are import-linter's (`make check`)."""

import ast

from tests.shape.tree import ROOMS, ROOT, called, files, imports, name_of, parsed

NAMELESS = {"utils", "util", "helpers", "helper", "common", "core", "base", "manager", "misc"}
WAITS = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
# What tells the time, rolls dice, makes ids, or touches anything outside.
CHANCE = {"random", "secrets", "uuid"}
OUTSIDE = {
    "asyncio",
    "threading",
    "subprocess",
    "socket",
    "os",
    "shutil",
    "tempfile",
    "time",
    "urllib",
    "http",
    "logging",
}
TELLING = {"now", "utcnow", "today", "time", "monotonic"}  # as methods of datetime, date and time
OF_TIME = {"datetime", "date", "time", "datetime.datetime", "datetime.date"}


def waits_in(path):
    return [f"{name_of(path)}:{node.lineno}" for node in ast.walk(parsed(path)) if isinstance(node, WAITS)]


def reaches_out(path):
    reached = {name.partition(".")[0] for name in imports(path)} & (CHANCE | OUTSIDE)
    asked = [f"{name} in line {line}" for name, line in called(path) if name == "open" or tells_time(name)]
    return [f"{name_of(path)}: {what}" for what in [*sorted(reached), *asked]]


def tells_time(name):
    of, _, method = name.rpartition(".")
    return of in OF_TIME and method in TELLING


def test_deciding_never_waits():
    """Deciding is synchronous: no `async` and no `await` in the rules and the handlers."""
    assert [where for path in files("desk", "handlers") for where in waits_in(path)] == []


def test_time_and_chance_are_arguments():
    """The rules and the handlers ask no clock, roll no dice, and reach nothing outside."""
    assert [where for path in files("desk", "handlers") for where in reaches_out(path)] == []


def test_the_walk_sees_what_is_planted(tmp_path):
    """A test that looks for nothing finds nothing: here is what it must find."""
    planted = tmp_path / "planted.py"
    planted.write_text("import random\nasync def f():\n    return datetime.now(UTC), open('x')\n")
    assert waits_in(planted) == ["planted.py:2"]
    assert [where.partition(" ")[2] for where in reaches_out(planted)] == [
        "random", "datetime.now in line 3", "open in line 3"
    ]  # fmt: skip


def test_every_file_is_called_by_what_it_is():
    """A module named `utils` would hold what nobody could name."""
    parts = {name_of(p): set(p.relative_to(ROOT).with_suffix("").parts) for p in files(*ROOMS, "tests", "bench")}
    assert [name for name, words in parts.items() if words & NAMELESS] == []


def platforms() -> list[str]:
    return sorted(p.name for p in (ROOT / "bot/platforms").iterdir() if p.is_dir() and not p.name.startswith("_"))


def test_a_platform_knows_no_other_platform():
    """Each is a folder that can be taken away; what they have in common is `contract`."""
    for platform in platforms():
        others = tuple(f"bot.platforms.{name}" for name in platforms() if name != platform)
        foreign = [n for p in files(f"bot/platforms/{platform}") for n in imports(p) if n.startswith(others)]
        assert foreign == [], platform


def test_nothing_imports_the_running_bot():
    """`bot` is the roof: it imports everything, and no room below it imports `bot`."""
    below = files(*(room for room in ROOMS if room != "bot"))
    looking_up = [name_of(path) for path in below if any(n.split(".")[0] == "bot" for n in imports(path))]
    assert looking_up == []
