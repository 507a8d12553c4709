"""What people can say: one file per word, and `ls` is the help text."""

import importlib
import pkgutil
from functools import cache

from handlers.context import Command


@cache
def commands() -> dict[str, Command]:
    """Every command by its word, in alphabetical order. The name of the file is the word."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        command: Command = importlib.import_module(f"{__name__}.{module.name}").COMMAND
        found[module.name.rstrip("_")] = command
    return found
