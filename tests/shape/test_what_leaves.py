"""A word planted in everything that can be written or seen, and a walk over everything that can be asked on Slack.

Where a client shares numbers, none of the words leaves by any way: cards, lines, buttons, forms and what may be chosen
in them, sentences that refuse. Where it shares subjects, the subject's does. What has to leave, does: a card that says
nothing would be ignored.
"""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.arrivals import File
from bot.ports import SeededIds
from bot.sharing import here
from bot.store import accounts
from bot.store.sqlite import SqliteFile
from bot.store.store import Store
from config.loaded import Channel
from desk.alerts import Status
from desk.cards import Post, text
from desk.detail import READ_ON, Detail, Own
from desk.events import Webhook
from desk.people import visible_clients
from desk.runs import Ended, Ending
from handlers import choices
from handlers.commands import commands
from handlers.context import Context, Where
from tests.conversation import Conversation
from tests.shape.test_strangers import ROWS
from tests.store_fixture import HandClock

PLANTED = re.compile(r"zq[a-z]+")
ASKERS = ("ann", "carl", "ben", "mia", "rosa", "olga")
NUMBERS = range(1, 5)
SEEN = "status 500, expected 200: zqvalue"


@pytest.fixture
async def desk(template, tmp_path, demo_config):
    clock = HandClock()
    path = Path(shutil.copyfile(template, tmp_path / "leaves.db"))
    store = Store.open(SqliteFile(path, "OFF"), clock=clock, ids=SeededIds(1), inline=True)
    yield Conversation(store, clock, demo_config)
    await store.close()


async def shares(desk, detail=Detail.FULL, platforms=None):
    """All of acme is on Slack, a webhook hears of everything, and it shares no more than this; globex shares all."""
    acme = replace(desk.config.clients["acme"], detail=detail, platforms=platforms)
    channels = {
        id_: Channel(c.id, c.name, c.kind, c.client, {"slack": f"C-{id_}"}) for id_, c in desk.config.channels.items()
    }  # fmt: skip
    desk.config = replace(
        desk.config, clients={**desk.config.clients, "acme": acme}, channels=channels,
        desk=replace(desk.config.desk, webhooks={"crm": Webhook("crm", "https://crm.example")}),
    )  # fmt: skip
    places = [(channel.id, place) for channel in channels.values() for place in channel.place_ids()]

    def work(tx):
        accounts.settle_places(tx, places, {"slack"})
        accounts.settle_sharing(tx, desk.config.clients.values())

    await desk.store.write(work)


async def plant(desk):
    """Ticket 1 with something in each of its parts; alert 2 with what was seen, its run 3 and approval 4."""
    pdf = File("zqfile.pdf", 1200, "application/pdf", "https://files.example/zqlink")
    await desk.say("ann", "dm-ann", "/open priority=P1 details=zqdetails zqsubject")
    await desk.say("ann", "dm-ann", "it is zqreply", thread="ticket/1", files=(pdf,), message="a1")
    await desk.wait(130)
    for line in (
        "/note 1 zqnote", "/time 1 25m zqtime", "/tag 1 zqtag", "/priority 1 P2 zqwhy", "/reply 1 zqanswer",
        "/reason 1 workload zqreason", "/watch 1 @carl", "/escalate 1 zqescalation", "/assign 1 mia",
        "/pending 1 vendor until=2h zqvendor",
    ):  # fmt: skip
        assert (await desk.say("ben", "acme-team", line)).status == 200, line
    await desk.say("ben", "acme-team", "between us zqthread", thread="ticket/1", message="m1", files=(pdf,))
    await desk.say("ben", "acme-team", "rather zqedited", thread="ticket/1", message="m1", kind="edit")
    for _ in range(2):
        await desk.look("shop", Status.FAILED, SEEN)
    await desk.say("ben", "acme-team", "/note 2 zqalertnote")
    await desk.say("ben", "acme-team", "/run restart-shop shop-1 alert=2")
    await desk.say("mia", "acme-team", "/approve 4")
    assert await desk.start_run(3)
    await desk.end_run(3, Ended(Ending.EXIT, 1, output="zqoutput"))
    await desk.wait(3 * 3600)


async def solve(desk):
    await desk.say("ben", "acme-team", "/resolve 1 zqsolution")
    await desk.say("ann", "dm-ann", "/rate 1 5 zqrating")
    await desk.say("ann", "dm-ann", "/reopen 1 zqagain")
    await desk.wait(200)


async def posted(desk):
    sql = "SELECT destination, key, body FROM posts WHERE destination LIKE '%/%'"
    return await desk.store.read(lambda tx: tx.rows(sql))


async def answered(desk):
    """Every answer to every line and every form of the registry, by everybody, at every number, asked on Slack."""
    lines = {line.format(n=n) for lines in ROWS.values() for line in lines for n in NUMBERS}
    lines |= {f"/{word} number={n} ask=yes" for word in commands() for n in NUMBERS}
    lines |= {f"/{word}" for word in commands()}
    for person in ASKERS:
        for line in sorted(lines):
            answer = await desk.say(person, f"dm-{person}", line, platform="slack")
            yield person, line, repr(answer)


async def offered(desk, person):
    """What may be chosen in any field, while somebody types on Slack."""
    who = here(desk.config.people[person], desk.config, "slack")

    def read(tx):
        ctx = Context(tx.now, tx.now, who, Where("slack", ""), desk.config, commands=commands())
        fields = [(command, name) for command in commands().values() for name in command.args.model_fields]
        return repr([choices.choices(tx, ctx, command, name, "") for command, name in fields])

    return await desk.store.read(read, clients=visible_clients(who, desk.config.clients))


ALLOWED = [(Detail.NUMBER, set()), (Detail.SUBJECT, {"zqsubject"})]


@pytest.mark.parametrize(("detail", "allowed"), ALLOWED)
async def test_no_planted_word_leaves_by_a_post(desk, detail, allowed):
    await shares(desk, detail)
    for story in (plant, solve):
        await story(desk)
        found = await posted(desk)
        assert len(found) > 20
        assert [(place, key) for place, key, body in found if set(PLANTED.findall(body)) - allowed] == []


@pytest.mark.parametrize(("detail", "allowed"), ALLOWED)
async def test_no_planted_word_leaves_by_an_answer_or_a_choice(desk, detail, allowed):
    await shares(desk, detail)
    await plant(desk)
    for person in ASKERS:
        assert set(PLANTED.findall(await offered(desk, person))) <= allowed, person
    async for person, line, said in answered(desk):
        assert set(PLANTED.findall(said)) <= allowed, (person, line)
    for place, key, body in await posted(desk):
        assert set(PLANTED.findall(body)) <= allowed, (place, key)


async def test_the_words_are_there_where_everything_is_shared(desk):
    """Or the tests above would prove nothing."""
    await shares(desk)
    await plant(desk)
    await solve(desk)
    found = {word for _, _, body in await posted(desk) for word in PLANTED.findall(body)}
    for number in NUMBERS:
        found |= set(PLANTED.findall(await said(desk, "ben", f"/show {number}")))
    planted = {
        "subject", "reply", "file", "note", "time", "tag", "why", "answer", "reason", "escalation", "vendor", "thread",
        "edited", "value", "alertnote", "output", "solution", "rating", "again",
    }  # fmt: skip
    assert {f"zq{word}" for word in planted} - found == set()


async def said(desk, person, line):
    answer = await desk.say(person, f"dm-{person}", line, platform="slack")
    return desk.words(answer.reply) or answer.error


@pytest.mark.parametrize(("detail", "called"), [(Detail.NUMBER, "Ticket"), (Detail.SUBJECT, "zqsubject")])
async def test_what_one_needs_to_act_leaves(desk, detail, called):
    """Number, state, priority, when it is due, and what can be done."""
    await shares(desk, detail)
    await desk.say("ann", "dm-ann", "/open details=zqdetails zqsubject")
    team, own = await desk.post("slack/C-acme-team", "ticket/1"), await desk.post("slack/C-dm-ann", "ticket/1")
    assert team.words.splitlines() == [
        f"1 · {called} · ● new", "P2", "Nobody has it yet", READ_ON, "First answer: by 09:03 (3 min left)",
        "Solution: by 11:00 (2 h left)",
    ]  # fmt: skip
    assert team.buttons == ("Take it", "Reply…", "Pending…", "Resolve…", "More")
    assert "We answer by 09:03 (3 min left) and solve it by 11:00." in own.words
    assert own.buttons == ("Add something…", "It got urgent…", "Solved, thanks")
    listed = "" if detail is Detail.NUMBER else "zqsubject · "
    assert f"1 · {listed}● new · due 09:03 · P2" in await said(desk, "ben", "/list")
    assert f"1 · {listed}● new · We answer by 09:03" in await said(desk, "ann", "/home")
    for seconds in (100, 40, 25):
        await desk.wait(seconds)
    reminder = (await desk.posts("slack/C-acme-team"))[-1]
    assert "until the promised first answer at 09:03. Nobody has it." in reminder.words
    assert reminder.words.startswith("1 … ")
    (gathered,) = [p for p in await desk.posts("slack/C-dm-ben") if p.key.startswith("reminders/")]
    assert "until the promised first answer at 09:03" in gathered.words


async def test_help_is_whole_wherever_it_is_asked_for(desk):
    await shares(desk, Detail.NUMBER)
    there = (await desk.say("ann", "dm-ann", "/help", platform="slack")).reply
    assert there == (await desk.say("ann", "dm-ann", "/help")).reply


async def test_a_post_of_no_client_shares_what_the_strictest_one_does(desk):
    """It may be about any of them: a line that could not be done, said to the administrators."""
    await shares(desk, Detail.NUMBER)
    words = text(Own("It was set aside: "), "zqline")
    await desk.store.write(lambda tx: tx.post(Post("aside/1", "noc", None, words=words)))
    assert (await desk.post("noc", "aside/1")).words == "It was set aside: zqline"
    assert (await desk.post("slack/C-noc", "aside/1")).words == f"It was set aside:  {READ_ON}"


async def test_a_client_that_keeps_off_a_platform_is_not_there_at_all(desk):
    """Nothing is posted there, and whoever serves it hears of its numbers what a stranger hears."""
    await shares(desk, platforms=frozenset({"webchat"}))
    await plant(desk)
    assert [key for place, key, body in await posted(desk) if PLANTED.search(body) or "ticket/1" in key] == []
    async for person, line, answer in answered(desk):
        assert not PLANTED.search(answer), (person, line)
    for person in ("ben", "mia", "rosa"):
        assert not re.search("zq|checkout page", await offered(desk, person)), person
        for number in NUMBERS:
            there, nowhere = await said(desk, person, f"/show {number}"), await said(desk, person, "/show 999")
            assert there == nowhere.replace("999", str(number))
        words = await said(desk, person, "/sla acme" if person != "ben" else "/sla")
        assert "Acme" not in words
    assert "zqsubject" in desk.words((await desk.say("ben", "acme-team", "/show 1")).reply), "the web chat has it"
