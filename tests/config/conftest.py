"""A small configuration that is right, and a way to spoil one place of it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.configuration import load_folder
from config.problems import ConfigError, Problem

BASE = Path(__file__).with_name("base")
Spoil = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BASE, tmp_path / "desk"))


@pytest.fixture
def spoil(folder: Path) -> Spoil:
    """Put `new` in the place of the first `old` in a file."""

    def put(file: str, old: str, new: str) -> None:
        text = (folder / file).read_text()
        assert old in text, f"{file} has no {old!r} to spoil"
        (folder / file).write_text(text.replace(old, new, 1))

    return put


@pytest.fixture
def problems(folder: Path) -> Callable[[], tuple[Problem, ...]]:
    def found() -> tuple[Problem, ...]:
        with pytest.raises(ConfigError) as caught:
            load_folder(folder)
        return caught.value.problems

    return found
