"""Commands, buttons, menus, forms and suggestions of Discord's, through the real discord.py.

Row of docs/reliability.md: `a handler slower than a platform waits`.
"""

import asyncio
import logging

import pytest

from bot.arrivals import Answer
from bot.platforms.discord.marks import INVISIBLE
from desk.cards import Button, Card, Form, FormField, Kind, text
from tests.discord.harness import connected
from tests.discord.standin.things import LOADING

SHOWN = Answer(reply=Card("ticket/17", "VPN drops", "open", 17, (text("Mia is on it."),)))
FORM = Form(
    "open~0123456789abcdef", "What do you need?",
    (FormField("subject", "Subject", required=True, value="VPN"), FormField("details", "Details", Kind.LONG),
     FormField("about", "About", Kind.HIDDEN, value="discord/1|2|ann")),
)  # fmt: skip


async def test_a_command_with_options_is_the_line_they_stand_for():
    """Stored before it is answered; the answer is the first response and the asker alone sees it."""
    async with connected() as w:
        w.door.answers = lambda _: SHOWN
        asked = await w.people.answered(w.people.slash(w.ben, w.team, "show", number=17))
        [it] = w.door.taken
        assert (it.key, it.kind, it.text) == (f"discord/interaction/{asked.id}", "say", "/show number=17")
        assert (it.person, it.place, it.channel) == ("ben", w.here, "acme-team")
        assert w.door.kept == [it]
        told = w.people.answer(asked)
        assert "Mia is on it." in told.text()
        assert told.only_for == w.ben.id
        assert asked.answered_by == 4


async def test_a_command_in_a_thread_of_ours_has_the_thread():
    async with connected() as w:
        number = await w.ticket()
        await w.people.answered(w.people.slash(w.ben, int(number), "ack"))
        assert (w.door.taken[0].thread, w.door.taken[0].thread_key) == (number, "ticket/17")


async def test_a_command_in_a_direct_message_is_the_persons_own_place():
    async with connected() as w:
        w.discord.commands[None] = w.discord.commands[w.guild.id]
        await w.people.answered(w.people.slash(w.ann, w.ann, "help"))
        assert (w.door.taken[0].place, w.door.taken[0].channel) == (w.direct(w.ann), "dm-ann")


async def test_nothing_is_answered_that_is_not_stored():
    """When the store fails the person sees that it failed."""
    async with connected() as w:
        failing = asyncio.Event()

        async def keep(_):
            failing.set()
            raise OSError("disk full")

        w.door.keep = keep
        logging.getLogger("discord").setLevel(logging.CRITICAL)
        asked = w.people.slash(w.ben, w.team, "status")
        await asyncio.wait_for(failing.wait(), 5)
        w.door.keep = lambda _: asyncio.sleep(0)
        await w.people.answered(w.people.slash(w.ben, w.team, "help"))
        assert asked.answered_by is None
        assert [a.text for a in w.door.taken] == ["/help"]


async def test_a_slow_answer_is_announced_in_time_and_given_when_it_is_ready():
    """Within three seconds Discord is told that an answer will come; the answer then stands there, once."""
    async with connected() as w:
        ready = asyncio.Event()

        async def slowly(_):
            await ready.wait()
            return SHOWN

        w.door.answers = slowly
        asked = await w.people.acknowledged(w.people.slash(w.ben, w.team, "show", number=17))
        assert asked.answered_by == 5
        assert w.people.answer(asked).flags & LOADING
        ready.set()
        await w.people.answered(asked)
        assert [("Mia is on it." in m.text(), m.only_for) for m in w.people.answers(asked)] == [(True, w.ben.id)]


async def test_a_form_that_became_ready_too_late_waits_behind_a_button():
    async with connected() as w:
        ready = asyncio.Event()

        async def slowly(arrival):
            if "ask=yes" not in arrival.text:
                await ready.wait()
            return Answer(form=FORM)

        w.door.answers = slowly
        asked = await w.people.acknowledged(w.people.slash(w.ann, w.help, "open"))
        ready.set()
        await w.people.answered(asked)
        again = await w.people.answered(w.people.press(w.ann, w.people.answer(asked), "Open the form…"))
        assert again.heading() == "What do you need?"


async def test_a_form_is_the_first_response_and_carries_what_it_does_not_ask():
    """The form's id and its hidden values come back with what was filled in; sent twice it has one key."""
    async with connected() as w:
        w.door.answers = lambda a: Answer(form=FORM) if a.kind == "say" else SHOWN
        asked = await w.people.answered(w.people.slash(w.ann, w.help, "open"))
        assert asked.answered_by == 9
        sent = [w.people.submit(w.ann, asked, subject="VPN drops", details="Hourly.") for _ in range(2)]
        for each in sent:
            await w.people.answered(each)
        arrivals = [a for a in w.door.taken if a.kind == "submit"]
        assert arrivals[0].form == "open~0123456789abcdef"
        assert arrivals[0].values == {"subject": "VPN drops", "details": "Hourly.", "about": "discord/1|2|ann"}
        assert {a.key for a in arrivals} == {f"discord/form/{w.ann.id}/open~0123456789abcdef"}
        assert all(a.again for a in arrivals)
        assert "VPN drops" in w.people.answer(sent[0]).text()


async def test_hidden_values_too_long_for_the_wire_are_kept_and_come_back():
    long = Form(FORM.id, FORM.title, (*FORM.fields[:2], FormField("about", "About", Kind.HIDDEN, value="x" * 500)))
    async with connected() as w:
        w.door.answers = lambda a: Answer(form=long) if a.kind == "say" else SHOWN
        asked = await w.people.answered(w.people.slash(w.ann, w.help, "open"))
        await w.people.answered(w.people.submit(w.ann, asked, subject="VPN drops"))
        assert w.door.taken[-1].values["about"] == "x" * 500


async def test_a_form_with_a_wrong_field_names_it_and_opens_again_filled_in():
    """Nothing is stored for it."""
    async with connected() as w:
        wrong = Form(FORM.id, FORM.title, (FormField("subject", "Subject", value="VPN", error="This is too short."),))
        w.door.answers = lambda _: Answer(form=FORM)
        w.door.checks = lambda _: Answer(422, "subject: This is too short.", form=wrong)
        asked = await w.people.answered(w.people.slash(w.ann, w.help, "open"))
        stored = list(w.door.kept)
        sent = await w.people.answered(w.people.submit(w.ann, asked, subject="VPN"))
        told = w.people.answer(sent)
        assert "▲ Subject: This is too short." in told.text()
        assert w.door.kept == stored
        await w.people.answered(w.people.press(w.ann, told, "Change it…"))
        assert w.door.taken[-1].text == "/open subject=VPN ask=yes"


async def test_a_button_of_a_post_is_pressed_with_its_line_and_version():
    """The line comes from the store by the post's key and the button's tag; a press that needs no words shows none."""
    async with connected() as w:
        number = await w.post(version=3)
        asked = await w.people.answered(w.people.press(w.ben, w.discord.messages[int(number)], "Take it"))
        [it] = w.door.taken
        assert (it.kind, it.text, it.message, it.version, it.post) == ("press", "/assign", number, 3, "ticket/17")
        assert (asked.answered_by, w.people.answers(asked)) == (6, [w.discord.messages[int(number)]])


async def test_a_button_that_the_newest_card_lacks_is_pressed_without_a_line():
    """The router then answers with the present state."""
    async with connected() as w:
        number = await w.post()
        w.door.lines.clear()
        await w.people.answered(w.people.press(w.ben, w.discord.messages[int(number)], "Take it"))
        assert (w.door.taken[0].kind, w.door.taken[0].text) == ("press", "")


async def test_what_stands_behind_the_fifth_button_is_pressed_from_the_menu():
    buttons = tuple(Button(f"Do {n}", "assign", (("n", str(n)),)) for n in range(7))
    many = Card("ticket/17", "VPN drops", buttons=buttons)
    async with connected() as w:
        number = await w.post(many)
        message = w.discord.messages[int(number)]
        [(menu, options)] = message.selects().items()
        await w.people.answered(w.people.select(w.ben, message, menu, options[1]))
        assert w.door.taken[0].text == "/assign n=6"


async def test_a_danger_is_asked_about_first_and_done_by_the_second_button():
    """Nothing is stored by the first press; the second names the post's message, for it stands on another one."""
    danger = Card("run/9", "restart-shop", buttons=(Button("Run it…", "run", (("n", "9"),), confirm="Restart now?"),))
    async with connected() as w:
        number = await w.post(danger, version=2)
        message = w.discord.messages[int(number)]
        asked = await w.people.answered(w.people.press(w.ben, message, "Run it…"))
        question = w.people.answer(asked)
        assert ("Restart now?" in question.text(), question.only_for, w.door.kept) == (True, w.ben.id, [])
        await w.people.answered(w.people.press(w.ben, question, "Run it"))
        [it] = w.door.taken
        assert (it.kind, it.text, it.message, it.version) == ("press", "/run n=9", number, 2)


async def test_a_button_of_a_private_answer_says_its_line_however_long():
    async with connected() as w:
        buttons = (Button("Short", "show", (("number", "17"),)), Button("Long", "open", (("details", "x" * 300),)))
        w.door.answers = lambda _: Answer(reply=Card("help", "Choose", buttons=buttons))
        asked = await w.people.answered(w.people.slash(w.ben, w.team, "help"))
        for label in ("Short", "Long"):
            await w.people.answered(w.people.press(w.ben, w.people.answer(asked), label))
        assert [a.text for a in w.door.taken[1:]] == ["/show number=17", f"/open details={'x' * 300}"]


async def test_a_button_whose_line_is_no_longer_kept_says_so():
    async with connected() as w:
        long = Button("Long", "open", (("details", "x" * 300),))
        w.door.answers = lambda _: Answer(reply=Card("help", "Choose", buttons=(long,)))
        asked = await w.people.answered(w.people.slash(w.ben, w.team, "help"))
        w.door.lines_kept.clear()
        pressed = await w.people.answered(w.people.press(w.ben, w.people.answer(asked), "Long"))
        assert "no longer kept" in w.people.answer(pressed).text()


async def test_who_may_not_act_is_told_so_at_once():
    async with connected() as w:
        eve = w.discord.person("Eve", w.guild)
        asked = await w.people.answered(w.people.slash(eve, w.team, "status"))
        assert "I don't know you here." in w.people.answer(asked).text()
        assert w.door.kept == []


async def test_suggestions_are_the_doors_and_at_most_25():
    """A number is offered as a number. A person without rights is offered nothing."""
    async with connected() as w:
        w.door.rows = [(str(n), f"{n} · VPN drops") for n in range(1, 60)]
        asked = await w.people.answered(w.people.suggest(w.ben, w.team, "show", "number", ""))
        assert asked.offered() == [(f"{n} · VPN drops", n) for n in range(1, 26)]
        eve = w.discord.person("Eve", w.guild)
        asked = await w.people.answered(w.people.suggest(eve, w.team, "show", "number", ""))
        assert asked.offered() == []


async def test_the_context_menu_opens_a_form_about_the_message():
    """With its link, its author and its thread so far, and whose words they are in a hidden field."""
    async with connected() as w:
        number = await w.ticket()
        w.people.say(w.ann, int(number), "It burns")
        said = w.people.say(w.ann, int(number), "The printer, I mean")
        await w.people.answered(w.people.menu(w.ben, said, "Open a ticket"))
        line = next(a.text for a in w.door.taken if a.text.startswith("/open"))
        link = f"https://discord.com/channels/{w.guild.id}/{number}/{said.id}"
        assert line.startswith("/open subject='The printer, I mean' details='The printer, I mean\nFrom Ann: " + link)
        assert "Ann: It burns" in line
        assert line.endswith(f" about='{w.here}|{number}|ann' ask=yes"), "a thread begins none: its head stands for it"
        assert w.door.pointed == [("ben", f"{w.here}|{number}|ann")], "else nobody believes it"
        assert not set(line) & set(INVISIBLE)


@pytest.mark.parametrize("status", [404, 409, 500])
async def test_a_refusal_is_told_to_the_asker_alone(status):
    async with connected() as w:
        w.door.answers = lambda _: Answer(status, "There is no 17. `/list` shows yours.")
        asked = await w.people.answered(w.people.slash(w.ben, w.team, "show", number=17))
        told = w.people.answer(asked)
        assert "There is no 17." in told.text()
        assert told.only_for == w.ben.id


async def test_an_answer_that_an_interaction_takes_no_more_goes_to_the_direct_channel():
    """After a crash Discord has given the interaction up: what became of it is not lost."""
    async with connected() as w:
        asked = await w.people.answered(w.people.slash(w.ben, w.team, "show", number=17))
        [it] = w.door.taken
        w.discord.asked.pop(asked.id)
        await w.platform.answer(it, SHOWN)
        assert ["Mia is on it." in m.text() for m in w.people.seen(w.ben, w.ben)] == [True]


async def test_an_answer_that_became_ready_later_follows_where_the_interaction_still_takes_it():
    async with connected() as w:
        asked = await w.people.answered(w.people.slash(w.ben, w.team, "show", number=17))
        await w.platform.answer(w.door.taken[0], SHOWN)
        assert ["Mia is on it." in m.text() for m in w.people.answers(asked)] == [False, True]
        assert all(m.only_for == w.ben.id for m in w.people.answers(asked))


async def test_an_interaction_told_twice_has_one_key_and_one_answer():
    async with connected() as w:
        w.door.answers = lambda _: SHOWN
        w.discord.gateway.repeat(3)
        asked = await w.people.answered(w.people.slash(w.ben, w.team, "show", number=17))
        await w.door.until(lambda: len(w.door.taken) == 3)
        assert len({a.key for a in w.door.taken}) == 1
        assert len(w.people.answers(asked)) == 1
