"""What became of a message by one of a person's ways: taken, refused, or nobody knows."""

from dataclasses import dataclass

from desk.alerts import Alert
from desk.tickets import Item
from handlers import saving, trying, ways
from handlers.context import Context, Tx
from handlers.pictures import name
from handlers.subjects import subject_of


@dataclass(frozen=True, slots=True)
class Settled:
    """`state` is that of the outbox (`delivered`, `unknown`, `failed`, `set_aside`), or `waits`: refused, for now.

    `reason` says why; `account` that the way takes nothing of ours at all.
    """

    key: str
    destination: str
    state: str
    reason: str = ""
    account: bool = False


def run(tx: Tx, ctx: Context, settled: Settled) -> None:
    if settled.key.startswith(trying.FAMILY):
        waits = settled.reason if settled.state == "waits" else ""
        trying.settled(tx, ctx, settled.key, settled.destination, waits)
        return
    kind, number = subject_of(settled.key) or ("", 0)
    alert = tx.alert(number) if kind == "alert" and ways.TOLD in settled.key else None
    if alert and alert.client in ctx.config.clients:
        _of_a_call(tx, ctx, alert, settled)


def _of_a_call(tx: Tx, ctx: Context, alert: Alert, settled: Settled) -> None:
    """A call that did not get there is on the alert's record, and the person's next way does not wait for its time."""
    way, _, person = settled.destination.partition("/")
    who = name(ctx.config, person)
    if settled.state == "unknown":
        words = f"nobody knows whether {who} was told by {way}: it was sent again, and may be there twice"
        saving.on_alert(tx, ctx, alert, Item.CHANGE, words)
    elif settled.state in {"failed", "set_aside"}:
        saving.on_alert(tx, ctx, alert, Item.CHANGE, f"{who} was not told by {way}: {settled.reason}")
        ways.hurry(tx, ctx, alert, person)
    elif settled.state == "waits" and settled.account:
        ways.hurry(tx, ctx, alert, person)
