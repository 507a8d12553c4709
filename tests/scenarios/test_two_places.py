"""A ticket stands in two places: its requester's and the team's. What is said in one, who reads it where, and where it
is never read.
"""

from dataclasses import replace

import pytest

from bot.arrivals import File
from desk.cards import parse_line
from tests.conversation import Conversation
from tests.scenarios.places import (
    ABOUT,
    ALL_TEAM,
    HOME,
    REQUESTERS,
    ROOT,
    TEAM,
    heard,
    newest,
    on_slack,
    opened,
    points,
    roots,
)


@pytest.fixture
async def desk(desk: Conversation) -> Conversation:
    return await on_slack(desk)


# --- where the requester's side stands


async def test_a_ticket_opened_from_a_message_is_answered_in_its_thread_and_not_in_direct_channels(desk):
    """Card, reply and change stand under the message and on Ann's own page of the web chat; her accounts stay quiet."""
    await opened(desk)
    await desk.say("ben", "acme-team", "/reply 1 Restart it")
    await desk.say("ben", "acme-team", "/resolve 1 Works again")
    rows = await roots(desk, HOME)
    assert rows[0] == ("ticket/1", None, ROOT)
    assert {row[1:] for row in rows[1:]} == {("ticket/1", None)}
    for words in ("VPN drops", "Restart it", "solved: Works again"):
        assert await heard(desk, words, *REQUESTERS) == ["dm-ann", HOME], words


async def test_a_ticket_opened_from_no_message_stands_wherever_its_requester_is(desk):
    await desk.say("ann", "dm-ann", "/open VPN drops")
    await desk.say("ben", "acme-team", "/reply 1 Restart it")
    for words in ("VPN drops", "Restart it"):
        assert await heard(desk, words, *REQUESTERS) == ["dm-ann", "slack/@U1", "slack/@U2"], words
    assert "read" not in (await desk.post("dm-ann", "ticket/1")).words


async def test_both_sides_are_told_that_others_read_along(desk):
    """A reply to a ticket with a home is public in that channel: neither side has to guess."""
    await opened(desk)
    assert "We answer where you asked, in acme-help, where others can read it." in (await newest(desk, HOME)).words
    assert "Replies are read by all in acme-help" in (await desk.post("acme-team", "ticket/1")).words


async def test_a_confidential_ticket_is_never_in_a_channel(desk):
    await opened(desk, confidential="yes", subject="my salary looks wrong")
    assert await heard(desk, "salary", *REQUESTERS) == ["dm-ann", "slack/@U1", "slack/@U2"]


async def test_everybody_is_asked_whether_it_is_confidential(desk):
    """A choice in the form; the message it came from travels along unseen."""
    form = (await desk.say("ann", "dm-ann", "my screen is black")).form
    assert [f.choices for f in form.fields if f.name == "confidential"] == [(("no", "no"), ("yes", "yes"))]
    assert "about" not in {f.name for f in form.fields}
    await points(desk, "ann", ABOUT)
    again = (await desk.submit("ann", "acme-help", "open", subject="", about=ABOUT)).form
    assert [(f.kind, f.value) for f in again.fields if f.name == "about"] == [("hidden", ABOUT)]
    assert again.title == "What do you need?"


async def test_a_home_that_is_no_longer_its_clients_hears_nothing_more(desk):
    """The operator gives the place to another client: the next word goes to Ann's own channels instead."""
    await opened(desk)
    channels = dict(desk.config.channels)
    channels["acme-help"] = replace(channels["acme-help"], places={})
    channels["globex-help"] = replace(channels["globex-help"], places={"slack": "C012"})
    desk.config = replace(desk.config, channels=channels)
    await desk.say("ben", "acme-team", "/reply 1 Restart it")
    assert await heard(desk, "Restart it", HOME, "dm-ann") == ["dm-ann"]


# --- in whose name, and how often


async def test_staff_open_a_ticket_in_the_name_of_the_author_and_the_same_message_opens_one(desk):
    """A reaction, a second one by somebody else, and the author's own: one ticket, and each is answered with it."""
    for person in ("ben", "mia", "ann"):
        await opened(desk, person)
    shown = await desk.say("ben", "acme-team", "/show 1")
    assert "Acme Web Shops · Ann" in desk.words(shown.reply)
    assert (await desk.say("ben", "acme-team", "/show 2")).status == 404


CLAIMS = ["a typed line", "a line that asks for the form", "a form", "a form in two steps"]


@pytest.mark.parametrize("pointer", [None, "ben", "carl"], ids=["nobody", "somebody of the staff", "a colleague"])
@pytest.mark.parametrize("way", CLAIMS)
async def test_nobody_is_believed_to_have_pointed_at_a_message_because_they_say_so(desk, way, pointer):
    """Not even its author, and not because somebody else did: no ticket, a sentence, and the message is still free."""
    if pointer:
        await points(desk, pointer, ABOUT)
    values = {"subject": "VPN drops", "about": ABOUT}
    if way == "a typed line":
        said = await desk.say("ann", "acme-help", f"/open about='{ABOUT}' VPN drops", place=HOME)
    elif way == "a line that asks for the form":
        form = (await desk.say("ann", "acme-help", f"/open about='{ABOUT}' VPN drops ask=yes", place=HOME)).form
        said = await desk.submit("ann", "acme-help", form.id, **{f.name: f.value for f in form.fields})
    elif way == "a form":
        said = await desk.submit("ann", "acme-help", "open", **values)
    else:
        form = (await desk.submit("ann", "acme-help", "open", **values, priority="P9")).form
        said = await desk.submit("ann", "acme-help", form.id, **values)
    assert (said.status, said.form, said.reply) == (403, None, None)
    assert "reaction" in said.error
    assert (await desk.say("ben", "acme-team", "/show 1")).status == 404
    await opened(desk)
    assert (await roots(desk, HOME))[0] == ("ticket/1", None, ROOT)


FORGED = [
    (f"{HOME}|{ROOT}|ann", "a requester names somebody else"),
    (f"{HOME}|{ROOT}|gina", "and one of another client"),
    ("slack/C777|5|carl", "a place of another client's"),
    (f"{TEAM}|5|carl", "the team's own channel"),
    ("slack/C000|5|carl", "a place that nobody knows"),
    ("acme-help|5|carl", "a channel of the web chat, where threads are the desk's"),
    ("slack/@U1|5|carl", "somebody's direct channel"),
    (f"{HOME}||carl", "no message"),
    (f"{HOME}|{ROOT}", "no author"),
    ("|||||", "nothing at all"),
]


@pytest.mark.parametrize(("about", "why"), FORGED, ids=[why for _, why in FORGED])
async def test_a_forged_message_gives_its_forger_a_plain_ticket_and_changes_nobody_elses(desk, about, why):
    """Carl gets a ticket of his own in his own channel, and Ann can still open hers from the message he named."""
    await opened(desk, "carl", about=about)
    places = ("dm-carl", *REQUESTERS, "slack/C777", "slack/C000", "acme-help")
    assert await heard(desk, "VPN drops", *places) == ["dm-carl"], why
    assert "Take it" in (await desk.post(TEAM, "ticket/1")).buttons
    await opened(desk, "ann")
    assert "2 · VPN drops" in (await desk.post("dm-ann", "ticket/2")).words
    assert await heard(desk, "VPN drops", HOME) == [HOME]


async def test_nobody_takes_the_thread_of_somebody_elses_ticket(desk):
    """Whoever claims to have written the message of a ticket, or names a thread that is made for one, has no home."""
    await opened(desk)
    for nth, message in enumerate((ROOT, "private:1", "private:x"), 2):
        await opened(desk, "carl", about=f"{HOME}|{message}|carl")
        assert "VPN drops" in (await desk.post("dm-carl", f"ticket/{nth}")).words
    assert [key for key, _, _ in await roots(desk, HOME)] == ["ticket/1"]


async def test_staff_name_nobody_of_another_client(desk):
    await opened(desk, "ben", about=f"{HOME}|{ROOT}|gina")
    assert await heard(desk, "VPN drops", "dm-ben", "dm-gina", HOME) == ["dm-ben"]


# --- words in the two threads


@pytest.mark.parametrize("about", ["", ABOUT], ids=["in direct channels", "at home in a channel"])
@pytest.mark.parametrize("state", ["new", "open", "pending", "resolved", "closed"])
async def test_what_staff_write_in_the_teams_thread_reaches_no_requester(desk, state, about):
    """Whatever it looks like and whatever the ticket's state: only a command or a press sends words out."""
    await opened(desk, about=about)
    story = {"open": ["/claim 1"], "pending": ["/pending 1 customer Which floor?"], "resolved": ["/resolve 1 Done"]}
    for line in story.get(state.replace("closed", "resolved"), []):
        await desk.say("ben", "acme-team", line)
    await desk.wait(3 * 86400 + 60 if state == "closed" else 0)
    lines = [
        "SECRET", "reply SECRET", "reply 1 SECRET", "Reply: SECRET", "@ann SECRET", "@Ann Lee SECRET", "Ann, SECRET",
        "ann SECRET", "\\/reply 1 SECRET", ">reply SECRET", "send to Ann SECRET", "number=1 words=SECRET", "!SECRET",
        "SECRET\n/reply 1 more",
    ]  # fmt: skip
    for nth, line in enumerate(lines):
        for where in ({}, {"place": TEAM, "message": f"{nth}"}):
            said = await desk.say("ben", "acme-team", line, thread="ticket/1", files=(SECRET_FILE,), **where)
            assert said.status == 200, said.error
    assert await heard(desk, "SECRET", *REQUESTERS) == []
    assert len(await heard(desk, "SECRET", *ALL_TEAM)) == 2
    assert "SECRET" not in desk.words((await desk.say("ann", "dm-ann", "/show 1")).reply)


SECRET_FILE = File("SECRET.txt", 5, "text/plain", "https://files.example/SECRET")


@pytest.mark.parametrize(
    "words", ["Restart it", "it's \"so\" $(odd)\n`two` lines=x here=yes", "here=yes", "#2", "ask=yes"]
)
async def test_under_a_note_its_author_alone_can_send_it_and_is_asked_first(desk, words):
    """The button names the note, whose words may hold anything; again, or by somebody else, it sends nothing."""
    await opened(desk, about="")
    answer = await desk.say("ben", "acme-team", words, thread="ticket/1", place=TEAM, message="7")
    (button,) = answer.reply.buttons
    assert (button.label, button.confirm) == ("Send to Ann…", "Ann reads this note then. Send it?")
    assert parse_line(button.line()).args == (("number", "1"), ("note", f"{TEAM}/7"))
    assert (await desk.say("mia", "acme-team", button.line(), thread="ticket/1")).status == 403
    done = await desk.say("ben", "acme-team", button.line(), thread="ticket/1")
    assert (done.status, done.reply.key, done.reply.title) == (200, answer.reply.key, "Ann reads this now")
    assert (await desk.say("ben", "acme-team", button.line(), thread="ticket/1")).status == 409
    sent = await newest(desk, "dm-ann")
    assert (sent.words, sent.author) == (words, "ben")
    assert await heard(desk, words, TEAM) == [TEAM], "the team sees that it was sent"


async def test_a_note_too_long_for_a_line_is_asked_for_again(desk):
    await opened(desk, about="")
    answer = await desk.say("ben", "acme-team", "'" * 3000, thread="ticket/1")
    assert [b.label for b in answer.reply.buttons] == ["Send to Ann…"]
    assert (await desk.say("ben", "acme-team", answer.reply.buttons[0].line())).form is not None


async def test_nobody_is_offered_to_send_what_would_be_refused(desk):
    """A manager may note and not reply; a closed ticket takes no reply; nobody sends notes to themselves."""
    await opened(desk, about="")
    assert (await desk.say("rosa", "acme-team", "she called me", thread="ticket/1")).reply is None
    await desk.say("ben", "acme-team", "/resolve 1 Done")
    await desk.wait(3 * 86400 + 60)
    assert (await desk.say("ben", "acme-team", "noted", thread="ticket/1")).reply is None
    await desk.say("ben", "acme-team", "/open client=acme my own chair")
    assert (await desk.say("ben", "acme-team", "noted", thread="ticket/2")).reply is None


async def test_a_note_is_read_wherever_the_team_is(desk):
    """Written on Slack, read in the web chat, and not said twice where it was written."""
    await opened(desk)
    await desk.say("ben", "acme-team", "the firewall", thread="ticket/1", place=TEAM, message="7")
    await desk.say("ben", "acme-team", "or the switch", thread="ticket/1")
    assert await heard(desk, "the firewall", *ALL_TEAM) == ["acme-team"]
    assert await heard(desk, "or the switch", *ALL_TEAM) == [TEAM]


async def test_what_the_requester_writes_at_home_reaches_the_team_and_is_not_said_twice(desk):
    await opened(desk)
    await desk.say("ben", "acme-team", "/pending 1 customer Which floor?")
    await desk.say("ann", "acme-help", "it is better", thread="ticket/1", place=HOME, message="2")
    assert await heard(desk, "it is better", *REQUESTERS, *ALL_TEAM) == ["dm-ann", *ALL_TEAM]
    assert "◐ open" in (await desk.post(HOME, "ticket/1")).words


async def test_what_the_requester_writes_from_one_account_is_read_at_the_other(desk):
    await opened(desk, about="")
    await desk.say("ann", "dm-ann", "it is better", thread="ticket/1", place="slack/@U2", message="2")
    assert await heard(desk, "it is better", *REQUESTERS, *ALL_TEAM) == ["dm-ann", "slack/@U1", *ALL_TEAM]


async def test_staff_who_write_at_home_answer(desk):
    """Both sides see it there anyway: it is the first answer."""
    await opened(desk)
    await desk.say("ben", "acme-help", "Restart it", thread="ticket/1", place=HOME, message="2")
    assert "First answer: ✓ in time" in (await desk.post("acme-team", "ticket/1")).words
    assert await heard(desk, "Restart it", *REQUESTERS, *ALL_TEAM) == ["dm-ann", *ALL_TEAM]


async def test_a_colleagues_words_at_home_are_on_the_record_and_change_nothing(desk):
    """Carl may not see the ticket, but reads its thread in his own channel: what he says there both sides read."""
    await opened(desk)
    await desk.say("ben", "acme-team", "/resolve 1 Done")
    before = (await desk.post("acme-team", "ticket/1")).words
    said = await desk.say("carl", "acme-help", "it drops for me too", thread="ticket/1", place=HOME, message="2")
    assert said.status == 200, said.error
    assert await heard(desk, "it drops for me too", *REQUESTERS, *ALL_TEAM) == ["dm-ann", *ALL_TEAM]
    assert "it drops for me too" in desk.words((await desk.say("ann", "dm-ann", "/show 1")).reply)
    assert (await desk.post("acme-team", "ticket/1")).words == before


@pytest.mark.parametrize(("person", "channel", "place", "status"), [
    ("carl", "dm-carl", "", 404), ("carl", "acme-help", "", 404), ("carl", "acme-help", "slack/C013", 404),
    ("carl", "acme-team", TEAM, 404), ("gina", "acme-help", HOME, 404), ("rosa", "acme-help", HOME, 200),
])  # fmt: skip
async def test_it_is_only_in_its_home_that_others_may_speak_of_a_ticket(desk, person, channel, place, status):
    """Elsewhere, and for another client's people everywhere, it is as absent as one that does not exist."""
    await opened(desk)
    said = await desk.say(person, channel, "me too", thread="ticket/1", place=place, message="2")
    assert said.status == status
    for line in ("/show 1", "/reply 1 me too", "/why 1"):
        assert (await desk.say("carl", "acme-help", line, place=HOME)).status == 404


async def test_a_colleague_cannot_speak_in_a_ticket_that_has_no_home(desk):
    await opened(desk, confidential="yes")
    assert (await desk.say("carl", "acme-help", "me too", thread="ticket/1", place=HOME)).status == 404


async def test_what_continues_a_closed_ticket_stays_in_its_thread(desk):
    await opened(desk)
    await desk.say("ben", "acme-team", "/resolve 1 Done")
    await desk.wait(3 * 86400 + 60)
    await desk.say("ann", "acme-help", "it drops again", thread="ticket/1", place=HOME, message="2")
    assert ("ticket/2", None, ROOT) in await roots(desk, HOME)
