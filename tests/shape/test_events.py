"""Every kind of event that another system can be told of is told when it happens, in plain values, and has its line in
`docs/webhooks.md`; whatever goes on the record is either told or left out on purpose.
"""

import ast
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.ports import SeededIds
from bot.store import accounts
from bot.store.sqlite import SqliteFile
from bot.store.store import Store
from desk.cards import event_from_json
from desk.detail import Detail
from desk.events import KINDS, Webhook
from tests.conversation import Conversation
from tests.shape.event_cases import CASES
from tests.shape.stories import with_more_to_meet
from tests.shape.tree import files, page, parsed
from tests.store_fixture import HandClock

# What goes on the record and is told to nobody outside: what people read and write, and the desk's own affairs.
UNTOLD = {
    "account.unlinked", "alert.held", "article.added", "article.retired", "article.solved", "client.retired",
    "code.given", "desk.blind", "desk.sees", "file.failed", "file.kept", "message.edited", "message.filed",
    "note.written", "promise.told", "request.refused", "ticket.homeless", "ticket.retargeted",
}  # fmt: skip
ROWS = "SELECT destination, body FROM posts WHERE destination LIKE 'webhook:%' ORDER BY id"


@pytest.fixture
async def desk(template, tmp_path, demo_config):
    path = Path(shutil.copyfile(template, tmp_path / "events.db"))
    clock = HandClock()
    store = Store.open(SqliteFile(path, "OFF"), clock=clock, ids=SeededIds(1), inline=True)
    yield Conversation(store, clock, with_more_to_meet(demo_config))
    await store.close()


async def told(desk):
    rows = await desk.store.read(lambda tx: tx.rows(ROWS))
    return [(place, event_from_json(json.loads(body)["event"])) for place, body in rows]


async def happens(desk, kind):
    """The one event of this kind that what is in its row makes."""
    case = CASES[kind]
    await case.story(desk)
    desk.clock.step(case.wait)
    before = len(await told(desk))
    await desk.store.write(lambda tx: case.work(tx, desk.config))
    found = [event for _, event in (await told(desk))[before:] if event.kind == kind]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_kind_is_told_once_when_it_happens_with_the_state_after_it(desk, kind):
    event = await happens(desk, kind)
    assert event.at == desk.clock.now()
    assert event.by
    assert event.facts or kind.startswith("configuration")
    if "number" in event.facts:
        family = {"promise": "ticket", "incident": "alert"}.get(kind.partition(".")[0], kind.partition(".")[0])
        assert event.subject in {f"{family}/{event.facts['number']}", f"approval/{event.facts['number']}"}
    states = {"ticket.resolved": "resolved", "ticket.closed": "closed", "ticket.reopened": "open",
              "ticket.merged": "merged", "alert.cleared": "cleared", "alert.acknowledged": "acknowledged",
              "alert.let_go": "firing", "alert.raised": "firing", "run.ended": "ended", "run.asked": "asked",
              "run.approved": "approved", "run.denied": "denied", "run.lapsed": "lapsed"}  # fmt: skip
    assert event.facts.get("state") == states.get(kind, event.facts.get("state"))


@pytest.mark.parametrize("kind", KINDS)
async def test_what_leaves_of_a_client_that_shares_numbers_has_nobodys_words(desk, kind):
    """Numbers, times, ids and states; neither subject nor sentence, whatever the kind."""
    strict = {id_: replace(client, detail=Detail.NUMBER) for id_, client in desk.config.clients.items()}
    desk.config = replace(desk.config, clients=strict)
    await desk.store.write(lambda tx: accounts.settle_sharing(tx, strict.values()))
    event = await happens(desk, kind)
    assert event.detail == "number"
    assert not {"subject", "title", "sentence", "reason", "about", "requester", "fixed_by"} & event.facts.keys()
    words = [fact for fact in event.facts.values() if isinstance(fact, str)]
    assert [word for word in words if " " in word] == []


def test_every_kind_has_a_case_and_no_case_is_of_a_kind_that_is_gone():
    assert list(CASES) == list(KINDS)


def test_whatever_goes_on_the_record_is_told_or_left_out_on_purpose():
    noted = set()
    for path in files("handlers", "bot"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "note_audit":
                words = [n.value for n in ast.walk(node.args[2]) if isinstance(n, ast.Constant)]
                noted |= {word for word in words if re.fullmatch(r"[a-z]+\.[a-z_]+", str(word))}
    assert noted - set(KINDS) == UNTOLD


def test_every_kind_is_on_its_page_with_what_it_means():
    rows = dict(re.findall(r"^\| `([a-z]+\.[a-z_]+)` \| (.*) \|$", page("docs/webhooks.md"), flags=re.MULTILINE))
    assert rows == dict(KINDS)


@pytest.mark.parametrize(
    ("hook", "kind", "client", "wanted"),
    [
        (Webhook("a", ""), "ticket.opened", "acme", True),
        (Webhook("a", ""), "oncall.changed", None, True),
        (Webhook("a", "", ("alert.*",)), "ticket.opened", "acme", False),
        (Webhook("a", "", ("alert.*", "ticket.opened")), "ticket.opened", "acme", True),
        (Webhook("a", "", ("ticket.open",)), "ticket.opened", "acme", False),
        (Webhook("a", "", ("*",), frozenset({"acme"})), "ticket.opened", "globex", False),
        (Webhook("a", "", ("*",), frozenset({"acme"})), "oncall.changed", None, False),
    ],
    ids=["everything", "of no client", "another family", "one of two", "no prefix", "another client", "not theirs"],
)  # fmt: skip
def test_a_webhook_gets_what_it_asked_for_and_nothing_else(hook, kind, client, wanted):
    assert hook.wants(kind, client) is wanted


async def test_what_nobody_asked_for_makes_no_row(desk):
    desk.config = replace(desk.config, desk=replace(desk.config.desk, webhooks={"a": Webhook("a", "", ("run.*",))}))
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    assert await told(desk) == []


async def test_a_client_that_keeps_off_a_webhook_is_not_told_of_there(desk):
    """`platforms` of a client names those webhooks that may hear of it."""
    off = replace(desk.config.clients["acme"], platforms=frozenset({"slack"}))
    hooks = {name: Webhook(name, "") for name in ("crm", "wiki")}
    desk.config = replace(
        desk.config, clients={**desk.config.clients, "acme": replace(off, platforms=frozenset({"webhook:wiki"}))},
        desk=replace(desk.config.desk, webhooks=hooks),
    )  # fmt: skip
    await desk.store.write(lambda tx: accounts.settle_sharing(tx, desk.config.clients.values()))
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    assert {place.partition("/")[0] for place, _ in await told(desk)} == {"webhook:wiki"}
