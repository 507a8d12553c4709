"""The other ways in: from a message, by Home, by selects; and who is let in at all."""

import pytest

from bot.arrivals import Answer
from bot.door import Account
from bot.platforms.slack.accounts import described
from bot.platforms.slack.payloads import ABOUT, OPEN
from desk.cards import Button, Card, Form, FormField, Kind, parse_line, text
from tests.slack.harness import Book, slack_desk
from tests.slack.standin.eyes import words
from tests.standin.faults import Fault

CARD = Card("home/ann", "Your desk", lines=(text("Nothing is open."),), buttons=(Button("List", "list"),))
PICK = FormField("who", "Who?", Kind.CHOICE, choices=tuple((f"p{n}", f"Person {n}") for n in range(60)))


def told(answer):
    return Book(answer=lambda _: answer)


async def leaking(desk):
    """A thread in the channel, and its second message."""
    head = await desk.there.say(desk.ben, desk.room, "The boiler leaks & hisses\nsince Monday")
    second = await desk.there.say(desk.ann, desk.room, "seen it too, @ben", head.ts)
    await desk.settled()
    return head, second


async def test_a_reaction_opens_a_ticket_from_the_message():
    """With its first line, its author, its link and the thread so far; whoever reacts, a message has one."""
    async with slack_desk(told(Answer(reply=CARD))) as desk:
        head, _ = await leaking(desk)
        await desk.there.react(desk.ann, head, "ticket")
        await desk.settled()
        [came] = desk.book.taken
        assert (came.kind, came.person, came.key) == ("submit", "ann", f"slack/reaction/{desk.room}/{head.ts}")
        assert came.form.partition("~")[0] == "open"
        assert came.values["subject"] == "The boiler leaks & hisses"
        link, _, said, rest, reply = came.values["details"].split("\n")
        assert link == f"https://acme.slack.com/archives/{desk.room}/p{head.ts.replace('.', '')}"
        assert (said.split(": ")[1], rest) == ("The boiler leaks & hisses", "since Monday")
        assert (reply.startswith("ann, "), reply.endswith(": seen it too, @ben")) == (True, True)
        assert came.values["about"] == f"slack/{desk.room}|{head.ts}|ben"
        assert desk.book.pointed == [("ann", came.values["about"])], "else nobody believes it"
        assert "Your desk" in desk.there.eyes.ephemerals(desk.ann, desk.room)[0].words
        assert desk.book.log[0] == f"keep {came.key}"


@pytest.mark.parametrize("of", [0, 1], ids=["the head of a thread", "a reply in it"])
async def test_the_message_shortcut_asks_with_the_form_filled_in(of):
    form = Form("open~9", "What do you need?", (FormField("subject", "What?", value="x"),))
    async with slack_desk(told(Answer(form=form))) as desk:
        message = (await leaking(desk))[of]
        await desk.there.message_shortcut(desk.ben, message, ABOUT)
        await desk.settled()
        [came] = desk.book.taken
        asked = dict(parse_line(came.text).args)
        assert (came.kind, came.text.split()[0], asked["ask"]) == ("say", "/open", "yes")
        assert asked["subject"] == ("The boiler leaks & hisses", "seen it too, @ben")[of]
        assert asked["about"] == f"slack/{desk.room}|{message.ts}|{('ben', 'ann')[of]}"
        assert "since Monday" in asked["details"]
        assert desk.book.pointed == [("ben", asked["about"])], "else nobody believes it"
        assert desk.there.eyes.view(desk.ben).payload["callback_id"] == "open~9"


async def test_a_message_that_we_cannot_read_is_said_with_the_remedy():
    async with slack_desk() as desk:
        alone = desk.ws.add_channel("private", (desk.ann,), bot=False)
        message = await desk.there.say(desk.ann, alone.id, "it leaks")
        await desk.there.message_shortcut(desk.ann, message, ABOUT)
        await desk.settled()
        assert "Invite me" in desk.there.eyes.ephemerals(desk.ann)[0].words
        assert desk.book.taken == []


@pytest.mark.parametrize("fault", [Fault.RATE, Fault.ERROR], ids=lambda fault: fault.value)
async def test_a_reaction_that_slack_does_not_let_us_read_just_now_comes_again(fault):
    """It is not acknowledged, since a sentence would be all that came of it; the second time it is a ticket."""
    async with slack_desk(told(Answer(reply=CARD)), ack_seconds=0.3) as desk:
        head, _ = await leaking(desk)
        desk.ws.troubles.add(fault, "conversations.replies")
        await desk.there.react(desk.ann, head, "ticket")
        await desk.settled()
        assert [came.values["subject"] for came in desk.book.taken] == ["The boiler leaks & hisses"]


SECOND = [  # the ticket that the first reaction opened, what Ben is answered to `/show`, what he reads
    (17, Answer(reply=CARD), "Your desk", "which ticket it is"),
    (17, Answer(404, "There is no 17."), None, "nothing, for he may not see it"),
    (None, Answer(reply=CARD), None, "nothing, where there is none (yet)"),
]


@pytest.mark.parametrize(("number", "shown", "read"), [row[:3] for row in SECOND], ids=[row[3] for row in SECOND])
async def test_a_second_reaction_to_a_message_shows_the_ticket_that_it_has(number, shown, read):
    """Its thread says more than it did, so the inbox knows the key and not the content; nobody did anything wrong."""
    answers = iter((Answer(reply=CARD), Answer(409, "This id was used for something else already."), shown))
    async with slack_desk(Book(answer=lambda _: next(answers))) as desk:
        head, _ = await leaking(desk)
        key = f"slack/reaction/{desk.room}/{head.ts}"
        desk.book.opened = {(key, "ben"): number} if number else {}
        for user in (desk.ann, desk.ben):
            await desk.there.react(user, head, "ticket")
            await desk.settled()
        asked = [(a.key, a.person, a.kind, a.text) for a in desk.book.taken[2:]]
        assert asked == ([(f"{key}/{desk.ben}", "ben", "say", "/show number=17")] if number else [])
        assert len(desk.there.eyes.ephemerals(desk.ann)) == 1
        assert [read in s.words for s in desk.there.eyes.ephemerals(desk.ben)] == ([True] if read else [])


async def test_a_reaction_that_was_refused_does_not_keep_others_from_theirs():
    """Whoever may open a ticket from the message can still do so: the key is free again."""
    async with slack_desk() as desk:
        head, _ = await leaking(desk)
        await desk.there.react(desk.ann, head, "ticket")
        await desk.settled()
        assert desk.book.taken[0].again


async def test_a_shortcut_that_slack_does_not_let_us_read_just_now_says_so():
    async with slack_desk() as desk:
        head, _ = await leaking(desk)
        desk.ws.troubles.add(Fault.RATE, "conversations.replies")
        await desk.there.message_shortcut(desk.ann, head, ABOUT)
        await desk.settled()
        assert "just now" in desk.there.eyes.ephemerals(desk.ann)[0].words
        assert desk.book.taken == []


async def test_the_global_shortcut_opens_the_form():
    async with slack_desk(told(Answer(form=Form("open~9", "T", (FormField("subject", "What?"),))))) as desk:
        await desk.there.shortcut(desk.ann, OPEN)
        await desk.settled()
        assert (desk.book.taken[0].text, desk.book.taken[0].place) == ("/open", f"slack/@{desk.ann}")
        assert desk.there.eyes.view(desk.ann) is not None


async def test_home_is_drawn_when_it_is_opened_and_again_after_a_deed():
    """Each time it is asked for anew; whoever never opened theirs has none drawn."""
    async with slack_desk(told(Answer(reply=CARD))) as desk:
        await desk.there.open_home(desk.ann)
        await desk.settled()
        assert "Nothing is open." in words(desk.there.eyes.home(desk.ann))
        await desk.there.press(desk.ann, desk.there.eyes.home(desk.ann), "List")
        await desk.there.slash(desk.ben, desk.room, "/desk", "list")
        await desk.settled()
        lines = [(a.person, a.text) for a in desk.book.taken]
        assert sorted(lines) == [("ann", "/home"), ("ann", "/home"), ("ann", "/list"), ("ben", "/list")]
        assert len({a.key for a in desk.book.taken}) == 4
        assert desk.there.eyes.home(desk.ben) is None
        assert "Your desk" in desk.there.eyes.direct(desk.ann)[-1].words, "no channel: the answer comes directly"


async def test_whoever_may_not_act_reads_why_on_their_home_and_is_written_to_by_nobody():
    """Opening a page is no deed: it is answered where it was asked."""
    async with slack_desk() as desk:
        desk.ws.users[desk.ann].deleted = True
        await desk.there.open_home(desk.ann)
        await desk.settled()
        assert "deactivated" in words(desk.there.eyes.home(desk.ann))
        assert desk.there.eyes.direct(desk.ann) == []


async def test_what_changed_about_an_account_while_nobody_heard_is_asked_for():
    """Known to the store as a member, by now a guest: said to the store after the first deed, and not asked twice."""
    async with slack_desk(told(Answer(reply=CARD))) as desk:
        desk.book.accounts[desk.ann] = Account("slack", "T001", desk.ann, "ann", "UTC")
        desk.ws.users[desk.ann].is_restricted = True
        for _ in range(2):
            await desk.there.slash(desk.ann, desk.room, "/desk", "list")
            await desk.settled()
        assert desk.book.accounts[desk.ann].outsider
        assert len(desk.calls("users.info")) == 1


async def test_many_choices_are_loaded_while_somebody_types():
    form = Form("assign~9", "Whose?", (PICK,))
    async with slack_desk(told(Answer(form=form))) as desk:
        desk.book.offered = [("mia", "Mia Ito")]
        await desk.there.slash(desk.ann, desk.room, "/desk", "assign")
        await desk.settled()
        view = desk.there.eyes.view(desk.ann)
        assert await desk.there.options(desk.ann, view, "who", "mi") == [("mia", "Mia Ito")]
        assert desk.book.asked == [("ann", desk.room, "assign", "who", "mi")]


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [({"is_bot": True}, "a bot"), ({"deleted": True}, "deactivated")],
)
async def test_whoever_may_not_act_is_told_so_and_nothing_is_done(flags, sentence):
    async with slack_desk() as desk:
        for name, value in flags.items():
            setattr(desk.ws.users[desk.ann], name, value)
        command = desk.there.people.slash(desk.ben, desk.room, "/desk", "list")
        command.payload["user_id"] = desk.ann
        assert (await desk.there.deliver(command)).error == ""
        await desk.settled()
        assert (desk.book.taken, desk.book.log) == ([], [f"refuse {desk.ann} slack/{desk.room}"])
        assert sentence in desk.calls("response_url")[0]["text"]


USER = {"id": "U1", "team_id": "T001", "tz": "Europe/Rome", "profile": {"display_name": "", "real_name": "Zoe Ng"}}
ZOE = Account("slack", "T001", "U1", "Zoe Ng", "Europe/Rome")


@pytest.mark.parametrize(
    ("more", "outsider", "refused"),
    [
        ({}, False, ""),
        ({"is_restricted": True}, True, ""),  # a guest of several channels
        ({"is_ultra_restricted": True}, True, ""),  # of one
        ({"is_stranger": True}, True, ""),  # from a shared channel
        ({"team_id": "T002"}, True, ""),
        ({"team_id": "E1", "enterprise_user": {"teams": ["T001"]}}, False, ""),  # one organisation, our workspace in it
        ({"deleted": True}, False, "deactivated"),
        ({"is_bot": True}, False, "a bot"),
        ({"id": "USLACKBOT"}, False, "a bot"),
    ],
)
def test_an_account_is_what_slack_says_of_it(more, outsider, refused):
    found = described(USER | more, "slack", "T001")
    assert (found.name, found.zone, found.workspace) == (ZOE.name, ZOE.zone, "T001")
    assert (found.outsider, found.refused) == (outsider, refused)


async def test_a_change_of_an_account_is_told_to_the_store():
    async with slack_desk() as desk:
        await desk.there.slash(desk.ann, desk.room, "/desk", "list")
        for delivery in desk.there.people.deactivate(desk.ann):
            await desk.there.deliver(delivery)
        await desk.settled()
        assert desk.book.accounts[desk.ann].refused == "deactivated"


@pytest.mark.parametrize("way", ["command", "direct"])
async def test_somebody_unknown_may_say_the_code_that_makes_them_known(way):
    async with slack_desk() as desk:
        if way == "command":
            await desk.there.slash(desk.ann, desk.room, "/desk", "link 7F3K", copies=3)
        else:
            await desk.there.say(desk.ann, desk.ws.direct(desk.ann).id, "link 7F3K", copies=3)
        await desk.settled()
        assert (desk.book.linked, desk.book.taken) == ([f"{desk.ann} /link 7F3K"], []), "once, of three times"
        seen = [*desk.there.eyes.ephemerals(desk.ann), *desk.there.eyes.direct(desk.ann)]
        assert any("You are known here" in s.words for s in seen)


async def test_an_answer_that_became_ready_later_finds_its_asker():
    async with slack_desk() as desk:
        await desk.there.slash(desk.ann, desk.room, "/desk", "list")
        await desk.there.say(desk.ann, desk.ws.direct(desk.ann).id, "VPN")
        await desk.settled()
        for came in desk.book.taken:
            await desk.platform.answer(came, Answer(reply=CARD))
        assert "Your desk" in desk.there.eyes.ephemerals(desk.ann, desk.room)[0].words
        assert "Your desk" in desk.there.eyes.direct(desk.ann)[-1].words


@pytest.mark.parametrize("error", ["not_in_channel", "user_not_in_channel", "channel_not_found"])
async def test_what_cannot_be_said_in_the_channel_is_said_directly(error):
    async with slack_desk(told(Answer(reply=CARD))) as desk:
        desk.ws.troubles.add(Fault.REFUSE, "chat.postEphemeral", error=error)
        await desk.there.say(desk.ann, desk.room, "@deskbell help")
        await desk.settled()
        assert "Your desk" in desk.there.eyes.direct(desk.ann)[-1].words
        assert desk.there.eyes.ephemerals(desk.ann) == []


async def test_a_response_url_that_takes_nothing_any_more_is_not_the_only_way():
    async with slack_desk(told(Answer(reply=CARD))) as desk:
        desk.ws.troubles.add(Fault.ERROR, "response_url", status=404, error="expired_url")
        await desk.there.slash(desk.ann, desk.room, "/desk", "list")
        await desk.settled()
        assert "Your desk" in desk.there.eyes.ephemerals(desk.ann, desk.room)[0].words
