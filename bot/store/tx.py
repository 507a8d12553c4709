"""The transaction that handlers decide with: `handlers.context.Tx` on a database."""

from collections.abc import Callable
from typing import TypeVar

from bot.store.tx_alerts import AlertRows
from bot.store.tx_articles import ArticleRows
from bot.store.tx_checks import CheckRows
from bot.store.tx_clock import ClockRows
from bot.store.tx_find import FindRows
from bot.store.tx_oncall import OnCallRows
from bot.store.tx_people import PeopleRows
from bot.store.tx_posts import PostRows
from bot.store.tx_promises import PromiseRows
from bot.store.tx_reports import ReportRows
from bot.store.tx_runs import RunRows
from bot.store.tx_signals import SignalRows
from bot.store.tx_status import StatusRows
from bot.store.tx_tickets import TicketRows
from bot.store.tx_turns import TurnRows
from handlers.context import Tx

T = TypeVar("T")


class StoreTx(
    TicketRows, TurnRows, AlertRows, SignalRows, RunRows, PostRows, ClockRows, PeopleRows, ReportRows, PromiseRows,
    FindRows, ArticleRows, OnCallRows, CheckRows, StatusRows,
):
    """One transaction, for the clients it was opened for; each room of the desk has its part of it in its own file."""


def asked(tx: StoreTx, fn: Callable[[StoreTx], T]) -> T:
    """What `fn` says, and everything written. A post by one who said to read only must fail, not be forgotten."""
    result = fn(tx)
    tx.flush()
    return result


def fits(tx: StoreTx) -> Tx:
    """The consumer's view of it; here so that mypy holds the two together."""
    return tx
