"""What the chat platforms cost an idle bot: memory, and how long it takes to be ready, with each that is set up.

`python -m bench.platforms` takes half a minute. Without any is `bench.start`.
"""

import asyncio
import tempfile

import uvloop

from bench import start
from bench.both import both
from bench.figures import Figure
from config.tokens import variable


async def figures() -> list[Figure]:
    found: list[Figure] = []
    async with both() as there:
        slack = {variable("slack", name): value for name, value in there.for_slack().items()}
        discord = {variable("discord", name): value for name, value in there.for_discord().items()}
        for name, settings in {"neither": {}, "Slack": slack, "Discord": discord, "both": slack | discord}.items():
            with tempfile.TemporaryDirectory() as folder:
                await asyncio.to_thread(start.ready, folder)  # a new database is migrated
                took, memory = await asyncio.to_thread(start.ready, folder, **settings)
            found.append(Figure(f"idle memory, with {name}", memory, "MB"))
            found.append(Figure(f"   ready, with {name}", took, "s"))
        assert there.slack.sockets.made, "nobody came to Slack"
        assert there.discord.discord.log, "nobody came to Discord"
    return found


if __name__ == "__main__":
    for figure in uvloop.run(figures()):
        print(figure)
