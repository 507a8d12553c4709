"""docs/reliability.md is true: each test that it names is there and says which row it is about."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reliability.md"
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def table() -> list[tuple[str, str, str]]:
    """Fault, what is right, shown by: a row each, the heading left out."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert all(len(row) == 3 for row in cells)
    return [(fault, right, shown) for fault, right, shown in cells if fault != "Fault"]


def flat(words: str) -> str:
    return re.sub(r"[`\s]+", " ", words).strip().lower()


def docstrings(file: Path, name: str) -> str | None:
    """What a test and its file say of themselves, in one line; None when there is no such test."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    tests = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    found = next((node for node in tests if node.name == name), None)
    return flat(f"{ast.get_docstring(tree)} {ast.get_docstring(found)}") if found else None


NAMED = [(fault, file, name) for fault, _, shown in table() for file, name in TEST.findall(shown)]


@pytest.mark.parametrize(("fault", "file", "name"), NAMED, ids=[f"{file}-{name}" for _, file, name in NAMED])
def test_a_test_that_the_page_names_is_there_and_names_its_row(fault: str, file: str, name: str) -> None:
    """One of the row's faults, to the letter, stands in the docstring of the test or of its file."""
    said = docstrings(ROOT / file, name) if (ROOT / file).exists() else None
    assert said is not None, f"there is no {file}::{name}"
    assert any(flat(part) in said for part in fault.split(";")), f"{file}::{name} does not name its row “{fault}”"


def test_every_row_has_tests_or_says_not_yet() -> None:
    for fault, _, shown in table():
        assert shown == "not yet" or TEST.sub("", shown).strip() == "", f"“{fault}” is shown by “{shown}”"
    assert len(table()) > 25


def test_every_part_of_a_row_with_tests_is_named_by_one_of_them() -> None:
    """“Disk full” in a row says that a full disk was tested, and not only a locked database."""
    for fault, _, shown in table():
        said = " ".join(docstrings(ROOT / file, name) or "" for file, name in TEST.findall(shown))
        missing = [part for part in fault.split(";") if said and flat(part) not in said]
        assert missing == [], fault
