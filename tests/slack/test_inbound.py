"""What people do in Slack and what they are told, through the real Bolt and SDK against the stand-in.

Row of docs/reliability.md: `a handler slower than a platform waits`, `the same event 1-4 times, in any order`.
"""

from dataclasses import dataclass

import pytest

from bot.arrivals import Answer, File
from bot.platforms import wire
from bot.platforms.contract import Outgoing
from desk.cards import Button, Card, Field, Form, FormField, Kind, text
from tests.slack.harness import Book, slack_desk
from tests.slack.standin.eyes import words
from tests.standin.faults import Fault

ACK = Button("Acknowledge", "ack", (("number", "42"),))
CARD = Card("alert/42", "Checkout", "▲ DOWN", 42, fields=(Field("Owner", text("Ben")),), buttons=(ACK,))
FORM = Form(
    "open~77", "What do you need?",
    (FormField("subject", "What is wrong?", value="VPN"), FormField("about", "", Kind.HIDDEN, value="x")),
    "Open ticket",
)  # fmt: skip


def always(answer):
    return Book(answer=lambda _: answer)


async def carded(desk, **more):
    """A card of ours in the channel, as Ann sees it."""
    there = Outgoing("send-key", f"slack/{desk.room}", None, 3, "alert/42", None, CARD, (), (), **more)
    ts = await desk.platform.out.post(there)
    return next(s for s in desk.there.eyes.seen(desk.ann, desk.room) if s.ts == ts)


async def test_a_command_is_stored_then_acknowledged_then_done():
    async with slack_desk(always(Answer(reply=CARD))) as desk:
        told = await desk.there.slash(desk.ann, desk.room, "/desk", "open VPN drops")
        assert desk.book.log[0].startswith("keep slack/trigger/")
        await desk.settled()
        [came] = desk.book.taken
        assert (told.error, came.kind, came.text, came.person) == ("", "say", "/open VPN drops", "ann")
        assert (came.channel, came.place) == (desk.room, f"slack/{desk.room}")
        [answer] = desk.there.eyes.ephemerals(desk.ann)
        assert "Checkout" in answer.words
        assert desk.there.eyes.seen(desk.ben, desk.room) == []


@pytest.mark.parametrize("what", ["command", "line", "press", "form"])
async def test_what_cannot_be_stored_is_not_acknowledged(what):
    """Slack says an event again, and whoever waits is told that it failed. Nothing is done."""
    async with slack_desk(always(Answer(form=FORM)), ack_seconds=0.3) as desk:
        card = await carded(desk)
        if what == "form":
            await desk.there.slash(desk.ann, desk.room, "/desk", "open")
            await desk.settled()
        desk.book.full, before = True, len(desk.book.taken)
        line = desk.there.people.say(desk.ann, desk.ws.direct(desk.ann).id, "VPN")[1][0]
        doing = {
            "command": lambda: desk.there.slash(desk.ann, desk.room, "/desk", "open VPN"),
            "press": lambda: desk.there.press(desk.ann, card, "Acknowledge"),
            "form": lambda: desk.there.submit(desk.ann, {"subject": "VPN"}),
            "line": lambda: desk.there.deliver(line),
        }[what]
        assert (await doing()).error == "timeout"
        assert len(desk.book.taken) == before


@dataclass
class SettledBetween(Book):
    """The card's arrival is stored right after the first look for its thread."""

    async def thread(self, place: str, thread: str) -> str | None:
        found = await super().thread(place, thread)
        if place in self.unsettled_places:
            self.unsettled_places.clear()
            self.threads[place, thread] = "ticket/17"
        return found


async def test_words_below_a_card_that_is_settled_between_two_looks_are_heard():
    """Not acknowledged and dropped as a line between people."""
    async with slack_desk(SettledBetween()) as desk:
        head = desk.there.people.say(desk.ann, desk.room, "a card of ours, as good as any message")[0].ts
        line = desk.there.people.say(desk.ann, desk.room, "it smokes", head)[1][0]
        desk.book.unsettled_places.add(f"slack/{desk.room}")
        assert (await desk.there.deliver(line)).error == ""
        await desk.settled()
        assert [(a.text, a.thread_key) for a in desk.book.taken] == [("it smokes", "ticket/17")]


@pytest.mark.parametrize("direct", [False, True], ids=["channel", "direct"])
async def test_words_below_a_message_that_is_not_settled_come_again(direct):
    """Its sending is unclear, so nobody knows yet whose thread it is: nothing is acknowledged and dropped."""
    async with slack_desk(ack_seconds=0.3) as desk:
        room = desk.ws.direct(desk.ann).id if direct else desk.room
        place = f"slack/@{desk.ann}" if direct else f"slack/{desk.room}"
        head = desk.there.people.say(desk.ann, room, "a card of ours, as good as any message")[0].ts
        line = desk.there.people.say(desk.ann, room, "it smokes", head)[1][0]
        desk.book.unsettled_places.add(place)
        assert (await desk.there.deliver(line)).error == "timeout"
        desk.book.unsettled_places.clear()
        desk.book.threads[place, head] = "ticket/17"
        assert (await desk.there.deliver(line)).error == ""
        await desk.settled()
        await desk.book.until(lambda: desk.book.taken)
        assert {(a.key, a.text, a.thread_key) for a in desk.book.taken} == {
            (f"slack/message/{room}/{line.payload['event']['ts']}", "it smokes", "ticket/17")
        }


@pytest.mark.parametrize("what", ["command", "line", "press", "form", "edit", "reaction"])
async def test_the_same_thing_four_times_is_one_arrival(what):
    """The key and the content are the same each time, over whichever socket it comes: the inbox knows it."""
    async with slack_desk(Book(answer=lambda a: Answer(form=FORM) if a.text == "/open" else Answer())) as desk:
        desk.book.threads[f"slack/@{desk.ann}", "1.000001"] = "ticket/17"
        card = await carded(desk)
        direct = desk.ws.direct(desk.ann).id
        line = await desk.there.say(desk.ben, desk.room, "it leaks")
        if what == "form":
            await desk.there.slash(desk.ann, desk.room, "/desk", "open")
            await desk.settled()
        if what == "edit":
            line = await desk.there.say(desk.ann, direct, "VPN")
        await desk.settled()
        desk.book.taken.clear()
        await {
            "command": lambda: desk.there.slash(desk.ann, desk.room, "/desk", "list", copies=4),
            "line": lambda: desk.there.say(desk.ann, direct, "VPN", copies=4),
            "press": lambda: desk.there.press(desk.ann, card, "Acknowledge", copies=4),
            "form": lambda: desk.there.submit(desk.ann, {"subject": "VPN"}, copies=4),
            "edit": lambda: desk.there.edit(desk.ann, line, "VPN at home", copies=4),
            "reaction": lambda: desk.there.react(desk.ann, line, "ticket", copies=4),
        }[what]()
        await desk.settled()
        content = [(a.key, a.kind, a.person, a.text, a.values, a.message, a.place, a.form) for a in desk.book.taken]
        assert len(content) == 4
        assert all(each == content[0] for each in content)


async def test_a_form_opens_while_its_trigger_is_fresh():
    async with slack_desk(always(Answer(form=FORM))) as desk:
        await desk.there.slash(desk.ann, desk.room, "/desk", "open")
        await desk.settled()
        view = desk.there.eyes.view(desk.ann)
        assert view.payload["callback_id"] == "open~77"
        assert "What is wrong?" in words(view)
        assert desk.there.eyes.ephemerals(desk.ann) == []


async def test_a_form_that_comes_too_late_is_one_press_away():
    """With all that was filled in, hidden fields too; the press asks for the form and runs nothing."""
    async with slack_desk(always(Answer(form=FORM))) as desk:
        desk.ws.troubles.add(Fault.REFUSE, "views.open", error="expired_trigger_id")
        await desk.there.slash(desk.ann, desk.room, "/desk", "open")
        await desk.settled()
        [answer] = desk.there.eyes.ephemerals(desk.ann)
        await desk.there.press(desk.ann, answer, "Open ticket…")
        await desk.settled()
        assert desk.book.taken[-1].text == "/open subject=VPN about=x ask=yes"
        assert desk.there.eyes.view(desk.ann) is not None


async def test_a_refusal_after_the_form_closed_comes_with_the_form():
    book = Book(answer=lambda a: Answer(form=FORM) if a.kind == "say" else Answer(422, "Too late.", form=FORM))
    async with slack_desk(book) as desk:
        await desk.there.slash(desk.ann, desk.room, "/desk", "open")
        await desk.settled()
        assert (await desk.there.submit(desk.ann, {"subject": "VPN"})).error == ""
        await desk.settled()
        [answer] = desk.there.eyes.ephemerals(desk.ann)
        assert "Too late." in answer.words
        assert [b.label for b in answer.buttons] == ["Open ticket…"]
        assert desk.there.eyes.view(desk.ann) is None


async def test_a_form_is_checked_before_it_closes_and_comes_from_where_it_was_asked_for():
    """A wrong field stays open with its sentence; a right one is stored, closed, done and answered in its channel."""
    wrong = Form("open~77", "T", (FormField("subject", "What?", error="This needs a few words."),))
    book = Book(
        answer=lambda a: Answer(form=FORM) if a.kind == "say" else Answer(reply=CARD),
        wrong=lambda a: Answer(422, "x", form=wrong) if len(a.values["subject"]) < 3 else None,
    )
    async with slack_desk(book) as desk:
        await desk.there.slash(desk.ann, desk.room, "/desk", "open")
        await desk.settled()
        told = await desk.there.submit(desk.ann, {"subject": "x"})
        assert told.fields == {"subject": "This needs a few words."}
        assert desk.there.eyes.view(desk.ann) is not None
        assert (await desk.there.submit(desk.ann, {"subject": "printer"})).fields == {}
        assert desk.there.eyes.view(desk.ann) is None
        await desk.settled()
        came = desk.book.taken[-1]
        assert (came.kind, came.form, came.values) == ("submit", "open~77", {"subject": "printer", "about": "x"})
        assert came.place == f"slack/{desk.room}"
        assert "Checkout" in desk.there.eyes.ephemerals(desk.ann, desk.room)[-1].words


async def test_a_wrong_field_that_nobody_sees_is_said_at_the_top_of_the_form():
    about = FormField("about", "About", Kind.HIDDEN, error="It is gone.")
    hidden = Form("open~77", "T", (FormField("subject", "What?"), about))
    book = Book(answer=lambda _: Answer(form=FORM), wrong=lambda _: Answer(422, "x", form=hidden))
    async with slack_desk(book) as desk:
        await desk.there.slash(desk.ann, desk.room, "/desk", "open")
        await desk.settled()
        assert (await desk.there.submit(desk.ann, {"subject": "printer"})).error == ""
        assert "It is gone." in words(desk.there.eyes.view(desk.ann))


async def test_a_press_on_a_card_names_its_post_version_and_line():
    async with slack_desk() as desk:
        desk.book.lines[ACK.tag()] = ACK.line()
        card = await carded(desk)
        await desk.there.press(desk.ben, card, "Acknowledge")
        await desk.settled()
        [came] = desk.book.taken
        assert (came.kind, came.text, came.person) == ("press", "/ack number=42", "ben")
        assert (came.post, came.version, came.message) == ("alert/42", 3, card.ts)
        assert desk.book.asked == [(f"slack/{desk.room}", card.ts, "alert/42", ACK.tag())]


async def test_a_press_that_the_newest_card_does_not_carry_is_for_the_router_to_answer():
    async with slack_desk(always(Answer(reply=CARD))) as desk:
        await desk.there.press(desk.ben, await carded(desk), "Acknowledge")
        await desk.settled()
        assert desk.book.taken[0].text == ""
        assert "Checkout" in desk.there.eyes.ephemerals(desk.ben)[0].words
        assert len(desk.there.eyes.seen(desk.ann, desk.room)) == 1, "the card is not replaced"


@pytest.mark.parametrize("length", [5, 500])
async def test_a_press_on_a_private_answer_says_its_line(length):
    """However long it is: what does not fit into the button is kept."""
    button = Button("More", "show", (("words", "w" * length),))
    async with slack_desk(always(Answer(reply=Card("c", "Help", buttons=(button,))))) as desk:
        await desk.there.slash(desk.ann, desk.room, "/desk", "help")
        await desk.settled()
        await desk.there.press(desk.ann, desk.there.eyes.ephemerals(desk.ann)[0], "More")
        await desk.settled()
        assert (desk.book.taken[-1].kind, desk.book.taken[-1].text) == ("say", button.line())


async def test_a_button_whose_line_is_forgotten_says_so():
    button = Button("More", "show", (("words", "w" * 500),))
    async with slack_desk(always(Answer(reply=Card("c", "Help", buttons=(button,))))) as desk:
        await desk.there.slash(desk.ann, desk.room, "/desk", "help")
        await desk.settled()
        desk.book.kept_lines.clear()
        await desk.there.press(desk.ann, desk.there.eyes.ephemerals(desk.ann)[0], "More")
        await desk.settled()
        assert "too old" in desk.there.eyes.ephemerals(desk.ann)[-1].words
        assert wire.read("k|" + button.tag(32)) is not None


@pytest.mark.parametrize(
    ("words_", "line", "key"),
    [("it leaks", "it leaks", "ticket/17"), ("!ack", "/ack", "ticket/17"), ("@deskbell ack", "/ack", "ticket/17")],
)
async def test_a_line_in_a_thread_of_ours_knows_its_subject(words_, line, key):
    async with slack_desk() as desk:
        card = await carded(desk)
        desk.book.threads[f"slack/{desk.room}", card.ts] = key
        said = await desk.there.say(desk.ann, desk.room, words_, card.ts)
        await desk.settled()
        [came] = desk.book.taken
        assert (came.text, came.thread_key, came.thread, came.message) == (line, key, card.ts, said.ts)


async def test_lines_between_people_are_none_of_our_business():
    """At the top of a channel, in a thread of somebody's, with an emoji that is not ours: nobody is even looked up."""
    async with slack_desk() as desk:
        head = await desk.there.say(desk.ann, desk.room, "lunch?")
        await desk.there.say(desk.ben, desk.room, "!ack", head.ts)
        await desk.there.react(desk.ben, head, "tada")
        await desk.settled()
        assert (desk.book.log, desk.calls("users.info")) == ([], [])


async def test_a_direct_message_is_answered_by_a_plain_message():
    async with slack_desk(always(Answer(reply=CARD))) as desk:
        await desk.there.say(desk.ann, desk.ws.direct(desk.ann).id, "my <vpn> is broken, ask @ben")
        await desk.settled()
        [came] = desk.book.taken
        assert (came.text, came.place) == ("my <vpn> is broken, ask @ben", f"slack/@{desk.ann}")
        assert came.channel == "dm-ann"
        assert "Checkout" in desk.there.eyes.direct(desk.ann)[-1].words


async def test_edits_deletions_and_files_of_a_thread_arrive():
    async with slack_desk() as desk:
        card = await carded(desk)
        desk.book.threads[f"slack/{desk.room}", card.ts] = "ticket/17"
        bill = desk.there.people.file(desk.ann, "bill.pdf", size=9, mimetype="application/pdf")
        said = await desk.there.say(desk.ann, desk.room, "it leaks", card.ts, files=(bill,))
        await desk.there.edit(desk.ann, said, "it leaks badly")
        await desk.there.delete(desk.ann, said)
        await desk.settled()
        first, edit, gone = desk.book.taken
        assert first.files == (File("bill.pdf", 9, "application/pdf", bill["permalink"], bill["url_private"]),)
        assert [(a.kind, a.text, a.message) for a in (edit, gone)] == [
            ("edit", "it leaks badly", said.ts), ("delete", "", said.ts),
        ]  # fmt: skip
        assert all(a.thread_key == "ticket/17" for a in desk.book.taken)
