"""Every handler is run twice: the first time is taken back, as after a lost race, and leaves nothing behind.

A handler has no effect but through `tx`. So a run that was rolled back changes no row and touches nothing outside; it
gives the same answer as the run that counts, and the rows are those of having run once.
"""

import ast
import inspect
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

import handlers.events
from bot.ports import SeededIds
from bot.store.sqlite import SqliteFile
from bot.store.store import Store
from bot.store.tables import metadata
from handlers.commands import commands
from handlers.events import deadline
from tests.conversation import Conversation
from tests.shape import cases, check_cases, command_cases, hook_cases
from tests.shape.command_cases import Case
from tests.shape.stories import with_more_to_meet
from tests.shape.tree import files, parsed
from tests.store_fixture import HandClock

EVENTS = cases.EVENTS | check_cases.EVENTS | hook_cases.EVENTS
EVENTS |= {deadline.run: cases.EVENTS[deadline.run] + hook_cases.DEADLINES["resolve"]}
COMMANDS = command_cases.COMMANDS | check_cases.COMMANDS
COMMANDS |= {word: command_cases.COMMANDS[word] + own for word, own in hook_cases.COMMANDS.items()}
DEADLINES = cases.DEADLINES | hook_cases.DEADLINES
ALL = [
    *(
        pytest.param(case, commands()[word].writes or case.writes, id=f"{word}: {case.why}")
        for word, own in COMMANDS.items()
        for case in own
    ),
    *(
        pytest.param(case, True, id=f"{event.__module__.rpartition('.')[2]}.{event.__name__}: {case.why}")
        for event, own in EVENTS.items()
        for case in own
    ),
]
READS = [
    pytest.param(case, id=f"{word}: {case.why}")
    for word, own in COMMANDS.items()
    for case in own
    if not (commands()[word].writes or case.writes)
]


@pytest.fixture
async def desks(template: Path, tmp_path: Path, demo_config) -> AsyncIterator[tuple[Conversation, Conversation]]:
    """Two desks that live the same story, apart from each other."""
    config = with_more_to_meet(demo_config)
    made = []
    for name in ("one", "other"):
        clock = HandClock()
        path = Path(shutil.copyfile(template, tmp_path / f"{name}.db"))
        store = Store.open(SqliteFile(path, "OFF"), clock=clock, ids=SeededIds(1), inline=True)
        made.append(Conversation(store, clock, config))
    yield made[0], made[1]
    for desk in made:
        await desk.store.close()


class TakenBackError(Exception):
    """What a lost race does to a handler, after all its work."""


async def run_and_take_back(desk: Conversation, case: Case) -> Any:
    said = []

    def work(tx):
        said.append(case.work(tx, desk.config))
        tx.flush()
        raise TakenBackError

    with pytest.raises(TakenBackError), nothing_outside():
        await desk.store.write(work)
    return said[0]


async def rows(desk: Conversation) -> dict[str, list[tuple]]:
    """Everything that is stored, apart from the random keys of messages."""

    def read(tx):
        return {
            table.name: tx.rows(f"SELECT {', '.join(columns(table))} FROM {table.name} ORDER BY 1, 2")  # noqa: S608 - our own names
            for table in metadata.sorted_tables
        }

    return await desk.store.read(read)


def columns(table) -> list[str]:
    return [f'"{column.name}"' for column in table.columns if column.name != "send_key"]


@pytest.mark.parametrize(("case", "changes"), ALL)
async def test_a_handler_that_was_taken_back_and_run_again_has_run_once(desks, case, changes):
    """The same rows and the same answer as on a desk where it ran once; after the first, nothing at all."""
    desk, other = desks
    for each in desks:
        await case.story(each)
        each.clock.step(case.wait)
    before = await rows(desk)
    first = await run_and_take_back(desk, case)
    assert await rows(desk) == before
    second = await desk.store.write(lambda tx: case.work(tx, desk.config))
    once = await other.store.write(lambda tx: case.work(tx, other.config))
    after = await rows(desk)
    assert first == second == once
    assert after == await rows(other)
    assert (after != before) is changes, "a case in which nothing happens proves nothing"


@pytest.mark.parametrize("case", READS)
async def test_a_command_that_says_it_only_reads_can_run_where_nothing_can_be_written(desks, case):
    """It runs on a reader's connection, where a lie fails, and may be repeated at will."""
    desk, _ = desks
    await case.story(desk)
    before = await rows(desk)
    answers = [await desk.store.read(lambda tx: case.work(tx, desk.config)) for _ in range(2)]
    assert answers[0] == answers[1]
    assert await rows(desk) == before


# --- nobody is left out


def test_every_command_has_a_case():
    assert set(COMMANDS) == set(commands())


def test_every_event_has_a_case():
    """Every public function of `handlers/events` that is handed a transaction and a context."""
    modules = [import_module(f"handlers.events.{m.name}") for m in iter_modules(handlers.events.__path__)]
    assert {f for module in modules for f in public_handlers(module)} == set(EVENTS)


def public_handlers(module) -> Iterator[Any]:
    for name, function in inspect.getmembers(module, inspect.isfunction):
        own = function.__module__ == module.__name__ and not name.startswith("_")
        if own and list(inspect.signature(function).parameters)[:2] == ["tx", "ctx"]:
            yield function


def test_every_kind_of_deadline_has_a_case():
    """The kinds that the handlers set; `sla/…`, `climb/…` and `way/…` are made from names."""
    kinds = {
        node.args[1].value
        for path in files("handlers")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "tx.deadline"
        and isinstance(node.args[1], ast.Constant)
    }
    assert kinds | {"sla", "climb", "way"} == set(DEADLINES)


# --- the world outside

TOUCHING = (
    "socket.connect",
    "socket.bind",
    "socket.send",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.fork",
    "os.remove",
)
TOUCHING += ("os.rename", "os.mkdir", "os.rmdir", "shutil.", "urllib.", "http.")
_watched: list[str] = []
_watching = False


def _notice(event: str, args: tuple) -> None:
    if not _watching:
        return
    if event == "open":
        _path, mode, flags = args
        if set(mode or "") & set("wax+") or (flags or 0) & (os.O_WRONLY | os.O_RDWR):
            _watched.append(f"open {args[0]!r}")
    elif event.startswith(TOUCHING):
        _watched.append(event)


sys.addaudithook(_notice)  # cannot be taken off again, so it looks only while it is asked to


@contextmanager
def nothing_outside() -> Iterator[None]:
    """Whatever happens inside may not write a file, open a connection or start a process."""
    global _watching  # noqa: PLW0603 - the interpreter has one list of hooks
    _watched.clear()
    _watching = True
    try:
        yield
    finally:
        _watching = False
    assert _watched == []


def test_the_watch_notices_a_file_that_is_written(tmp_path):
    """Planted, because a watch that never barks proves nothing."""
    with pytest.raises(AssertionError), nothing_outside():
        (tmp_path / "left-behind").write_text("x")


async def test_a_handler_that_remembers_outside_its_transaction_is_found(desks):
    """Planted: a counter that no rollback undoes gives another answer the second time."""
    calls = []

    def forgetful(_tx, _config):
        calls.append(1)
        return len(calls)

    with pytest.raises(AssertionError):
        await test_a_handler_that_was_taken_back_and_run_again_has_run_once(
            desks, Case(nothing, forgetful, "planted"), changes=False
        )


async def nothing(desk: Conversation) -> None:
    """An empty desk."""
