"""A check that hangs, raises or returns rubbish troubles nobody else, and its owner is told.

Failure-table row: a check hangs, raises, returns rubbish.
"""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from bot.watching import BROKEN_AFTER
from config.loaded import Config
from desk.alerts import Monitor
from monitors.probe import Probe
from tests.webapp import Web, web_bot

HOWS = ("raises", "rubbish", "hangs")


@dataclass(frozen=True)
class Bad:
    """A kind of monitor that goes wrong in one way."""

    how: str
    remote: ClassVar[bool] = True
    expects: ClassVar[tuple] = ()

    async def check(self, _probe: Probe) -> Any:
        if self.how == "raises":
            raise RuntimeError("no such module: snmp")
        if self.how == "hangs":
            await asyncio.Event().wait()
        return {"up": True}


def with_monitors(config: Config) -> Config:
    """Three bad checks and a good one, each several times a second."""
    shop = replace(config.monitors["shop"], interval=0.2, time_limit=0.5, failures=2, runbook=None, target=None)
    bad = [replace(shop, id=how, name=f"the one that {how}", settings=Bad(how)) for how in HOWS]
    good = replace(config.monitors["host-memory"], interval=0.2, time_limit=2.0)
    made: dict[str, Monitor] = {monitor.id: monitor for monitor in (*bad, good)}
    return replace(config, monitors=made)


async def told(web: Web, words: str) -> list[str]:
    return [m["text"] for m in await web.messages("ben", "acme-team") if words in m["text"]]


async def test_bad_checks_are_set_aside_or_alarm_and_the_good_one_goes_on(data: Path, demo_config: Config) -> None:
    """Raises, returns rubbish: set aside after some in a row, its owner told. Hangs: an alert, it may be down."""
    async with web_bot(data, with_monitors(demo_config), monitored=True) as web:
        for how in ("raises", "rubbish"):
            (said,) = await web.until(lambda how=how: told(web, f"The check “the one that {how}” is broken"))
            assert "nobody watches it" in said
        alarm = await web.until(lambda: told(web, "no answer within 0.5 s"))
        assert "the one that hangs" in alarm[0]
        assert not await told(web, "▲ DOWN · the one that raises")
        before = web.bot.poller.stats().started
        await web.until(lambda: _further(web, before))
        assert len(await told(web, "is broken and was set aside")) == 2
        assert BROKEN_AFTER == 5, "as docs/reliability.md says"
        assert (await web.say("ann", "dm-ann", "/open still served")).status_code == 200


async def _further(web: Web, before: int) -> bool:
    return web.bot.poller.stats().started > before + 10
