"""A copy of an attached file is kept, or could not be."""

from dataclasses import dataclass

from desk.tickets import Item
from handlers import saving
from handlers.context import Context, Tx
from handlers.pictures import short


@dataclass(frozen=True, slots=True)
class Filed:
    """`sha256` is the name of the copy in the data folder, or empty and `why` says what was wrong."""

    number: int
    name: str
    sha256: str
    why: str = ""


def run(tx: Tx, ctx: Context, filed: Filed) -> None:
    """On the record of what it was attached to, for the team alone."""
    of = tx.ticket(filed.number) or tx.alert(filed.number) or tx.run(filed.number)
    if of is None:
        return
    name = short(filed.name, 80)
    kept = f"kept a copy of {name}: files/{filed.sha256}"
    saving.tell(tx, ctx, of, Item.CHANGE, kept if filed.sha256 else f"could not copy {name}: {filed.why}")
    saving.note_audit(tx, ctx, "file.kept" if filed.sha256 else "file.failed", str(of.number), of.client, name=name)
