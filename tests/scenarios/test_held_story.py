"""Alerts that do not ring because what they hang on fails too: who is hidden, for how long, and where it is said."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from desk.alerts import Status
from tests.conversation import Conversation

OK, FAILED, UNKNOWN = Status.OK, Status.FAILED, Status.UNKNOWN


@pytest.fixture
def hanging(desk: Conversation) -> Conversation:
    """The demo's desk, with a basket that hangs on the shop, which rings after three failures."""
    shop = replace(desk.config.monitors["shop"], failures=3)
    basket = replace(shop, id="basket", name="basket", parent="shop", failures=2, runbook=None, target=None)
    desk.config = replace(desk.config, monitors={**desk.config.monitors, "shop": shop, "basket": basket})
    return desk


async def fail(desk: Conversation, monitor: str, times: int = 1) -> None:
    for _ in range(times):
        await desk.look(monitor, FAILED, "status 500, expected 200")


async def rings(desk: Conversation, monitor: str) -> bool:
    return (await desk.store.read(lambda tx: tx.watch(monitor))).alert is not None


async def held(desk: Conversation) -> list[Mapping[str, Any]]:
    entries = "SELECT subject, client_id FROM audit WHERE action = 'alert.held'"
    return [{"subject": s, "client": c} for s, c in await desk.store.read(lambda tx: tx.rows(entries))]


@pytest.mark.parametrize("then", [UNKNOWN, OK])
async def test_a_parent_that_failed_once_and_fails_no_more_hides_nothing(hanging: Conversation, then: Status):
    """Nobody knows whether the parent is down: not being able to look is no reason to be silent about the child."""
    await fail(hanging, "shop")
    await hanging.look("shop", then)
    await fail(hanging, "basket", 2)
    assert await rings(hanging, "basket")


async def test_what_was_held_rings_once_the_parent_cannot_be_looked_at(hanging: Conversation):
    await fail(hanging, "shop")
    await fail(hanging, "basket", 2)
    assert not await rings(hanging, "basket")
    await hanging.look("shop", UNKNOWN, "no permission to look")
    await fail(hanging, "basket")
    assert await rings(hanging, "basket")


async def test_a_parent_that_is_down_hides_what_hangs_on_it_also_while_it_cannot_be_looked_at(hanging: Conversation):
    """That it is down was told; one look that saw nothing does not take it back."""
    await fail(hanging, "shop", 3)
    await hanging.look("shop", UNKNOWN, "no permission to look")
    await fail(hanging, "basket", 4)
    assert not await rings(hanging, "basket")
    assert "basket fails too" in " ".join(post.words for post in await hanging.posts("acme-team"))


async def test_that_a_child_is_held_is_on_the_record_once_also_before_its_parent_rings(hanging: Conversation):
    await fail(hanging, "shop")
    await fail(hanging, "basket", 4)
    assert await held(hanging) == [{"subject": "monitor/basket", "client": "acme"}]
    await fail(hanging, "shop", 2)
    said = [post for post in await hanging.posts("acme-team") if "basket fails too" in post.words]
    assert [post.under for post in said] == ["alert/1"], "the parent's alert names what hangs on it when it rings"


async def test_a_child_of_another_client_is_not_named_where_the_parents_client_is_served(hanging: Conversation):
    """Several clients may hang on one line; neither team learns of the other's monitors."""
    basket = replace(hanging.config.monitors["basket"], client="globex")
    hanging.config = replace(hanging.config, monitors={**hanging.config.monitors, "basket": basket})
    await fail(hanging, "shop", 3)
    await fail(hanging, "basket", 2)
    assert not [post for post in await hanging.posts("acme-team") if "basket" in post.words]
    assert await held(hanging) == [{"subject": "monitor/basket", "client": "globex"}]
