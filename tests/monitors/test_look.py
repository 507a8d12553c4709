"""Whatever a check does, a reading comes of it; and the kinds are what the folder holds."""

import asyncio
import errno
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

import monitors
from config.values import seconds_of
from desk.alerts import Monitor, Status
from monitors import kinds
from monitors.look import probe_once
from monitors.probe import Seen
from monitors.reach import ReachError, unreached

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "monitors.md"


class Does:
    """The settings of a kind whose check does this."""

    expects = ()

    def __init__(self, check, *, remote=True):
        self.check, self.remote = check, remote


def monitor(check, *, remote=True, time_limit=10.0):
    return Monitor("it", "it", "acme", "does", Does(check, remote=remote), time_limit=time_limit)


async def hangs(_probe):
    await asyncio.get_running_loop().create_future()


async def breaks(_probe):
    return {}["status"]


async def rubbish(_probe):
    return "up, I think"


async def refused(_probe):
    raise ReachError(Status.UNKNOWN, "not allowed")


async def closed(_probe):
    raise ReachError(Status.FAILED, "nothing listens there")


async def well(_probe):
    return Seen(Status.OK, "", {"status": 200})


@pytest.mark.parametrize(
    ("check", "remote", "status", "sentence"),
    [
        (well, True, Status.OK, ""),
        (hangs, True, Status.FAILED, "no answer within 0.01 s"),  # a target that is silent is down
        (hangs, False, Status.UNKNOWN, "the check was not back within 0.01 s"),  # we could not look at ourselves
        (breaks, True, Status.UNKNOWN, "the check itself failed: KeyError: 'status'"),
        (rubbish, True, Status.UNKNOWN, "the check itself failed: TypeError: the check gave back str, expected Seen"),
        (refused, True, Status.UNKNOWN, "not allowed"),
    ],
)
async def test_a_check_that_hangs_raises_or_returns_rubbish_gives_a_reading(probe, check, remote, status, sentence):
    """docs/reliability.md: a check hangs, raises, returns rubbish. "I cannot look" is unknown, never down."""
    reading = await probe_once(monitor(check, remote=remote, time_limit=0.01 if check is hangs else 10), probe, 7)
    assert (reading.status, reading.sentence, reading.for_run) == (status, sentence, 7)
    assert ("raised" in reading.values) == (check in (breaks, rubbish))
    assert (reading.latency is not None) == (check is well)


async def test_a_local_look_has_no_latency(probe):
    assert (await probe_once(monitor(well, remote=False), probe)).latency is None


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (errno.ECONNREFUSED, Status.FAILED),
        (errno.EHOSTUNREACH, Status.FAILED),  # the host is off
        (errno.ENETUNREACH, Status.UNKNOWN),  # our own network is gone
        (errno.EMFILE, Status.UNKNOWN),  # our own files are used up
        (errno.EPERM, Status.UNKNOWN),  # our own firewall
    ],
)
def test_what_this_machine_cannot_do_is_unknown_and_not_down(number, status):
    wrapped = RuntimeError("a library's own words")
    wrapped.__cause__ = OSError(number, "the system's words")
    assert unreached(wrapped, "status 200").status is status


def test_the_kinds_are_the_files_that_have_a_check():
    """The file's name is the kind's name: `ls monitors` is the list."""
    files = {p.stem for p in Path(monitors.__file__).parent.glob("*.py") if "class Check(" in p.read_text()}
    assert set(kinds()) == files
    assert {"http", "tcp", "cpu", "memory", "disk", "heartbeat"} <= files


def test_what_a_kind_needs_is_imported_when_it_is_configured_and_not_before():
    """Most desks use few kinds: neither their start nor their memory pays for the others."""
    needed = sorted({module for kind in kinds().values() for module in kind.needs} | {"croniter", "cel_expr_python"})
    program = f"import sys, monitors; monitors.kinds(); print([m for m in {needed} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", sorted(kinds()))
def test_every_kind_is_strict_frozen_and_described(name):
    kind = kinds()[name]
    assert issubclass(kind, BaseModel)
    assert kind.model_config["frozen"]
    assert kind.model_config["extra"] == "forbid"
    assert all(field.description for field in kind.model_fields.values())


@pytest.mark.parametrize("name", sorted(kinds()))
def test_every_kind_has_a_heading_with_an_example_that_loads_and_names_every_setting(name):
    """docs/monitors.md is what an operator reads; what it shows must work, and it must hide no setting."""
    section = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", DOCS.read_text(), re.DOTALL | re.MULTILINE)
    assert section
    block = re.search(r"```yaml\n(.*?)```", section[1], re.DOTALL)
    assert block
    *_, entry = YAML(typ="safe").load(block[1])["monitors"].values()
    assert entry["kind"] == name
    fields = kinds()[name].model_fields
    own = {key: value for key, value in entry.items() if key in fields}
    kinds()[name](**{key: seconds_of(str(value)) or value for key, value in own.items()})
    assert all(f"`{field}`" in section[1] for field in fields)


@pytest.mark.parametrize(
    ("check", "status", "sentence"),
    [
        (well, Status.FAILED, "it is up, expected it to be down (upside down)"),
        (hangs, Status.OK, "down as expected (upside down): no answer within 0.01 s"),
        (closed, Status.OK, "down as expected (upside down): nothing listens there"),
        (refused, Status.UNKNOWN, "not allowed"),  # not being able to look is evidence of nothing, either way up
        (breaks, Status.UNKNOWN, "the check itself failed: KeyError: 'status'"),
    ],
)
async def test_upside_down_what_is_up_is_wrong(probe, check, status, sentence):
    """For what should not be there: an open port, a page that was taken down. The sentence says so."""
    what = monitor(check, time_limit=0.01 if check is hangs else 10)
    reading = await probe_once(replace(what, upside_down=True), probe, 7)
    assert (reading.status, reading.sentence, reading.for_run) == (status, sentence, 7)
