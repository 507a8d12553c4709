"""`deskbell audit verify`: is the record as it was sealed?"""

from pathlib import Path

from rich.console import Console

from bot.configuration import DEMO, load_with_secrets
from bot.databases import database_of
from bot.serving import data_folder
from bot.store.errors import StoreBusy, StoreRefused
from bot.store.verify import verify_database
from config.problems import ConfigError

GOOD, BAD, REFUSED = 0, 1, 2


def verify(folder: Path | None, checkpoint: str | None) -> int:
    """0 with count, unsealed and head; 1 naming the first bad entry; 2 when there is nothing to verify."""
    out, err = Console(soft_wrap=True, highlight=False), Console(stderr=True, soft_wrap=True, highlight=False)
    try:
        config, secrets = load_with_secrets(folder or DEMO)
        found = verify_database(database_of(config, secrets, secrets.data or data_folder()), checkpoint)
    except (ConfigError, StoreRefused, StoreBusy, ValueError) as error:
        err.print(str(error), markup=False)
        return REFUSED
    if found.bad:
        err.print(f"bad: {found.bad.why}", markup=False)
        return BAD
    out.print(f"{found.count} entries sealed, {found.unsealed} not sealed yet, head {found.head}", markup=False)
    if checkpoint is None:
        out.print("Without --checkpoint SEQ:HASH, kept elsewhere, a cut tail cannot be seen.")
    return GOOD
