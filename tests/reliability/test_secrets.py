"""A secret leaves nowhere: not on a card, not in the log, not in the record, not in any file of ours.

Failure-table row: a secret in output, exception or URL.
"""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.reliability.conftest import SECRET
from tests.webapp import PATIENCE, ROOT, Child


async def ended(http: httpx.AsyncClient) -> str:
    """The run's card when it has ended."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await http.get("/api/channels/acme-team/messages", params={"as": "ben"})
            cards = [m["text"] for m in answer.json() if m["card"] and m["card"]["key"].startswith("run/")]
            if cards and "exit 3" in cards[0]:
                return cards[0]
            await asyncio.sleep(0.1)  # another process: all that can be done is to ask


async def test_a_secret_that_a_script_prints_is_masked_on_the_card_in_the_log_and_on_the_record(
    folder: Path, data: Path, tmp_path: Path
) -> None:
    """A secret in output, and in a URL: the real `deskbell run`, then every byte that it left is looked through."""
    errors = tmp_path / "errors.log"
    env = {"DESKBELL_DATA": str(data), "DESKBELL_PORT": "0", "DESKBELL_HEARTBEAT__NIGHTLY_BACKUP": SECRET}
    bot = await Child.start("bot", "run", "--act-as", "--config", str(folder), errors=errors, **env)
    try:
        async with httpx.AsyncClient(base_url=bot.url, timeout=PATIENCE) as http:
            ping = f"/hooks/heartbeat/nightly-backup?token={SECRET}"
            assert (await http.post(ping)).status_code == 204
            assert (await http.post(f"/hooks/heartbeat/nothing?token={SECRET}")).status_code == 401
            assert (await http.post(ping, headers={"Authorization": f"Bearer x{SECRET}"})).status_code == 401
            asked = {"as": "ben", "channel": "acme-team", "text": "/run leak shop-1"}
            assert (await http.post("/api/say", json=asked)).status_code == 200
            card = await ended(http)
            shown = (await http.post("/api/say", json={**asked, "text": "/show 1"})).text
            metrics = (await http.get("/metrics")).text
    finally:
        await bot.stop()
    assert "•••" in card + shown
    assert "run/1" in card or "leak" in card
    for where, said in {"the card": card, "the answer": shown, "the metrics": metrics}.items():
        assert SECRET not in said, where
    assert leaky([errors, data]) == []


def leaky(places: list[Path]) -> list[str]:
    """The files that hold the secret."""
    files = [file for place in places for file in ([place] if place.is_file() else sorted(place.iterdir()))]
    assert len(files) > 2
    return [file.name for file in files if SECRET.encode() in file.read_bytes()]


PROGRAM = """
import logging, sys
import structlog
from bot.logs import set_up_logs
set_up_logs([sys.argv[1]])
log = structlog.get_logger("ours")
try:
    raise ValueError(f"cannot reach https://x:{sys.argv[1]}@example.org/")
except ValueError:
    log.exception("failed", url=f"https://example.org/?token={sys.argv[1]}")
    logging.getLogger("theirs").exception("failed with %s", sys.argv[1])
log.warning("nested", body={"token": sys.argv[1], "more": [sys.argv[1]]}, raw=sys.argv[1].encode())
logging.getLogger("theirs").warning("nested %s", {"token": sys.argv[1]})
"""


@pytest.mark.parametrize("secret", [SECRET, 'quo"ted and/slashed'])
def test_a_secret_in_an_exception_or_a_url_is_masked_in_every_log_line(secret: str) -> None:
    """A secret in an exception or URL: ours and the libraries' lines alike, also deep inside a value."""
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM, secret], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True
    ).stderr
    assert said.count("failed") >= 2
    assert said.count("•••") >= 8
    for form in (secret, json.dumps(secret)[1:-1], secret.partition('"')[2] or secret):
        assert form not in said
