"""What any platform must do with the desk behind it: a ticket's two threads, home, order, reconnects, two platforms.

Checks as in `contract_suite`. Every bot here has the web chat too, so that one platform can be held against the other.
"""

from typing import Any

import pytest

from desk.cards import Button, Card, Post, parse_line, text
from tests.platforms.contract_suite import Check
from tests.platforms.harness import (
    ASKER,
    COLLEAGUE,
    DM,
    HELP,
    STAFF,
    SUBJECT,
    TEAM,
    Harness,
    Seen,
    ended,
    opened,
    post,
    settled,
    showing,
    taking,
)
from tests.standin.faults import Fault

APPROVER, OTHER_APPROVER, ADMIN = "mia", "tom", "olga"
REFUSED = {403, 404, 409}


async def a_home_shows_what_concerns_its_person_alone(h: Harness) -> None:
    await opened(h)
    assert SUBJECT in await h.home(ASKER)
    assert SUBJECT not in await h.home(COLLEAGUE)


async def what_staff_write_in_the_teams_thread_reaches_the_requester_by_a_press_alone(h: Harness) -> None:
    card = await opened(h)
    told = await h.say(STAFF, TEAM, "it is the toner", thread=card.id)
    await settled(h)
    assert await _read_by_requesters(h, "it is the toner") == 0
    told = await h.press_answer(STAFF, TEAM, told, "Send to Ann…", thread=card.id)
    assert told.status == 200, told
    await settled(h)
    assert await _read_by_requesters(h, "it is the toner") == 1


async def an_edit_of_a_reply_changes_its_copy(h: Harness) -> None:
    card = await opened(h)
    mine = await _asked(h)
    await h.say(ASKER, DM, "it smokes", thread=mine.id)
    await settled(h)
    assert len(await showing(h, "it smokes", thread=card.id)) == 1
    await h.edit_said(ASKER, DM, "it smokes", "it burns", thread=mine.id)
    await settled(h)
    assert await showing(h, "it smokes", thread=card.id) == []
    assert len(await showing(h, "it burns", thread=card.id)) == 1


async def what_comes_backwards_and_twice_has_each_effect_once(h: Harness) -> None:
    card = await opened(h)
    mine, words = await _asked(h), ("a first word", "a second word", "a third word")
    async with h.backwards(times=2):
        for each in words:
            await h.say(ASKER, DM, each, thread=mine.id, event=each.replace(" ", "-"))
        await h.press(STAFF, card, taking(card), event="take")
    await settled(h)
    assert [len(await showing(h, each, thread=card.id)) for each in words] == [1, 1, 1]
    [now] = await showing(h, SUBJECT)
    assert taking(card) not in now.buttons
    record = str((await h.web.say(STAFF, TEAM, "/show 1")).json()["reply"]["table"])
    assert [record.count(each) for each in words] == [1, 1, 1]


async def what_is_said_while_the_connection_is_cut_and_afterwards_arrives_once(h: Harness) -> None:
    """The team is told that there was a gap, for what was said elsewhere in it is lost."""
    card = await opened(h)
    mine, words = await _asked(h), ("said before", "said meanwhile", "said afterwards")
    await h.say(ASKER, DM, words[0], thread=mine.id)
    async with h.cut():
        await h.say(ASKER, DM, words[1], thread=mine.id)
    await h.say(ASKER, DM, words[2], thread=mine.id)

    async def look() -> bool:
        heard = [bool(await showing(h, each, thread=card.id)) for each in words]
        return all(heard) and bool(await showing(h, "could not hear"))

    await h.web.until(look)
    await settled(h)
    assert [len(await showing(h, each, thread=card.id)) for each in words] == [1, 1, 1]
    assert len(await showing(h, "could not hear")) == 1


async def what_is_dangerous_is_asked_first(h: Harness) -> None:
    buttons = (Button("Restart it", "help", (), "Restart the shop?"), Button("Look", "status"))
    await post(h, Post("check/danger", TEAM, "acme", Card("check/danger", "The shop", buttons=buttons)))
    await ended(h, "check/danger", TEAM)
    [seen] = await showing(h, "The shop")
    assert "Restart the shop?" in await h.question(STAFF, seen, "/help")
    assert await h.question(STAFF, seen, "/status") == ""


async def what_finds_no_room_on_a_card_stands_in_its_thread(h: Harness) -> None:
    if h.shortens:
        pytest.skip("this platform drops what finds no room")
    lines = tuple(text(f"Line {n}: {'all of it is to be read. ' * 100}end {n}.") for n in range(12))
    await post(h, Post("check/rest", TEAM, "acme", Card("check/rest", "A long story", lines=lines), live=True))
    await settled(h)
    [head] = await showing(h, "A long story")
    read = "\n".join(m.text for m in [head, *await h.seen(STAFF, TEAM, head.id)])
    assert [n for n in range(12) if f"Line {n}:" not in read or f"end {n}." not in read] == []


async def what_a_channel_refuses_is_told_where_it_can_be_heard(h: Harness) -> None:
    if Fault.REFUSE not in h.menu:
        pytest.skip("this platform cannot be made to show it")
    await h.fault(Fault.REFUSE)
    await post(h, Post("check/refused", TEAM, "acme", words=("nobody hears this",)))
    await ended(h, "check/refused", TEAM, "failed")
    await settled(h)
    admins = h.web.bot.config.desk.admins_channel
    assert [m for m in await h.web.messages(ADMIN, admins) if "nobody hears this" in m["text"]]


async def a_press_on_one_platform_edits_the_message_on_the_other(h: Harness) -> None:
    _skip_on_one_platform(h)
    card = await opened(h)
    await h.press(STAFF, card, taking(card))
    await h.web.until(lambda: _taken_on_the_web(h))
    other = await opened(h, "The scanner smokes")
    await h.web.press(STAFF, await _on_the_web(h, "The scanner smokes"), "Take it")
    await h.web.until(lambda: _taken_there(h, other))


async def nobody_approves_their_own_request_from_a_second_platform(h: Harness) -> None:
    _skip_on_one_platform(h)

    async def there(line: str) -> int:
        return (await h.say(APPROVER, TEAM, line)).status

    async def here(line: str) -> int:
        return (await h.web.say(APPROVER, TEAM, line)).status_code

    for asks, approves in ((there, here), (here, there)):
        assert await asks("/run restart-shop shop-1") == 200
        await settled(h)
        number = await _asked_for(h)
        assert await approves(f"/approve {number}") in REFUSED
        assert (await h.web.say(OTHER_APPROVER, TEAM, f"/deny {number}")).status_code == 200


def _skip_on_one_platform(h: Harness) -> None:
    if h.place(TEAM) == TEAM:
        pytest.skip("the web chat is the only platform here")


async def _asked(h: Harness) -> Seen:
    """The requester's own card of the ticket."""
    [mine] = [m for m in await h.seen(ASKER, DM) if SUBJECT in m.text]
    return mine


async def _read_by_requesters(h: Harness, words: str) -> int:
    mine = await _asked(h)
    read = [*await h.seen(ASKER, DM), *await h.seen(ASKER, DM, mine.id), *await h.seen(ASKER, HELP)]
    return sum(words in m.text for m in read)


async def _asked_for(h: Harness) -> str:
    """The number of the newest request for an approval."""
    shown = await h.web.messages(OTHER_APPROVER, TEAM)
    lines = [b["command"] for m in shown for b in m["buttons"] if b["command"].startswith("/approve")]
    return dict(parse_line(lines[-1]).args)["number"]


async def _on_the_web(h: Harness, subject: str) -> dict[str, Any]:
    return next(m for m in await h.web.messages(STAFF, TEAM) if subject in m["text"])


async def _taken_on_the_web(h: Harness) -> bool:
    return all(b["label"] != "Take it" for b in (await _on_the_web(h, SUBJECT))["buttons"])


async def _taken_there(h: Harness, card: Seen) -> bool:
    [now] = [m for m in await h.seen(STAFF, TEAM) if m.id == card.id]
    return taking(card) not in now.buttons


CHECKS: tuple[Check, ...] = (
    a_home_shows_what_concerns_its_person_alone,
    what_staff_write_in_the_teams_thread_reaches_the_requester_by_a_press_alone,
    an_edit_of_a_reply_changes_its_copy,
    what_comes_backwards_and_twice_has_each_effect_once,
    what_is_said_while_the_connection_is_cut_and_afterwards_arrives_once,
    what_is_dangerous_is_asked_first,
    what_finds_no_room_on_a_card_stands_in_its_thread,
    what_a_channel_refuses_is_told_where_it_can_be_heard,
    a_press_on_one_platform_edits_the_message_on_the_other,
    nobody_approves_their_own_request_from_a_second_platform,
)
