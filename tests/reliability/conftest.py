"""The whole bot on a real socket, and a folder of configuration with runbooks that leave a trace."""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import URL

from bot.configuration import DEMO
from bot.databases import FILE
from config.loaded import Config
from tests.webapp import Web, web_bot

RUNBOOKS = """
  leave-mark:
    title: Leave a mark
    script: mark.sh
    command: ["{target}"]
    targets: [shop-1]
    clients: [acme]
    risk: low
    needs_approval: true
    cool_down: 0s
    time_limit: 20s
    environment: {MARKS: "%(marks)s"}
  leak:
    title: Print what should not be printed
    script: leak.sh
    command: ["{target}"]
    targets: [shop-1]
    clients: [acme]
    risk: low
    needs_approval: false
    time_limit: 20s
"""
MARK = '#!/bin/sh\necho "$1" >> "$MARKS"\n'
LEAK = "#!/bin/sh\necho 'the token is %(secret)s'\necho 'again: %(secret)s' >&2\nexit 3\n"
SECRET = "correct-horse-7731"


@pytest.fixture
def data(kind: str, tmp_path: Path, template: Path, request: pytest.FixtureRequest) -> Path:
    """A data folder, and an empty database of this release: in it, or where the environment says."""
    folder = tmp_path / "data"
    folder.mkdir()
    if kind == "sqlite":
        shutil.copyfile(template, folder / FILE)
    else:
        url: URL = request.getfixturevalue("database_url")
        environment: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
        environment.setenv("DESKBELL_DATABASE", url.render_as_string(hide_password=False))
    return folder


@pytest.fixture
async def web(data: Path, demo_config: Config) -> AsyncIterator[Web]:
    """The demo's desk, watching nothing."""
    async with web_bot(data, demo_config) as running:
        yield running


@pytest.fixture
def marks(tmp_path: Path) -> Callable[[], int]:
    """How many times the runbook `leave-mark` has really run."""
    path = tmp_path / "marks"
    return lambda: len(path.read_text().splitlines()) if path.exists() else 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The demo's configuration with two more runbooks: one leaves a mark, one prints a secret and fails."""
    made = Path(shutil.copytree(DEMO, tmp_path / "config"))
    (made / "scripts").mkdir()
    (made / "scripts" / "mark.sh").write_text(MARK)
    (made / "scripts" / "leak.sh").write_text(LEAK % {"secret": SECRET})
    with (made / "runbooks.yaml").open("a") as file:
        file.write(RUNBOOKS % {"marks": tmp_path / "marks"})
    return made
