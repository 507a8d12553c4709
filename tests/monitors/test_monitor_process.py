"""process: programs of this machine, real ones that the test starts."""

import os
import subprocess
import sys

import psutil
import pytest

from desk.alerts import Status
from monitors.process import Check

HELD = "import sys; sys.stdin.read()  # {}"


@pytest.fixture
def started(request):
    """Starts programs that wait until they are let go; a word of their own is in their command line."""
    word, running = f"deskbell-{os.getpid()}-{id(request)}", []

    def start(count: int) -> str:
        program = [sys.executable, "-c", HELD.format(word)]
        running.extend(subprocess.Popen(program, stdin=subprocess.PIPE) for _ in range(count))
        return word

    yield start
    for process in running:
        process.communicate()


def name() -> str:
    return psutil.Process().name()  # the tests' own interpreter is the same program


async def test_a_program_that_runs_is_up(looked, started):
    seen = await looked(Check(process=name(), having=started(2)), "count == 2", "memory_mb > 0", "threads >= 2")
    assert (seen.status, seen.sentence) == (Status.OK, "")
    assert 0 <= seen.values["youngest_s"] <= seen.values["oldest_s"]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"at_least": 3}, "count 2, expected >= 3"),
        ({"at_most": 1}, "count 2, expected <= 1"),  # a second one of what must run once
        ({"process": "no-such-program"}, "count 0, expected >= 1"),
        ({"process": "no-such-program", "at_least": 0, "at_most": 0}, ""),  # what must not run
        ({"having": "no such words"}, "count 0, expected >= 1"),
        ({"user": "nobody-of-this-name"}, "count 0, expected >= 1"),
    ],
)
async def test_how_many_of_which_are_expected_is_said(looked, started, settings, sentence):
    word = started(2)
    seen = await looked(Check(**{"process": name(), "having": word, **settings}))
    assert (seen.sentence, seen.status) == (sentence, Status.FAILED if sentence else Status.OK)


async def test_what_a_program_uses_is_missing_when_none_runs(looked):
    seen = await looked(Check(process="no-such-program", at_least=0), "memory_mb < 100")
    assert seen.sentence == "memory_mb is missing, expected < 100"
