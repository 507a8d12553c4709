"""`python -m bench.plain SECONDS URL`: plain httpx. Prints how often it asked, and its processor seconds."""

import asyncio
import sys
import time

import httpx
import uvloop

IN_FLIGHT = 32


async def main(seconds: float, url: str) -> None:
    asked = 0
    async with httpx.AsyncClient(limits=httpx.Limits(max_keepalive_connections=0), trust_env=False) as client:
        until, before = time.monotonic() + seconds, time.process_time()

        async def ask() -> None:
            nonlocal asked
            while time.monotonic() < until:
                (await client.get(url)).raise_for_status()
                asked += 1

        await asyncio.gather(*(ask() for _ in range(IN_FLIGHT)))
    print(asked, time.process_time() - before)


if __name__ == "__main__":
    uvloop.run(main(float(sys.argv[1]), sys.argv[2]))
