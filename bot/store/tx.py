"""The transaction that handlers decide with: `handlers.context.Tx` on a database."""

from bot.store.tx_alerts import AlertRows
from bot.store.tx_clock import ClockRows
from bot.store.tx_people import PeopleRows
from bot.store.tx_posts import PostRows
from bot.store.tx_runs import RunRows
from bot.store.tx_tickets import TicketRows
from bot.store.tx_turns import TurnRows
from handlers.context import Tx


class StoreTx(TicketRows, TurnRows, AlertRows, RunRows, PostRows, ClockRows, PeopleRows):
    """One transaction, for the clients it was opened for; each room of the desk has its part of it in its own file."""


def fits(tx: StoreTx) -> Tx:
    """The consumer's view of it; here so that mypy holds the two together."""
    return tx
