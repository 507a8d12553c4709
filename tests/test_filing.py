"""Copies of attached files: fetched once, kept under the hash of their bytes, and on the record of their ticket."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.arrivals import File
from bot.filing import TRIES, Filing
from bot.platforms.contract import NotKept
from bot.platforms.fetching import fetch
from config.loaded import Config, Slack
from tests.conversation import Conversation

PHOTO = b"a photo of the boiler"
TOKEN = {"Authorization": "Bearer xoxb-1"}


@dataclass
class Files:
    """A server of files on loopback; `broken` answers are 503 before the first good one."""

    broken: int = 0
    asked: int = 0
    tokens: tuple[str | None, ...] = ()

    async def give(self, request: web.Request) -> web.Response:
        self.asked += 1
        self.tokens = (*self.tokens, request.headers.get("Authorization"))
        if self.asked <= self.broken:
            return web.Response(status=503)
        return web.Response(body=PHOTO)

    async def elsewhere(self, _: web.Request) -> web.Response:
        raise web.HTTPFound("https://files.example/photo.jpg")


@asynccontextmanager
async def served(files: Files) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/photo.jpg", files.give)
    app.router.add_get("/moved.jpg", files.elsewhere)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@dataclass
class Shelf:
    """A platform as the filing sees it."""

    api: str

    async def fetch(self, source: str, limit: int) -> bytes:
        return await fetch(source, limit, hosts={"slack.com"}, api=self.api, headers=TOKEN)


async def wanting(desk: Conversation, source: str, *, copies: bool = True) -> None:
    """Ann attaches a photo in the thread of her ticket, on a platform where copies are turned on or off."""
    desk.config = replace(desk.config, platforms={"webchat": Slack("webchat", copy_files=copies)})
    await desk.say("ann", "dm-ann", "/open VPN drops")
    photo = File("../../photo.jpg", 21, "image/jpeg", "https://acme.slack.com/files/F1", source)
    await desk.say("ann", "dm-ann", "see this", thread="ticket/1", message="m1", files=(photo,))


def filing(desk: Conversation, folder: Path, base: str) -> Filing:
    def config() -> Config:
        return desk.config

    return Filing(desk.store, {"webchat": Shelf(base)}, folder, config)  # type: ignore[dict-item] # all it needs of one


async def record(desk: Conversation) -> list[str]:
    return [e.words for e in await desk.store.read(lambda tx: tx.timeline(1))]


async def test_an_attached_file_is_kept_under_the_hash_of_its_bytes(desk: Conversation, tmp_path: Path) -> None:
    """Fetched with the platform's token, whatever the file is called; and once."""
    files = Files()
    async with served(files) as base:
        await wanting(desk, f"{base}/photo.jpg")
        keeper = filing(desk, tmp_path, base)
        assert await keeper.turn(desk.clock.now()) is None
        await keeper.turn(desk.clock.now())
    name = hashlib.sha256(PHOTO).hexdigest()
    assert [(path.name, path.read_bytes()) for path in (tmp_path / "files").iterdir()] == [(name, PHOTO)]
    assert (await record(desk))[-1].endswith(f"files/{name}")
    assert (files.asked, files.tokens) == (1, (TOKEN["Authorization"],))


async def test_no_file_is_copied_where_nobody_turned_it_on(desk: Conversation, tmp_path: Path) -> None:
    files = Files()
    async with served(files) as base:
        await wanting(desk, f"{base}/photo.jpg", copies=False)
        await filing(desk, tmp_path, base).turn(desk.clock.now())
    assert files.asked == 0
    assert "attached ../../photo.jpg (21 B)" in (await record(desk))[-1]


async def test_a_file_that_is_not_given_at_once_is_asked_for_again(desk: Conversation, tmp_path: Path) -> None:
    files = Files(broken=2)
    async with served(files) as base:
        await wanting(desk, f"{base}/photo.jpg")
        keeper = filing(desk, tmp_path, base)
        for _ in range(TRIES):
            again = await keeper.turn(desk.clock.now())
            desk.clock.step((again - desk.clock.now()).total_seconds() if again else 0)
    assert files.asked == 3
    assert "kept a copy" in (await record(desk))[-1]


async def test_a_file_that_is_never_given_is_said_so(desk: Conversation, tmp_path: Path) -> None:
    files = Files(broken=99)
    async with served(files) as base:
        await wanting(desk, f"{base}/photo.jpg")
        keeper = filing(desk, tmp_path, base)
        for _ in range(TRIES + 2):
            desk.clock.step(300)
            await keeper.turn(desk.clock.now())
    assert files.asked == TRIES
    assert "could not copy ../../photo.jpg" in (await record(desk))[-1]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("http://files.slack.com/a", "the token would travel in the clear"),
        ("https://slack.com.evil.example/a", "a host that only begins like Slack's"),
        ("https://evilslack.com/a", "a host that only ends like it"),
        ("https://evil.example/a?slack.com", "a file that lies elsewhere"),
        ("http://127.0.0.1:1/a", "another server of this machine"),
        ("file:///etc/passwd", "no web address"),
        ("", "none at all"),
    ],
)
async def test_our_token_goes_to_the_platforms_own_hosts_only(source: str, why: str) -> None:
    async with served(Files()) as base:
        with pytest.raises(NotKept, match="elsewhere"):
            await fetch(source, 100, hosts={"slack.com"}, api=base, headers=TOKEN)
    assert why


async def test_a_redirect_is_not_followed_and_a_large_file_not_read_to_its_end() -> None:
    """Where it leads is not for our token; and what is too large must not fill the memory."""
    async with served(Files()) as base:
        with pytest.raises(aiohttp.ClientResponseError):
            await fetch(f"{base}/moved.jpg", 100, hosts=(), api=base)
        with pytest.raises(NotKept, match="larger"):
            await fetch(f"{base}/photo.jpg", len(PHOTO) - 1, hosts=(), api=base)
