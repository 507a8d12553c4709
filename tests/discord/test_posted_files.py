"""Pictures and files that go with a post, through the real discord.py and its forms.

Row of docs/reliability.md: `5xx; reply lost after accept; connection reset`.
"""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.door import Enclosed
from bot.platforms.contract import DeliveryRefused, MessageGone, Outgoing
from bot.platforms.discord import enclosures, limits, render
from bot.platforms.discord.marks import marked, unmarked
from desk import detail
from desk.cards import Card, text
from tests.discord.files import SAID, charted, enclose, image, papered, shown
from tests.discord.harness import Door, connected
from tests.sim.loop import VirtualLoop
from tests.standin.faults import Fault

POST, EDIT = "POST /channels/{channel}/messages", "PATCH /channels/{channel}/messages/{message}"
TEN_MIB = 10 * 1024 * 1024


def outgoing(w, card, **more):
    given = {"destination": w.here, "thread": None, "version": 1, "words": (), "send_key": "send-key", **more}
    return Outgoing(key=card.key if card else "words", author=None, card=card, buttons=(), **given)


def files(w):
    """The door makes files; what stands in the team's channel."""
    w.door.encloses = enclose
    return lambda: [m for m in w.people.seen(w.ben, w.team) if m.author == w.discord.bot.id]


def found(w, number):
    return w.discord.messages[int(number)]


async def test_a_chart_stands_in_its_card_with_its_numbers_in_words():
    """The alternative text is the chart's own; nothing else hangs below the card."""
    async with connected() as w:
        files(w)
        message = found(w, await w.platform.out.post(outgoing(w, charted(97.5, 99.0))))
        words = charted(97.5, 99.0).picture.words()
        assert shown(message) == [("attainment.png", f"PNG {words}".encode())]
        assert image(message) == "attachment://attainment.png"
        assert [each.description for each in message.attachments] == [words]
        assert "12 tickets." in message.text()
        assert SAID not in message.text()


PLACES = [
    ("", False, "in a channel"),
    ("", True, "in the thread of a post"),
    ("@", False, "in a direct channel"),
    ("@", True, "under a post in a direct channel"),
]


@pytest.mark.parametrize("form", ["pdf", "csv"])
@pytest.mark.parametrize(("direct", "under"), [row[:2] for row in PLACES], ids=[row[2] for row in PLACES])
async def test_a_paper_hangs_below_its_card_wherever_that_stands(direct, under, form):
    """Also where the thread has to be made first, which is a second call with the same file."""
    async with connected() as w:
        files(w)
        place = w.direct(w.ann) if direct else w.here
        head = await w.post(Card("run/9", "restart-shop"), destination=place) if under else None
        message = found(w, await w.platform.out.post(outgoing(w, papered(form), destination=place, thread=head)))
        assert shown(message) == [(f"acme-2026-Q4.{form}", f"{form} of Acme: 4th quarter".encode())]
        assert (image(message), message.attachments[0].description) == ("", None)


EDITS = [
    (charted(90.0), charted(99.0), "a chart that changed"),
    (charted(90.0), charted(90.0), "a chart that did not"),
    (charted(90.0), papered(), "a paper where there was a chart"),
    (charted(90.0), Card("report/acme/2026-Q4", "No numbers"), "no chart any more"),
    (Card("report/acme/2026-Q4", "No numbers"), charted(90.0), "a chart where there was none"),
]


@pytest.mark.parametrize(("before", "after"), [row[:2] for row in EDITS], ids=[row[2] for row in EDITS])
async def test_an_edited_card_has_its_own_files_and_none_of_before(before, after):
    async with connected() as w:
        files(w)
        number = await w.platform.out.post(outgoing(w, before))
        await w.platform.out.edit(number, outgoing(w, after, version=2))
        assert shown(found(w, number)) == [(each.name, each.data) for each in await enclose(after)]
        assert image(found(w, number)) == ("attachment://attainment.png" if after.picture else "")


async def test_a_card_in_an_archived_thread_is_edited_with_its_chart():
    async with connected() as w:
        files(w)
        thread = await w.ticket()
        number = await w.platform.out.post(outgoing(w, charted(90.0), thread=thread))
        w.people.archive(w.discord.channels[int(thread)])
        await w.platform.out.edit(number, outgoing(w, charted(99.0), thread=thread, version=2))
        assert shown(found(w, number))[0][1].endswith(b"99.0.")


async def test_a_second_copy_has_no_file():
    async with connected() as w:
        files(w)
        number = await w.platform.out.post(outgoing(w, charted(90.0)))
        await w.platform.out.mark_copy(number, outgoing(w, charted(90.0)))
        assert (shown(found(w, number)), image(found(w, number))) == ([], "")


@pytest.mark.parametrize("level", [detail.Detail.SUBJECT, detail.Detail.NUMBER])
async def test_what_may_not_leave_has_no_file(level):
    """A card of a client that agreed to less comes without its chart; nobody is told of one."""
    async with connected() as w:
        posted = files(w)
        for key, card in (("a", charted(90.0)), ("b", papered())):
            await w.platform.out.post(outgoing(w, detail.card(card, level), send_key=key))
        assert [(shown(m), image(m), SAID in m.text()) for m in posted()] == [([], "", False)] * 2


@pytest.mark.parametrize("fault", [Fault.LOSE_REPLY, Fault.RESET, Fault.ERROR_TAKEN, Fault.ERROR])
async def test_a_post_whose_outcome_was_unclear_is_one_message_with_one_file(fault):
    """By the nonce, as without a file; the mark by which it is found is there too."""
    async with connected() as w:
        posted = files(w)
        w.discord.faults.add(POST, fault)
        for _ in range(2):
            try:
                await w.platform.out.post(outgoing(w, charted(90.0)))
            except DeliveryRefused:
                raise
            except Exception:  # noqa: BLE001, S112 - whatever the network raises: said again
                continue
        [message] = posted()
        assert len(shown(message)) == 1
        since = datetime.now(UTC) - timedelta(minutes=1)
        assert [f.message_id for f in await w.platform.out.find(w.here, None, "send-key", since)] == [str(message.id)]


async def large(_):
    return (Enclosed("review.pdf", "application/pdf", b"x" * (TEN_MIB + 1)),)


async def misnamed(_):
    return (Enclosed("chart of März.png", "image/png", b"PNG", "\ud800" + "very long " * 200),)


async def test_a_file_that_is_too_large_never_keeps_its_words_back():
    """The words say where it is; said again, they are still one message."""
    async with connected() as w:
        posted = files(w)
        w.door.encloses = large
        numbers = {await w.platform.out.post(outgoing(w, papered())) for _ in range(2)}
        [message] = posted()
        assert numbers == {str(message.id)}
        assert (shown(message), f"review.pdf {SAID}" in message.text()) == ([], True)
        assert "12 tickets." in message.text()


async def test_without_the_permission_to_attach_posts_and_edits_say_where_the_file_is():
    """An edit, too, and no chart of before is left beside what it says."""
    async with connected() as w:
        posted = files(w)
        number = await w.platform.out.post(outgoing(w, charted(90.0)))
        w.team.denied.add("attach_files")
        await w.platform.out.edit(number, outgoing(w, charted(99.0), version=2))
        await w.platform.out.post(outgoing(w, papered(), send_key="another"))
        names = ["attainment.png", "acme-2026-Q4.pdf"]
        assert [(shown(m), image(m)) for m in posted()] == [([], "")] * 2
        assert [f"{name} {SAID}" in m.text() for m, name in zip(posted(), names, strict=True)] == [True] * 2


async def test_where_nothing_may_be_posted_it_is_not_the_file():
    async with connected() as w:
        files(w)
        w.team.denied.add("send_messages")
        with pytest.raises(DeliveryRefused) as refused:
            await w.platform.out.post(outgoing(w, charted(90.0)))
        assert (refused.value.permanent, "Send Messages" in refused.value.reason) == (True, True)


async def test_an_edit_of_a_message_that_is_gone_is_asked_for_once():
    async with connected() as w:
        files(w)
        number = await w.platform.out.post(outgoing(w, charted(90.0)))
        w.people.delete(w.discord.users[w.discord.bot.id], found(w, number))
        with pytest.raises(MessageGone):
            await w.platform.out.edit(number, outgoing(w, charted(99.0)))
        assert [c["code"] for c in w.discord.log if c["route"] == EDIT] == [10008]


async def test_a_file_that_is_oddly_named_is_posted_all_the_same():
    """Its name fits Discord's addresses; what is said of it Discord's length, or it would not be there."""
    async with connected() as w:
        posted = files(w)
        w.door.encloses = misnamed
        await w.platform.out.post(outgoing(w, charted(90.0)))
        [message] = posted()
        assert image(message) == "attachment://chart_of_M_rz.png"


def test_a_file_that_takes_too_long_to_make_is_not_waited_for():
    """In virtual time: the post has its ten seconds, of which the words need some."""

    class Slow(Door):
        async def enclosed(self, card):
            await asyncio.sleep(3600)
            return await enclose(card)

    loop = VirtualLoop()
    try:
        assert loop.run_until_complete(asyncio.wait_for(enclosures.made(Slow(), charted(90.0)), 9)) == ()
    finally:
        loop.close()


LONG = "word " * 1000


@pytest.mark.parametrize("words", [LONG, "short"])
def test_whatever_a_post_says_there_is_room_for_what_is_said_of_its_files(words):
    """Behind the mark, which is still the post's; what had to go is in its rest."""
    many = tuple(Enclosed(f"{'n' * 200}{n}.csv", "text/csv", b"") for n in range(5))
    drawn = render.message(papered(), text(words), (), str, now=datetime.now(UTC))
    body = enclosures.without(marked({"content": drawn.content, "embeds": [{}]}, "send-key"), many)
    assert len(body["content"]) <= limits.CONTENT
    assert body["content"].startswith(marked({"content": drawn.content, "embeds": []}, "send-key")["content"])
    assert "\n-# nnn" in unmarked(body["content"])
