"""What the simulator's kills and seeds come to, for docs/reliability.md: `python -m tests.sim.counting 200`."""
import importlib
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import structlog

from bot.store.migrate import prepare
from bot.store.sqlite import SqliteFile
from tests.store_fixture import fresh_files

# Modules that have `counted(seeds, fresh)`.
STORIES = ("tests.sim.slack_stories", "tests.sim.discord_stories")
LOST = ("lost", "never", "nobody was told", "was kept and is")  # in the sentences of the verdicts


@dataclass
class Tally:
    """`points` are steps at each of which a fixed story was killed once; `things` what was stored or acknowledged.

    `copies` are second copies of messages: urgent ones, and those of nights on which Slack is later than our last look
    or shows no history. Only what is in neither group is `doubled`.
    """

    what: str
    points: int = 0
    seeds: int = 0
    kills: int = 0
    things: int = 0
    lost: int = 0
    doubled: int = 0
    otherwise: int = 0
    copies: int = 0

    def whole(self, steps: int) -> int:
        self.points += steps
        return steps

    def seeded(self) -> Self:
        self.seeds += 1
        return self

    def tell(self, faults: Sequence[str], kills: int, things: int, copies: int) -> None:
        self.kills, self.things, self.copies = self.kills + kills, self.things + things, self.copies + copies
        for fault in faults:
            if any(word in fault for word in LOST):
                self.lost += 1
            elif " times" in fault:
                self.doubled += 1
            else:
                self.otherwise += 1

    def __str__(self) -> str:
        return (
            f"{self.what}: {self.points} crash points, {self.seeds} seeds, {self.kills} kills, {self.things} things: "
            f"{self.lost} lost, {self.doubled} doubled, {self.otherwise} otherwise wrong; "
            f"{self.copies} second copies of urgent messages or outside the bounded model"
        )


def copies(log: Iterable[dict[str, Any]]) -> int:
    """How many posts in a night's log are not the first with their key in their channel, removed ones apart."""
    removed = {entry["id"] for entry in log if entry["did"] == "remove"}
    posts = Counter((e["key"], e["channel"]) for e in log if e["did"] == "post" and e["id"] not in removed)
    return sum(count - 1 for count in posts.values())


def main(seeds: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.getLogger("discord").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template.db"
        prepare(SqliteFile(template))
        fresh = fresh_files(template, Path(folder))
        for name in STORIES:
            for tally in importlib.import_module(name).counted(seeds, fresh):
                print(tally)  # noqa: T201 - this is what it is run for


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
