"""`python -m bot.documenting > docs/commands.md`: the page about commands, made from their declarations."""

import sys

from pydantic.fields import FieldInfo

from desk.people import ACTIONS, Role
from handlers.arguments import Place, arg_of, label_of
from handlers.commands import commands
from handlers.commands.help import GROUPS
from handlers.context import Command
from handlers.forms import fixed_choices

HEAD = """\
# Commands

This page is made from the declarations in `handlers/commands/` by `python -m bot.documenting`.

A line that starts with `/` is a command, in any channel and in any thread. In the thread of a ticket or an alert its
number may be left out. `name=value` stands before or after the free text; quotes hold words together. What is left out
and needed is asked for with a form. A word within two letters of a command is asked about, and nothing runs; any other
`/` line is a request for help, like a plain line in a `help` channel or to Deskbell alone.

Whoever opened a ticket may see it, write to it, escalate it, resolve it and reopen it, whatever their role.
"""

HOW = {Place.FIRST: "first words", Place.TEXT: "the rest of the line", Place.KEY: "`{name}=…`"}
TABLE = "| argument | in the line | what it is |\n|---|---|---|"


def commands_page() -> str:
    parts = [HEAD]
    for group in GROUPS:
        parts.append(f"## {group}\n")
        parts += [section(command) for command in commands().values() if command.group == group]
    return "\n".join(parts)


def section(command: Command) -> str:
    """One command: what it does, whose it is, an example, its arguments."""
    lines = [f"### /{command.word}", "", f"{command.summary}. For {_who(command)}.", "", f"    {command.example}", ""]
    rows = [_argument(name, info) for name, info in command.args.model_fields.items()]
    return "\n".join([*lines, *([TABLE, *rows, ""] if rows else [])])


def _who(command: Command) -> str:
    allowed = ACTIONS[command.shown_for or command.action]
    return "everybody" if allowed == set(Role) else ", ".join(role for role in Role if role in allowed)


def _argument(name: str, info: FieldInfo) -> str:
    how = HOW[arg_of(info).place].format(name=name) + ("" if info.is_required() else ", may be left out")
    choices = ", ".join(f"`{value}`" for value, _ in fixed_choices(info))
    what = " · ".join(words for words in (label_of(name, info), info.description, choices) if words)
    return f"| `{name}` | {how} | {what} |"


if __name__ == "__main__":
    sys.stdout.write(commands_page())
