"""What other systems tell, in the states in which it can be told: more of `tests.shape.cases`."""

import json
from typing import Any

from bot.acting import as_desk
from bot.store import deadlines
from bot.store.store import StoreTx
from config.loaded import Config
from desk.hooks import read
from desk.hooks.told import Says, Told
from handlers.events import webhook
from tests.shape import stories
from tests.shape.cases import ring
from tests.shape.command_cases import Case, Work, say


def tell(*told: Told) -> Work:
    def work(tx: StoreTx, config: Config) -> Any:
        return webhook.run(tx, as_desk(tx, config, "hook/backups"), webhook.Heard(config.hooks["backups"], told))

    return work


def hear(**body: str) -> Work:
    """Globex's backups send something about db-1."""
    return lambda tx, config: tell(*read(config.hooks["backups"], json.dumps({"host": "db-1", **body})))(tx, config)


def ring_lapse(tx: StoreTx, config: Config) -> Any:
    due = next(d for d in deadlines.due(tx, tx.now) if d.subject.startswith(webhook.SUBJECT))
    return ring(due.subject, "lapse")(tx, config)


COMMANDS = {
    "resolve": [Case(stories.told, say("ben", "globex-team", "/resolve 1 It was only a test"), "what others told us")],
}
DEADLINES = {"resolve": [Case(stories.told_a_lot_and_resolved, ring("alert/1", "resolve"), "the rest of many")]}
EVENTS = {
    webhook.run: [
        Case(stories.nothing, hear(status="failed", message="disk full"), "rings"),
        Case(stories.told, hear(status="failed", message="disk very full"), "goes on with other words"),
        Case(stories.told_and_taken, hear(status="failed", message="x", severity="critical"), "is worse: calls again"),
        Case(stories.told, hear(status="ok"), "is over"),
        Case(stories.nothing, hear(status="failed", host=""), "is of an unknown shape"),
        Case(stories.told, tell(Told(Says.ACKNOWLEDGED, {"0": "db-1"}, "")), "somebody there has it"),
    ],
    webhook.lapse: [Case(stories.told, ring_lapse, "nothing more was told", wait=86_401)],
}
