"""What belongs to another client is as absent as what does not exist: for every command, word for word.

The list of commands is the registry's, so a new command without rows here fails. A stranger is anybody of another
client, staff who work for another client only, and a colleague who neither opened what it is about nor watches it.
"""

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.arrivals import Answer
from bot.ports import SeededIds
from bot.store.sqlite import SqliteFile
from bot.store.store import Store
from config.loaded import Channel, Config, dm
from desk.paths import Step
from desk.people import Person, Role
from handlers.commands import commands
from tests.conversation import Conversation
from tests.shape import stories
from tests.store_fixture import HandClock

# What a stranger may try at acme's ticket 1, alert 2, run 3 and approval 4.
ROWS: dict[str, list[str]] = {
    "ack": ["/ack {n}"],
    "unack": ["/unack {n}"],
    "snooze": ["/snooze {n} 2h"],
    "publish": ["/publish {n} let me in", "/publish {n} withdrawn"],
    "handover": ["/handover {n} nia", "/handover {n} me"],
    "page": ["/page {n} nia"],
    "silence": ["/silence {n} 2h Disk is swapped", "/silence matching=host=db-1 client=acme lasts=2h Disk is swapped"],
    "unsilence": ["/unsilence {n}"],
    "silences": ["/silences"],
    "check": ["/check shop", "/check nothing"],
    "timeline": ["/timeline {n}"],
    "approve": ["/approve {n}"],
    "article": [
        "/article {n}", "/article {n} title=VPN client=globex Update it", "/article {n} title=VPN client=acme Update it"
    ],
    "assign": ["/assign {n}", "/assign {n} nia"],
    "claim": ["/claim {n}"],
    "confirm": ["/confirm {n}"],
    "behind": [
        "/behind opened", "/behind opened acme", "/behind uptime/shop", "/behind backlog acme", "/behind opened q3"
    ],
    "deny": ["/deny {n}"],
    "escalate": ["/escalate {n} Nobody can work"],
    "canned": ["/canned {n} need-more"],
    "find": [
        "/find VPN", "/find drops is:open", "/find number:{n}", "/find requester:ann", "/find client:acme VPN",
        "/find watcher:ann", "/find assignee:ben", "/find tag:vpn",
    ],
    "help": ["/help", "/help show"],
    "home": ["/home"],
    "kb": [
        "/kb", "/kb VPN", "/kb show {n}", "/kb add {n}", "/kb retire {n}", "/kb solved {n}",
        "/kb solved number={n} the-vpn-drops-or-does-not-connect",
    ],
    "link": ["/link"],
    "list": ["/list", "/list mine", "/list team"],
    "merge": ["/merge {n} into 99", "/merge 99 into {n}", "/merge {n} into 1 sure=yes"],
    "note": ["/note {n} Looks like the firewall"],
    "oncall": [
        "/oncall", "/oncall next", "/oncall next nights", "/oncall override nights person=ann until=9pm",
        "/oncall swap nights with=ben", "/oncall cancel {n}", "/oncall accept {n}", "/oncall decline {n}",
    ],
    "open": ["/open alert={n} client=globex Something is wrong", "/open alert={n} client=acme Something is wrong",
             "/open --for ann Something is wrong", "/open --for ann client=acme Something is wrong"],
    "pending": ["/pending {n} vendor", "/pending {n} vendor until=2h New switch", "/pending {n} nobody"],
    "pin": ["/pin {n} It was the cable", "/pin number={n} about='acme-team|1|ben'"],
    "priority": ["/priority {n}", "/priority {n} P1 All are down", "/priority {n} impact=high urgency=high"],
    "rate": ["/rate {n} 5"],
    "reason": ["/reason {n} workload"],
    "reopen": ["/reopen {n}"],
    "report": ["/report", "/report acme", "/report acme last month", "/report q3"],
    "relate": ["/relate {n} related 99", "/relate 99 duplicate {n}", "/relate {n} alert 2"],
    "reply": ["/reply {n} Let me in"],
    "resolve": ["/resolve {n} All is well"],
    "run": ["/run restart-shop shop-1", "/run restart-shop shop-1 alert={n}"],
    "send": ["/send {n} note=acme-team/1"],
    "show": ["/show {n}"],
    "simulate": ["/simulate acme target=4h"],
    "sla": ["/sla", "/sla acme", "/sla risk", "/sla mine", "/sla team"],
    "status": ["/status"],
    "tag": ["/tag {n} vpn"],
    "test": [
        "/test ticket VPN drops", "/test ticket client=acme VPN drops", "/test route severity=critical",
        "/test route client=acme severity=critical", "/test schedule desk-week 2026-12-25 03:00",
        "/test schedule nights 2026-12-25 03:00", "/test page me", "/test page ann",
    ],
    "time": ["/time {n} 25m", "/time {n} -25m"],
    "unassign": ["/unassign {n}"],
    "unlink": ["/unlink slack"],
    "untag": ["/untag {n} vpn"],
    "unwatch": ["/unwatch {n}", "/unwatch {n} @ann"],
    "watch": ["/watch {n}", "/watch {n} @nia", "/watch {n} @ann"],
    "why": ["/why {n}", "/why not me {n}"],
}
STRANGERS = {
    "gina": "a requester of another client",
    "greta": "an authorised contact of another client",
    "gustav": "another client's own manager",
    "nia": "all that staff can be, at another client",
    "carl": "a requester of the same client, who neither opened nor watches",
}
# Words by which what is known of acme beforehand would show. To a colleague the client is no secret.
ACMES = ("Acme", "Ann", "checkout page")
KNOWN = {"carl": {"Acme"}}
ALLOWED = {"carl": {"/status"}}  # whether the client's own services work is for all of its people to know
LINES = sorted({line.format(n=n) for lines in ROWS.values() for line in lines for n in range(1, 5)})
OWN = {"ann": "who asked for ticket 1", "dora": "an authorised contact, who sees all of its tickets"}
OF_OURS = sorted({line.format(n=n) for lines in ROWS.values() for line in lines for n in range(2, 5) if "{n}" in line})


def with_strangers(config: Config) -> Config:
    globex = {"greta": Role.CONTACT, "gustav": Role.MANAGER}
    more = [Person("nia", "Nia Duarte", "Europe/Lisbon", roles={"globex": frozenset(Role)})]
    more += [Person(id_, f"{id_.title()} Holt", "UTC", "globex", {"globex": frozenset({Role.REQUESTER, role})})
             for id_, role in globex.items()]  # fmt: skip
    direct = {dm(p.id): Channel(dm(p.id), "Deskbell", "dm", p.client) for p in more}
    config = with_nights(config)
    people = {**config.people, **{p.id: p for p in more}}
    return replace(config, people=people, channels={**config.channels, **direct})


def with_nights(config: Config) -> Config:
    """And a schedule that is for acme alone: the last to be told on its path."""
    week, quick = config.schedules["desk-week"], config.paths["quick"]
    last = Step(3 * 3600, "oncall:nights")
    return replace(
        config, schedules={**config.schedules, "nights": replace(week, id="nights")},
        paths={**config.paths, "quick": replace(quick, steps=(*quick.steps, last))},
    )  # fmt: skip


async def everything_at_acme(desk: Conversation) -> None:
    """Ticket 1, alert 2, run 3 and its approval 4."""
    await stories.opened(desk)
    await stories.ringing(desk)
    await stories.said(desk, "ben", "acme-team", "/run restart-shop shop-1 alert=2")


@pytest.fixture
async def desks(template: Path, tmp_path: Path, demo_config) -> AsyncIterator[tuple[Conversation, Conversation]]:
    """One where acme has one of everything, and an empty one at the same time of day."""
    made = []
    for name in ("full", "empty"):
        clock = HandClock()
        path = Path(shutil.copyfile(template, tmp_path / f"{name}.db"))
        store = Store.open(SqliteFile(path, "OFF"), clock=clock, ids=SeededIds(1), inline=True)
        made.append(Conversation(store, clock, with_strangers(demo_config)))
    full, empty = made
    await everything_at_acme(full)
    empty.clock.at = full.clock.at
    yield full, empty
    for desk in made:
        await desk.store.close()


async def acmes(desk: Conversation) -> list[tuple]:
    """All that is acme's: its tickets, alerts, runs, approvals, their timelines, deadlines and posts."""

    def read(tx):
        tables = ("tickets", "timeline", "alerts", "runs", "approvals", "deadlines", "posts")
        return [tx.rows(f"SELECT * FROM {table} WHERE client_id = 'acme' ORDER BY 1, 2") for table in tables]  # noqa: S608 - our own names

    return await desk.store.read(read)


def test_every_command_is_tried_by_strangers():
    assert set(ROWS) == set(commands())


def unstamped(answer: Answer) -> Answer:
    """Without what makes a form this one form: that follows from the question's own key."""
    form = answer.form and replace(answer.form, id=answer.form.id.partition("~")[0])
    return replace(answer, form=form)


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_a_stranger_hears_what_would_be_said_if_there_were_nothing(desks, stranger):
    """Each command at each of acme's numbers: answered as on a desk where nothing has happened, and nothing changes."""
    full, empty = desks
    before = await acmes(full)
    for line in sorted(set(LINES) - ALLOWED.get(stranger, set())):
        theirs = await full.say(stranger, dm(stranger), line)
        none = await empty.say(stranger, dm(stranger), line)
        assert (line, unstamped(theirs)) == (line, unstamped(none))
        told = f"{theirs.error} {full.words(theirs.reply)}"
        foreign = [word for word in ACMES if word not in KNOWN.get(stranger, ())]
        assert not [word for word in foreign if word in told and word.lower() not in line], line
    assert await acmes(full) == before


@pytest.mark.parametrize("person", OWN)
async def test_what_monitors_and_runbooks_did_is_absent_to_the_clients_own_people(desks, person):
    """Its alert, run and approval answer like numbers that mean nothing, to those who see its tickets as well."""
    full, empty = desks
    await stories.opened(empty)
    empty.clock.at, before = full.clock.at, await acmes(full)
    for line in OF_OURS:
        theirs = await full.say(person, dm(person), line)
        none = await empty.say(person, dm(person), line)
        assert (line, unstamped(theirs)) == (line, unstamped(none))
    assert await acmes(full) == before


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_a_strangers_form_is_refused_like_an_unknown_number(desks, stranger):
    """The same by a form, whose fields name what the line named."""
    full, empty = desks
    before = await acmes(full)
    for word, command in commands().items():
        if "number" not in command.args.model_fields:
            continue
        given = dict.fromkeys(command.args.model_fields, "some words") | {"cause": "vendor", "person": "nia"}
        for number in range(1, 5):
            values = {name: given[name] for name in command.args.model_fields} | {"number": str(number)}
            theirs = await full.submit(stranger, dm(stranger), word, **values)
            none = await empty.submit(stranger, dm(stranger), word, **values)
            assert unstamped(theirs) == unstamped(none), (word, number)
            assert theirs.status >= 400
    assert await acmes(full) == before


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("key", ["ticket/1", "alert/2", "run/3"])
async def test_a_line_in_a_strangers_thread_is_refused_like_one_in_no_thread_at_all(desks, stranger, key):
    """Whatever a platform says about where somebody writes: the handler looks again."""
    full, empty = desks
    before = await acmes(full)
    theirs = await full.say(stranger, dm(stranger), "let me in", thread=key)
    assert theirs == await empty.say(stranger, dm(stranger), "let me in", thread=key)
    assert theirs.status == 404
    assert await acmes(full) == before


async def test_a_client_that_is_not_yours_is_refused_like_one_that_does_not_exist(desks):
    full, _ = desks
    for line in ("/sla {}", "/open client={} Something is wrong"):
        theirs = await full.say("nia", "dm-nia", line.format("acme"))
        none = await full.say("nia", "dm-nia", line.format("nowhere"))
        assert theirs.status == none.status >= 400
        assert theirs.error.replace("acme", "nowhere") == none.error


async def test_a_schedule_of_a_client_that_is_not_yours_is_refused_like_one_that_does_not_exist(desks):
    full, _ = desks
    assert "nights" not in full.words((await full.say("nia", "dm-nia", "/oncall")).reply)
    assert "nights" in full.words((await full.say("ben", "dm-ben", "/oncall")).reply)
    lines = ("next {}", "swap {} with=ben", "override {} person=me until=9pm")
    for line in (*(f"/oncall {rest}" for rest in lines), "/test schedule {} 9pm"):
        theirs = await full.say("nia", "dm-nia", line.format("nights"))
        none = await full.say("nia", "dm-nia", line.format("nowhere"))
        assert theirs.status == none.status == 404
        assert theirs.error.replace("nights", "nowhere") == none.error


async def test_what_was_changed_in_such_a_schedule_is_as_absent_by_its_number(desks):
    """An override and a swap, which are acme's alone."""
    full, empty = desks
    await full.say("ben", "acme-team", "/oncall override nights person=ben until=9pm")
    await full.say("mia", "acme-team", "/oncall swap nights with=tom from=tomorrow 9:00 until=tomorrow 12:00")
    for line in ("/show {}", "/oncall cancel {}", "/oncall accept {}", "/oncall decline {}"):
        for number in (5, 6):
            assert (await full.say("ben", "dm-ben", f"/show {number}")).status == 200
            theirs = await full.say("nia", "dm-nia", line.format(number))
            assert theirs == await empty.say("nia", "dm-nia", line.format(number))
            assert theirs.status == 404
