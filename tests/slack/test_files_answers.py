"""Pictures and papers of an answer: what only the asker sees shows a chart, and a paper comes to them directly."""

from dataclasses import replace

import pytest

from bot.arrivals import Answer
from bot.platforms.slack import enclosures
from tests.slack.harness import Book, slack_desk
from tests.slack.test_files import CARD, PAPER, REVIEW, drawn
from tests.standin.faults import Fault


def asked(card):
    return Book(answer=lambda _: Answer(reply=card), files=drawn)


async def by_slash(desk):
    await desk.there.slash(desk.ann, desk.room, "/desk", "report acme")
    await desk.settled()
    assert any(call.method == "response_url" and call.taken for call in desk.ws.calls)


async def by_mention(desk):
    await desk.there.say(desk.ann, desk.room, "@deskbell report acme")
    await desk.settled()
    assert desk.calls("chat.postEphemeral")


WAYS = pytest.mark.parametrize("way", [by_slash, by_mention], ids=["by response_url", "ephemeral"])


@WAYS
async def test_an_answer_shows_its_chart_to_the_asker_alone(way):
    async with slack_desk(asked(CARD), echo=False) as desk:
        await way(desk)
        [answer] = desk.there.eyes.ephemerals(desk.ann, desk.room)
        assert (len(answer.pictures), answer.button("Show").kind) == (1, "button")
        assert desk.there.eyes.direct(desk.ann) == []


@WAYS
async def test_a_paper_that_somebody_asks_for_comes_to_their_direct_messages(way):
    async with slack_desk(asked(REVIEW), echo=False) as desk:
        await way(desk)
        [answer] = desk.there.eyes.ephemerals(desk.ann, desk.room)
        assert "acme-2026-01-review.pdf is in your direct messages with the desk." in answer.words
        [paper] = desk.there.eyes.direct(desk.ann)
        assert (paper.files, paper.words.splitlines()[0]) == (("acme-2026-01-review.pdf",), "Acme")
        assert not [m for m in desk.there.eyes.seen(desk.ann, desk.room) if m.files], "nobody else sees it"


async def test_a_paper_asked_for_directly_comes_with_the_answer():
    async with slack_desk(asked(REVIEW), echo=False) as desk:
        await desk.there.say(desk.ann, desk.ws.direct(desk.ann).id, "report acme as=pdf")
        await desk.settled()
        [answer] = [m for m in desk.there.eyes.direct(desk.ann) if m.user == desk.ws.bot]
        assert answer.files == ("acme-2026-01-review.pdf",)
        assert "41 tickets" in answer.words


@WAYS
async def test_a_chart_that_is_looked_through_late_is_in_the_answer_all_the_same(way):
    async with slack_desk(asked(CARD), echo=False) as desk:
        desk.ws.file_lag = enclosures.WAITS[0] / 2
        await way(desk)
        [answer] = desk.there.eyes.ephemerals(desk.ann, desk.room)
        assert len(answer.pictures) == 1


@WAYS
async def test_an_answer_whose_chart_is_never_shown_is_given_without_it(way):
    """A response URL has uses to spare then."""
    async with slack_desk(asked(CARD), echo=False) as desk:
        desk.ws.file_lag = 60
        await way(desk)
        [answer] = desk.there.eyes.ephemerals(desk.ann, desk.room)
        assert (answer.pictures, "attainment.png could not be attached" in answer.words) == ((), True)
        assert all(back.uses < 5 for back in desk.ws.response_urls.values())


@WAYS
async def test_an_answer_without_the_scope_names_what_is_missing(way):
    async with slack_desk(asked(replace(CARD, paper=PAPER)), echo=False) as desk:
        desk.ws.scopes.discard("files:write")
        await way(desk)
        [answer] = desk.there.eyes.ephemerals(desk.ann, desk.room)
        assert answer.words.count("could not be attached") == 2


async def test_an_answer_whose_paper_cannot_be_sent_says_so():
    async with slack_desk(asked(REVIEW), echo=False) as desk:
        desk.ws.scopes.discard("im:write")
        await by_slash(desk)
        [answer] = desk.there.eyes.ephemerals(desk.ann, desk.room)
        assert "acme-2026-01-review.pdf could not be attached" in answer.words


async def test_an_answer_to_somebody_outside_is_said_directly_with_its_chart():
    async with slack_desk(asked(CARD), echo=False) as desk:
        desk.ws.troubles.add(Fault.REFUSE, "chat.postEphemeral", error="user_not_in_channel")
        await by_mention(desk)
        [answer] = desk.there.eyes.direct(desk.ann)
        assert len(answer.pictures) == 1
