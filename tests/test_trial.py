"""`deskbell try`: a monitor is tried before it is in force, and nobody but the operator hears of it."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.configuration import DEMO
from bot.trial import try_out

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"price": 0.5}'
MONITORS = """
monitors:
  price: {{kind: http, client: acme, url: "http://127.0.0.1:{port}/", conditions: [body.price > 0]}}
  dear: {{kind: http, client: acme, url: "http://127.0.0.1:{port}/", conditions: [body.price > 1]}}
  shop: {{kind: memory, client: acme, below: 100}}
  backup: {{kind: heartbeat, client: acme, period: 1d}}
  most: {{kind: group, client: acme, of: [price, backup]}}
"""


@pytest.fixture
async def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Path]:
    """The demo's configuration, with monitors of a server that tells a price."""
    monkeypatch.setenv("DESKBELL_DATA", str(tmp_path / "data"))

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1") as server:
        folder = Path(shutil.copytree(DEMO, tmp_path / "desk"))
        port = server.sockets[0].getsockname()[1]
        (folder / "monitors.yaml").write_text(MONITORS.format(port=port))
        yield folder


async def tried(folder: Path, *names: str) -> int:
    return await asyncio.to_thread(try_out, names, folder)


async def test_every_step_value_and_condition_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await tried(folder, "price") == 0
    said = capsys.readouterr().out
    assert said.startswith("price · ✓ ok\n")
    assert re.search(r"^Connected · [\d.]+ ms$", said, re.MULTILINE)
    assert "\nstatus · 200\n" in said
    assert "\n✓ body.price > 0 · holds" in said
    assert not (folder.parent / "data").exists(), "nothing is stored"


async def test_what_does_not_hold_is_an_exit_of_one_with_what_was_seen(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await tried(folder, "price", "dear") == 1
    assert "✗ body.price > 1 · body.price 0.5, expected > 1" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["backup", "most"])
async def test_what_only_the_running_bot_knows_is_unknown(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert await tried(folder, name) == 1
    assert "? unknown\nonly the running bot knows" in capsys.readouterr().out


async def test_what_cannot_be_tried_is_refused_with_what_to_say(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name that is no monitor's, and files that are refused."""
    assert await tried(folder, "prize") == 2
    assert "There is no monitor “prize”; did you mean `price`?" in capsys.readouterr().err
    (folder / "monitors.yaml").write_text("monitors: {price: {kind: http}}\n")
    assert await tried(folder, "price") == 2
    assert "monitors.yaml:1: " in capsys.readouterr().err
