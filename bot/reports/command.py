"""`deskbell report`: a client's month or quarter, as words, as a document, as a sheet. Also while a bot is running."""

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

from rich.console import Console

from bot.acting import as_desk
from bot.configuration import DEMO, load_with_secrets
from bot.databases import database_of
from bot.ports import RealClock, RealIds
from bot.reports import review, sheets
from bot.reports.review import Review
from bot.serving import data_folder
from bot.store.databases import Database
from bot.store.errors import StoreBusy, StoreRefused
from bot.store.migrate import HEAD
from bot.store.tx import StoreTx
from config.loaded import Config
from config.problems import ConfigError
from desk import periods
from desk.cards import plain_card
from desk.refusal import DeskError
from desk.reports import Report
from handlers import promises, reporting
from handlers.pictures.report import report_card

GOOD, REFUSED = 0, 2


def report(
    client: str, words: str, folder: Path | None, pdf: Path | None, csv: Path | None, actions: Sequence[str]
) -> int:
    """2 when it is refused, with a sentence; then no file was written."""
    out, err = Console(soft_wrap=True, highlight=False), Console(stderr=True, soft_wrap=True, highlight=False)
    try:
        config, secrets = load_with_secrets(folder or DEMO)
        found = read(database_of(config, secrets, secrets.data or data_folder()), config, client, words)
        made: list[tuple[Path, bytes]] = []
        if pdf:
            made.append((pdf, review.pdf(Review(found, config.desk.name, tuple(actions)))))
        if csv:
            made.append((csv, sheets.numbers(found)))
        for path, data in made:
            path.write_bytes(data)
            out.print(f"{path}: {found.name}, {found.period.title}.", markup=False)
    except (ConfigError, DeskError, StoreRefused, StoreBusy) as error:
        err.print(str(error), markup=False)
        return REFUSED
    except OSError as error:
        err.print(f"{error.filename} cannot be written: {error.strerror}.", markup=False)
        return REFUSED
    if not made:
        out.print(plain_card(report_card(found), found.period.zone, found.at.astimezone(UTC)), markup=False)
    return GOOD


def read(database: Database, config: Config, client: str, words: str) -> Report:
    """The numbers as they are now. Raises DeskError, StoreRefused, StoreBusy."""
    if client not in config.clients:
        raise DeskError(f"There is no client “{client[:40]}”. There are: {', '.join(config.clients)}.")
    if database.revision() != HEAD:
        raise StoreRefused(f"{database.name} is not there, or of another release. `deskbell migrate` makes it.")

    def work(tx: StoreTx) -> Report:
        ctx = as_desk(tx, config, "cli")
        return reporting.report(tx, ctx, client, periods.period(words, ctx.now, promises.zone(config, client)))

    opened = database.open(RealClock(), RealIds(), inline=True)
    try:
        return opened.reader.read(work, frozenset({client}))
    finally:
        for committer in opened.committers:
            committer.close()
        opened.reader.close()
