"""Somebody is called: by which of their ways, when, until somebody has it; and what they hear of it after that."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.acting import as_desk
from desk.alerts import Severity
from desk.ways import Way, Ways
from handlers.events import adopted, settled
from handlers.events.settled import Settled
from tests.conversation import Conversation
from tests.scenarios.calling import FAILED, MIA, NIGHT, NIGHTS, clear, reached, ring, set_up, told, ways_of

pytestmark = pytest.mark.postgresql_in_deep  # what these rest on is tried there by others


async def test_a_critical_alert_is_told_by_push_and_chat_at_once_and_by_mail_a_minute_later(desk: Conversation):
    await ring(set_up(desk, mia=MIA))
    assert await ways_of(desk) == {"push": 1, "mail": 0}
    assert "▲ DOWN" in (await desk.post("dm-mia", "alert/1")).words
    await desk.wait(61)
    assert await ways_of(desk) == {"push": 1, "mail": 1}
    thread = [p.words for p in await desk.posts("acme-team") if p.under == "alert/1"]
    assert "Deskbell: told Mia (by push, chat)" in thread
    assert any("told Mia by mail" in words for words in thread)


async def test_the_message_has_the_alert_and_the_acknowledgement_and_nothing_else_to_press(desk: Conversation):
    await ring(set_up(desk, mia=MIA))
    (post,) = await desk.posts("push/mia")
    assert post.words.startswith("1 · checkout page · shop.acme.example · ▲ DOWN")
    assert "status 500, expected 200" in post.words
    assert "Severity: critical" in post.words
    assert post.buttons == ("Acknowledge",)


async def test_whoever_says_nothing_of_it_is_told_by_chat(desk: Conversation):
    await ring(set_up(desk, mia=Ways()))
    assert "▲ DOWN" in (await desk.post("dm-mia", "alert/1")).words
    assert await ways_of(desk) == {"push": 0, "mail": 0}


async def test_it_is_said_once_and_not_with_each_change_of_the_alert(desk: Conversation):
    await ring(set_up(desk, mia=MIA))
    for status in (501, 502, 503):
        await desk.look("shop", FAILED, f"status {status}, expected 200")
    await desk.say("ben", "acme-team", "/note 1 looks like the database")
    assert await ways_of(desk) == {"push": 1, "mail": 0}
    assert (await desk.posts("push/mia"))[0].version == 1


async def test_an_acknowledgement_takes_back_what_was_to_come(desk: Conversation):
    await ring(set_up(desk, mia=MIA))
    await desk.say("ben", "acme-team", "/ack 1")
    await desk.wait(600)
    assert (await ways_of(desk))["mail"] == 0
    assert await told(desk, "push/mia") == [
        "1 · checkout page · shop.acme.example · ▲ DOWN", "◐ Ben has 1: checkout page",
    ]  # fmt: skip


async def test_whoever_takes_it_is_not_told_that_they_have_it(desk: Conversation):
    await ring(set_up(desk, mia=MIA))
    await desk.say("mia", "acme-team", "/ack 1")
    assert (await ways_of(desk))["push"] == 1


async def test_its_end_is_told_by_the_ways_that_were_used_and_by_no_other(desk: Conversation):
    """To whoever had it, too; and each once, whatever is saved after that."""
    await ring(set_up(desk, mia=MIA))
    await desk.say("mia", "acme-team", "/ack 1")
    desk.clock.step(540)
    await clear(desk)
    await desk.say("ben", "acme-team", "/note 1 it was the database")
    assert (await told(desk, "push/mia"))[1:] == ["✓ UP · 1 · checkout page · was down 9 min"]
    assert await told(desk, "mail/mia") == []
    assert await desk.posts("push/ben") == []


async def test_what_is_watched_no_more_is_not_told_to_be_up(desk: Conversation):
    """Nobody looked: its monitor was taken out of the files."""
    await ring(set_up(desk, mia=MIA))
    monitors = {name: each for name, each in desk.config.monitors.items() if name != "shop"}
    runbooks = {name: replace(each, monitor=None) for name, each in desk.config.runbooks.items()}
    desk.config = replace(desk.config, monitors=monitors, runbooks=runbooks)
    await desk.store.write(lambda tx: adopted.unwatched(tx, as_desk(tx, desk.config, "configuration")))
    assert (await told(desk, "push/mia"))[1:] == [
        "? 1 · checkout page is no longer watched; when last seen it was down"
    ]  # fmt: skip
    thread = [p.words for p in await desk.posts("acme-team") if p.under == "alert/1"]
    assert not [words for words in thread if "up again" in words]


async def test_the_all_clear_can_be_turned_off(desk: Conversation):
    await ring(set_up(desk, mia=replace(MIA, all_clear=False)))
    await desk.say("ben", "acme-team", "/ack 1")
    await clear(desk)
    assert await ways_of(desk) == {"push": 1, "mail": 0}


async def test_an_alert_that_is_given_back_calls_by_all_ways_again(desk: Conversation):
    """In messages of their own: an edit rings nobody. In the chat, too, where its card stands already."""
    await ring(set_up(desk, mia=MIA))
    desk.clock.step(5)
    await desk.say("ben", "acme-team", "/ack 1")
    desk.clock.step(5)
    await desk.say("ben", "acme-team", "/unack 1")
    assert await told(desk, "push/mia") == [
        "1 · checkout page · shop.acme.example · ▲ DOWN", "◐ Ben has 1: checkout page",
        "1 · checkout page · shop.acme.example · ▲ DOWN",
    ]  # fmt: skip
    (again,) = [p for p in await desk.posts("dm-mia") if p.key.startswith("alert/1/told/")]
    assert "nobody has it" in again.words
    assert "Acknowledge" in again.buttons
    await desk.wait(61)
    assert (await ways_of(desk))["mail"] == 1


async def test_to_be_called_again_puts_off_no_way_that_is_to_come(desk: Conversation):
    """Her team is called two minutes after her; the mail that was to come after three comes then."""
    late = replace(MIA, by_severity={Severity.CRITICAL: (Way("chat"), Way("mail", 180))})
    await ring(set_up(desk, mia=late))
    await desk.wait(121)
    assert (await ways_of(desk))["mail"] == 0
    await desk.wait(60)
    assert (await ways_of(desk))["mail"] == 1


async def test_whoever_is_handed_an_alert_hears_it_by_all_their_ways(desk: Conversation):
    """Nobody else is called from then on, and they may be asleep."""
    await ring(set_up(desk, mia=replace(MIA, by_severity={Severity.CRITICAL: (Way("chat"), Way("mail", 180))})))
    await desk.say("ben", "acme-team", "/ack 1")
    desk.config = reached(desk.config, mia=MIA)
    await desk.say("ben", "acme-team", "/handover 1 mia")
    assert await ways_of(desk) == {"push": 1, "mail": 1}
    assert "Ben calls you to 1" in (await told(desk, "push/mia"))[0]


async def test_a_colleague_who_calls_somebody_to_what_is_taken_rings_all_their_ways_at_once(desk: Conversation):
    await ring(set_up(desk, tom=MIA))
    await desk.say("ben", "acme-team", "/ack 1")
    desk.clock.step(5)
    answer = await desk.say("ben", "acme-team", "/page 1 tom")
    assert answer.status == 200, answer.error
    assert await ways_of(desk, "tom") == {"push": 1, "mail": 1}
    assert [words for words in await told(desk, "push/tom") if "has 1" in words] == [], "that he knows"


# --- what became of a call


async def became(desk: Conversation, place: str, state: str, *, account: bool = False) -> None:
    """The outbox has settled the newest message there."""
    key = (await desk.posts(place))[-1].key
    told = Settled(key, place, state, "550 no such user", account)
    await desk.store.write(lambda tx: settled.run(tx, as_desk(tx, desk.config, "outbox"), told))


async def thread(desk: Conversation) -> list[str]:
    return [p.words for p in await desk.posts("acme-team") if p.under == "alert/1"]


@pytest.mark.parametrize(("state", "account"), [("failed", False), ("set_aside", False), ("waits", True)])
async def test_when_a_way_does_not_reach_somebody_the_next_one_does_not_wait_for_its_time(desk, state, account):
    await ring(set_up(desk, mia=MIA))
    await became(desk, "push/mia", state, account=account)
    await desk.wait(0)
    assert (await ways_of(desk))["mail"] == 1
    if state != "waits":
        assert "Deskbell: Mia was not told by push: 550 no such user" in await thread(desk)


async def test_a_way_that_waits_a_moment_hurries_nothing(desk: Conversation):
    await ring(set_up(desk, mia=MIA))
    await became(desk, "push/mia", "waits")
    await desk.wait(0)
    assert (await ways_of(desk))["mail"] == 0


@pytest.mark.parametrize(("minutes", "mails"), [(1, 1), (6, 0)])
async def test_a_way_that_fails_hurries_none_that_quiet_hours_hold_now(desk: Conversation, minutes, mails):
    """Called at five to ten: at four minutes to, the mail comes at once; at one past ten it waits for the morning."""
    late = replace(MIA, usual=(Way("push"), Way("mail", 600)), quiet=(NIGHTS,))
    set_up(desk, Severity.HIGH, mia=late)
    desk.clock.at = datetime(2026, 11, 2, 20, 55, tzinfo=UTC)
    await ring(desk)
    desk.clock.step(minutes * 60)
    await became(desk, "push/mia", "failed")
    await desk.wait(0)
    assert (await ways_of(desk))["mail"] == mails


async def test_of_a_call_of_which_nobody_knows_the_record_says_so(desk: Conversation):
    await ring(set_up(desk, mia=MIA))
    await became(desk, "push/mia", "unknown")
    assert any("nobody knows whether Mia was told by push" in words for words in await thread(desk))
    await desk.wait(0)
    assert (await ways_of(desk))["mail"] == 0


async def test_what_becomes_of_a_call_after_somebody_has_it_hurries_nothing(desk: Conversation):
    await ring(set_up(desk, mia=MIA))
    key = (await desk.posts("push/mia"))[0].key
    await desk.say("ben", "acme-team", "/ack 1")
    told = Settled(key, "push/mia", "failed", "550 no such user")
    await desk.store.write(lambda tx: settled.run(tx, as_desk(tx, desk.config, "outbox"), told))
    await desk.wait(0)
    assert (await ways_of(desk))["mail"] == 0


# --- trying them


async def test_trying_rings_every_way_now_and_as_loudly_as_what_is_critical(desk: Conversation):
    """Whatever the quiet hours: whoever asks for it is awake."""
    set_up(desk, mia=replace(MIA, quiet=(NIGHTS,)))
    desk.clock.at = NIGHT
    answer = await desk.say("mia", "acme-team", "/test page me")
    assert "Trying chat, push, mail now." in desk.words(answer.reply)
    assert answer.reply.buttons == (), "it is nothing to be shown to others"
    for way in ("push", "mail"):
        (post,) = await desk.posts(f"{way}/mia")
        assert f"A test of your way {way} · TEST" in post.words
        assert "Severity: critical" in post.words
    card = (await desk.posts("dm-mia"))[-1].words
    assert "… 2 on the way" in card
    assert "chat · ✓ you read this" in card


async def test_one_tries_ones_own_ways_only(desk: Conversation):
    set_up(desk, mia=MIA)
    answer = await desk.say("ben", "acme-team", "/test page mia")
    assert answer.error == "You can try your own ways only: `/test page me`."
    assert await desk.posts("push/mia") == []


async def test_whoever_has_chat_alone_is_told_so(desk: Conversation):
    answer = await desk.say("ben", "dm-ben", "/test page me")
    assert "Chat is your only way." in desk.words(answer.reply)


async def test_to_try_a_rule_still_only_reads(desk: Conversation):
    await desk.say("ben", "acme-team", "/test ticket VPN drops")
    assert await desk.store.read(lambda tx: tx.rows("SELECT COUNT(*) FROM inbox")) == [(0,)]


# --- quiet hours


async def test_what_is_less_severe_waits_for_the_end_of_quiet_hours_and_is_told_then(desk: Conversation):
    set_up(desk, Severity.HIGH, mia=replace(MIA, quiet=(NIGHTS,)))
    desk.clock.at = NIGHT
    await ring(desk)
    assert "▲ DOWN" in (await desk.post("dm-mia", "alert/1")).words, "chat rings nobody out of bed"
    await desk.wait(3 * 3600)
    assert await ways_of(desk) == {"push": 0, "mail": 0}
    await desk.wait(3600)
    assert await ways_of(desk) == {"push": 1, "mail": 1}


async def test_what_somebody_has_by_then_is_not_told_in_the_morning(desk: Conversation):
    set_up(desk, Severity.HIGH, mia=replace(MIA, quiet=(NIGHTS,)))
    desk.clock.at = NIGHT
    await ring(desk)
    await desk.say("ben", "acme-team", "/ack 1")
    await desk.wait(6 * 3600)
    assert await ways_of(desk) == {"push": 0, "mail": 0}


async def test_quiet_hours_that_hold_all_ways_are_named_where_it_is_said_who_was_told(desk: Conversation):
    set_up(desk, Severity.HIGH, mia=replace(MIA, quiet=(replace(NIGHTS, chat=False),)))
    desk.clock.at = NIGHT
    await ring(desk)
    assert [p for p in await desk.posts("dm-mia") if p.key == "alert/1"] == []
    said = "told Mia (not yet: held by quiet hours: high waits for their end)"
    assert any(said in p.words for p in await desk.posts("acme-team"))
    await desk.wait(5 * 3600)
    assert "▲ DOWN" in (await desk.post("dm-mia", "alert/1")).words


async def test_critical_rings_in_the_night(desk: Conversation):
    set_up(desk, mia=replace(MIA, quiet=(NIGHTS,)))
    desk.clock.at = NIGHT
    await ring(desk)
    assert (await ways_of(desk))["push"] == 1


async def test_what_a_silence_hides_meanwhile_is_told_at_its_end(desk: Conversation):
    await ring(set_up(desk, mia=MIA))
    assert (await desk.say("ben", "acme-team", "/silence 1 10m Disk is swapped")).status == 200
    await desk.wait(300)
    assert (await ways_of(desk))["mail"] == 0
    await desk.wait(301)
    await desk.wait(60)
    assert (await ways_of(desk))["mail"] == 1
