"""A service is measured against what the contract promises for it, and no other against that."""

from dataclasses import replace

from bot.acting import as_desk
from desk import periods
from handlers import reporting
from tests.conversation import Conversation


async def goals(desk: Conversation, uptime: dict[str, float]) -> dict[str, float | None]:
    acme = desk.config.clients["acme"]
    promised = replace(acme, contract=replace(acme.contract, uptime=uptime))
    config = replace(desk.config, clients={**desk.config.clients, "acme": promised})

    def look(tx):
        ctx = as_desk(tx, config, "test")
        return reporting.uptimes(tx, ctx, "acme", periods.period("this month", ctx.now, "UTC"))

    return {service.service: service.goal for service in await desk.store.read(look)}


async def test_the_goal_of_a_service_is_the_one_of_its_contract(desk: Conversation):
    assert (await goals(desk, {"shop": 0.999}))["shop"] == 0.999
    assert (await goals(desk, {"another": 0.999}))["shop"] is None
