"""What we watch. One file per kind: a module with a `Check` is a kind, and its file's name is `kind:` in YAML."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


@cache
def kinds() -> dict[str, Any]:
    """Every kind by its name, in alphabetical order: `{name: Check}`, where `Check` is a frozen pydantic model.

    The model's fields are the kind's settings; `check(probe)` looks once (`monitors.probe.Kind`).
    """
    modules = {module.name: import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)}
    return {name: module.Check for name, module in sorted(modules.items()) if hasattr(module, "Check")}
