"""Whatever the desk says on a chat platform about a client that shares little, nothing of it was written by anybody.

Every command and every event of the registry is met, by every way out: posts to the places of channels and people, and
the private answers to whoever asked there. One that is new is met here without a row of its own.
"""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.ports import SeededIds
from bot.store import accounts
from bot.store.sqlite import SqliteFile
from bot.store.store import Store
from config.loaded import Channel
from desk.cards import card_to_json
from desk.detail import Detail
from tests.conversation import Conversation
from tests.shape.cases import EVENTS
from tests.shape.command_cases import COMMANDS, Case
from tests.shape.stories import with_more_to_meet
from tests.shape.test_strangers import ROWS
from tests.store_fixture import HandClock

CASES = [
    pytest.param(case, id=f"{getattr(what, '__name__', what)}: {case.why}")
    for what, cases in [*COMMANDS.items(), *EVENTS.items()] for case in cases
]  # fmt: skip
WRITTEN = "SELECT subject, details, last_message, resolution, answers, tags FROM tickets"
SAID = "SELECT words FROM timeline WHERE item IN ('opened', 'reply', 'note')"
OUT = "SELECT body FROM posts WHERE destination LIKE '%/%' AND client_id IS NOT NULL"


@pytest.fixture(params=[Detail.NUMBER, Detail.SUBJECT], ids=str)
def shared(request, template, tmp_path, demo_config):
    """A desk whose clients share as much as that; every channel and person is on Slack as well."""
    config = with_more_to_meet(demo_config)
    clients = {id_: replace(client, detail=request.param) for id_, client in config.clients.items()}
    channels = {
        id_: Channel(c.id, c.name, c.kind, c.client, {"slack": f"C-{id_}"}) for id_, c in config.channels.items()
    }  # fmt: skip
    config = replace(config, clients=clients, channels=channels)
    path = Path(shutil.copyfile(template, tmp_path / "shared.db"))
    clock = HandClock()
    store = Store.open(SqliteFile(path, "OFF"), clock=clock, ids=SeededIds(1), inline=True)
    return Conversation(store, clock, config), request.param


async def settle(desk):
    places = [(channel.id, place) for channel in desk.config.channels.values() for place in channel.place_ids()]

    def work(tx):
        accounts.settle_places(tx, places, {"slack"})
        accounts.settle_sharing(tx, desk.config.clients.values())

    await desk.store.write(work)


async def secrets(desk, level):
    """All that people have written, and what monitors saw; at `subject`, all but the subjects."""

    def read(tx):
        subjects = {row[0] for row in tx.rows("SELECT subject FROM tickets")}
        cells = {str(cell) for row in tx.rows(WRITTEN) for cell in row} | {row[0] for row in tx.rows(SAID)}
        lines = {line.strip(" []\"'") for cell in cells for line in cell.split("\n")}
        seen = {json.loads(row[0])["sentence"] for row in tx.rows("SELECT body FROM alerts")}
        found = {words for words in lines | seen if len(words) > 5}
        return found - subjects if level is Detail.SUBJECT else found

    return await desk.store.read(read)


async def left(desk):
    """Everything that is bound for a chat platform, as it is stored for the outbox."""
    return [row[0] for row in await desk.store.read(lambda tx: tx.rows(OUT))]


@pytest.mark.parametrize("case", CASES)
async def test_no_post_says_what_somebody_wrote(shared, case: Case):
    desk, level = shared
    await settle(desk)
    await case.story(desk)
    desk.clock.step(case.wait)
    await desk.store.write(lambda tx: case.work(tx, desk.config))
    out = await left(desk)
    for words in await secrets(desk, level):
        assert not [body for body in out if json.dumps(words)[1:-1] in body], words
    await desk.store.close()


@pytest.mark.parametrize("word", sorted(ROWS))
@pytest.mark.parametrize("person", ["ann", "ben", "rosa"])
async def test_no_private_answer_says_what_somebody_wrote(shared, word, person):
    """Asked on Slack, by whoever may see it; what they have just typed themselves is theirs."""
    desk, level = shared
    await settle(desk)
    await desk.say("ann", "dm-ann", "/open priority=P1 The merger with Initech leaked")
    await desk.say("ann", "dm-ann", "and the printer smells of fish", thread="ticket/1")
    await desk.say("ben", "acme-team", "/note 1 blame the intern")
    hidden = await secrets(desk, level)
    for line in ROWS[word]:
        answer = await desk.say(person, f"dm-{person}", line.format(n=1), platform="slack")
        form = [f"{f.value} {f.error} {f.choices}" for f in answer.form.fields] if answer.form else []
        told = json.dumps(card_to_json(answer.reply)) if answer.reply else ""
        said = " ".join([told, *form, answer.error])
        assert not [words for words in hidden if words in said], (line, said)
    await desk.store.close()


async def test_the_web_chat_shows_all_of_it(shared):
    desk, _ = shared
    await settle(desk)
    await desk.say("ann", "dm-ann", "/open The merger with Initech leaked")
    assert "The merger with Initech leaked" in (await desk.post("acme-team", "ticket/1")).words
    answer = await desk.say("ben", "acme-team", "/show 1")
    assert "The merger with Initech leaked" in desk.words(answer.reply)
    await desk.store.close()
