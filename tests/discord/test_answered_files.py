"""Pictures and files in what only the asker is told, through the real discord.py: at once, late, by direct message."""

import asyncio
from dataclasses import replace

import pytest

from bot.arrivals import Answer
from bot.platforms.discord.answering import IN_TIME
from config.loaded import Config
from desk.detail import READ_ON, Detail
from tests.discord.desk import desk
from tests.discord.files import SAID, charted, enclose, image, papered, shown
from tests.discord.harness import connected
from tests.discord.standin.things import LOADING

CARDS = [(charted(90.0), "a chart"), (papered(), "a review"), (papered("csv"), "a sheet")]


def answers(w, card):
    w.door.answers = lambda _: Answer(reply=card)
    w.door.encloses = enclose


async def made(card):
    return [(each.name, each.data) for each in await enclose(card)]


@pytest.mark.parametrize("card", [row[0] for row in CARDS], ids=[row[1] for row in CARDS])
async def test_the_first_response_carries_the_file_and_the_asker_alone_sees_it(card):
    async with connected() as w:
        answers(w, card)
        asked = await w.people.answered(w.people.slash(w.ben, w.team, "report"))
        [told] = w.people.answers(asked)
        assert (asked.answered_by, told.only_for, shown(told)) == (4, w.ben.id, await made(card))
        assert bool(image(told)) == bool(card.picture)


@pytest.mark.parametrize("card", [row[0] for row in CARDS], ids=[row[1] for row in CARDS])
async def test_a_file_that_is_slow_to_make_is_announced_in_time_and_comes_with_its_words(card):
    """The words were there at once; what races Discord's three seconds is the whole answer."""
    async with connected() as w:
        ready = asyncio.Event()

        async def slowly(it):
            await ready.wait()
            return await enclose(it)

        answers(w, card)
        w.door.encloses = slowly
        asked = await w.people.acknowledged(w.people.slash(w.ben, w.team, "report"))
        assert (asked.answered_by, len(w.door.taken)) == (5, 1)
        assert IN_TIME - 0.1 <= (asked.answered_at - asked.at).total_seconds() < 3
        assert w.people.answer(asked).flags & LOADING
        ready.set()
        await w.people.answered(asked)
        [told] = w.people.answers(asked)
        assert ("12 tickets." in told.text(), told.only_for, shown(told)) == (True, w.ben.id, await made(card))


@pytest.mark.parametrize("card", [row[0] for row in CARDS], ids=[row[1] for row in CARDS])
async def test_an_answer_to_plain_words_brings_its_file_to_the_direct_channel(card):
    async with connected() as w:
        answers(w, card)
        w.people.say(w.ben, w.team, f"{w.discord.bot.mention} report acme")
        [told] = await w.people.until(lambda: [m for m in w.people.seen(w.ben, w.ben) if m.embeds])
        assert shown(told) == await made(card)
        assert w.people.seen(w.ben, w.team)[-1].author == w.ben.id


async def test_an_answer_that_became_ready_later_brings_its_file_with_or_without_its_interaction():
    async with connected() as w:
        answers(w, charted(90.0))
        asked = await w.people.answered(w.people.slash(w.ben, w.team, "report"))
        await w.platform.answer(w.door.taken[0], Answer(reply=papered()))
        assert [shown(m) for m in w.people.answers(asked)] == [await made(charted(90.0)), await made(papered())]
        w.discord.asked.pop(asked.id)
        await w.platform.answer(w.door.taken[0], Answer(reply=papered("csv")))
        assert [shown(m) for m in w.people.seen(w.ben, w.ben)] == [await made(papered("csv"))]


REFUSALS = ["too large", "missing permissions", "explicit"]


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("refusal", REFUSALS)
async def test_an_answer_whose_file_is_refused_is_told_in_words_that_say_so(refusal, late):
    async with connected() as w:
        ready = asyncio.Event()

        async def slowly(it):
            await (ready.wait() if late else asyncio.sleep(0))
            return await enclose(it)

        answers(w, papered())
        w.door.encloses = slowly
        w.discord.refuses_files = refusal
        asked = await w.people.acknowledged(w.people.slash(w.ben, w.team, "report"))
        ready.set()
        [told] = w.people.answers(await w.people.answered(asked))
        assert (shown(told), told.only_for) == ([], w.ben.id)
        assert [words in told.text() for words in ("12 tickets.", f"acme-2026-Q4.pdf {SAID}")] == [True, True]


async def test_what_a_report_shows_is_the_desks_own_chart_and_its_review_is_a_document(tmp_path):
    """The whole desk: numbers of its store, drawn and sent to Ben alone."""
    async with desk(tmp_path) as d:
        await d.asked("The printer is on fire")
        await d.people.answered(d.people.slash(d.ben, d.team, "reply", number=1, words="Water is coming"))
        told = []
        for form in ("card", "pdf", "csv"):
            asked = await d.people.answered(d.people.slash(d.ben, d.team, "report", client="acme", form=form))
            told += d.people.answers(asked)
        assert [m.only_for for m in told] == [d.ben.id] * 3
        assert [shown(m)[0][1][:4] for m in told[:2]] == [b"\x89PNG", b"%PDF"]
        assert [shown(m)[0][0].rpartition("-")[2] for m in told] == ["attainment.png", "review.pdf", "numbers.csv"]
        assert image(told[0]) == "attachment://attainment.png"
        assert "%" in told[0].attachments[0].description


async def test_a_client_that_agreed_to_less_is_shown_no_file(tmp_path):
    """What its own door would not let leave in words does not leave as a picture."""

    def less(config: Config) -> Config:
        return replace(config, clients={k: replace(c, detail=Detail.NUMBER) for k, c in config.clients.items()})

    async with desk(tmp_path, change=less) as d:
        await d.asked("The printer is on fire")
        await d.people.answered(d.people.slash(d.ben, d.team, "reply", number=1, words="Water is coming"))
        for form in ("card", "pdf"):
            asked = await d.people.answered(d.people.slash(d.ben, d.team, "report", client="acme", form=form))
            told = d.people.answer(asked)
            assert (READ_ON in told.text(), shown(told), image(told)) == (True, [], "")
