"""`deskbell move-store`: from SQLite's file in the data folder to the database of PostgreSQL that the settings name."""

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.configuration import DEMO, load_with_secrets
from bot.databases import FILE, database_of, held
from bot.serving import GOOD, REFUSED, data_folder
from bot.store.databases import Database
from bot.store.errors import StoreBusy, StoreRefused
from bot.store.lock import AlreadyRunning
from bot.store.moving import Moved, counted, move
from bot.store.sqlite import SqliteFile
from bot.store.verify import Verdict
from config.problems import ConfigError


def move_store(folder: Path | None, file: Path | None) -> int:
    """2 with a sentence when it is refused; then nothing was changed."""
    out, err = Console(soft_wrap=True, highlight=False), Console(stderr=True, soft_wrap=True, highlight=False)
    try:
        config, secrets = load_with_secrets(folder or DEMO)
        data = secrets.data or data_folder()
        source, target = _there(file or data / FILE), _elsewhere(database_of(config, secrets, data))
        with held(target, source.path.parent):  # whoever writes to the file holds its folder
            moved, verdict = _moved(source, target, err)
    except ConfigError as error:
        err.print(str(error), markup=False)
        return REFUSED
    except (AlreadyRunning, StoreRefused, StoreBusy) as error:
        err.print(error.sentence, markup=False)
        return REFUSED
    for one in moved:
        out.print(f"{one.table}: {one.rows:,} rows, sha256 {one.digest}", markup=False)
    out.print(f"audit: {verdict.count:,} entries sealed, {verdict.unsealed} not sealed yet, head {verdict.head}")
    out.print(f"All of {source.name} is in {target.name}, and the same. The file was left as it is.", markup=False)
    return GOOD


def _there(file: Path) -> SqliteFile:
    if not file.exists():
        raise StoreRefused(f"There is no file {file}.")
    return SqliteFile(file)


def _elsewhere(target: Database) -> Database:
    if isinstance(target, SqliteFile):
        raise StoreRefused("Say where to: set DESKBELL_DATABASE, or `database` in deskbell.yaml.")
    return target


def _moved(source: SqliteFile, target: Database, err: Console) -> tuple[list[Moved], Verdict]:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task("moving", total=counted(source))
        return move(source, target, lambda table, rows: progress.update(task, advance=rows, description=table))
