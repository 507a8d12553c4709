"""A million tickets of twenty clients over three years, seeded: rows as the store would have written them, and outages.

What happened to a ticket is one of twenty thousand stories (how long it took, what became of it); when, whose and how
urgent it was is its own. So a row takes microseconds, and the mix is that of a help desk.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from bot.history import Result, encode
from bot.store.rows import ticket_row
from bot.store.statements import names
from bot.store.tables import EPOCH, tickets, to_us
from desk.alerts import Status
from desk.calendars import ALWAYS
from desk.sla import Metric, clock_to_json, meet, start
from desk.tickets import Priority, State, Ticket

SEED, STORIES = 11, 20_000
START, YEARS = datetime(2023, 11, 1, tzinfo=UTC), 3
END = START.replace(year=START.year + YEARS)
CLIENTS = [f"client-{n:02}" for n in range(1, 21)]
SIZES = list(accumulate(1 / (n + 3) for n in range(len(CLIENTS))))  # a few large, many small
CATEGORIES = ["network", "mail", "printer", "access", "software", "hardware", "telephone", ""]
PRIORITIES, URGENT = [str(priority) for priority in Priority], [0.04, 0.16, 0.56, 0.24]
TARGETS = {"P1": (900, 14_400), "P2": (3600, 28_800), "P3": (14_400, 86_400), "P4": (28_800, 259_200)}
SUBJECTS = ["VPN drops every hour", "The printer on the third floor", "No access to the share", "Mail comes late"]
UNSOLVED = timedelta(days=20)  # before the end, from when on some are still open
SERVICES = [f"{client}-{what}" for client in CLIENTS for what in ("shop", "mail")]
SEEN = [f"{CLIENTS[0]}-shop", f"{CLIENTS[0]}-mail"]  # whose poll history is there as well

PLACE = {name: place for place, name in enumerate(names(tickets))}
_AT, _ENDED = datetime(2001, 1, 1, tzinfo=UTC), datetime(2001, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Story:
    """Seconds from its opening until staff acted, answered and solved it; then the open ones of these."""

    touched: int
    answered: int
    solved: int
    counted: int
    state: str
    replies: int
    reopens: int
    level: int
    spent: int
    stars: int | None


def stories(chance: Random) -> list[Story]:
    return [_story(chance) for _ in range(STORIES)]


def _story(chance: Random) -> Story:
    touched = round(chance.lognormvariate(math.log(900), 1.1))
    answered = touched + round(chance.lognormvariate(math.log(900), 1.2))
    solved = answered + round(chance.lognormvariate(math.log(15_000), 1.4))
    state = chance.choices(["closed", "resolved", "merged"], [0.95, 0.02, 0.03])[0]
    return Story(
        touched, answered, solved, round(solved * chance.uniform(0.2, 1)), state, chance.choice([1, 1, 2, 3, 5]),
        int(chance.random() < 0.06), int(chance.random() < 0.1), 60 * round(chance.expovariate(1 / 25)),
        chance.choice([3, 4, 5, 5]) if state == "closed" and chance.random() < 0.2 else None,
    )  # fmt: skip


def rows(count: int, seed: int = SEED) -> Iterator[list[Any]]:
    """The tickets in the order of their numbers, as rows of the table."""
    chance = Random(seed)  # noqa: S311 - a seed must reproduce
    told, base, texts = stories(chance), list(ticket_row(_plain(), 1)), {p: _clocks(p) for p in PRIORITIES}
    step = (END - START) / count
    clients = chance.choices(CLIENTS, cum_weights=SIZES, k=count)
    priorities = chance.choices(PRIORITIES, URGENT, k=count)
    for number in range(1, count + 1):
        at, priority = START + number * step - step / 2, priorities[number - 1]
        row = base.copy()
        row[PLACE["number"]], row[PLACE["client_id"]] = number, clients[number - 1]
        row[PLACE["requester"]], row[PLACE["subject"]] = f"person-{number % 4000}", SUBJECTS[number % len(SUBJECTS)]
        row[PLACE["priority"]], row[PLACE["opened_at"]] = priority, to_us(at)
        row[PLACE["month"]], row[PLACE["category"]] = at.year * 100 + at.month, CATEGORIES[number * 7 % 11 % 8]
        if END - at < UNSOLVED and chance.random() < 0.1:
            _goes_on(row, at, texts[priority][0])
        else:
            _ends(row, at, told[int(chance.random() * STORIES)], priority, texts[priority][1])
        yield row


def _plain() -> Ticket:
    return Ticket(
        1, "", "", "", Priority.P3, State.OPEN, START, "person-1", "Since Monday, at home and in the office. " * 4,
        assignee="ben", team="desk",
    )  # fmt: skip


def _clocks(priority: str) -> tuple[str, str]:
    """Their JSON with places for the instants: of an open ticket, and of one that has ended."""
    metrics = (Metric.FIRST_RESPONSE, Metric.RESOLUTION)
    clocks = [start(m, t, "always", _AT, "v1") for m, t in zip(metrics, TARGETS[priority], strict=True)]
    ended = [replace(meet(clock, ALWAYS, _AT + timedelta(seconds=1)), met_at=_ENDED) for clock in clocks]
    running, over = (json.dumps([clock_to_json(c) for c in each], separators=(",", ":")) for each in (clocks, ended))
    over = over.replace(_ENDED.isoformat(), "%s").replace('"missed":false', '"missed":%s')
    return tuple(text.replace(_AT.isoformat(), "%s") for text in (running, over))  # type: ignore[return-value]


def _goes_on(row: list[Any], at: datetime, clocks: str) -> None:
    began = at.isoformat()
    row[PLACE["clocks"]] = clocks % (began, began)


def _ends(row: list[Any], at: datetime, story: Story, priority: str, clocks: str) -> None:
    first, solution = TARGETS[priority]
    began, answered = at.isoformat(), (at + timedelta(seconds=story.answered)).isoformat()
    ended = at + timedelta(seconds=story.solved)
    missed = ["false", "true"]
    row[PLACE["clocks"]] = clocks % (
        began, answered, missed[story.answered > first], began, ended.isoformat(), missed[story.counted > solution]
    )  # fmt: skip
    row[PLACE["state"]], row[PLACE["level"]], row[PLACE["spent"]] = story.state, story.level, story.spent
    row[PLACE["replies"]], row[PLACE["reopens"]], row[PLACE["stars"]] = story.replies, story.reopens, story.stars
    row[PLACE["touched_at"]], row[PLACE["closed_at"]] = to_us(at) + story.touched * 1_000_000, to_us(ended)
    if story.state == "merged":
        row[PLACE["merged_into"]] = 1
        return
    row[PLACE["resolved_at"]], row[PLACE["resolved_by"]] = to_us(ended), "ben"
    row[PLACE["resolution"]] = "Works again after a restart."
    row[PLACE["measured"]] = (
        f'{{"acknowledge_wall":{story.touched},"acknowledge_open":{story.touched // 2},'
        f'"answer_wall":{story.answered},"answer_open":{story.answered // 2},'
        f'"resolve_wall":{story.solved},"resolve_open":{story.counted}}}'
    )


def outages(seed: int = SEED) -> list[tuple[int, str, str, int, int]]:
    """Two a month for each service, of some minutes: rows of the table."""
    chance, found = Random(seed), []  # noqa: S311 - as above
    for service in SERVICES:
        at = START
        while (at := at + timedelta(days=chance.expovariate(1 / 15))) < END:
            lasted = timedelta(seconds=chance.lognormvariate(math.log(600), 1))
            number = 100_000_000 + len(found)
            found.append((number, service.rpartition("-")[0], service, to_us(at), to_us(at + lasted)))
    return found


def history(seed: int = SEED) -> Iterator[tuple[str, int, bytes]]:
    """A look a minute at some services, an hour a row; a hundredth of the hours is missing."""
    chance = Random(seed)  # noqa: S311 - as above
    hours = [
        encode(Result(min(60 * n + chance.randint(0, 1), 3599), Status.OK, 0.03) for n in range(60)) for _ in range(50)
    ]
    first, last = ((at - EPOCH) // timedelta(hours=1) for at in (START, END))
    for service in SEEN:
        yield from ((service, hour, chance.choice(hours)) for hour in range(first, last) if chance.random() > 0.01)
