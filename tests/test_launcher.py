"""What was approved is started, told of, and ended on the record, by a store that fails at times too."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.configuration import DEMO, load_folder
from bot.launcher import Launcher
from bot.store.store import Lane, Store
from config.loaded import Config
from desk.runs import Outcome, Run, RunState
from tests.conversation import Conversation
from tests.failing import Failing
from tests.webapp import Web, web_bot

SOON = 30.0  # seconds that a loaded machine may need for what takes one
COUNT = """
  count:
    title: Count to three
    script: count.sh
    targets: [shop-1, shop-2]
    clients: [acme]
    risk: low
    needs_approval: false
    time_limit: 20s
"""


@pytest.fixture
def counting(tmp_path: Path) -> Config:
    """The demo's configuration with one more runbook, which counts to three and is done."""
    folder = Path(shutil.copytree(DEMO, tmp_path / "config"))
    (folder / "scripts").mkdir()
    (folder / "scripts" / "count.sh").write_text("#!/bin/sh\nfor n in 1 2 3; do echo $n; sleep 0.1; done\n")
    with (folder / "runbooks.yaml").open("a") as file:
        file.write(COUNT)
    return load_folder(folder)


@pytest.fixture
def failing(store: Store) -> Failing:
    return Failing(store)


@pytest.fixture
async def launcher(desk: Conversation, failing: Failing, counting: Config) -> AsyncIterator[Launcher]:
    """A launcher upon that store."""
    desk.config = counting
    made = Launcher(failing, lambda: desk.config)  # type: ignore[arg-type]
    yield made
    await made.close()


async def ask(desk: Conversation, target: str = "shop-1") -> None:
    asked = await desk.say("ben", "acme-team", f"/run count {target}")
    assert asked.status == 200, asked.error


async def the_run(desk: Conversation, number: int = 1) -> Run:
    run = await desk.store.read(lambda tx: tx.run(number))
    assert run is not None
    return run


async def ended(desk: Conversation, launcher: Launcher) -> Run:
    """Run 1, once the launcher is done with it."""
    async with asyncio.timeout(SOON):
        await asyncio.gather(*launcher._tasks.values())
    return await the_run(desk)


async def test_a_run_is_started_once_and_ends_on_the_record(desk: Conversation, launcher: Launcher):
    await ask(desk)
    await launcher.turn()
    await launcher.turn()
    run = await ended(desk, launcher)
    assert (run.outcome, run.lines, run.progress) == (Outcome.DONE, 3, "3")


async def test_progress_that_cannot_be_stored_is_let_go_and_the_run_goes_on(
    desk: Conversation, launcher: Launcher, failing: Failing
):
    """How far it is may be missed; how it ended may not."""
    failing.refused[Lane.BULK] = 1
    await ask(desk)
    await launcher.turn()
    run = await ended(desk, launcher)
    assert failing.refused[Lane.BULK] == 0
    assert run.outcome is Outcome.DONE


async def test_an_end_that_cannot_be_stored_is_stored_as_soon_as_it_can(
    desk: Conversation, launcher: Launcher, failing: Failing
):
    """Else it would be shown as running until the next start of the desk."""
    await ask(desk)
    await launcher.turn()
    failing.refused[Lane.EVENT] = 2
    assert (await ended(desk, launcher)).outcome is Outcome.DONE


async def test_the_desk_stops_though_an_end_cannot_be_stored_and_says_after_its_start_that_it_is_unknown(
    desk: Conversation, launcher: Launcher, failing: Failing
):
    await ask(desk)
    await launcher.turn()
    failing.refused[Lane.EVENT] = 1_000_000
    async with asyncio.timeout(SOON):
        while failing.refused[Lane.EVENT] == 1_000_000:
            await asyncio.sleep(0.05)
        await launcher.close()
    assert (await the_run(desk)).state is RunState.RUNNING
    failing.refused.clear()
    assert await Launcher(failing, lambda: desk.config).recover() == 1  # type: ignore[arg-type]
    assert (await the_run(desk)).outcome is Outcome.UNKNOWN


async def test_a_run_whose_runbook_is_gone_once_it_was_claimed_has_an_unknown_outcome(
    desk: Conversation, launcher: Launcher
):
    await ask(desk)
    await launcher.turn()
    desk.config = replace(desk.config, runbooks={})
    run = await ended(desk, launcher)
    assert run.outcome is Outcome.UNKNOWN
    assert run.ended is not None
    assert run.ended.reason == "KeyError while it ran"


async def test_a_run_that_cannot_be_claimed_holds_up_no_other(desk: Conversation, launcher: Launcher, failing: Failing):
    await ask(desk)
    await ask(desk, "shop-2")
    failing.refused[Lane.EVENT] = 1
    await launcher.turn()
    assert [(await the_run(desk, number)).state for number in (1, 2)] == [RunState.QUEUED, RunState.RUNNING]
    await launcher.turn()
    assert (await the_run(desk)).state is RunState.RUNNING


async def test_nothing_is_started_once_it_is_stopping(desk: Conversation, launcher: Launcher):
    await ask(desk)
    await launcher.close()
    await launcher.turn()
    assert (await the_run(desk)).state is RunState.QUEUED


async def test_a_task_that_fails_all_the_same_is_logged(launcher: Launcher):
    async def fail() -> None:
        raise ZeroDivisionError

    with capture_logs() as logs:
        launcher._tasks[7] = asyncio.create_task(fail())
        launcher._tasks[7].add_done_callback(lambda task: launcher._over(7, task))
        await asyncio.wait([launcher._tasks[7]])
        await asyncio.sleep(0)
    assert [(entry["log_level"], entry["run"]) for entry in logs] == [("error", 7)]
    assert launcher._tasks == {}


async def test_slow_hello_shows_how_far_it_is_on_its_card_before_it_ends(tmp_path: Path, demo_config: Config):
    """The demo's own runbook through the real runner and outbox: who looks at the card sees it move."""
    states: list[tuple[str, ...]] = []

    async with web_bot(tmp_path, demo_config) as web:

        async def done() -> bool:
            card = await _card(web)
            if card and card not in states:
                states.append(card)
            return bool(card) and "done" in card[0]

        said = await web.say("ben", "acme-team", "/run slow-hello shop-1")
        assert said.status_code == 200, said.text
        await web.until(done, within=60)
    told = {line for state, *lines in states if "running" in state for line in lines if "hello" in line}
    assert len(told) >= 3, states
    assert len(states) >= 4, "and then its end"


async def _card(web: Web) -> tuple[str, ...]:
    """Its state and its lines, as the page gets them."""
    message = await web.card("ben", "acme-team", "run/1")
    return (message["card"]["state"], *(str(line) for line in message["card"]["lines"])) if message else ()
