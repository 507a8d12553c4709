"""The real bot with the demo's configuration, its channel `acme-team` on the stand-in platform too, and its supervisor.

`python -m tests.kills.bot --data FOLDER --standin URL` starts the bot as a child, prints `ready URL PID`, and starts it
anew at once whenever it dies, until the supervisor itself is told to end. What is imported is imported once.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
import traceback
from dataclasses import replace
from pathlib import Path

import uvloop

from bot.app import Settings, running
from bot.configuration import DEMO, load_folder
from bot.logs import set_up_logs
from bot.platforms.contract import Outgoing
from config.loaded import Config
from config.secrets import read_secrets
from handlers.commands import commands
from tests.standin.client import StandInOutbound

TEAM = "acme-team"


WAY = 0.01  # seconds to the platform, and as many back


class FarAway(StandInOutbound):
    """The stand-in a little way off, so that a kill finds posts on their way there and answers on their way back."""

    async def post(self, outgoing: Outgoing) -> str:
        await asyncio.sleep(WAY)
        message_id = await super().post(outgoing)
        await asyncio.sleep(WAY)
        return message_id


def on_the_standin(config: Config) -> Config:
    """The same desk, whose one client's team works on another platform too."""
    there = replace(config.channels[TEAM], places={"standin": TEAM})
    return replace(config, channels={**config.channels, TEAM: there})


async def serve(data: Path, standin: str) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    out = FarAway(standin)
    settings = Settings(data, 0, act_as=True, platforms={out.name: out})
    async with running(on_the_standin(load_folder(DEMO)), read_secrets(), settings) as bot:
        print(f"ready http://127.0.0.1:{bot.port} {os.getpid()}", flush=True)  # noqa: T201 - others wait for this line
        await stop.wait()
    await out.close()


def live(data: Path, standin: str) -> None:
    """One life of the bot, in the child."""
    code = 1
    try:
        set_up_logs((), logging.WARNING)
        uvloop.run(serve(data, standin))
        code = 0
    except BaseException:  # noqa: BLE001 - whatever ends a life is told, and the child ends here
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)  # what the supervisor has on its stack is not the child's to unwind


def supervise(data: Path, standin: str) -> None:
    """Until SIGTERM, or until a bot ends by itself, which none of them may."""
    commands()  # each is a module of its own, imported now and not in every child
    children: list[int] = []

    def end(*_: object) -> None:
        os.kill(children[-1], signal.SIGTERM)

    while True:
        child = os.fork()
        if child == 0:
            live(data, standin)
        children.append(child)
        signal.signal(signal.SIGTERM, end)
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
            sys.exit(os.waitstatus_to_exitcode(status))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--standin", required=True)
    given = parser.parse_args()
    supervise(given.data, given.standin)


if __name__ == "__main__":
    main()
