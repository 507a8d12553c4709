"""Bringing a database to this release's tables, or refusing it without touching it."""

from pathlib import Path

from bot.store.databases import Database
from bot.store.errors import StoreRefused, told

HEAD = "0010"
# Oldest first; tests hold it equal to the revisions in the folder.
KNOWN = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010")
SCRIPTS = Path(__file__).parent / "migrations"


def prepare(database: Database) -> None:
    """Make the database ready for this release: its tables made if there are none, migrated if they are older.

    Raises StoreRefused for one that is damaged, newer, or none of ours, which is then as it was, to the byte.
    """
    found = database.revision()
    if found == HEAD:
        return
    if found is not None and found not in KNOWN:
        raise StoreRefused(
            f"{database.name} was written by a newer Deskbell (revision {found}, this release knows up to {HEAD})."
            " Install that release again, or start with an empty database."
        )
    migrate(database)


def migrate(database: Database, *, to: str = HEAD) -> None:
    """Run the revisions that are missing up to `to`, in one transaction: killed half way, it was never begun."""
    from alembic.command import upgrade  # noqa: PLC0415 - it takes a tenth of a second, and is seldom needed
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    engine = database.migrating()
    try:
        with engine.connect() as connection, connection.begin():
            config.attributes["connection"] = connection
            upgrade(config, to)
    except Exception as error:
        raise told(error) from error
    finally:
        engine.dispose()
