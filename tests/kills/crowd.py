"""People who ask for help at a steady rate, and ask again with the same id for as long as they get no answer."""

import asyncio
from dataclasses import dataclass, field

import aiohttp

WHO = ("ann", "carl", "ben", "mia")
RATE = 30.0  # commands a second
AT_ONCE = 40  # who asks while so many wait for an answer has to wait for a line


def subject(n: int) -> str:
    return f"help number {n:05}"


@dataclass
class Crowd:
    """`answered` maps each subject that was answered 2xx to the number of its ticket; `asked` counts new commands.

    `url` is where the bot answers, and `up` is set while there is one.
    """

    url: str = ""
    up: asyncio.Event = field(default_factory=asyncio.Event)
    answered: dict[str, int] = field(default_factory=dict)
    asked: int = 0
    again: int = 0

    def found(self, url: str) -> None:
        self.url = url
        self.up.set()

    async def ask_until(self, over: asyncio.Event) -> float:
        """Ask at the rate until it is over and everybody has an answer. Returns how many seconds the asking took."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        limit = aiohttp.TCPConnector(limit=AT_ONCE)
        patience = aiohttp.ClientTimeout(total=None, sock_read=20)
        async with aiohttp.ClientSession(connector=limit, timeout=patience) as http, asyncio.TaskGroup() as group:
            while not over.is_set():
                group.create_task(self._ask(http, self.asked))
                self.asked += 1
                await asyncio.sleep(max(started + self.asked / RATE - loop.time(), 0))  # the pace itself
            return loop.time() - started

    async def _ask(self, http: aiohttp.ClientSession, n: int) -> None:
        who = WHO[n % len(WHO)]
        client = "client=acme " if who in {"ben", "mia"} else ""
        text = f"/open {client}priority=P4 {subject(n)}"
        body = {"as": who, "channel": f"dm-{who}", "text": text, "id": f"ask-{n}"}
        while subject(n) not in self.answered:
            await self.up.wait()
            try:
                async with http.post(f"{self.url}/api/say", json=body) as answer:
                    said = await answer.json()
            except (aiohttp.ClientError, OSError):  # it died before, or while, it answered: nobody knows which
                self.again += 1
                await asyncio.sleep(0)
                continue
            if answer.status < 500:
                assert answer.status == 200, said
                self.answered[subject(n)] = said["reply"]["number"]
