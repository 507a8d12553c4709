"""A schedule that only a route's path names is for the clients whom that route takes."""

from dataclasses import replace

import pytest

from bot.adoption import take_over
from desk.paths import Path, Step
from desk.people import Person, Role
from handlers import duty
from tests.conversation import Conversation
from tests.scenarios.alerting import down, matching, route, said, watch


@pytest.fixture
async def databases(desk: Conversation) -> Conversation:
    """Acme's databases have a team of their own, in which Mia has the week, and Ben the next one."""
    week = desk.config.schedules["desk-week"]
    paths = {**desk.config.paths, "dbteam": Path("dbteam", (Step(0, "oncall:dba"),))}
    schedules = {**desk.config.schedules, "dba": replace(week, id="dba")}
    desk.config = replace(desk.config, version="with databases", paths=paths, schedules=schedules)
    watch(desk, "db", role="database")
    route(desk, matching("client=acme", "role=database", path="dbteam"))
    await take_over(desk.store, desk.config)
    await desk.wait(1)
    return desk


async def test_it_is_for_the_clients_of_the_route(databases: Conversation):
    assert duty.clients_of(databases.config, "dba") == ["acme"]
    assert duty.clients_of(databases.config, "desk-week") == ["acme", "globex"]


async def test_its_hand_over_brings_the_clients_team_what_is_open(databases: Conversation):
    await down(databases, "db")
    await databases.wait(7 * 86400)
    told = [post.words for post in await databases.posts("acme-team") if "dba" in post.words]
    assert any("db" in words and "Ben" in words for words in told)
    assert [post for post in await databases.posts("globex-team") if "dba" in post.words] == []


async def test_whoever_works_for_them_alone_takes_turns_in_it_and_changes_it(databases: Conversation):
    ines = Person("ines", "Ines", "UTC", None, {"acme": frozenset({Role.TECHNICIAN})})
    databases.config = replace(databases.config, people={**databases.config.people, "ines": ines})
    line = "/oncall override schedule={} person=ines from=tuesday until=friday"
    await said(databases, "ines", line.format("dba"), "dm-ines")
    refused = await said(databases, "ines", line.format("desk-week"), "dm-ines")
    assert "changed by staff who work for all of its clients" in refused
    found = [await databases.store.read(lambda tx, of=of: tx.overrides(of, tx.now)) for of in ("dba", "desk-week")]
    assert [[override.person for override in of] for of in found] == [["ines"], []]
