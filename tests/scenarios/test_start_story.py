"""The last look before a run starts: how long ago it was asked for, and whether those who said yes still may."""

from dataclasses import replace

import pytest

from config.loaded import Config
from desk.alerts import Status
from desk.people import Role
from desk.runs import Outcome, Run, RunState
from tests.conversation import Conversation

ASK, TEN_MINUTES = "/run restart-shop shop-1", 600


async def the_run(desk: Conversation) -> Run:
    return (await desk.store.read(lambda tx: tx.runs()))[0]


async def approved(desk: Conversation) -> None:
    """Ben has asked for run 1 and Mia has approved it."""
    await desk.say("ben", "acme-team", ASK)
    assert (await desk.say("mia", "acme-team", "/approve 2")).status == 200


def with_roles(config: Config, person: str, *roles: Role) -> Config:
    """As after a restart with another configuration; no roles: the person has left."""
    people = {**config.people, person: replace(config.people[person], roles={"*": frozenset(roles)})}
    if not roles:
        del people[person]
    return replace(config, people=people)


@pytest.mark.parametrize("asked", [ASK, "/run slow-hello shop-1"])
async def test_what_was_queued_when_the_desk_stopped_does_not_start_days_later(desk: Conversation, asked: str):
    """Nobody expects it any more: it lapses like an approval, and whoever asked is told so."""
    await desk.say("ben", "acme-team", asked)
    await desk.say("mia", "acme-team", "/approve 2")
    desk.clock.step(3 * 24 * 3600)
    assert await desk.start_run(1) is None
    run = await the_run(desk)
    assert (run.state, run.outcome, run.started_at) == (RunState.ENDED, Outcome.LAPSED, None)
    card = await desk.post("acme-team", "run/1")
    assert "⊘ lapsed" in card.words
    assert "asked for 3 d ago" in card.words
    assert "sk again" in card.words
    assert any("asked for 3 d ago" in post.words for post in await desk.posts("dm-ben"))


async def test_an_approval_lapses_at_its_time_also_when_it_was_given_at_the_last_moment(desk: Conversation):
    await desk.say("ben", "acme-team", ASK)
    desk.clock.step(TEN_MINUTES - 1)
    await desk.say("mia", "acme-team", "/approve 2")
    desk.clock.step(1)
    assert await desk.start_run(1) is None
    assert (await the_run(desk)).outcome is Outcome.LAPSED


async def test_a_short_stop_of_the_desk_delays_a_run_and_does_not_take_it_back(desk: Conversation):
    desk.config = replace(desk.config, desk=replace(desk.config.desk, approval_lapses=5))
    await desk.say("ben", "acme-team", "/run slow-hello shop-1")
    desk.clock.step(TEN_MINUTES - 1)
    assert await desk.start_run(1)


@pytest.mark.parametrize(
    ("person", "roles", "words"),
    [
        ("ben", (), "Whoever asked for it (ben)"),
        ("ben", (Role.AUDITOR,), "Ben Okoro"),
        ("mia", (), "Whoever approved it (mia)"),
        ("mia", (Role.TECHNICIAN,), "Mia Lindqvist"),
    ],
)
async def test_a_run_does_not_start_when_one_who_said_yes_may_no_longer(
    desk: Conversation, person: str, roles: tuple[Role, ...], words: str
):
    """Rights are looked at again at the start: between yes and start lies, at worst, somebody's dismissal."""
    await approved(desk)
    desk.config = with_roles(desk.config, person, *roles)
    assert await desk.start_run(1) is None
    run = await the_run(desk)
    assert run.outcome is Outcome.FAILED
    assert words in run.ended.reason
    assert "may no longer" in run.ended.reason
    assert run.ended.reason in (await desk.post("acme-team", "run/1")).words


async def test_a_run_that_nobody_need_approve_still_needs_one_who_may_ask(desk: Conversation):
    await desk.say("ben", "acme-team", "/run slow-hello shop-1")
    desk.config = with_roles(desk.config, "ben", Role.AUDITOR)
    assert await desk.start_run(1) is None


async def test_a_run_does_not_start_for_a_client_its_runbook_no_longer_serves(desk: Conversation):
    await approved(desk)
    book = replace(desk.config.runbooks["restart-shop"], clients=frozenset({"globex"}))
    desk.config = replace(desk.config, runbooks={**desk.config.runbooks, "restart-shop": book})
    assert await desk.start_run(1) is None


@pytest.mark.parametrize("still", [True, False])
async def test_the_desk_may_start_what_runs_by_itself_and_nothing_else(desk: Conversation, still):
    """The desk is no person of the configuration; that the runbook runs by itself is its right."""
    book = replace(desk.config.runbooks["restart-shop"], needs_approval=False, by_itself=True)
    allowing = replace(desk.config, runbooks={**desk.config.runbooks, "restart-shop": book})
    desk.config = allowing
    for _ in range(2):
        await desk.look("shop", Status.FAILED, "status 500, expected 200")
    if not still:
        forbidding = {**allowing.runbooks, "restart-shop": replace(book, by_itself=False)}
        desk.config = replace(allowing, runbooks=forbidding)
    run = await the_run(desk)
    assert run.asked_by == "deskbell"
    assert bool(await desk.start_run(run.number)) is still
