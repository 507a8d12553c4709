"""Every platform against the one contract, and the contract against five planted faults."""

import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import ModuleType

import pytest

from tests.platforms import contract_suite, desk_suite
from tests.platforms.contract_suite import Check
from tests.platforms.harness import Harness, Wrap
from tests.platforms.on_discord import on_discord
from tests.platforms.on_slack import on_slack
from tests.platforms.on_standin import on_the_standin
from tests.platforms.on_webchat import on_the_webchat
from tests.platforms.planted import FAULTS

CHECKS: tuple[Check, ...] = (*contract_suite.CHECKS, *desk_suite.CHECKS)
Opens = Callable[[Path, Wrap], AbstractAsyncContextManager[Harness]]
PLATFORMS = {"webchat": on_the_webchat, "standin": on_the_standin, "slack": on_slack, "discord": on_discord}


@pytest.fixture(params=list(PLATFORMS))
def opens(request: pytest.FixtureRequest) -> Opens:
    return PLATFORMS[request.param]


@pytest.fixture
async def harness(opens: Opens, database_file: Path) -> AsyncIterator[Harness]:
    async with opens(database_file.parent, lambda door: door) as harness:
        yield harness


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_the_platform_keeps_the_contract(harness: Harness, check: Check) -> None:
    """The same checks for every platform, over real sockets, with the whole bot behind them."""
    await check(harness)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_planted_fault_turns_the_suite_red(opens: Opens, database_file: Path, fault: str) -> None:
    """The suite proves itself: a platform with this fault fails the check that is about it."""
    wrap, plant, name = FAULTS[fault]
    check = next(each for each in CHECKS if each.__name__ == name)
    async with opens(database_file.parent, wrap) as harness:
        with pytest.raises((AssertionError, ValueError)):
            await check(plant(harness))


@pytest.mark.parametrize("suite", [contract_suite, desk_suite], ids=lambda suite: suite.__name__)
def test_the_suite_lists_each_check_that_is_written(suite: ModuleType) -> None:
    """A check that is written and not listed would never run."""
    written = {
        name
        for name, each in vars(suite).items()
        if inspect.iscoroutinefunction(each) and each.__module__ == suite.__name__ and not name.startswith("_")
    }
    listed = [check.__name__ for check in suite.CHECKS]
    assert listed == list(dict.fromkeys(listed))
    assert set(listed) == written
