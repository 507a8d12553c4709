"""Looks that people ask for, in the states in which they can be: more of `tests.shape.cases`."""

from typing import Any

from bot.acting import as_desk
from bot.store.store import StoreTx
from config.loaded import Config
from desk.alerts import Status
from desk.traces import Asked, Trace, Verdict
from handlers.events import looked
from tests.shape import stories
from tests.shape.command_cases import TEAM, Case, Work, say


def had(person: str, *verdicts: Verdict, monitor: str = "shop", status: Status = Status.OK) -> Work:
    """Somebody asked for a look, and it saw this."""

    def work(tx: StoreTx, config: Config) -> Any:
        asked = Asked(monitor, "acme", person, tx.now)
        tx.ask_look(asked)
        trace = Trace(monitor, status, "", tx.now, (("status", "200"), ("latency_ms", "12")), verdicts)
        return looked.run(tx, as_desk(tx, config, "poller"), asked, trace)

    return work


COMMANDS = {
    "check": [
        Case(stories.nothing, say("ben", TEAM, "/check shop"), "what is up"),
        Case(stories.ringing, say("ben", TEAM, "/check checkout page"), "what rings, by its name"),
    ],
}
EVENTS = {
    looked.run: [
        Case(stories.nothing, had("ben", Verdict("status == 200", Status.OK)), "what was seen"),
        Case(stories.nothing, had("ben", monitor="gone"), "of a monitor that left"),
        Case(stories.nothing, had("ann"), "to somebody who may no longer know"),
    ],
}
