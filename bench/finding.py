"""Finding among 100,000 tickets with 400,000 messages, beside a scan with LIKE: at most 50 ms a page.

`python -m bench.finding` takes about two minutes, most of them to write the tickets. Words are spread as in a language:
the most common is in more than half of the tickets, the rarest in one of a thousand.
"""

import asyncio
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from bench.figures import Figure
from bot.ports import RealClock, RealIds
from bot.store.sqlite import SqliteFile
from bot.store.store import Lane, Store, StoreTx
from desk.breaches import Breach
from desk.queries import Reach, parse
from desk.tickets import Item, Priority, State, Ticket, TimelineEntry

TICKETS, MESSAGES, AT_ONCE, TIMES = 100_000, 3, 50, 15
WORDS = [f"{'bdfgklmnprst'[n % 12]}{'aeiou'[n % 5]}{n:04}" for n in range(8000)]
SPREAD = list(accumulate(1 / (rank + 5) for rank in range(8000)))
CLIENTS = [f"client-{n}" for n in range(20)]
START = datetime(2025, 1, 1, tzinfo=UTC)

ALL, OWN = Reach(every_word=frozenset(CLIENTS)), Reach(own="person-77")
COMMON, USUAL, RARE = WORDS[0], WORDS[50], WORDS[5000]
SEARCHES = {
    "a word of half of the tickets": (COMMON, ALL),
    "a usual word": (USUAL, ALL),
    "a rare word": (RARE, ALL),
    "two common words": (f"{COMMON} {WORDS[1]}", ALL),
    "two usual words, open, of one client": (f"{USUAL} {WORDS[80]} is:open client:client-3", ALL),
    "two words that are never together": (f"{RARE} {WORDS[7000]}", ALL),
    "words that stand together": (f'"{COMMON} {WORDS[1]}"', ALL),
    "a word among a requester's own": (COMMON, OWN),
    "a page far down": (COMMON, ALL),
    "a tag": ("tag:vpn-7", ALL),
    "late, open, nobody's": ("is:overdue is:unassigned", ALL),
    "a month of a client": ("client:client-3 opened:2026-03", ALL),
    "a priority and an age": ("priority:P1 older:400d", ALL),
}  # fmt: skip
FAR = 900  # tickets before the page far down
FILLERS = (f"{COMMON} {WORDS[1]} {WORDS[3]} is:open client:client-3", ALL)


def text_of(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(WORDS, cum_weights=SPREAD, k=count))


def fill(tx: StoreTx, chance: random.Random, numbers: range) -> None:
    for number in numbers:
        client, person = chance.choice(CLIENTS), f"person-{number % 2000}"
        at = START + timedelta(minutes=9 * number)
        state = chance.choices([State.OPEN, State.RESOLVED, State.CLOSED], [2, 1, 17])[0]
        subject, tags = text_of(chance, 6), (f"vpn-{number % 400}",) if number % 5 == 0 else ()
        tx.save_ticket(
            Ticket(
                number, client, person, subject, chance.choice(list(Priority)), state, at, person,
                details=text_of(chance, 30), month=at.year * 100 + at.month, tags=tags,
                assignee=chance.choice(["ben", "mia", None]),
            )
        )  # fmt: skip
        said = f"{subject}\n{text_of(chance, 30)}"
        tx.tell(TimelineEntry(number, client, at, person, Item.OPENED, said, public=True))
        for _ in range(MESSAGES):
            item = chance.choice([Item.REPLY, Item.NOTE])
            tx.tell(TimelineEntry(number, client, at, "ben", item, text_of(chance, 25), public=item is Item.REPLY))
        if number % 20 == 0:
            tx.save_breach(Breach(number, client, "resolution", at))


async def took(store: Store, line: str, reach: Reach, skip: int) -> float:
    """Milliseconds, the worst of some."""
    query, times = parse(line), []
    for _ in range(TIMES):
        began = time.perf_counter()
        await store.read(lambda tx: [tx.ticket(n) for n in tx.find(query, reach, skip=skip, limit=21)])
        times.append((time.perf_counter() - began) * 1000)
    return max(times[1:])


SCAN = (
    "SELECT t.* FROM tickets t WHERE t.number IN (SELECT number FROM timeline WHERE words LIKE ?)"
    " ORDER BY t.number DESC LIMIT 21"
)


async def scanned(store: Store, word: str) -> float:
    began = time.perf_counter()
    await store.read(lambda tx: tx.rows(SCAN, (f"%{word}%",)))
    return (time.perf_counter() - began) * 1000


async def found(folder: Path) -> list[Figure]:
    chance = random.Random(1)  # noqa: S311 - the same tickets each time
    store = Store.open(SqliteFile(folder / "deskbell.db"), clock=RealClock(), ids=RealIds())
    try:
        for first in range(1, TICKETS, AT_ONCE):
            await store.write(lambda tx, n=first: fill(tx, chance, range(n, n + AT_ONCE)), lane=Lane.BULK)
        figures = []
        for name, (line, reach) in SEARCHES.items():
            skip = FAR if name == "a page far down" else 0
            figures.append(Figure(f"find: {name}", await took(store, line, reach, skip), "ms", 50))
        figures.append(Figure("   three words such as “the”, of one client", await took(store, *FILLERS, 0), "ms"))
        figures += [Figure("   baseline: LIKE, a usual word", await scanned(store, USUAL), "ms")]
        figures += [Figure("   baseline: LIKE, a rare word", await scanned(store, RARE), "ms")]
        return figures
    finally:
        await store.close()


async def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        return await found(Path(folder))


def main() -> None:
    for figure in asyncio.run(figures()):
        print(figure)


if __name__ == "__main__":
    main()
