"""Looks that people ask for, in the states in which they can be: more of `tests.shape.cases`."""

from dataclasses import replace
from typing import Any

from bot.acting import as_desk
from bot.store.store import StoreTx
from config.loaded import Config
from desk.alerts import Status
from desk.traces import Trace, Verdict
from handlers.events import looked
from tests.shape import stories
from tests.shape.command_cases import TEAM, Case, Work, say


async def asked(desk: Any) -> None:
    """Ben wants to know about the shop, now."""
    await stories.nothing(desk)
    await desk.say("ben", TEAM, "/check shop")


def had(**another: Any) -> Work:
    """The look was had; `another` is what of the configuration has changed meanwhile."""

    def work(tx: StoreTx, config: Config) -> Any:
        [look] = tx.asked_looks()
        verdicts = (Verdict("status == 200", Status.OK),)
        trace = Trace("shop", Status.OK, "", tx.now, (("status", "200"), ("latency_ms", "12")), verdicts)
        return looked.run(tx, as_desk(tx, replace(config, **another), "poller"), look, trace)

    return work


COMMANDS = {
    "check": [
        Case(stories.nothing, say("ben", TEAM, "/check shop"), "what is up"),
        Case(stories.ringing, say("ben", TEAM, '/check "checkout page"'), "what rings, by its name"),
    ],
}
EVENTS = {
    looked.run: [
        Case(asked, had(), "what was seen"),
        Case(asked, had(monitors={}), "of a monitor that left"),
        Case(asked, had(people={}), "for somebody who left"),
    ],
}
