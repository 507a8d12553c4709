"""What tickets have to do with each other, the words they are found by, and replies that were written beforehand."""

from dataclasses import replace

import pytest

from desk.canned import Canned
from desk.cards import Kind
from tests.conversation import Conversation
from tests.shape import stories


async def two(desk: Conversation) -> None:
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    await desk.say("carl", "dm-carl", "/open No connection from home")


@pytest.mark.parametrize(
    ("line", "one", "other"),
    [
        ("/relate 1 duplicate 2", "Duplicate of 2", "Duplicated by 1"),
        ("/relate 1 duplicate of 2", "Duplicate of 2", "Duplicated by 1"),
        ("/relate 1 caused_by 2", "Caused by 2", "The cause of 1"),
        ("/relate 1 caused by 2", "Caused by 2", "The cause of 1"),
        ("/relate #1 related to #2", "Related to 2", "Related to 1"),
    ],
)
async def test_a_link_is_shown_on_both_sides_in_words_and_can_be_taken_back(desk: Conversation, line, one, other):
    await two(desk)
    answer = await desk.say("ben", "acme-team", line)
    assert answer.status == 200, answer.error
    assert one in (await desk.post("acme-team", "ticket/1")).words
    assert other in (await desk.post("acme-team", "ticket/2")).words
    assert one not in (await desk.post("dm-ann", "ticket/1")).words
    again = await desk.say("ben", "acme-team", line)
    assert again.status == 409
    assert "already" in again.error
    assert (await desk.say("ben", "acme-team", f"{line} undo=yes")).status == 200
    assert one not in (await desk.post("acme-team", "ticket/1")).words
    assert other not in (await desk.post("acme-team", "ticket/2")).words
    assert "it has no links" in (await desk.say("ben", "acme-team", f"{line} undo=yes")).error


async def test_a_ticket_and_the_alert_it_is_for_name_each_other(desk: Conversation):
    """Alert 1, ticket 2: on both cards, and in the alert's thread."""
    await stories.ringing(desk)
    await desk.say("ann", "dm-ann", "/open The shop is slow")
    assert (await desk.say("ben", "acme-team", "/relate 2 alert 1")).status == 200
    assert "For alert 1" in (await desk.post("acme-team", "ticket/2")).words
    assert "Ticket 2" in (await desk.post("acme-team", "alert/1")).words
    assert [p for p in await desk.posts("acme-team") if p.under == "alert/1" and "ticket 2 is for it" in p.words]
    assert (await desk.say("ben", "acme-team", "/relate 2 alert 1 undo=yes")).status == 200
    assert "For alert 1" not in (await desk.post("acme-team", "ticket/2")).words
    assert "Ticket 2" not in (await desk.post("acme-team", "alert/1")).words


async def test_a_link_that_makes_no_sense_is_refused(desk: Conversation):
    await two(desk)
    await desk.say("gina", "dm-gina", "/open Lorry is lost")
    refusals = {
        "/relate 1 related 1": "nothing to do with itself",
        "/relate 1 related 3": "clients are kept apart",
        "/relate 1 alert 2": "2 is a ticket",
        "/relate 1 duplicate 99": "There is no 99 that you can see",
        "/relate 1 sibling 2": "is not one of",
    }
    for line, part in refusals.items():
        answer = await desk.say("ben", "noc", line)
        assert answer.status >= 400, line
        assert part in answer.error, line


async def test_tags_are_shown_to_the_team_found_and_taken_off(desk: Conversation):
    """Small words, whatever was typed; they are the team's, and its requester neither sees nor finds them."""
    await two(desk)
    assert (await desk.say("ben", "acme-team", "/tag 1 VPN, #home-office")).status == 200
    assert "#vpn #home-office" in (await desk.post("acme-team", "ticket/1")).words
    assert "vpn" not in (await desk.post("dm-ann", "ticket/1")).words
    assert "#" not in (await desk.post("dm-ann", "ticket/1")).words
    found = await desk.say("ben", "acme-team", "/find tag:vpn")
    assert [row[0] for row in found.reply.table] == [("1",)]
    assert (await desk.say("ben", "acme-team", "/untag 1 vpn")).status == 200
    assert "#vpn" not in (await desk.post("acme-team", "ticket/1")).words
    refusals = {
        "/tag 1 home-office": "has home-office already",
        "/tag 1 Büro": "is no tag",
        "/untag 1 vpn": "it has home-office",
        "/tag 1 a b c d e f g h i j": "10 are enough",
        "/tag 1 #": "Which tags?",
    }
    for line, part in refusals.items():
        answer = await desk.say("ben", "acme-team", line)
        assert answer.status >= 400, line
        assert part in answer.error, line


async def test_a_canned_reply_is_filled_in_read_over_and_sent_as_a_reply(desk: Conversation):
    """Nothing is sent before the form is; what is sent counts as the first answer, and reads as any reply."""
    await two(desk)
    asked = await desk.say("ben", "acme-team", "/canned 1 need-more")
    assert asked.form is not None
    assert asked.form.id.startswith("reply~")
    (words,) = [f for f in asked.form.fields if f.name == "words"]
    assert words.kind is Kind.LONG
    assert words.value.startswith("Hello Ann, to find out why “VPN drops every hour” I need")
    assert not [p for p in await desk.posts("dm-ann") if "to find out" in p.words]
    sent = await desk.submit("ben", "acme-team", asked.form.id, number="1", words=f"{words.value} Thank you.")
    assert sent.status == 200
    heard = [p for p in await desk.posts("dm-ann") if "to find out" in p.words]
    assert [(p.author, p.under) for p in heard] == [("ben", "ticket/1")]
    assert heard[0].words.endswith("Thank you.")
    assert "First answer: ✓ in time" in (await desk.post("acme-team", "ticket/1")).words


async def test_what_a_ticket_says_is_inert_in_a_canned_reply(desk: Conversation):
    """One pass, known names: braces in a subject are braces, and no attribute is reached through them."""
    await desk.say("ann", "dm-ann", "/open {number} {me.__class__} {0} {{desk}}")
    asked = await desk.say("ben", "acme-team", "/canned 1 need-more")
    (words,) = [f.value for f in asked.form.fields if f.name == "words"]
    assert "“{number} {me.__class__} {0} {{desk}}”" in words


async def test_which_canned_replies_there_are_depends_on_the_client(desk: Conversation):
    """Without a name they are offered; one of another client is as absent as one that does not exist."""
    only = Canned("lorries", "About lorries", "Dear {requester}", ("globex",))
    desk.config = replace(desk.config, canned={**desk.config.canned, "lorries": only})
    await two(desk)
    offered = await desk.say("ben", "acme-team", "/canned 1")
    (field,) = [f for f in offered.form.fields if f.name == "reply"]
    assert {"password-reset", "need-more"} <= {value for value, _ in field.choices}
    theirs = await desk.say("ben", "acme-team", "/canned 1 lorries")
    none = await desk.say("ben", "acme-team", "/canned 1 lorriez")
    assert theirs.status == none.status == 404
    assert theirs.error.replace("lorries", "lorriez") == none.error
    assert "did you mean `password-reset`?" in (await desk.say("ben", "acme-team", "/canned 1 pasword-reset")).error
    assert (await desk.say("ann", "dm-ann", "/canned 1 need-more")).status == 403
