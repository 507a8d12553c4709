"""Real kills of the running bot under load, judged from outside.

Failure-table row: kill -9 between any two steps of commit, post, mark.
"""

import asyncio
import os
import random
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.databases import database_at
from bot.store.databases import Database
from tests.kills.crowd import RATE, WHO, Crowd
from tests.kills.judge import faults_of
from tests.standin.room import read_log
from tests.webapp import Child

KILLS = int(os.environ.get("DESKBELL_KILLS", "10"))
LIFE = 0.2, 1.5  # seconds between an answering bot and its end
AT_LEAST = 20.0  # commands a second


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9 and no fork")
@pytest.mark.timeout(180 + 12 * KILLS)
async def test_what_was_answered_survives_any_number_of_kills_and_is_said_once(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Kill -9 at seeded moments under load: each `/open` that was answered is stored once and on each witness once.

    The team's channel lies on a stand-in platform, a process of its own whose log is the witness; the requesters' cards
    are read from the web chat after the last restart.
    """
    errors, log = tmp_path / "errors.log", tmp_path / "witness.jsonl"
    chance, over, crowd = random.Random(KILLS), asyncio.Event(), Crowd()  # noqa: S311 - a seed must reproduce
    standin = await Child.start("tests.standin.server", "--log", str(log), errors=errors)
    where = ("--data", str(tmp_path / "data"), "--standin", standin.url)
    address = "" if kind == "sqlite" else request.getfixturevalue("database_url").render_as_string(hide_password=False)
    elsewhere = {"DESKBELL_DATABASE": address} if address else {}
    bot = await Child.start("tests.kills.bot", *where, errors=errors, **elsewhere)
    asking = asyncio.create_task(crowd.ask_until(over))
    try:
        for _ in range(KILLS):
            crowd.found(bot.url)
            await asyncio.sleep(chance.uniform(*LIFE))  # the moment of the kill, not a wait for anything
            crowd.up.clear()
            os.kill(int(bot.said[2]), signal.SIGKILL)
            await bot.ready()
            if asking.done():
                break  # somebody was refused
        crowd.found(bot.url)
        over.set()
        took = await asking
        await drained(bot.url)
        shown = await cards(bot.url)
    finally:
        asking.cancel()
        await bot.stop()
        await standin.stop()
    database = database_at(address or None, tmp_path / "data")
    assert crowd.asked == len(crowd.answered)
    assert settled(database), "no kill has left an outcome unclear, so nothing was shown"
    assert crowd.asked / took >= AT_LEAST, f"{crowd.asked} commands in {took:.1f} s at {RATE} a second"
    assert faults_of(crowd.answered, stored(database), read_log(log), shown) == []


async def drained(url: str) -> None:
    """Until no message waits to be delivered or to be settled; each unclear one takes up to 45 seconds."""
    async with httpx.AsyncClient(base_url=url) as http:
        while (await http.get("/readyz")).json()["waiting_posts"]:
            await asyncio.sleep(0.2)  # another process: all that can be done is to ask


async def cards(url: str) -> list[tuple[int, str]]:
    """Number and text of every ticket's card in the direct channels, page by page."""
    found: list[tuple[int, str]] = []
    async with httpx.AsyncClient(base_url=url) as http:
        for who in WHO:
            after = ""
            while page := await _page(http, who, after):
                found += [(m["card"]["number"], m["text"]) for m in page if m["card"] and m["thread"] is None]
                after = page[-1]["id"]
    return found


async def _page(http: httpx.AsyncClient, who: str, after: str) -> list[dict[str, Any]]:
    query = {"as": who, "after": after}
    page: list[dict[str, Any]] = (await http.get(f"/api/channels/dm-{who}/messages", params=query)).json()
    return page


def stored(database: Database) -> list[tuple[int, str]]:
    """The tickets, read without a bot."""
    return rows(database, "SELECT number, subject FROM tickets")


def settled(database: Database) -> int:
    """How many messages a kill has left in doubt: without any there was nothing to judge."""
    return int(rows(database, "SELECT COUNT(*) FROM posts WHERE watch_until IS NOT NULL")[0][0])


def rows(database: Database, sql: str) -> Sequence[Any]:
    with database.asking() as ask:
        return ask(sql, ())
