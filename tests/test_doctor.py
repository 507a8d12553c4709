"""`deskbell doctor` and `deskbell slack manifest`, as the command line calls them."""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.configuration import DEMO
from bot.doctor import doctor
from bot.manifest import manifest
from tests.slack.harness import workspace
from tests.slack.standin.server import Slack as Server
from tests.ways.mail_server import mail_server
from tests.webapp import ROOT

Environment = Callable[..., None]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Environment:
    """Nothing of Deskbell's in it but what the test says."""
    for name in [name for name in os.environ if name.startswith("DESKBELL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DESKBELL_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()

    def put(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"DESKBELL_{name}", value)

    return put


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DEMO, tmp_path / "desk"))


def at(folder: Path, channel: str) -> None:
    """The acme team's channel is this one in Slack."""
    file = folder / "deskbell.yaml"
    text = file.read_text()
    file.write_text(text.replace("acme-team: {kind: team,", f"acme-team: {{kind: team, places: {{slack: {channel}}},"))


def tokens(there: Server) -> dict[str, str]:
    return {
        "SLACK__BOT_TOKEN": there.ws.bot_token, "SLACK__APP_TOKEN": there.ws.app_token, "SLACK__API_URL": there.api_url,
    }  # fmt: skip


def test_a_desk_without_chat_platforms_is_well(environment: Environment, capsys: pytest.CaptureFixture[str]) -> None:
    """Each thing has its line; the database is not made by looking at it."""
    environment()
    assert doctor(None) == 0
    said = capsys.readouterr().out
    assert all(f"✓ {what}: " in said for what in ("configuration", "database", "scripts", "chat platforms"))
    assert "▲" not in said
    assert not list(Path(os.environ["DESKBELL_DATA"]).glob("*.db"))


async def test_a_workspace_that_is_well_has_a_line_for_each_thing(
    environment: Environment, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with workspace() as (there, _, _, room):
        at(folder, room)
        environment(**tokens(there))
        assert await asyncio.to_thread(doctor, folder) == 0
    said = capsys.readouterr().out
    assert all(f"✓ slack: {what}: " in said for what in ("token", "scopes", "app token", "channels"))


@pytest.mark.parametrize(("written", "places", "variable"), [
    ("platforms: {globex-east: {kind: slack}}", "", "DESKBELL_SLACK__GLOBEX_EAST__BOT_TOKEN"),
    ("platforms: {slack: {command: /support}}", "", "DESKBELL_SLACK__BOT_TOKEN"),
    ("platforms: {guild: {kind: discord}}", "", "DESKBELL_DISCORD__TOKEN"),
    ("", "slack: C012", "DESKBELL_SLACK__BOT_TOKEN"),
    ("", 'discord: "1298765432109876543"', "DESKBELL_DISCORD__TOKEN"),
])  # fmt: skip
def test_a_platform_of_the_configuration_without_a_token_is_a_fault_that_names_its_variable(
    environment: Environment, folder: Path, capsys: pytest.CaptureFixture[str], written: str, places: str, variable: str
) -> None:
    """Whoever wrote it down means to be heard there: named in `platforms:`, or a channel has its place there."""
    environment()
    file = folder / "deskbell.yaml"
    text = file.read_text().replace("acme-team: {kind: team,", f"acme-team: {{kind: team, places: {{{places}}},")
    file.write_text(f"{text}\n{written}\n")
    assert doctor(folder) == 1
    faults = [line for line in capsys.readouterr().out.splitlines() if line.startswith("▲")]
    assert len(faults) == 1
    assert f"`{variable}`" in faults[0]


async def test_the_mail_server_is_greeted_and_sent_nothing(
    environment: Environment, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Well while it is there, a fault once it is gone; of a gateway for pushes only a real push would tell."""
    environment()
    file, text = folder / "deskbell.yaml", (folder / "deskbell.yaml").read_text()
    async with mail_server() as server:
        mail = f"mail: {{host: 127.0.0.1, port: {server.port}, sender: desk@desk.example, tls: none}}"
        file.write_text(f"{text}\n{mail}\npush: {{push: {{ntfy: https://ntfy.example}}}}\n")
        assert await asyncio.to_thread(doctor, folder) == 0
        assert server.letters == []
    said = capsys.readouterr().out
    assert "✓ mail: 127.0.0.1 is there and takes us; nothing was sent." in said
    assert "✓ push: is set up; whether it works is told by `/test page me`." in said
    assert await asyncio.to_thread(doctor, folder) == 1
    assert "▲ mail: The mail server cannot be used" in capsys.readouterr().out


async def test_every_fault_is_a_sentence_and_the_exit_is_one(
    environment: Environment, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A revoked token, a database that is none, a misspelt variable."""
    async with workspace() as (there, _, _, room):
        at(folder, room)
        environment(**tokens(there))
        there.ws.token_error = "token_revoked"
        (Path(os.environ["DESKBELL_DATA"]) / "deskbell.db").write_text("not a database at all")
        assert await asyncio.to_thread(doctor, folder) == 1
        said = capsys.readouterr().out
        assert "▲ slack: token" in said
        assert "▲ database" in said
        environment(SLACK__BOTTOKEN="xoxb-1")
        assert await asyncio.to_thread(doctor, folder) == 1
    said = capsys.readouterr().out
    assert "▲ environment" in said
    assert "DESKBELL_SLACK__BOT_TOKEN" in said
    assert "xoxb-1" not in said


def test_a_configuration_that_is_refused_is_said_with_file_and_line(
    environment: Environment, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment()
    (folder / "people.yaml").write_text("people: {ann: {nam: Ann}}\n")
    assert doctor(folder) == 1
    assert "▲ configuration: people.yaml:1" in capsys.readouterr().out


async def test_an_unknown_channel_is_refused_at_the_start_with_the_nearest(
    environment: Environment, folder: Path
) -> None:
    """Exit 2 and one sentence: the real program against the workspace."""
    async with workspace() as (there, _, _, room):
        at(folder, room[:-1] + "Z")
        environment(**tokens(there), PORT="0")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", "--config", str(folder), cwd=ROOT, env=dict(os.environ),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()
    last = err.decode().strip().splitlines()[-1]
    assert process.returncode == 2
    assert b"ready" not in out
    assert room in last
    assert "acme-team" in last


def test_the_manifest_asks_for_no_more_than_the_code_needs(capsys: pytest.CaptureFixture[str]) -> None:
    """No right of an administrator, none to write where nobody invited us, no user's token."""
    assert manifest(None, "slack", None) == 0
    made = json.loads(capsys.readouterr().out)
    scopes = made["oauth_config"]["scopes"]
    assert set(scopes) == {"bot"}
    assert not [s for s in scopes["bot"] if s.startswith("admin") or s == "chat:write.public"]
    assert made["settings"]["socket_mode_enabled"] is True


def test_a_manifest_for_http_names_its_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert manifest(None, "slack", "https://desk.example/slack/events") == 0
    made = json.loads(capsys.readouterr().out)
    assert made["settings"]["event_subscriptions"]["request_url"] == "https://desk.example/slack/events"
    assert made["settings"]["socket_mode_enabled"] is False


def test_an_unknown_workspace_has_no_manifest(capsys: pytest.CaptureFixture[str]) -> None:
    assert manifest(None, "slak", None) == 2
    assert "`slack`" in capsys.readouterr().err
