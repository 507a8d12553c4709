"""The whole bot for a test: in this process on a real socket, or any of our programs as a child that can be killed."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import httpx

from bot.app import Bot, Settings, running
from bot.store.store import StoreTx
from config.loaded import Config
from config.secrets import Secrets

ROOT = Path(__file__).parents[1]
PATIENCE = 30.0  # seconds that a loaded machine may need for what takes one


@dataclass
class Web:
    """A running bot and a browser's view of it. `until` looks again after each commit of the store."""

    bot: Bot
    http: httpx.AsyncClient
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.bot.store.listen(lambda _: self.moved.set())

    async def say(self, person: str, channel: str, text: str, **more: Any) -> httpx.Response:
        return await self.http.post("/api/say", json={"as": person, "channel": channel, "text": text, **more})

    async def submit(self, person: str, channel: str, form: str, values: dict[str, Any], **more: Any) -> httpx.Response:
        body = {"as": person, "channel": channel, "form": form, "values": values, **more}
        return await self.http.post("/api/submit", json=body)

    async def press(self, person: str, message: dict[str, Any], label: str, **more: Any) -> httpx.Response:
        """Press a button of a message as it was read, however long ago."""
        command = next(b["command"] for b in message["buttons"] if b["label"].startswith(label))
        where = {"channel": message["channel"], "message": message["id"], "version": message["version"]}
        return await self.http.post("/api/press", json={"as": person, "command": command, **where, **more})

    async def messages(self, person: str, channel: str, thread: str | None = None) -> list[dict[str, Any]]:
        query = {"as": person} if thread is None else {"as": person, "thread": thread}
        found: list[dict[str, Any]] = (await self.http.get(f"/api/channels/{channel}/messages", params=query)).json()
        return found

    async def card(self, person: str, channel: str, key: str) -> dict[str, Any] | None:
        """The message whose card has this key, None while there is none."""
        found = await self.messages(person, channel)
        return next((m for m in found if m["card"] and m["card"]["key"] == key), None)

    async def count(self, sql: str, *params: Any) -> int:
        def look(tx: StoreTx) -> int:
            return int(tx.rows(sql, params)[0][0])

        return await self.bot.store.read(look)

    async def until(self, look: Callable[[], Any], within: float = PATIENCE) -> Any:
        """What `look()` gives once it is truthy. TimeoutError when it never is."""
        async with asyncio.timeout(within):
            while True:
                self.moved.clear()
                found = await look()
                if found:
                    return found
                await self.moved.wait()


@asynccontextmanager
async def web_bot(
    data: Path, config: Config, *, monitored: bool = False, secrets: Secrets | None = None, **settings: Any
) -> AsyncIterator[Web]:
    """The real bot on a free port of loopback. Without `monitored` it watches nothing, so that nothing rings."""
    config = config if monitored else replace(config, monitors={})
    async with (
        running(config, secrets or Secrets(), Settings(data, 0, act_as=True, **settings)) as bot,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{bot.port}", timeout=PATIENCE) as http,
    ):
        yield Web(bot, http)


@dataclass
class Child:
    """One of our programs as a process of its own, which has said `ready URL` and maybe more words."""

    process: asyncio.subprocess.Process
    errors: Path
    said: list[str] = field(default_factory=list)

    @classmethod
    async def start(cls, module: str, *args: str, errors: Path, **env: str) -> Self:
        """`python -m module args`; what it says on standard error is appended to a file."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("DESKBELL_")}
        with errors.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", module, *args, cwd=ROOT, env={**inherited, **env},
                stdout=asyncio.subprocess.PIPE, stderr=log,
            )  # fmt: skip
        child = cls(process, errors)
        await child.ready()
        return child

    @property
    def url(self) -> str:
        return self.said[1]

    async def ready(self) -> None:
        """Until it says that it is ready, the first time or again."""
        assert self.process.stdout is not None
        self.said = (await asyncio.wait_for(self.process.stdout.readline(), 2 * PATIENCE)).decode().split()
        assert self.said[:1] == ["ready"], f"it is not ready: {self.errors.read_text()[-2000:]}"

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.terminate()
            await asyncio.wait_for(self.process.wait(), PATIENCE)
