"""What systemd is told, over a datagram socket as systemd has one.

Failure-table row: the desk itself stands still.
"""

import asyncio
import os
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.configuration import DEMO
from bot.systemd import Systemd
from tests.webapp import PATIENCE, Child


@pytest.fixture
def manager() -> Iterator[socket.socket]:
    """An abstract name, for paths of tests are longer than a socket's may be."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(f"\0deskbell-test-{os.getpid()}-{id(sock)}")
        sock.settimeout(PATIENCE)
        yield sock


def named(manager: socket.socket) -> str:
    return manager.getsockname().decode().replace("\0", "@", 1)


async def heard(manager: socket.socket, line: str) -> str:
    """The next message in which this line is."""
    while True:
        said = (await asyncio.to_thread(manager.recv, 4096)).decode()
        if line in said.split("\n"):
            return said


async def test_a_bot_says_ready_alive_reloading_and_stopping(tmp_path: Path, manager: socket.socket) -> None:
    """The whole program as a service: a watchdog of a third of a second, a HUP, a TERM."""
    folder = Path(shutil.copytree(DEMO, tmp_path / "config"))
    env = {
        "NOTIFY_SOCKET": named(manager), "WATCHDOG_USEC": "300000", "DESKBELL_PORT": "0",
        "DESKBELL_DATA": str(tmp_path),
    }  # fmt: skip
    bot = await Child.start("bot", "run", "--config", str(folder), errors=tmp_path / "errors.log", **env)
    try:
        await heard(manager, "READY=1")
        assert "STATUS=All is well." in await heard(manager, "WATCHDOG=1")
        await heard(manager, "WATCHDOG=1")
        bot.process.send_signal(signal.SIGHUP)
        reloading = await heard(manager, "RELOADING=1")
        assert reloading.split("\n")[1].removeprefix("MONOTONIC_USEC=").isdigit()
        await heard(manager, "READY=1")
        bot.process.terminate()
        await heard(manager, "STOPPING=1")
    finally:
        await bot.stop()
    assert bot.process.returncode == 0


async def test_whoever_is_not_well_is_silent_and_says_what_is_broken(manager: socket.socket) -> None:
    """So that systemd starts us anew; what a new start cannot mend is no reason to be silent."""
    systemd, well = Systemd({"NOTIFY_SOCKET": named(manager), "WATCHDOG_USEC": "30000"}), [True]
    watching = asyncio.create_task(systemd.watch(lambda: well[0], lambda: ["the disk is full", "slack is gone"]))
    assert await heard(manager, "WATCHDOG=1") == "WATCHDOG=1\nSTATUS=the disk is full; slack is gone"
    well[0] = False
    while "WATCHDOG=1" in (await asyncio.to_thread(manager.recv, 4096)).decode():
        pass
    assert (await asyncio.to_thread(manager.recv, 4096)).decode().startswith("STATUS=")
    watching.cancel()


@pytest.mark.parametrize(
    "environment",
    [
        {},  # not a service
        {"NOTIFY_SOCKET": "/nowhere/notify", "WATCHDOG_USEC": "x"},  # a manager that has gone
    ],
)
def test_without_systemd_nothing_is_said_and_nothing_fails(environment: dict[str, str]) -> None:
    systemd = Systemd(environment)
    systemd.say("READY=1")
    with systemd.reloading():
        systemd.say("STATUS=on its way")


def test_a_watchdog_that_is_meant_for_another_process_is_not_ours() -> None:
    assert Systemd({"WATCHDOG_USEC": "300000", "WATCHDOG_PID": "1"})._every == 30.0
    assert Systemd({"WATCHDOG_USEC": "300000", "WATCHDOG_PID": str(os.getpid())})._every == pytest.approx(0.1)
