"""How quick the store is, beside the obvious designs in the same run: aims G5 (deadlines), G6 (results), G7 (tickets).

`python -m bench.store` takes about half a minute. Everything is durable (`synchronous=FULL`), in a folder of its own.
"""

import asyncio
import tempfile
from pathlib import Path

from bench.deadlines import deadlines
from bench.figures import Figure
from bench.results import results
from bench.tickets import tickets


async def figures() -> list[Figure]:
    found: list[Figure] = []
    for measure in (tickets, deadlines, results):
        with tempfile.TemporaryDirectory() as folder:
            found += await measure(Path(folder))
    return found


def main() -> None:
    for figure in asyncio.run(figures()):
        print(figure)


if __name__ == "__main__":
    main()
