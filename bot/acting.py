"""The desk itself as the one who acts: what the clock, the poller and the runner do is on the record as theirs."""

from datetime import datetime

from bot.store.store import StoreTx
from config.loaded import Config
from handlers.context import Context, Where
from handlers.saving import DESK


def as_desk(tx: StoreTx, config: Config, via: str, at: datetime | None = None) -> Context:
    """A context for an event that no person caused; `at` is when it happened, now if it is not given."""
    return Context(tx.now, at or tx.now, DESK, Where(via, ""), config)
