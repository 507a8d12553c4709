"""The whole desk on Discord, where a ticket that is asked for in a channel has a thread of its own."""

import pytest

from tests.discord.desk import Desk, desk
from tests.discord.standin.things import PRIVATE, Channel
from tests.standin.faults import Fault

BEGIN, LET_IN = "POST /channels/{channel}/threads", "PUT /channels/{channel}/thread-members/{user}"
FIRE = "The printer is on fire"


async def both_sides_speak(d: Desk, thread: Channel, nth: str) -> None:
    """What Ann writes in the thread the team reads in theirs, and what Ben sends stands in hers, each once."""
    teams = await d.message(d.ben, d.team, FIRE)
    d.people.say(d.ann, thread, f"It still burns {nth}")
    await d.message(d.ben, teams.id, f"It still burns {nth}")
    await d.people.answered(d.people.slash(d.ben, d.team, "reply", number=1, words=f"Water is coming {nth}"))
    await d.message(d.ann, thread, f"Water is coming {nth}")
    assert len([words for words in d.shown(d.ann, thread) if f"Water is coming {nth}" in words]) == 1


def direct(d: Desk) -> list[str]:
    return [words for words in d.shown(d.ann, d.ann) if FIRE in words]


async def test_a_ticket_asked_for_in_a_channel_stands_in_a_thread_that_its_requester_alone_sees(tmp_path):
    """Ann and the bot are in it; a colleague, and Ben who works on it, are not, and her direct channel is quiet."""
    async with desk(tmp_path) as d:
        thread, card = await d.open_in_a_thread(FIRE)
        carl = d.discord.person("Carl", d.guild)
        assert (thread.type, thread.name, thread.invitable) == (PRIVATE, f"1 · {FIRE}", False)
        assert set(thread.members) == {d.ann.id, d.discord.bot.id}
        assert d.threads(carl) == d.threads(d.ben) == []
        await both_sides_speak(d, thread, "now")
        assert direct(d) == []
        assert "read" not in card.text()


async def test_its_buttons_work_in_the_thread(tmp_path):
    async with desk(tmp_path) as d:
        thread, card = await d.open_in_a_thread(FIRE)
        await d.people.answered(d.people.press(d.ann, card, "Solved, thanks"))
        await d.people.until(lambda: "resolved" in card.text())
        assert "Not solved…" in card.buttons()
        d.people.say(d.ann, thread, "it burns again")
        await d.people.until(lambda: "resolved" not in card.text())


async def test_what_is_said_in_its_thread_and_done_after_a_restart_reaches_both_sides(tmp_path):
    """What was written in between is fetched, and the card that is edited is the one that was there."""
    async with desk(tmp_path) as d:
        thread, card = await d.open_in_a_thread(FIRE)
        await both_sides_speak(d, thread, "before")
        await d.life.aclose()
        d.people.say(d.ann, thread, "nobody listens")
        await d.start()
        teams = await d.message(d.ben, d.team, FIRE)
        await d.message(d.ben, teams.id, "nobody listens")
        await both_sides_speak(d, thread, "after")
        await d.people.answered(d.people.slash(d.ben, d.team, "resolve", number=1, words="Poured water on it"))
        await d.people.until(lambda: "resolved" in card.text())
        assert d.threads(d.ann) == [thread]


async def test_an_archived_thread_is_opened_again_for_its_card_and_for_words(tmp_path):
    async with desk(tmp_path) as d:
        thread, card = await d.open_in_a_thread(FIRE)
        d.people.archive(thread)
        take = next(label for label in (await d.message(d.ben, d.team, FIRE)).buttons() if label.startswith("Take"))
        await d.people.answered(d.people.press(d.ben, await d.message(d.ben, d.team, FIRE), take))
        await d.people.until(lambda: "Ben" in card.text())
        assert not thread.archived
        d.people.archive(thread)
        await both_sides_speak(d, thread, "now")


@pytest.mark.parametrize("fault", [Fault.LOSE_REPLY, Fault.ERROR_TAKEN])
async def test_a_thread_whose_making_was_answered_by_nothing_is_used_and_no_second_one_made(tmp_path, fault):
    async with desk(tmp_path) as d:
        d.discord.faults.add(BEGIN, fault)
        thread, _ = await d.open_in_a_thread(FIRE)
        assert [each for each in d.discord.channels.values() if each.type == PRIVATE] == [thread]
        await both_sides_speak(d, thread, "now")


@pytest.mark.parametrize(("why", "how"), [
    ("the bot may make none there", {"denied": ["create_private_threads"]}),
    ("nobody may write in one there", {"denied": ["send_messages_in_threads"]}),
    ("what is said in one could not be read", {"privileged": ["members"]}),
])  # fmt: skip
async def test_where_no_thread_of_their_own_can_be_the_requester_is_answered_by_direct_message(tmp_path, why, how):
    """Nothing is tried that would be refused."""
    async with desk(tmp_path, **how) as d:
        await d.asked(FIRE)
        await d.message(d.ann, d.ann, FIRE)
        assert d.threads(d.ann) == [], why
        assert [call for call in d.discord.log if call["route"] == BEGIN] == []


async def test_a_confidential_ticket_is_told_by_direct_message(tmp_path):
    async with desk(tmp_path) as d:
        await d.open(FIRE)
        assert d.threads(d.ann) == []


@pytest.mark.parametrize("route", [BEGIN, LET_IN])
async def test_a_thread_that_is_refused_after_all_leaves_the_ticket_in_direct_messages(tmp_path, route):
    """Permissions changed meanwhile, or there are too many threads: nothing is lost, and nothing is tried again."""
    async with desk(tmp_path) as d:
        d.discord.faults.add(route, Fault.REFUSE, times=9)
        await d.asked(FIRE)
        card = await d.message(d.ann, d.ann, FIRE)
        await d.people.answered(d.people.slash(d.ben, d.team, "reply", number=1, words="Water is coming"))
        reply = await d.message(d.ann, d.ann, "Water is coming")
        assert reply.reference["message_id"] == str(card.id)
        assert await d.web.count("SELECT COUNT(*) FROM posts WHERE key LIKE 'undelivered/%'") == 0
        assert d.threads(d.ann) == []


async def test_a_thread_that_somebody_deleted_leaves_the_ticket_in_direct_messages(tmp_path):
    async with desk(tmp_path) as d:
        thread, _ = await d.open_in_a_thread(FIRE)
        del d.discord.channels[thread.id]
        await d.people.answered(d.people.slash(d.ben, d.team, "reply", number=1, words="Water is coming"))
        await d.message(d.ann, d.ann, FIRE)
        await d.message(d.ann, d.ann, "Water is coming")
        assert await d.web.count("SELECT COUNT(*) FROM posts WHERE key LIKE 'undelivered/%'") == 0
