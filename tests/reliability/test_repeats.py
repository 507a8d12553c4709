"""One event, one effect, the same answer, however often and in whatever order it comes.

Failure-table rows: the same event 1-4 times, in any order; a stale button; a form submitted twice.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.ports import RealClock
from config.loaded import Config
from tests.webapp import Web, web_bot

TICKETS = "SELECT COUNT(*) FROM tickets"
Send = Callable[[], Awaitable[httpx.Response]]


def arrivals(web: Web) -> dict[str, Send]:
    """Nine events of three kinds by two people, each with an id of its own. Ids count per person."""
    made: dict[str, Send] = {}
    for n in range(3):
        made[f"ann/say-{n}"] = lambda n=n: web.say("ann", "dm-ann", f"/open printer {n} is on fire", id=f"e{n}")
        made[f"ben/say-{n}"] = lambda n=n: web.say("ben", "dm-ben", f"/open client=acme router {n} blinks", id=f"e{n}")
        values = {"subject": f"screen {n} is black", "details": "since this morning"}
        made[f"ann/form-{n}"] = lambda n=n, v=values: web.submit("ann", "dm-ann", "open", v, id=f"f{n}")
    return made


@pytest.mark.parametrize("seed", range(4))
async def test_an_event_that_comes_one_to_four_times_in_any_order_has_one_effect(web: Web, seed: int) -> None:
    """The same event 1-4 times, in any order, at once: nine events are nine tickets, and copies get the same answer."""
    chance, events = random.Random(seed), arrivals(web)  # noqa: S311 - a seed must reproduce
    order = [name for name in events for _ in range(chance.randint(1, 4))]
    chance.shuffle(order)
    answers = await asyncio.gather(*(events[name]() for name in order))
    by_name: dict[str, set[str]] = {}
    for name, answer in zip(order, answers, strict=True):
        assert answer.status_code == 200, answer.text
        by_name.setdefault(name, set()).add(without_ages(answer))
    assert [name for name, said in by_name.items() if len(said) != 1] == []
    assert await web.count(TICKETS) == len(events)
    again = [await events[name]() for name in events]
    assert [{without_ages(answer)} for answer in again] == [by_name[name] for name in events]
    assert await web.count(TICKETS) == len(events)


def without_ages(answer: httpx.Response) -> str:
    """What was answered, as it is kept: an answer names instants, and only the words made of them tell the time."""
    card = answer.json()["reply"]
    return f"{card['key']} {card['title']} {card['state']} {card['lines']}"


async def test_a_copy_that_comes_after_a_restart_gets_the_answer_of_before(data: Path, demo_config: Config) -> None:
    """The same event before and after a restart: one ticket, and the number it was given."""
    said = []
    for _ in range(2):
        async with web_bot(data, demo_config) as web:
            said.append(await web.say("ann", "dm-ann", "/open the scanner hums", id="e1"))
            assert await web.count(TICKETS) == 1
    assert without_ages(said[0]) == without_ages(said[1])


async def test_a_copy_that_says_something_else_is_refused_and_a_refusal_uses_no_id_up(web: Web) -> None:
    """The same event's id with other content is 409 and changes nothing; an answer of 4xx leaves the id to be used."""
    assert (await web.say("ann", "dm-ann", "/open it", id="e1")).status_code == 422
    assert (await web.say("ann", "dm-ann", "/open it rains inside", id="e1")).status_code == 200
    other = await web.say("ann", "dm-ann", "/open it snows inside", id="e1")
    assert other.status_code == 409
    assert "new one" in other.json()["error"]
    assert (await web.say("carl", "dm-carl", "/open it hails inside", id="e1")).status_code == 200
    assert await web.count(TICKETS) == 2


async def test_a_plain_line_that_comes_twice_stands_there_once(web: Web) -> None:
    """The same event, when it is only words between people: one line in the channel."""
    for _ in range(3):
        await web.say("ben", "noc", "good morning", id="e1")
    assert [m["text"] for m in await web.messages("ben", "noc")] == ["good morning"]


async def opened(web: Web, words: str = "VPN drops every hour") -> dict[str, Any]:
    """The team's card of a new ticket."""
    number = (await web.say("ann", "dm-ann", f"/open {words}")).json()["reply"]["number"]
    return await web.until(lambda: web.card("ben", "acme-team", f"ticket/{number}"))


async def test_a_stale_button_shows_how_things_stand_and_changes_nothing(web: Web) -> None:
    """A stale button: 200 with the present state, whoever presses it, and not one entry more on the record."""
    seen = await opened(web)
    assert (await web.press("ben", seen, "Take it")).status_code == 200
    assert (await web.say("ben", "acme-team", "/resolve 1 Renewed the certificate")).status_code == 200
    before = await web.count("SELECT COUNT(*) FROM audit")
    stale = await web.press("mia", seen, "Take it")
    assert stale.status_code == 200
    assert "✓ resolved" in stale.json()["reply"]["text"]
    assert "Solved by Ben" in stale.json()["reply"]["text"]
    assert await web.count("SELECT COUNT(*) FROM audit") == before


async def test_a_button_that_the_newest_card_still_carries_works_whatever_its_version(web: Web) -> None:
    """A stale button is one that is gone: a card that only changed its words must not eat a press."""
    seen = await opened(web)
    assert (await web.say("ann", "dm-ann", "/escalate 1 the whole floor waits")).status_code == 200
    now = await web.until(lambda: newer(web, seen))
    assert now["version"] > seen["version"]
    assert (await web.press("ben", seen, "Take it")).status_code == 200
    assert await web.count("SELECT COUNT(*) FROM tickets WHERE assignee = 'ben'") == 1


async def newer(web: Web, seen: dict[str, Any]) -> dict[str, Any] | None:
    found = await web.card("ben", "acme-team", seen["card"]["key"])
    return found if found and found["version"] > seen["version"] else None


async def test_a_button_that_no_card_ever_carried_is_refused(web: Web) -> None:
    """Not a stale button but a made-up one: 409 for the newest version, 404 for a message that has none."""
    seen = await opened(web)
    for version, status in ((seen["version"], 409), (seen["version"] + 5, 409)):
        forged = {**seen, "version": version, "buttons": [{"label": "x", "command": "/approve number=1"}]}
        assert (await web.press("mia", forged, "x")).status_code == status
    gone = {**seen, "id": "999999"}
    assert (await web.press("mia", gone, "Take it")).status_code == 404
    assert await web.count("SELECT COUNT(*) FROM tickets WHERE version > 1") == 0


async def test_a_form_that_two_people_send_at_once_has_one_effect(web: Web) -> None:
    """A form submitted twice: one of them solves it, the other reads by whom and when it was solved already."""
    await opened(web)
    both = await asyncio.gather(
        *(web.submit(who, "acme-team", "resolve", {"number": "1", "words": f"by {who}"}) for who in ("ben", "mia"))
    )
    assert sorted(answer.status_code for answer in both) == [200, 409]
    lost = next(answer for answer in both if answer.status_code == 409).json()["error"]
    winner = "Ben" if both[0].status_code == 200 else "Mia"
    assert lost.startswith(f"1 is resolved already, by {winner} at "), lost
    assert await web.count("SELECT COUNT(*) FROM timeline WHERE words LIKE 'solved: %' AND number = 1") == 1


async def test_a_form_that_is_sent_twice_with_one_id_is_one_ticket(web: Web) -> None:
    """A form submitted twice, the browser's double click: both get the same answer."""
    values = {"subject": "the door is stuck"}
    both = await asyncio.gather(*(web.submit("ann", "dm-ann", "open", values, id="f1") for _ in range(2)))
    assert Counter(answer.status_code for answer in both) == {200: 2}
    assert both[0].json()["reply"]["number"] == both[1].json()["reply"]["number"]
    assert await web.count(TICKETS) == 1


async def test_a_button_pressed_by_two_people_at_once_is_pressed_once(web: Web) -> None:
    """A stale button within the same second: “Reopen” reopens once, and the second press gets the present state."""
    await opened(web)
    await web.say("ben", "acme-team", "/resolve 1 Renewed the certificate")
    solved = await web.until(lambda: carrying(web, "Reopen"))
    both = await asyncio.gather(*(web.press(who, solved, "Reopen") for who in ("ben", "mia")))
    assert [answer.status_code for answer in both] == [200, 200]
    shown = [answer.json()["reply"] for answer in both]
    assert [card["state"] for card in shown if card] == ["◐ open"], "the card that was pressed shows it to the first"
    assert await web.count("SELECT COUNT(*) FROM audit WHERE detail LIKE '%reopened%'") == 1


async def carrying(web: Web, label: str) -> dict[str, Any] | None:
    found = await web.card("ben", "acme-team", "ticket/1")
    return found if found and any(b["label"] == label for b in found["buttons"]) else None


class Late(RealClock):
    """Hours later than it is."""

    def now(self) -> datetime:
        return super().now() + timedelta(hours=5)


async def test_a_stale_button_of_before_a_restart_is_as_stale_after_it(data: Path, demo_config: Config) -> None:
    """A stale button, five hours and a restart later: the present state, and nothing changes."""
    async with web_bot(data, demo_config) as web:
        seen = await opened(web)
        await web.say("ben", "acme-team", "/resolve 1 Renewed the certificate")
    async with web_bot(data, demo_config, clock=Late()) as web:
        stale = await web.press("mia", seen, "Take it")
        assert stale.status_code == 200
        assert "✓ resolved" in stale.json()["reply"]["text"]
