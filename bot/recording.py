"""`deskbell audit verify`: is the record as it was sealed?"""

from rich.console import Console

from bot.app import DATABASE
from bot.serving import data_folder
from bot.store.errors import StoreRefused
from bot.store.sqlite import SqliteFile
from bot.store.verify import verify_database

GOOD, BAD, REFUSED = 0, 1, 2


def verify(checkpoint: str | None) -> int:
    """0 with count, unsealed and head; 1 naming the first bad entry; 2 when there is nothing to verify."""
    out, err = Console(soft_wrap=True, highlight=False), Console(stderr=True, soft_wrap=True, highlight=False)
    try:
        found = verify_database(SqliteFile(data_folder() / DATABASE), checkpoint)
    except (StoreRefused, ValueError) as error:
        err.print(str(error), markup=False)
        return REFUSED
    if found.bad:
        err.print(f"bad: {found.bad.why}", markup=False)
        return BAD
    out.print(f"{found.count} entries sealed, {found.unsealed} not sealed yet, head {found.head}", markup=False)
    if checkpoint is None:
        out.print("Without --checkpoint SEQ:HASH, kept elsewhere, a cut tail cannot be seen.")
    return GOOD
