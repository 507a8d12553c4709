"""Pictures and papers on what we post: with their message or not at all, and never instead of it.

Rows of docs/reliability.md: `429; 5xx; timeout; reply lost after accept; connection reset`.
"""

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.errors import SlackApiError

from bot.door import ENCLOSED_WITHIN, Enclosed
from bot.platforms.contract import DeliveryRefused, Outgoing
from bot.platforms.slack import enclosures, uploads
from bot.platforms.slack.outbound import SlackOutbound
from bot.ports import RealClock
from desk.cards import Button, Card, Paper, text
from desk.charts import Chart, Series, Shape
from tests.slack.harness import Book, config, slack_desk
from tests.standin.faults import Fault

CHART = Chart("attainment", "Promises kept", "%", "month", ("Jan", "Feb"), (Series("all", (98.0, 91.0)),), Shape.LINES)
PAPER = Paper("pdf", "acme", "2026-01")
CARD = Card("report/acme", "Acme", lines=(text("41 tickets"),), buttons=(Button("Show", "report"),), picture=CHART)
REVIEW = replace(CARD, picture=None, paper=PAPER)
PLAIN = replace(CARD, picture=None)
STEPS = ("files.getUploadURLExternal", "upload", "files.completeUploadExternal")
BEFORE = timedelta(minutes=1)


def drawn(card):
    """As `bot.enclosing` makes them: what they hold stands for what they show."""
    made = []
    if card.picture:
        made.append(Enclosed("attainment.png", "image/png", repr(card.picture).encode(), card.picture.words()))
    if card.paper:
        kind = {"pdf": "application/pdf", "csv": "text/csv"}[card.paper.form]
        made.append(Enclosed(f"acme-2026-01-review.{card.paper.form}", kind, b"the numbers"))
    return tuple(made)


class Swift(RealClock):
    """Nobody waits: `waited` says how long one would have."""

    def __init__(self):
        self.waited = 0.0

    async def sleep(self, seconds):
        self.waited += seconds


@asynccontextmanager
async def filing(files=drawn):
    """A desk whose door makes files, its door out on a clock by which nobody waits."""
    async with slack_desk(Book(files=files), echo=False) as desk:
        platform, clock = desk.platform, Swift()
        platform._out = SlackOutbound(platform._workspace, config, clock, desk.book.enclosed)
        was = desk.ws.now
        desk.ws.now = lambda: was() + clock.waited
        yield desk


def outgoing(desk, card=CARD, key="k1", **more):
    given = {"destination": f"slack/{desk.room}", "thread": None, "words": (), "author": None, **more}
    return Outgoing(send_key=key, version=3, key="report/acme", card=card, buttons=(), **given)


def seen(desk, thread=None):
    return desk.there.eyes.seen(desk.ann, desk.room, thread)


async def found(desk, key="k1"):
    return await desk.platform.out.find(f"slack/{desk.room}", None, key, datetime.now(UTC) - BEFORE)


async def test_a_chart_stands_in_its_message_between_the_words_and_the_buttons():
    async with filing() as desk:
        ts = await desk.platform.out.post(outgoing(desk))
        [message] = seen(desk)
        assert message.ts == ts
        assert [block["type"] for block in message.blocks] == ["header", "rich_text", "image", "actions"]
        [picture] = message.pictures
        assert desk.ws.uploads[picture].data == repr(CHART).encode()
        assert message.blocks[2]["alt_text"] == CHART.words() == desk.ws.uploads[picture].alt
        assert "all: Jan 98, Feb 91" in message.text, "who hears the message is told what it shows"
        assert [f.message_id for f in await found(desk)] == [ts], "it is the one message that carries the key"


async def test_a_chart_of_many_numbers_is_described_as_far_as_slack_takes_it():
    """A thousand characters with the file, two thousand with the message."""
    days = tuple(f"day {number}" for number in range(600))
    chart = replace(CHART, labels=days, series=(Series("all", (98.0,) * 600),))
    async with filing() as desk:
        await desk.platform.out.post(outgoing(desk, replace(CARD, picture=chart)))
        [message] = seen(desk)
        [picture] = message.pictures
        assert len(message.blocks[2]["alt_text"]) > len(desk.ws.uploads[picture].alt) > 900
        assert len(message.text) <= 4000


@pytest.mark.parametrize("form", ["pdf", "csv"])
@pytest.mark.parametrize("where", ["channel", "thread", "direct"])
async def test_a_paper_is_shared_with_its_message(form, where):
    async with filing() as desk:
        head = await desk.platform.out.post(outgoing(desk, PLAIN, "head"))
        place = f"slack/@{desk.ann}" if where == "direct" else f"slack/{desk.room}"
        thread = head if where == "thread" else None
        card = replace(REVIEW, paper=replace(PAPER, form=form))
        ts = await desk.platform.out.post(outgoing(desk, card, destination=place, thread=thread))
        eyes = desk.there.eyes
        [message] = [m for m in (eyes.direct(desk.ann) if where == "direct" else seen(desk, thread)) if m.ts == ts]
        assert message.files == (f"acme-2026-01-review.{form}",)
        assert message.metadata["event_payload"] == {"key": "k1"}
        assert message.thread_ts == thread
        assert message.words.splitlines()[-2:] == [f"acme-2026-01-review.{form}", "Show"]


async def test_a_card_without_files_uploads_none():
    """Such as that of a client whose numbers are for few eyes."""
    async with filing() as desk:
        await desk.platform.out.post(outgoing(desk, PLAIN))
        await desk.platform.out.post(outgoing(desk, None, "k2", words=text("on it")))
        assert desk.ws.uploads == {}
        assert all(call["unfurl_links"] is False for call in desk.calls("chat.postMessage"))


async def test_an_edit_shows_the_same_chart_without_a_second_upload_and_a_new_one_in_its_place():
    async with filing() as desk:
        ts = await desk.platform.out.post(outgoing(desk))
        [before] = seen(desk)
        await desk.platform.out.edit(ts, outgoing(desk, replace(CARD, title="Acme Ltd")))
        [same] = seen(desk)
        assert (same.pictures, len(desk.ws.uploads)) == (before.pictures, 1)
        later = replace(CHART, series=(Series("all", (98.0, 99.0)),))
        await desk.platform.out.edit(ts, outgoing(desk, replace(CARD, picture=later)))
        [other] = seen(desk)
        assert desk.ws.uploads[other.pictures[0]].data == repr(later).encode()
        assert "Feb 99" in other.text
        await desk.platform.out.edit(ts, outgoing(desk, PLAIN))
        assert seen(desk)[0].pictures == ()


async def test_an_edit_sends_the_paper_of_now():
    async with filing() as desk:
        ts = await desk.platform.out.post(outgoing(desk, REVIEW))
        await desk.platform.out.edit(ts, outgoing(desk, replace(REVIEW, paper=replace(PAPER, form="csv"))))
        assert seen(desk)[0].files == ("acme-2026-01-review.csv",)


async def test_the_same_chart_in_two_channels_is_put_there_once():
    async with filing() as desk:
        for number in range(2):
            place = f"slack/@{desk.ann}" if number else f"slack/{desk.room}"
            await desk.platform.out.post(outgoing(desk, key=f"k{number}", destination=place))
        assert len(desk.ws.uploads) == 1


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "fault", [Fault.LOSE_REPLY, Fault.ERROR_TAKEN, Fault.RESET, Fault.ERROR], ids=lambda fault: fault.value
)
async def test_a_step_of_an_upload_that_goes_wrong_costs_a_file_that_nobody_sees(step, fault):
    async with filing() as desk:
        desk.ws.troubles.add(fault, step)
        await desk.platform.out.post(outgoing(desk, replace(CARD, paper=PAPER)))
        [message] = seen(desk)
        assert (len(message.pictures), message.files) == (1, ("acme-2026-01-review.pdf",))
        assert "could not be attached" not in message.words
        assert len(desk.calls("chat.postMessage")) == 1


@pytest.mark.parametrize(
    "fault", [Fault.LOSE_REPLY, Fault.ERROR_TAKEN, Fault.RESET, Fault.ERROR], ids=lambda fault: fault.value
)
async def test_a_post_with_files_whose_reply_is_lost_is_there_once_with_them(fault):
    """It is found by its key, or it is not there and sent again: then with the file that lies there already."""
    async with filing() as desk:
        desk.ws.troubles.add(fault, "chat.postMessage")
        with pytest.raises(Exception, match=r".") as failed:
            await desk.platform.out.post(outgoing(desk, replace(CARD, paper=PAPER)))
        assert not isinstance(failed.value, DeliveryRefused)
        if not await found(desk):
            await desk.platform.out.post(outgoing(desk, replace(CARD, paper=PAPER)))
        [message] = seen(desk)
        assert (len(message.pictures), message.files) == (1, ("acme-2026-01-review.pdf",))
        assert len(desk.ws.uploads) == 2, "a picture and a paper, each once"


REFUSED = {
    "the workspace takes no files": ("files.getUploadURLExternal", "file_uploads_disabled"),
    "it is too large": ("files.getUploadURLExternal", "file_upload_size_restricted"),
    "Slack lost it": ("files.completeUploadExternal", "file_not_found"),
    "the token is no good for files": ("files.getUploadURLExternal", "access_denied"),
}


@pytest.mark.parametrize("why", REFUSED)
async def test_a_file_that_is_refused_is_named_in_the_words_which_go_out(why):
    method, error = REFUSED[why]
    async with filing() as desk:
        desk.ws.troubles.add(Fault.REFUSE, method, error=error)
        ts = await desk.platform.out.post(outgoing(desk, REVIEW))
        [message] = seen(desk)
        assert (message.ts, message.files) == (ts, ())
        assert "acme-2026-01-review.pdf could not be attached; it is on the desk's own page." in message.words
        assert "acme-2026-01-review.pdf could not be attached" in message.text
        assert "41 tickets" in message.words


async def test_without_the_scope_the_words_go_out_and_the_account_is_not_paused():
    async with filing() as desk:
        desk.ws.scopes.discard("files:write")
        await desk.platform.out.post(outgoing(desk, replace(CARD, paper=PAPER)))
        [message] = seen(desk)
        assert (message.pictures, message.files) == ((), ())
        assert message.words.count("could not be attached") == 2


@pytest.mark.parametrize("call", ["chat.postMessage", "chat.update"])
async def test_a_picture_that_slack_is_still_looking_through_is_shown_a_moment_later(call):
    async with filing() as desk:
        ts = await desk.platform.out.post(outgoing(desk, PLAIN)) if call == "chat.update" else ""
        desk.ws.file_lag = sum(enclosures.WAITS) - 0.1
        out = desk.platform.out
        await (out.edit(ts, outgoing(desk)) if ts else out.post(outgoing(desk)))
        [message] = seen(desk)
        assert len(message.pictures) == 1
        assert [c.error for c in desk.ws.calls if c.method == call] == ["invalid_blocks", "invalid_blocks", ""]
        assert len(desk.ws.uploads) == 1


async def test_a_picture_that_is_never_ready_is_named_and_put_there_anew_the_next_time():
    async with filing() as desk:
        desk.ws.file_lag = 60
        ts = await desk.platform.out.post(outgoing(desk))
        [message] = seen(desk)
        assert (message.ts, message.pictures) == (ts, ())
        assert "attainment.png could not be attached" in message.words
        desk.ws.file_lag = 0
        await desk.platform.out.edit(ts, outgoing(desk))
        assert (len(seen(desk)[0].pictures), len(desk.ws.uploads)) == (1, 2)
        assert "could not be attached" not in seen(desk)[0].words


async def test_a_paper_that_may_not_be_shared_there_is_named():
    """Slack Connect can forbid files where it allows words."""
    async with filing() as desk:
        error = "slack_connect_file_link_sharing_blocked"
        desk.ws.troubles.add(Fault.REFUSE, "chat.postMessage", error=error, times=3)
        await desk.platform.out.post(outgoing(desk, REVIEW))
        [message] = seen(desk)
        assert (message.files, "could not be attached" in message.words) == ((), True)


async def test_another_fault_of_the_blocks_is_not_taken_for_the_pictures():
    async with filing() as desk:
        desk.ws.troubles.add(Fault.REFUSE, "chat.postMessage", error="invalid_blocks")
        with pytest.raises(DeliveryRefused) as refused:
            await desk.platform.out.post(outgoing(desk))
        assert (refused.value.permanent, len(desk.calls("chat.postMessage"))) == (True, 1)


async def test_whatever_breaks_while_a_file_is_made_its_words_go_out():
    def broken(_):
        raise ZeroDivisionError

    async with filing(broken) as desk:
        await desk.platform.out.post(outgoing(desk))
        assert ["41 tickets" in message.words for message in seen(desk)] == [True]


async def test_an_address_that_does_not_answer_keeps_the_words_no_longer_than_a_call_may_take(monkeypatch):
    monkeypatch.setattr(uploads, "LIMIT", 0.05)
    async with filing() as desk:
        desk.ws.troubles.add(Fault.HANG, "upload", times=2)
        await desk.platform.out.post(outgoing(desk))
        assert "attainment.png could not be attached" in seen(desk)[0].words
    assert uploads.LIMIT * uploads.TRIES < ENCLOSED_WITHIN
    assert ENCLOSED_WITHIN + sum(enclosures.WAITS) < 10


async def test_few_files_are_remembered(monkeypatch):
    monkeypatch.setattr(uploads, "KNOWN", 2)
    async with filing() as desk:
        kept = desk.platform._workspace.uploads
        files = [Enclosed(f"{n}.png", "image/png", b"x", "a") for n in range(3)]
        for each in [*files, files[2], files[0]]:
            await kept.keep(each)
        assert [each.name for each in desk.ws.uploads.values()] == ["0.png", "1.png", "2.png", "0.png"]


async def test_a_hostile_name_is_no_markup():
    """Names are made of a client's id and a period; one that is made of something else is letters all the same."""
    name = "<!channel> *b* |x>.pdf"
    async with filing(lambda _: (Enclosed(name, "application/pdf", b"x"),)) as desk:
        await desk.platform.out.post(outgoing(desk, REVIEW))
        [message] = seen(desk)
        assert [a for a in message.active if not a.startswith("https://acme.slack.com/files/")] == []


async def test_a_picture_refused_by_another_error_is_unclear_as_ever():
    async with filing() as desk:
        desk.ws.troubles.add(Fault.REFUSE, "chat.postMessage", error="fatal_error")
        with pytest.raises(SlackApiError):
            await desk.platform.out.post(outgoing(desk))
