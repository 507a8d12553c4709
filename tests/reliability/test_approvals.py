"""Nothing runs that nobody else has allowed, and what was denied stays denied.

Failure-table row: requester approves himself; expired; approve and deny race; script changed after approval.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.arrivals import Arrival
from bot.configuration import load_folder
from desk.runs import Outcome, RunState
from tests.conversation import Conversation
from tests.webapp import Web, web_bot

ASK = "/run leave-mark shop-1"


@pytest.fixture
async def marked(data: Path, folder: Path) -> AsyncIterator[Web]:
    """The bot with a runbook that needs an approval and leaves a mark when it runs."""
    async with web_bot(data, load_folder(folder)) as running:
        yield running


async def ended(web: Web, run: int) -> int:
    return await web.count("SELECT COUNT(*) FROM runs WHERE number = ? AND state = 'ended'", run)


@pytest.mark.parametrize("seed", range(3))
async def test_approve_and_deny_at_once_end_in_one_of_them_and_deny_leaves_no_mark(
    marked: Web, marks: Callable[[], int], seed: int
) -> None:
    """Approve and deny race, several times at once: what is denied has not run, what is approved has run once."""
    chance, expected = random.Random(seed), 0  # noqa: S311 - a seed must reproduce
    for n in range(3):
        asked = (await marked.say("ben", "acme-team", ASK)).json()["reply"]["number"]
        approval = await marked.count("SELECT MAX(number) FROM approvals")
        both = [("mia", "approve"), ("tom", "deny"), ("olga", "approve"), ("tom", "deny")]
        chance.shuffle(both)
        answers = await asyncio.gather(
            *(marked.say(who, "acme-team", f"/{word} {approval}", id=f"{n}-{i}") for i, (who, word) in enumerate(both))
        )
        assert {answer.status_code for answer in answers} <= {200, 409}
        denied = await marked.count("SELECT COUNT(*) FROM approvals WHERE number = ? AND state = 'denied'", approval)
        expected += 0 if denied else 1
        await marked.until(lambda asked=asked: ended(marked, asked))
        assert marks() == expected
    assert await marked.count("SELECT COUNT(*) FROM audit WHERE action = 'run.started'") == expected


async def test_a_deny_that_comes_first_wins_and_the_reader_is_told_by_whom(
    marked: Web, marks: Callable[[], int]
) -> None:
    """Approve and deny race, one after the other: approving what was denied is 409 with a name and a time."""
    await marked.say("ben", "acme-team", ASK)
    assert (await marked.say("tom", "acme-team", "/deny 2")).status_code == 200
    late = await marked.say("mia", "acme-team", "/approve 2")
    assert late.status_code == 409
    assert "lready denied by Tom at" in late.json()["error"]
    assert marks() == 0


@pytest.mark.parametrize("platform", ["webchat", "another"])
async def test_whoever_asked_cannot_approve_whichever_door_he_comes_through(
    desk: Conversation, folder: Path, platform: str
) -> None:
    """Requester approves himself: refused by principal, not by account or platform."""
    desk.config = load_folder(folder)
    await desk.say("mia", "acme-team", ASK)
    own = await desk.router.take(
        Arrival(f"{platform}/1", "say", platform, "mia", "acme-team", desk.clock.now(), "/approve 2")
    )
    assert own.status == 403
    assert "you asked for this run yourself" in own.error
    assert (await desk.store.read(lambda tx: tx.run(1))).state is RunState.ASKED


async def test_an_approval_that_nobody_answered_in_time_is_no_approval(desk: Conversation, folder: Path) -> None:
    """Expired: at its time it lapses, also before its deadline was rung, and nothing is run."""
    desk.config = load_folder(folder)
    await desk.say("ben", "acme-team", ASK)
    desk.clock.step(desk.config.desk.approval_lapses)
    late = await desk.say("mia", "acme-team", "/approve 2")
    assert late.status == 409
    assert "lapsed" in late.error
    await desk.alarm.turn()
    assert (await desk.store.read(lambda tx: tx.run(1))).outcome is Outcome.LAPSED
    assert await desk.start_run(1) is None


async def test_a_script_that_changed_after_the_approval_is_not_started(desk: Conversation, folder: Path) -> None:
    """Script changed after approval: the newly loaded hash differs from the approved one, so the run is refused."""
    desk.config = load_folder(folder)
    await desk.say("ben", "acme-team", ASK)
    assert (await desk.say("mia", "acme-team", "/approve 2")).status == 200
    (folder / "scripts" / "mark.sh").write_text("#!/bin/sh\nrm -rf /\n")
    desk.config = load_folder(folder)
    assert await desk.start_run(1) is None
    refused = await desk.store.read(lambda tx: tx.run(1))
    assert refused.outcome is Outcome.FAILED
    assert "changed after" in refused.ended.reason


async def test_a_script_that_changes_between_approval_and_start_on_disk_does_not_run(
    marked: Web, marks: Callable[[], int]
) -> None:
    """Script changed after approval, with the configuration still the old one: the copy's hash is looked at again."""
    script = marked.bot.config.folder / "scripts" / "mark.sh"
    await marked.say("ben", "acme-team", ASK)
    script.write_text(script.read_text() + "# and something else\n")
    await marked.say("mia", "acme-team", "/approve 2")
    await marked.until(lambda: ended(marked, 1))
    assert marks() == 0
    run = await marked.bot.store.read(lambda tx: tx.run(1))
    assert run.outcome is Outcome.FAILED
    assert run.ended.reason.startswith("Not started: "), run.ended.reason


async def test_an_approval_is_for_one_run_and_not_for_the_next(desk: Conversation, folder: Path) -> None:
    """Approved once is approved once: another run of the same runbook asks again."""
    desk.config = load_folder(folder)
    await desk.say("ben", "acme-team", ASK)
    await desk.say("mia", "acme-team", "/approve 2")
    await desk.start_run(1)
    assert await desk.start_run(1) is None, "a run is claimed once"
    again = await desk.say("ben", "acme-team", ASK)
    assert again.status in {200, 409}
    waiting = await desk.store.read(lambda tx: tx.rows("SELECT COUNT(*) FROM runs WHERE state = 'queued'"))
    assert waiting == [(0,)]
