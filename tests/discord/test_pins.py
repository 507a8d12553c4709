"""The pin on a message: of the staff it files the message into a timeline, of anybody else it is an emoji."""

from dataclasses import replace

import pytest

from bot.arrivals import Answer
from bot.platforms.discord.marks import unmarked
from bot.platforms.discord.pins import HIDDEN
from desk.cards import Button, Card
from tests.discord.harness import SETTINGS, connected
from tests.discord.test_missed import down, told

PIN = "📌"
ASKED = Answer(reply=Card("pin", "Into which timeline?", buttons=(Button("1 · db", "pin", (("number", "1"),)),)))


def key(message, who):
    return f"discord/pin/{message.channel}/{message.id}/{who.id}"


def about(w, message, author="ann", where=None):
    return f"discord/{(where or w.help).id}|{message.id}|{author}"


async def pins(w, who, message, count=1):
    w.people.react(who, message, PIN)
    await w.door.until(lambda: len(w.door.taken) >= count)


async def test_the_pin_of_staff_hands_in_who_wrote_it_when_and_where_it_is():
    """What the message says is kept with the pointing, so that nobody can claim other words."""
    async with connected() as w:
        said = w.people.say(w.ann, w.help, "the switch\nlost power, " + w.ben.mention)
        await pins(w, w.ben, said)
        [came] = w.door.taken
        assert (came.kind, came.person, came.key) == ("submit", "ben", key(said, w.ben))
        assert (came.form.partition("~")[0], came.values) == ("pin", {"about": about(w, said)})
        assert w.door.kept == [came]
        quote = w.door.quotes["ben", about(w, said)]
        assert (quote.author, quote.words) == ("Ann", "the switch\nlost power, @Ben")
        assert quote.link == f"https://discord.com/channels/{w.guild.id}/{w.help.id}/{said.id}"
        assert abs((quote.at - said.at).total_seconds()) < 0.01


async def test_the_question_is_put_to_them_alone_with_buttons():
    async with connected() as w:
        w.door.answers = lambda came: ASKED if came.kind == "submit" else Answer()
        await pins(w, w.ben, w.people.say(w.ann, w.team, "the switch lost power"))
        find = lambda: [m for m in w.people.seen(w.ben, w.ben) if m.buttons()]  # noqa: E731 - looked at twice
        [asked] = await w.people.until(find)
        assert "Into which timeline?" in unmarked(asked.text())
        w.people.press(w.ben, asked, "1 · db")
        await w.door.until(lambda: len(w.door.taken) == 2)
        assert w.door.taken[1].text == "/pin number=1"


@pytest.mark.parametrize("of", ["in the thread", "at its head", "under it in a direct channel"])
async def test_a_message_in_a_thread_of_ours_says_whose_thread_it_is(of):
    """The id is the message's own, also in a thread: a ticket is about the head, a timeline takes what was said."""
    async with connected() as w:
        if of == "under it in a direct channel":
            card = w.people.say(w.ben, w.ben, "stands for a card")
            w.door.threads[w.direct(w.ben), str(card.id)] = "alert/12"
            message, place = w.people.say(w.ben, w.ben, "it is the switch", to=card), w.direct(w.ben)
        else:
            head = w.people.say(w.ann, w.help, "VPN drops")
            thread = w.people.start_thread(w.ben, head, "ticket")
            w.door.threads[f"discord/{w.help.id}", str(head.id)] = "alert/12"
            reply, place = w.people.say(w.ann, thread, "since noon"), f"discord/{w.help.id}"
            message = reply if of == "in the thread" else head
        w.people.react(w.ben, message, PIN)
        find = lambda: [a for a in w.door.taken if a.key == key(message, w.ben)]  # noqa: E731 - looked at twice
        await w.door.until(find)
        [came] = find()
        assert (came.place, came.thread_key) == (place, "alert/12")
        assert came.values["about"].split("|")[:2] == [place, str(message.id)]


FIELDS = {"fields": [{"name": "host", "value": "db-1"}]}
EMBED = {"title": "HighCPU", "description": "on db-1", **FIELDS}
APPS = [
    pytest.param("CPU 98 %", (), "CPU 98 %", id="its text"),
    pytest.param("", (EMBED,), "HighCPU\non db-1\nhost: db-1", id="an embed"),
    pytest.param("▲", (FIELDS,), "▲\nhost: db-1", id="both"),
]


@pytest.mark.parametrize(("text", "embeds", "words"), APPS)
async def test_the_message_of_another_app_is_filed_with_all_that_it_says(text, embeds, words):
    async with connected() as w:
        app = w.discord.person("Grafana", w.guild, bot=True)
        said = w.people.app_says(app, w.help, text, embeds)
        await pins(w, w.ben, said)
        quote = w.door.quotes["ben", about(w, said, "")]
        assert (quote.author, quote.words) == ("grafana", words)


async def test_what_was_attached_is_named_and_an_author_nobody_has_met_too():
    async with connected() as w:
        eve = w.discord.person("Eve", w.guild)
        said = w.people.say(eve, w.help, "look", files={"rack.png": b"x"})
        await pins(w, w.ben, said)
        quote = w.door.quotes["ben", about(w, said, "")]
        assert (quote.author, quote.words) == ("Eve", "look\n[rack.png]")
        assert w.door.strangers == []


async def test_words_that_discord_hides_are_filed_as_what_they_are():
    """Without Message Content: the link leads to them."""
    async with connected(privileged=()) as w:
        said = w.people.say(w.ann, w.help, "the switch lost power")
        await pins(w, w.ben, said)
        assert w.door.quotes["ben", about(w, said)].words == HIDDEN


@pytest.mark.parametrize("who", ["a requester", "somebody unknown", "a bot"])
async def test_an_emoji_of_anybody_else_is_none_of_our_business(who):
    """Nothing is kept of them, nothing read, and nobody is told that they may not."""
    async with connected() as w:
        user = w.ann if who == "a requester" else w.discord.person("Eve", w.guild, bot=who == "a bot")
        said = w.people.say(w.ann, w.help, "lunch at noon")
        w.people.react(user, said, PIN)
        await pins(w, w.ben, said)
        assert [a.person for a in w.door.taken] == ["ben"]
        assert [person for person, _ in w.door.pointed] == ["ben"]
        assert w.door.strangers == []
        if who != "a bot":
            assert told(w, user) == []


async def test_a_message_that_is_gone_is_said_with_what_to_do():
    async with connected() as w:
        said = w.people.say(w.ann, w.help, "the switch lost power")
        w.people.react(w.ben, said, PIN)
        w.people.delete(w.ann, said)
        await w.people.until(lambda: any("cannot read that message" in words for words in told(w, w.ben)))
        assert w.door.taken == []


async def test_a_refusal_reaches_whoever_pinned_it():
    """Also one that is about the state of things: for tickets by reaction that one means another question."""
    async with connected() as w:
        w.door.answers = lambda _: Answer(409, "That is the desk's own message.")
        await pins(w, w.ben, w.people.say(w.ann, w.help, "the switch lost power"))
        await w.people.until(lambda: any("the desk's own message" in words for words in told(w, w.ben)))


async def test_what_was_pinned_in_a_gap_is_fetched_of_each_and_done_once():
    """Each may mean another timeline. A requester's is not among them; with a ticket on the same message, both are."""
    async with connected() as w:
        mia, eve = w.discord.person("Mia", w.guild), w.discord.person("Eve", w.guild)
        w.door.people[str(mia.id)] = "mia"
        w.door.works.add("mia")
        async with down(w):
            said = w.people.say(w.ann, w.help, "the switch lost power")
            other = w.people.say(w.ann, w.help, "The boiler leaks")
            for who in (w.ann, eve, w.ben, mia):
                w.people.react(who, said, PIN)
            w.people.react(w.ben, other, PIN)
            w.people.react(w.ben, other, "🎫")
        keys = {key(said, w.ben), key(said, mia), key(other, w.ben), f"discord/reaction/{w.help.id}/{other.id}"}
        assert {a.key for a in w.door.taken} == keys
        assert w.door.gaps[0][2] == 2, "messages"
        assert (w.door.strangers, told(w, eve)) == ([], [])
        async with down(w):
            pass
        assert len(w.door.taken) == len(keys)


async def test_the_emoji_is_the_one_of_the_settings():
    async with connected() as w:
        await w.platform.close()
        await w.new(settings=replace(SETTINGS, pin="🗂")).start()
        said = w.people.say(w.ann, w.help, "the switch lost power")
        w.people.react(w.ben, said, PIN)
        w.people.react(w.ben, said, "🗂")
        await w.door.until(lambda: w.door.taken)
        assert [a.form.partition("~")[0] for a in w.door.taken] == ["pin"]
