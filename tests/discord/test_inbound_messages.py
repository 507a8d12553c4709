"""What people write on Discord, and what becomes of it, through the real discord.py."""

import pytest

from bot.arrivals import Answer
from desk.cards import Button, Card, Form, FormField, text
from tests.discord.harness import connected

ANSWER = Answer(reply=Card("help", "What you can do", lines=(text("Ask me."),)))


def short(arrival):
    return arrival.kind, arrival.text, arrival.thread_key


async def test_a_reply_in_a_thread_of_ours_is_said_there():
    """The place is the thread's parent, the thread the id of the message at its head, the key the message's own."""
    async with connected() as w:
        number = await w.ticket()
        said = w.people.say(w.ben, int(number), "I'll look at it")
        await w.door.until(lambda: w.door.taken)
        [it] = w.door.taken
        assert (it.key, it.kind, it.person, it.text) == (f"discord/message/{said.id}", "say", "ben", "I'll look at it")
        assert (it.place, it.channel, it.thread, it.thread_key) == (w.here, "acme-team", number, "ticket/17")
        assert w.door.kept == w.door.taken


SAID = [  # where, what is written, what arrives
    ("dm", "my VPN drops", "my VPN drops", "a plain request"),
    ("dm", "show 17", "/show 17", "a command needs no slash, which Discord takes for itself"),
    ("dm", "show me the way to the printer", "show me the way to the printer", "a sentence that begins like a command"),
    ("dm", "!ack 17", "/ack 17", "as in a thread"),
    ("team", "{me} ack 17", "/ack 17", "a mention with a command"),
    ("team", "{me} the printer burns", "/the printer burns", "a mention with a request, which the router tells apart"),
    ("team", "{me}", "/home", "a mention alone asks what there is"),
    ("team", "lunch?", None, "people talking to each other"),
    ("team", "!ack 17", None, "another bot's command"),
    ("thread", "!ack", "/ack", "a command in a thread of ours, the number implied"),
    ("thread", "{me} ack", "/ack", "the same by a mention"),
    ("thread", "{me} thanks for that", "thanks for that", "words to us that are no command stay words"),
    ("thread", "!important: it burns", "!important: it burns", "no command, so words"),
    ("thread", "{ann} can you look?", "@Ann can you look?", "a mention is the name that people see"),
    ("thread", "<:party:123456> done <@&77>", ":party: done @77", "an emoji by its name, an unknown role by its id"),
]


@pytest.mark.parametrize(("where", "said", "heard"), [row[:3] for row in SAID], ids=[row[3] for row in SAID])
async def test_words_become_a_line_or_nothing(where, said, heard):
    """`heard` is the line that arrives; None: nothing does, and a line said after it is the first to arrive."""
    async with connected() as w:
        number = await w.ticket()
        place = {"dm": w.ben, "team": w.team, "thread": int(number)}[where]
        words = said.format(me=w.discord.bot.mention, ann=w.ann.mention)
        w.people.say(w.ben, place, words)
        w.people.say(w.ben, int(number), "the end")
        await w.door.until(lambda: any(a.text == "the end" for a in w.door.taken))
        assert [a.text for a in w.door.taken if a.text != "the end"] == ([] if heard is None else [heard])


async def test_a_reply_to_a_card_in_a_direct_message_is_in_its_thread_however_deep_it_is():
    """Discord has no threads there: a reply to the card, and to any reply under it, continues it."""
    async with connected() as w:
        card = await w.post(destination=w.direct(w.ann))
        w.door.threads[w.direct(w.ann), card] = "ticket/17"
        ours = await w.post(None, "Mia is on it", destination=w.direct(w.ann), thread=card, key="ticket/17/2")
        first = w.people.say(w.ann, w.ann, "thank you", to=w.discord.messages[int(ours)])
        w.people.say(w.ann, w.ann, "and the printer?", to=first)
        w.people.say(w.ann, w.ann, "something else")
        await w.door.until(lambda: len(w.door.taken) == 3)
        assert {a.text: (a.thread, a.thread_key, a.channel) for a in w.door.taken} == {
            "thank you": (card, "ticket/17", "dm-ann"),
            "and the printer?": (card, "ticket/17", "dm-ann"),
            "something else": (None, None, "dm-ann"),
        }


async def test_files_are_told_by_name_size_type_and_link():
    """A file without a word is a reply as well. The link is the message's: a file's own is good for a day."""
    async with connected() as w:
        number = await w.ticket()
        said = w.people.say(w.ben, int(number), "", files={"trace.txt": b"12345"})
        link = f"https://discord.com/channels/{w.guild.id}/{number}/{said.id}"
        await w.door.until(lambda: w.door.taken)
        [file] = w.door.taken[0].files
        assert (file.name, file.size, file.type, file.link) == ("trace.txt", 5, "text/plain", link)


async def test_edits_and_deletions_in_a_thread_of_ours_are_told():
    """Each names the message; an edit says what it says now, with a key of its own each time."""
    async with connected() as w:
        number = await w.ticket()
        said = w.people.say(w.ben, int(number), "I'll look at it")
        await w.door.until(lambda: w.door.taken)
        w.people.edit(w.ben, said, "I looked at it")
        await w.door.until(lambda: len(w.door.taken) == 2)
        w.people.edit(w.ben, said, "It is fixed")
        await w.door.until(lambda: len(w.door.taken) == 3)
        w.people.delete(w.ben, said)
        await w.door.until(lambda: len(w.door.taken) == 4)
        told = [(a.kind, a.text, a.message, a.person) for a in w.door.taken[1:]]
        assert told == [
            ("edit", "I looked at it", str(said.id), "ben"), ("edit", "It is fixed", str(said.id), "ben"),
            ("delete", "", str(said.id), "ben"),
        ]  # fmt: skip
        assert len({a.key for a in w.door.taken}) == 4
        assert w.door.taken[1].key.startswith(f"discord/edit/{said.id}/")


async def test_edits_outside_threads_of_ours_are_nobodys_business():
    async with connected() as w:
        number = await w.ticket()
        said = w.people.say(w.ben, w.team, "lunch?")
        w.people.edit(w.ben, said, "lunch at noon?")
        w.people.delete(w.ben, said)
        w.people.say(w.ben, int(number), "the end")
        await w.door.until(lambda: w.door.taken)
        assert [a.text for a in w.door.taken] == ["the end"]


async def test_a_bot_is_refused_and_never_answered():
    """Two bots that answer each other would never end."""
    async with connected() as w:
        number = await w.ticket()
        other = w.discord.person("Other bot", w.guild, bot=True)
        before = len(w.people.seen(w.ben, int(number)))
        w.people.say(other, int(number), "deployed 1.2.3")
        await w.door.until(lambda: w.door.strangers)
        assert [(a.user, a.refused) for a in w.door.strangers] == [(str(other.id), "a bot")]
        w.people.say(w.ben, int(number), "the end")
        await w.door.until(lambda: w.door.taken)
        assert [m.content for m in w.people.seen(w.ben, int(number))][before:] == ["deployed 1.2.3", "the end"]
        assert [c for c in w.discord.log if c["route"] == "POST /users/@me/channels"] == []


async def test_who_may_not_act_is_told_so_in_their_direct_channel():
    """A stranger's mention has no effect, and what the door said reaches the stranger alone."""
    async with connected() as w:
        eve = w.discord.person("Eve", w.guild)
        w.people.say(eve, w.team, f"{w.discord.bot.mention} status")
        [told] = await w.people.until(lambda: w.people.seen(eve, eve))
        assert "I don't know you here." in told.text()
        assert w.door.kept == []
        assert [m for m in w.people.seen(w.ben, w.team) if m.author == w.discord.bot.id] == []


async def test_an_answer_to_a_direct_message_comes_there_as_a_reply():
    async with connected() as w:
        w.door.answers = lambda _: ANSWER
        said = w.people.say(w.ann, w.ann, "what can you do?")
        told = await w.people.until(lambda: [m for m in w.people.seen(w.ann, w.ann) if m.author == w.discord.bot.id])
        assert "What you can do" in told[0].text()
        assert told[0].reference["message_id"] == str(said.id)


async def test_the_offer_to_send_a_note_stands_in_the_teams_thread_and_says_who_sees_it():
    """Discord shows nobody a message alone but in answer to an interaction: it is not pretended."""
    async with connected() as w:
        number = await w.ticket()
        send = Card("note/17", "Internal note", buttons=(Button("Send to Ann", "reply", (("number", "17"),)),))
        w.door.answers = lambda _: Answer(reply=send)
        w.people.say(w.ben, int(number), "try another cable")
        find = lambda: [m for m in w.people.seen(w.ben, int(number)) if "Internal note" in m.text()]  # noqa: E731
        [told] = await w.people.until(find)
        assert "Only the people of this channel see this." in told.text()
        assert list(told.buttons()) == ["Send to Ann"]


async def test_any_other_answer_to_words_goes_to_the_askers_direct_channel():
    """Also in a team's channel: it may hold a code, or what is another client's."""
    async with connected() as w:
        w.door.answers = lambda _: ANSWER
        for who, where in ((w.ann, w.help), (w.ben, w.team)):
            w.people.say(who, where, f"{w.discord.bot.mention} help")
            [told] = await w.people.until(lambda who=who: w.people.seen(who, who))
            assert "What you can do" in told.text()
            assert [m for m in w.people.seen(who, where) if m.author == w.discord.bot.id] == []


async def test_who_takes_no_direct_messages_is_told_so_where_they_wrote_and_no_more():
    async with connected() as w:
        w.ann.takes_dms = False
        w.door.answers = lambda _: ANSWER
        w.people.say(w.ann, w.help, f"{w.discord.bot.mention} help")
        find = lambda: [m for m in w.people.seen(w.ann, w.help) if m.author == w.discord.bot.id]  # noqa: E731
        [told] = await w.people.until(find)
        assert "slash command" in told.text()
        assert "What you can do" not in told.text()


async def test_a_form_in_answer_to_words_waits_behind_a_button():
    """A form opens only from an interaction; the button's line opens it with what is known filled in."""
    async with connected() as w:
        w.door.answers = lambda a: Answer(form=form("open~1", subject="my VPN drops")) if a.text[0] != "/" else Answer()
        w.people.say(w.ann, w.ann, "my VPN drops")
        [told] = await w.people.until(lambda: [m for m in w.people.seen(w.ann, w.ann) if m.buttons()])
        w.people.press(w.ann, told, "Open the form…")
        await w.door.until(lambda: len(w.door.taken) == 2)
        assert w.door.taken[1].text == "/open subject='my VPN drops' ask=yes"


async def test_a_message_told_twice_has_one_key():
    async with connected() as w:
        w.discord.gateway.repeat(3)
        w.people.say(w.ben, w.ben, "once")
        await w.door.until(lambda: len(w.door.taken) == 3)
        assert len({a.key for a in w.door.taken}) == 1


async def test_our_own_messages_are_never_heard():
    async with connected() as w:
        number = await w.ticket()
        await w.post(None, "ours", thread=number, key="ticket/17/9")
        w.people.say(w.ben, int(number), "theirs")
        await w.door.until(lambda: w.door.taken)
        assert [short(a) for a in w.door.taken] == [("say", "theirs", "ticket/17")]


async def test_a_reaction_opens_a_ticket_about_the_message_once_for_each_message():
    """As the form of `/open` would be sent, with the link, the author and the words; by whoever reacted."""
    async with connected() as w:
        said = w.people.say(w.ann, w.help, "The printer burns\nsince noon")
        w.people.react(w.ben, said, "👍")
        w.people.react(w.ben, said, "🎫")
        await w.door.until(lambda: w.door.taken)
        [it] = w.door.taken
        assert (it.kind, it.person, it.values["subject"]) == ("submit", "ben", "The printer burns")
        assert it.form.startswith("open~")
        assert it.values["about"] == f"discord/{w.help.id}|{said.id}|ann"
        assert w.door.pointed == [("ben", it.values["about"])], "else nobody believes it"
        link = f"https://discord.com/channels/{w.guild.id}/{w.help.id}/{said.id}"
        assert it.values["details"] == f"The printer burns\nsince noon\nFrom Ann: {link}"
        w.people.react(w.ann, said, "🎫")
        await w.door.until(lambda: len(w.door.taken) == 2)
        assert (w.door.taken[1].key, w.door.taken[1].form) == (it.key, it.form)


SECOND = [  # the ticket that the first reaction opened, what `/show` answers, whether it is read
    (17, ANSWER, True, "which ticket it is"),
    (17, Answer(404, "There is no 17."), False, "nothing, for he may not see it"),
    (None, ANSWER, False, "nothing, where there is none (yet)"),
]


@pytest.mark.parametrize(("number", "shown", "read"), [row[:3] for row in SECOND], ids=[row[3] for row in SECOND])
async def test_a_second_persons_reaction_shows_the_ticket_that_the_message_has(number, shown, read):
    """Nobody asked for a sentence about keys. It reaches them alone, also when the first was answered the same way."""
    async with connected() as w:
        said = w.people.say(w.ann, w.help, "The printer burns")
        key = f"discord/reaction/{w.help.id}/{said.id}"
        w.door.opened = {(key, "ben"): number} if number else {}
        w.door.answers = lambda a: Answer(409, "Used already.") if (a.kind, a.person) == ("submit", "ben") else shown
        w.people.react(w.ann, said, "🎫")
        await w.door.until(lambda: w.door.taken)
        w.people.react(w.ben, said, "🎫")
        await w.door.until(lambda: len(w.door.taken) == (3 if number else 2))
        asked = [(a.key, a.person, a.kind, a.text) for a in w.door.taken[2:]]
        assert asked == ([(f"{key}/{w.ben.id}", "ben", "say", "/show number=17")] if number else [])
        w.door.answers = lambda _: ANSWER
        w.people.say(w.ben, w.ben, "help")
        told = lambda: [m for m in w.people.seen(w.ben, w.ben) if m.author == w.discord.bot.id]  # noqa: E731 - looked at twice
        await w.people.until(lambda: any(m.reference for m in told()))
        assert len(told()) == 1 + read


@pytest.mark.parametrize("where", ["words", "command"])
async def test_somebody_unknown_may_say_a_code(where):
    """Their answer is the door's; nothing else of theirs is let in."""
    async with connected() as w:
        w.discord.commands[None] = w.discord.commands[w.guild.id]
        eve = w.discord.person("Eve", w.guild)
        if where == "words":
            w.people.say(eve, eve, "!link 123-456")
            find = lambda: [m for m in w.people.seen(eve, eve) if m.author == w.discord.bot.id]  # noqa: E731
            [told] = await w.people.until(find)
        else:
            told = w.people.answer(await w.people.answered(w.people.slash(eve, w.team, "link", code="123-456")))
        assert "You are Eve from now on." in told.text()
        assert (w.door.codes, w.door.kept, w.door.strangers) == ([(str(eve.id), "/link 123-456")], [], [])


async def test_a_reply_that_discord_does_not_show_us_is_answered_with_a_button():
    """Without Message Content an unreadable reply is not dropped: the form takes the words."""
    async with connected(privileged=()) as w:
        number = await w.ticket()
        said = w.people.say(w.ben, int(number), "try another cable")
        find = lambda: [m for m in w.people.seen(w.ben, int(number)) if m.buttons()]  # noqa: E731
        [told] = await w.people.until(find)
        assert told.reference["message_id"] == str(said.id)
        assert "could not read" in told.text()
        w.people.press(w.ben, told, "Write it here…")
        await w.door.until(lambda: w.door.taken)
        assert w.door.taken[0].text == "/note number=17"
        w.people.say(w.ben, int(number), f"{w.discord.bot.mention} ack")
        await w.door.until(lambda: len(w.door.taken) == 2)
        assert w.door.taken[1].text == "/ack"


def form(id_, **values):
    return Form(id_, "What do you need?", tuple(FormField(n, n.capitalize(), value=v) for n, v in values.items()))




@pytest.mark.parametrize("where", ["thread", "direct"])
async def test_a_reply_to_a_post_whose_arrival_we_have_not_learnt_yet_waits_for_it(where):
    """Discord showed the post and its answer to us was lost: what is written under it meanwhile is a reply all the
    same, and nobody's request.
    """
    async with connected() as w:
        direct = {"destination": w.direct(w.ben)} if where == "direct" else {}
        number = await w.post(**direct)
        place = w.direct(w.ben) if direct else w.here
        head = w.discord.messages[int(number)] if direct else None
        w.people.say(w.ben, w.ben if direct else int(number), "on it", to=head)
        w.people.say(w.ben, w.ben, "help")
        await w.door.until(lambda: w.door.taken)
        w.door.threads[place, number] = "ticket/17"
        await w.door.until(lambda: len(w.door.taken) == 2)
        assert [(a.text, a.thread_key) for a in w.door.taken] == [("/help", None), ("on it", "ticket/17")]


async def test_a_reply_to_a_private_answer_is_a_request_at_once():
    async with connected() as w:
        w.door.answers = lambda _: ANSWER
        w.people.say(w.ben, w.ben, "hello")
        [told] = await w.people.until(lambda: [m for m in w.people.seen(w.ben, w.ben) if m.author == w.discord.bot.id])
        w.people.say(w.ben, w.ben, "and the printer?", to=told)
        await w.door.until(lambda: len(w.door.taken) == 2, seconds=0.9)
        assert (w.door.taken[1].thread, w.door.taken[1].text) == (None, "and the printer?")
