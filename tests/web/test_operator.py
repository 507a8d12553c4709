"""The operator's own door: a code for somebody's first account, for whoever can read the data folder."""

import asyncio
import stat
from pathlib import Path

import pytest

from bot.configuration import DEMO, load_folder
from bot.operating import link
from bot.web.operator import NAME
from tests.webapp import web_bot


async def test_the_operator_gets_a_code_and_nobody_else(
    database_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The key is a file that only its user can read, and is gone with the process."""
    folder = database_file.parent
    async with web_bot(folder, load_folder(DEMO)) as web:
        assert stat.S_IMODE((folder / NAME).stat().st_mode) == 0o600
        assert await asyncio.to_thread(link, "ben", web.bot.port, folder) == 0
        assert "/link " in capsys.readouterr().out
        assert await asyncio.to_thread(link, "nobody", web.bot.port, folder) == 2
        assert "no person nobody" in capsys.readouterr().err
        for header in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Bearer é".encode()}):
            refused = await web.http.post("/operator/code", json={"person": "ben"}, headers=header)
            assert refused.status_code == 401
        assert await web.count("SELECT COUNT(*) FROM codes") == 1
    assert not (folder / NAME).exists()


async def test_without_a_bot_there_is_no_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No key: no bot runs there. A key and nobody at the port: somebody else's port."""
    assert link("ben", 1, tmp_path) == 2
    assert "No bot runs" in capsys.readouterr().err
    (tmp_path / NAME).write_text("k")
    assert link("ben", 1, tmp_path) == 2
    assert "127.0.0.1:1" in capsys.readouterr().err
