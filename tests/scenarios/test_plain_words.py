"""What people read is a sentence that is so, says whose and until when, and advises what works."""

from dataclasses import replace

import pytest

from desk.alerts import Status
from desk.people import Person, Role
from desk.tickets import State
from tests.conversation import Conversation

VERA = Person("vera", "Vera Lang", client="acme", roles={"acme": frozenset({Role.MANAGER})})


async def opened(desk: Conversation, subject: str = "VPN drops every hour") -> None:
    answer = await desk.say("ann", "dm-ann", f"/open {subject}")
    assert answer.status == 200, answer.error


# --- what is late


async def test_what_is_late_says_what_was_promised_and_when_the_rest_is_due(desk: Conversation):
    """To its requester in a sentence; to the team beside each promise, also once the answer came too late."""
    await opened(desk)
    await desk.wait(5 * 60)
    shown = desk.words((await desk.say("ann", "dm-ann", "/show 1")).reply)
    assert (
        "We promised a first answer by 09:03 (2 min ago), and are late. It has been passed on. We solve it by 11:00."
    ) in shown
    card = (await desk.say("ben", "acme-team", "/show 1")).reply
    late = "First answer: ▲ late: promised by 09:03 (2 min ago)\nSolution: by 11:00 (1 h 55 min left)"
    assert late in desk.words(card)
    await desk.say("ben", "acme-team", "/reply 1 Please restart the client")
    card = (await desk.say("ben", "acme-team", "/show 1")).reply
    assert "First answer: ▲ too late, 09:05; promised by 09:03" in desk.words(card)


async def test_two_promises_that_are_late_are_both_named(desk: Conversation):
    await opened(desk)
    await desk.wait(3 * 3600)
    shown = desk.words((await desk.say("ann", "dm-ann", "/show 1")).reply)
    assert "a first answer by 09:03 (2 h 57 min ago) and a solution by 11:00 (1 h ago), and are late." in shown


# --- what is waited for


async def test_what_is_asked_of_the_requester_reaches_them_with_what_to_do(desk: Conversation):
    """As a reply, which answers as any other; on their card until they have written."""
    await opened(desk)
    answer = await desk.say("ben", "acme-team", '/pending 1 customer "please send a screenshot"')
    assert answer.status == 200, answer.error
    said = [p for p in await desk.posts("dm-ann") if p.key != "ticket/1"]
    assert [(p.author, p.words) for p in said] == [("ben", "please send a screenshot")]
    card = await desk.post("dm-ann", "ticket/1")
    assert "◌ waiting for you" in card.words
    assert "We need from you: “please send a screenshot” Write it here, and we go on;" in card.words
    assert "until then the time we promised waits." in card.words
    assert "First answer: ✓ in time" in desk.words(answer.reply)
    assert desk.words(answer.reply).count("screenshot") == 1
    await desk.say("ann", "dm-ann", "here it is", thread="ticket/1")
    assert "We need" not in (await desk.post("dm-ann", "ticket/1")).words


async def test_what_was_said_in_a_reply_is_not_said_again_by_waiting_for_it(desk: Conversation):
    await opened(desk)
    await desk.say("ben", "acme-team", "/reply 1 Which floor?")
    await desk.say("ben", "acme-team", "/pending 1 customer Which floor?")
    assert [p.words for p in await desk.posts("dm-ann") if p.author] == ["Which floor?"]
    assert "We need from you: “Which floor?”" in (await desk.post("dm-ann", "ticket/1")).words


async def test_another_question_takes_the_place_of_the_one_that_waits(desk: Conversation):
    """The requester is told it too, and the team's card has no other."""
    await opened(desk)
    await desk.say("ben", "acme-team", "/pending 1 customer Which floor?")
    await desk.say("ben", "acme-team", "/pending 1 customer And which room?")
    assert [p.words for p in await desk.posts("dm-ann") if p.author] == ["Which floor?", "And which room?"]
    for channel, words in (("dm-ann", "We need from you: “And which room?”"), ("acme-team", "customer: And which")):
        card = await desk.post(channel, "ticket/1")
        assert words in card.words
        assert "floor" not in card.words


async def test_what_others_are_waited_for_is_the_teams_and_hides_no_question(desk: Conversation):
    """Two waits at once: the requester still reads what is asked of them, and nothing of the vendor."""
    await opened(desk)
    await desk.say("ben", "acme-team", "/pending 1 customer Which floor?")
    await desk.say("ben", "acme-team", "/pending 1 vendor SECRET part")
    card = await desk.post("dm-ann", "ticket/1")
    assert "We need from you: “Which floor?”" in card.words
    assert not [p for p in await desk.posts("dm-ann") if "SECRET" in p.words]
    await desk.say("ann", "dm-ann", "the third", thread="ticket/1")
    ticket = await desk.store.read(lambda tx: tx.ticket(1))
    assert (ticket.state, dict(ticket.reasons).get("asked")) == (State.PENDING, None)


async def test_a_wait_for_the_customer_asks_what_they_are_to_be_told(desk: Conversation):
    await opened(desk)
    refused = await desk.say("ben", "acme-team", "/pending 1 customer")
    assert refused.error == "What do we need from Ann? A few words: Ann gets them as a reply."


# --- what one may do


@pytest.mark.parametrize(
    ("person", "never", "still"),
    [
        ("ann", {"watch", "note", "send", "claim", "sla"}, {"reply", "unwatch", "confirm"}),
        ("dora", {"note", "send", "claim", "sla"}, {"reply", "watch"}),
        ("vera", {"note", "send", "claim", "ack"}, {"reply", "watch", "sla", "report"}),  # of the client itself
        ("rosa", {"send", "claim", "ack"}, {"note", "watch", "sla"}),  # hers are notes, and no replies
        ("ben", {"approve"}, {"send", "note", "watch"}),
    ],
)
async def test_help_lists_what_one_may_do_somewhere(desk: Conversation, person: str, never: set[str], still: set[str]):
    desk.config = replace(desk.config, people={**desk.config.people, "vera": VERA})
    card = (await desk.say(person, f"dm-{person}", "/help")).reply
    listed = {"".join(row[1]).split()[0].removeprefix("/") for row in card.table}
    assert listed & never == set()
    assert still <= listed


# --- what is wrong, and what would work


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/rate 1 6", "How was it? A number from 1 to 5 is wanted here, not “6”."),
        ("/rate 1 stars=many", "How was it? A number from 1 to 5 is wanted here, not “many”."),
        ("/rate number=many 5", "Number: a number is wanted here, not “many”."),
        ("/rate number=0 5", "Number: there is no number 0."),
        ("/escalate 1 x", "Why it cannot wait: this needs a few words."),
        ("/reply 1 " + "x" * 4001, "Your words: that is longer than 4,000 characters; put the rest into a reply."),
        ("/relate 1 sibling 2", "What is it? “sibling” is not one of duplicate, caused_by, related or alert."),
        ("/claim 1 now", "I can't place “now” there. It takes: Number."),
        ("/watch 1 mia now", "I can't place “now” there. It takes: Number, Who."),
    ],
)
async def test_what_does_not_fit_is_named_as_the_form_names_it(desk: Conversation, line: str, sentence: str):
    """Not by the name that it has in a line."""
    await opened(desk)
    assert (await desk.say("ben", "acme-team", line)).error == sentence


async def test_a_refusal_advises_what_works(desk: Conversation):
    """Each of these lines named another one that was refused, too, or none at all."""
    for subject in ("VPN drops every hour", "the VPN again", "and again"):
        await opened(desk, subject)
    await desk.look("shop", Status.FAILED, "no answer")
    await desk.look("shop", Status.FAILED, "no answer")
    await desk.say("ben", "acme-team", "/merge 1 into 2 sure=yes")
    await desk.say("ben", "acme-team", "/merge 2 into 3 sure=yes")
    refused = {
        "/claim 1": "1 was merged into 3 and goes on there. `/claim 3` takes that one.",
        "/assign 1 mia": "1 is merged. It goes on in 2.",
        "/assign 3 nobody": "`/unassign 3` gives it back, so that nobody has it.",
        "/relate 3 caused_by 4": "4 is an alert. `/relate 3 alert 4` says that 3 is for it.",
        "/relate 4 related 3": "4 is an alert. `/relate 3 alert 4` says that 3 is for it.",
        "/relate 3 alert 2": "2 is a ticket. `/relate 3 related 2` ties the two together.",
        "/relate 3 alert 3": "3 has nothing to do with itself. Name another number.",
    }
    for line, sentence in refused.items():
        assert (await desk.say("ben", "acme-team", line)).error == sentence, line
    for line in ("/relate 3 alert 4", "/relate 3 related 2", "/claim 3", "/unassign 3"):
        assert (await desk.say("ben", "acme-team", line)).status == 200, line


async def test_what_is_closed_is_not_advised_to_be_reopened(desk: Conversation):
    await opened(desk)
    await desk.say("ben", "acme-team", "/resolve 1 Done")
    assert "`/reopen 1` comes before" in (await desk.say("mia", "acme-team", "/assign 1 ben")).error
    await desk.say("ann", "dm-ann", "/confirm 1")
    for line in ("/claim 1", "/assign 1 ben", "/pending 1 vendor x", "/priority 1 P1 x", "/escalate 1 hurry up"):
        error = (await desk.say("mia", "acme-team", line)).error
        assert error.startswith("1 is closed. That is final"), line
        assert "/reopen" not in error


# --- said twice


async def test_who_escalates_twice_reads_who_was_told_and_nobody_is_told_again(desk: Conversation):
    """Until something has changed: then the next people are told. The time is Ben's, in Berlin."""
    await opened(desk)
    await desk.say("ben", "acme-team", "/escalate 1 Nobody can work")
    told = {person: len(await desk.posts(f"dm-{person}")) for person in desk.config.people}
    desk.clock.step(300)
    await desk.say("ben", "acme-team", "a note, which changes nothing", thread="ticket/1")
    twice = await desk.say("ben", "acme-team", "/escalate 1 Still nobody can work")
    assert twice.status == 409
    assert twice.error.startswith("At 10:00 you escalated it (Mia told): Nobody can work. Nothing has changed since")
    assert {person: len(await desk.posts(f"dm-{person}")) for person in desk.config.people} == told
    await desk.say("mia", "acme-team", "/claim 1")
    assert (await desk.say("ben", "acme-team", "/escalate 1 Still nobody can work")).status == 200


async def test_a_requester_who_escalates_twice_is_told_when_and_no_names(desk: Conversation):
    await opened(desk)
    await desk.say("ann", "dm-ann", "/escalate 1 Nobody can work")
    desk.clock.step(300)
    twice = await desk.say("ann", "dm-ann", "/escalate 1 Really nobody")
    assert twice.status == 409
    assert twice.error.startswith("At 09:00 you escalated it, and the next people were told. Nothing has changed")
    assert (await desk.say("mia", "acme-team", "/escalate 1 She is right")).status == 200, "others may"


# --- whose


async def test_a_list_of_all_of_a_clients_tickets_says_so(desk: Conversation):
    await opened(desk)
    for person, title in (("dora", "All tickets of Acme Web Shops"), ("ann", "Your tickets"), ("ben", "Open work")):
        card = (await desk.say(person, f"dm-{person}", "/list")).reply
        assert card.title == title
        assert len(card.table) == 1


# --- what it is called


@pytest.mark.parametrize(
    ("words", "subject", "details"),
    [
        ("VPN drops\nIt began on Monday", "VPN drops", "It began on Monday"),
        ("VPN drops. It began on Monday", "VPN drops. It began on Monday", ""),  # short enough to be read at a glance
        (
            "The VPN drops every hour. It began on Monday after the update, and I have restarted it twice already",
            "The VPN drops every hour",
            "The VPN drops every hour. It began on Monday after the update, and I have restarted it twice already",
        ),
        (
            "Hi there. The VPN drops every hour! It began on Monday after the update, and I have restarted it twice",
            "Hi there. The VPN drops every hour!",
            "Hi there. The VPN drops every hour! It began on Monday after the update, and I have restarted it twice",
        ),
    ],
)
async def test_words_in_a_conversation_are_called_by_their_first_line_or_sentence(
    desk: Conversation, words: str, subject: str, details: str
):
    """No word is lost: what the subject leaves out stands in the details."""
    form = (await desk.say("ann", "dm-ann", words)).form
    known = {field.name: field.value for field in form.fields}
    assert (known["subject"], known["details"]) == (subject, details)


async def test_a_command_in_several_lines_opens_a_ticket_called_by_the_first(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open VPN drops\nIt began on Monday\nI restarted it")
    ticket = await desk.store.read(lambda tx: tx.ticket(1))
    assert (ticket.subject, ticket.details) == ("VPN drops", "It began on Monday\nI restarted it")
