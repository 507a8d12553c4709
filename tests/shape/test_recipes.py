"""The recipes of CONTRIBUTING.md are true: each block, put where its first line says, does what the recipe promises.

They are tried in a copy of the project, in a process of their own, as a newcomer would.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shape.tree import ROOMS, ROOT, fenced, page

SAY_THANKS = """
import asyncio
from pathlib import Path
from bot.configuration import DEMO, load_folder
from bot.ports import SeededIds
from bot.store.store import Store
from tests.conversation import Conversation
from tests.store_fixture import HandClock

async def main():
    clock = HandClock()
    async with Store.open(Path("desk.db"), clock=clock, ids=SeededIds(1), inline=True) as store:
        desk = Conversation(store, clock, load_folder(DEMO))
        for line in ("/open VPN drops every hour", "/thanks 1", "/help thanks"):
            answer = await desk.say("ann", "dm-ann", line)
            assert answer.status == 200, answer.error
        print(desk.words(answer.reply), *[post.words for post in await desk.posts("acme-team")], sep="\\n")

asyncio.run(main())
"""

LOOK_AT_FILES = """
import asyncio
from datetime import UTC, datetime
from pathlib import Path
from bot.configuration import load_folder
from monitors.look import look
from monitors.probe import Probe

probe = Probe(None, None, lambda: datetime.now(UTC), None, datetime.now(UTC))
for monitor in load_folder(Path("mine")).monitors.values():
    reading = asyncio.run(look(monitor, probe))
    print(reading.status, reading.sentence)
"""

FILES = """
monitors:
  fresh: {kind: age, client: acme, path: mine/people.yaml, below: 1d}
  old: {kind: age, client: acme, path: mine/people.yaml, below: 1ms}
  nowhere: {kind: age, client: acme, path: mine/nothing, below: 1d}
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The rooms, and the demo's configuration as `mine/`."""
    folder = tmp_path_factory.mktemp("newcomer")
    for room in (*ROOMS, "tests"):
        shutil.copytree(
            ROOT / room, folder / "src" / room, ignore=shutil.ignore_patterns("__pycache__", "test_*", "data")
        )
    shutil.copytree(ROOT / "config/demo", folder / "mine")
    (folder / "mine/scripts").mkdir()
    for language in ("python", "sh", "yaml"):
        for block in fenced(page("CONTRIBUTING.md"), language):
            put(folder, block)
    return folder


def put(folder: Path, block: str) -> None:
    """A script and a YAML file belong to the operator's configuration, a module to the project."""
    first, rest = block.split("\n", 1)
    path = Path(first.removeprefix("# "))
    if path.suffix == ".py":
        (folder / "src" / path).write_text(block)
        return
    if path.name == "runbooks.yaml":
        rest = (folder / "mine" / path).read_text() + rest.removeprefix("runbooks:\n")
    (folder / "mine" / path).write_text(rest)


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    env = {**os.environ, "PYTHONPATH": str(folder / "src")}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip


def test_the_command_is_parsed_permitted_and_helped_with_from_its_one_file(copy):
    done = python(copy, "-c", SAY_THANKS)
    assert done.returncode == 0, done.stderr
    assert "Say thank you to whoever helped" in done.stdout
    assert "Ann: says thank you" in done.stdout
    assert "### /thanks" in python(copy, "-m", "bot.documenting").stdout


def test_the_monitor_kind_is_known_to_the_loader_and_looks(copy):
    """The value seen and the value expected; a file that is not there is unknown, and not down."""
    (copy / "mine/monitors.yaml").write_text(FILES)
    runbooks = copy / "mine/runbooks.yaml"
    runbooks.write_text(runbooks.read_text().replace("    monitor: shop\n", ""))
    desk = copy / "mine/deskbell.yaml"
    desk.write_text(desk.read_text().replace("monitors: [shop]", "monitors: [fresh]"))
    looked = python(copy, "-c", LOOK_AT_FILES)
    assert looked.returncode == 0, looked.stderr
    fresh, old, nowhere = looked.stdout.splitlines()
    assert fresh == "ok "
    assert old.startswith("failed age_s ")
    assert old.endswith(", expected < 0.001")
    assert nowhere.startswith("unknown the check itself failed: FileNotFoundError")


def test_the_runbook_is_a_script_and_six_lines(copy):
    """`check` takes it; no Python was written."""
    checked = python(copy, "-m", "bot", "check", "--config", "mine")
    assert checked.returncode == 0, checked.stderr
    assert "4 runbooks" in checked.stdout
