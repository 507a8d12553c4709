"""What the tests in this folder walk: the files of the project, their syntax trees, their functions."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("desk", "config", "monitors", "remediation", "handlers", "bot")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files(*folders: str) -> tuple[Path, ...]:
    """Every Python file below these folders."""
    return tuple(sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function with its length in lines. One inside another counts for both."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, Function):
            yield f"{name_of(path)}:{node.lineno} {node.name}", length(node)


def length(function: Function) -> int:
    """From `def` to the last line; decorators are how it is declared, not what it does."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def imports(path: Path) -> Iterator[str]:
    """The full names of what a file imports, wherever in it."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def called(path: Path) -> Iterator[tuple[str, int]]:
    """Dotted names of what is called in a file, and the line: `datetime.now`."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


def page(name: str) -> str:
    """One of the documents, as text."""
    return (ROOT / name).read_text(encoding="utf-8")


def headings(text: str) -> set[str]:
    return {line.lstrip("#").strip() for line in text.splitlines() if line.startswith("#")}


def fenced(text: str, language: str) -> list[str]:
    """The contents of the page's fenced blocks in this language."""
    blocks, inside = [], None
    for line in text.splitlines(keepends=True):
        if inside is None and line.rstrip() == f"```{language}":
            inside = ""
        elif inside is not None and line.rstrip() == "```":
            blocks.append(inside)
            inside = None
        elif inside is not None:
            inside += line
    return blocks
