"""A timeline comes down as a file of Markdown: for whoever may read it, and there is no other for anybody else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.loaded import Config
from tests.webapp import Web, web_bot


@pytest.fixture
async def web(tmp_path: Path, demo_config: Config) -> AsyncIterator[Web]:
    async with web_bot(tmp_path, demo_config) as running:
        await running.say("ann", "dm-ann", "/open VPN *drops* every hour")
        yield running


async def test_the_file_says_what_the_command_says(web: Web) -> None:
    """The card of `/timeline` leads to it; what somebody wrote is no markup in it either."""
    card = (await web.say("ben", "acme-team", "/timeline 1")).json()["reply"]
    assert card["pages"] == [{"label": "Markdown", "address": "/timelines/1.md"}]
    found = await web.http.get(card["pages"][0]["address"], params={"as": "ben"})
    assert found.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert found.headers["Content-Disposition"] == 'attachment; filename="timeline-1.md"'
    assert found.text.startswith("# 1 · VPN \\*drops\\* every hour\n")
    assert found.text.splitlines()[2:] == card["text"].splitlines()[3:], "the card has a title above it"


@pytest.mark.parametrize(
    ("who", "number"),
    [
        ("ann", "1"),  # a requester reads her side of it and not the team's
        ("gina", "1"),  # another client's
        ("ben", "99"),
        ("ben", "9" * 30),
    ],
)
async def test_whoever_may_not_read_it_is_told_that_there_is_none(web: Web, who: str, number: str) -> None:
    found = await web.http.get(f"/timelines/{number}.md", params={"as": who})
    assert found.status_code == 404
    assert "drops" not in found.text
