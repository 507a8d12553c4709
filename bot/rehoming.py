"""Where a ticket's requester is answered, once its platform has found it out: the thread that it made for the ticket,
or that there can be none.
"""

from dataclasses import replace

from bot.acting import as_desk
from bot.store import outbox_rows
from bot.store.store import StoreTx
from bot.telling import REST, outgoing
from config.loaded import Config, dm
from desk.cards import Post
from desk.tickets import Ticket
from handlers import homes, saving
from handlers.pictures import ticket as picture
from handlers.subjects import subject_of

_ROOTED = "UPDATE posts SET root = ? WHERE destination = ? AND root = ?"
_NOT_OUT = (
    "SELECT id FROM posts WHERE destination = ? AND message_id IS NULL"
    " AND (key = ? OR (state = 'pending' AND (key = ? OR under = ?))) ORDER BY id"
)


def rooted(tx: StoreTx, place: str, root: str, thread: str) -> None:
    """Posts and their replies stand in the thread from now on; what else comes to the ticket's root finds it again."""
    tx.execute(_ROOTED, (thread, place, root))


def homeless(tx: StoreTx, config: Config, place: str, key: str) -> None:
    """The post with this key can never stand in its ticket's home. The ticket has none from now on: what its requester
    has not been shown yet goes where they are told everything else.
    """
    ticket = _at_home(tx, config, place, key)
    if ticket is None:
        return
    if ticket.home == place:
        ctx = as_desk(tx, config, place.partition("/")[0])
        ticket = saving.ticket(tx, ctx, replace(ticket, home="", root=""))
        saving.note_audit(tx, ctx, "ticket.homeless", picture.key(ticket.number), ticket.client, place=place)
    head = picture.key(ticket.number)
    for (row,) in tx.rows(_NOT_OUT, (place, key, head, head)):
        _move(tx, row, dm(ticket.requester))


def _at_home(tx: StoreTx, config: Config, place: str, key: str) -> Ticket | None:
    kind, number = subject_of(key) or ("", 0)
    ticket = tx.ticket(number) if kind == "ticket" else None
    return ticket if ticket and homes.clients_channel(config, place, ticket.client) else None


def _move(tx: StoreTx, number: int, destination: str) -> None:
    """The card is there already, and what does not fit a message is cut off there anew."""
    row = outbox_rows.load(tx, number)
    if row is None:
        return
    said = outgoing(row, outbox_rows.body(tx, number))
    tx.execute("DELETE FROM posts WHERE id = ?", (number,))
    if row.under is not None and not row.key.endswith(REST):
        tx.post(
            Post(row.key, destination, row.client, said.card, said.words, row.live, row.under, row.author, row.urgent,
                 said.buttons)
        )  # fmt: skip
