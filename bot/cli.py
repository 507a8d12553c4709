"""`deskbell`: run the bot, try the demo, check a configuration, say something, verify the record.

Each verb imports what it needs when it is called: `--help` answers at once.
"""

import os
from pathlib import Path
from typing import Annotated

import typer

REFUSED = 2
app = typer.Typer(
    name="deskbell", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Ring it for help; it rings when something breaks.",
)  # fmt: skip
sla = typer.Typer(no_args_is_help=True, help="The promises: check our arithmetic against vectors.")
audit = typer.Typer(no_args_is_help=True, help="The record of who did what.")
slack = typer.Typer(no_args_is_help=True, help="Slack: the app that a workspace installs.")
app.add_typer(sla, name="sla")
app.add_typer(slack, name="slack")
app.add_typer(audit, name="audit")

Config = Annotated[Path | None, typer.Option("--config", help="Folder with the five YAML files. [default: the demo's]")]

ActAs = Annotated[bool, typer.Option("--act-as", help="Let whoever reaches the page act as anybody (loopback)")]


@app.command()
def run(
    config: Config = None,
    act_as: ActAs = False,  # noqa: FBT002 - typer makes the flag --act-as of it
) -> None:
    """Run the bot until it is stopped (Ctrl-C)."""
    from bot.serving import serve

    raise typer.Exit(serve(config, act_as=act_as))


@app.command()
def demo() -> None:
    """Run the demo: a web shop that breaks, two client organisations, and people to be. Nothing to set up."""
    from bot.demo.serving import serve_demo

    raise typer.Exit(serve_demo())


@app.command()
def check(config: Config = None) -> None:
    """Check a configuration; every problem with its file and line."""
    from bot.check import check as checked
    from bot.configuration import DEMO

    raise typer.Exit(checked(config or DEMO))


@app.command("try")
def try_(
    monitors: Annotated[list[str], typer.Argument(help="Which to look at, by id")], config: Config = None
) -> None:
    """Look at monitors as the files say, before they are in force, and print all that is seen."""
    from bot.trial import try_out

    raise typer.Exit(try_out(monitors, config))


@app.command()
def fetch_feeds(config: Config = None) -> None:
    """Fetch the calendars that name an address, for the desk to read."""
    from bot.fetching import fetch_feeds as fetched

    raise typer.Exit(fetched(config))


@app.command()
def doctor(config: Config = None) -> None:
    """Look at everything the desk needs: configuration, database, each platform's token, scopes and channels."""
    from bot.doctor import doctor as examined

    raise typer.Exit(examined(config))


@app.command()
def migrate(config: Config = None) -> None:
    """Bring the database to this release, while no bot is running."""
    from bot.serving import migrate as migrated

    raise typer.Exit(migrated(config))


@app.command()
def move_store(
    config: Config = None,
    file: Annotated[
        Path | None, typer.Option("--from", help="SQLite's file. [default: the one in the data folder]")
    ] = None,
) -> None:
    """Move everything from SQLite's file into an empty database of PostgreSQL, and prove it the same."""
    from bot.moving import move_store as moved

    raise typer.Exit(moved(config, file))


@app.command()
def rebuild_summaries(config: Config = None) -> None:
    """Count all tickets anew for the reports, while no bot is running."""
    from bot.recounting import rebuild

    raise typer.Exit(rebuild(config))


@app.command()
def say(
    text: Annotated[str, typer.Argument(help="What to say: `/list`, or words")],
    person: Annotated[str, typer.Option("--as", help="Who says it, by id")],
    channel: Annotated[str, typer.Option("--channel", help="Where, by id")],
    port: Annotated[int | None, typer.Option(help="Of the running bot. [default: DESKBELL_PORT, else 8080]")] = None,
) -> None:
    """Say something to the running bot and print what it answers."""
    from bot.saying import say as said

    raise typer.Exit(said(text, person, channel, port or int(os.environ.get("DESKBELL_PORT", "8080"))))


@app.command()
def report(
    client: Annotated[str, typer.Argument(help="Whose numbers, by id")],
    period: Annotated[str, typer.Argument(help="Like 2026-10, 2026-Q4, `last month`")] = "last month",
    config: Config = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the business review to this file")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write every number to this file")] = None,
    action: Annotated[list[str] | None, typer.Option(help="An action agreed on; may be repeated")] = None,
) -> None:
    """Print a client's numbers, or write them to files; the bot may be running."""
    from bot.reports.command import report as reported

    raise typer.Exit(reported(client, period, config, pdf, csv, action or ()))


@slack.command()
def manifest(
    config: Config = None,
    workspace: Annotated[str, typer.Option(help="The workspace, as `platforms` names it")] = "slack",
    url: Annotated[str | None, typer.Option(help="Where Slack reaches the intake; without it Socket Mode")] = None,
) -> None:
    """Print the app manifest to paste at Slack, with the scopes that the code needs and no more."""
    from bot.manifest import manifest as printed

    raise typer.Exit(printed(config, workspace, url))


@app.command()
def link(
    person: Annotated[str, typer.Argument(help="Whose account it will be, by id")],
    port: Annotated[int | None, typer.Option(help="Of the running bot. [default: DESKBELL_PORT, else 8080]")] = None,
) -> None:
    """Print a code by which a person links their first account on Slack or Discord to the running bot."""
    from bot.operating import link as linked
    from bot.serving import data_folder

    raise typer.Exit(linked(person, port or int(os.environ.get("DESKBELL_PORT", "8080")), data_folder()))


@app.command()
def reload(
    port: Annotated[int | None, typer.Option(help="Of the running bot. [default: DESKBELL_PORT, else 8080]")] = None,
) -> None:
    """Have the running bot take over its configuration as the files are now."""
    from bot.operating import reload as reloaded
    from bot.serving import data_folder

    raise typer.Exit(reloaded(port or int(os.environ.get("DESKBELL_PORT", "8080")), data_folder()))


@sla.command()
def conform(files: Annotated[list[Path], typer.Argument(help="Vector files in the neutral form")]) -> None:
    """One JSON line per vector: what was expected, what we got. Exit 1 if one differs, 2 if a file is malformed."""
    from bot.conform import conform as conformed

    raise typer.Exit(conformed(files))


@audit.command()
def verify(
    config: Config = None,
    checkpoint: Annotated[str | None, typer.Option(help="An earlier head, SEQ:HASH, that you kept elsewhere")] = None,
) -> None:
    """Verify the chain. Exit 1 naming the first bad entry."""
    from bot.recording import verify as verified

    raise typer.Exit(verified(config, checkpoint))


def main() -> None:
    """The console script."""
    app()
