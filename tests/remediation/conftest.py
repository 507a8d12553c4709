"""Real scripts for the tests of the runner."""

import textwrap
from dataclasses import replace

import psutil
import pytest

from desk.runs import Runbook
from remediation.catalogue import digest_of
from remediation.runner import Limits, Order, execute

QUICK = Limits(grace=0.2, lingering=0.2, pace=0.02)


@pytest.fixture
def order(tmp_path):
    """Makes an order of a script's text; more fields of the runbook as keywords."""

    def made(text, *, name="script.sh", arguments=(), run=43, **fields):
        folder = tmp_path / "runbooks"
        folder.mkdir(exist_ok=True)
        body = textwrap.dedent(text).lstrip()
        (folder / name).write_text(body if name.endswith(".py") else f"#!/bin/sh\n{body}")
        digest = digest_of(folder, name, fields.get("files", ()))
        fields = {"time_limit": 20.0, **fields}
        book = Runbook("try", "Try", name, digest, targets=("here",), **fields)
        return Order(run, folder, book, "here", tuple(arguments), digest)

    return made


@pytest.fixture
def run():
    """Runs an order to its end, quickly and unboxed; limits as keywords."""

    async def ended(order, *, progress=lambda _lines, _last: None, secrets=(), **limits):
        return await execute(order, progress, secrets=secrets, limits=replace(QUICK, **limits), boxed=False)

    return ended


@pytest.fixture
def is_gone():
    """True when the process is dead; waits a little for the one who must bury it."""

    def dead(pid):
        try:
            psutil.Process(pid).wait(timeout=5)
        except psutil.NoSuchProcess:
            return True
        except psutil.TimeoutExpired:
            return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        return True

    return dead
