"""`check` as the command line calls it: an exit code, and everything said in one go."""

import re

import pytest

from bot.check import check
from bot.configuration import DEMO, load_folder
from config.secrets import heartbeat_variable


@pytest.fixture(autouse=True)
def _no_token(monkeypatch):
    monkeypatch.delenv(heartbeat_variable("nightly-backup"), raising=False)


def test_the_demo_passes_and_is_counted(capsys):
    assert check(DEMO) == 0
    said = capsys.readouterr()
    demo = load_folder(DEMO)
    assert f"2 clients, {len(demo.people)} people, 6 channels, {len(demo.monitors)} monitors, " in said.out
    assert f"{len(demo.runbooks)} runbooks. No problems." in said.out
    assert said.err == ""


def test_a_heartbeat_without_a_token_is_said_and_refused_by_nobody(capsys, monkeypatch):
    assert check(DEMO) == 0
    assert "DESKBELL_HEARTBEAT__NIGHTLY_BACKUP" in capsys.readouterr().out
    monkeypatch.setenv("DESKBELL_HEARTBEAT__NIGHTLY_BACKUP", "ping-token")
    assert check(DEMO) == 0
    assert "DESKBELL_HEARTBEAT" not in capsys.readouterr().out


def test_an_outside_heartbeat_without_its_token_is_said(folder, spoil, capsys, monkeypatch):
    spoil("deskbell.yaml", "port: 8080", "outside_heartbeat: https://ping.example/{token}")
    said = "The outside heartbeat cannot be pinged yet: put its token into DESKBELL_OUTSIDE_HEARTBEAT."
    assert check(folder) == 0
    assert said in capsys.readouterr().out
    monkeypatch.setenv("DESKBELL_OUTSIDE_HEARTBEAT", "outside-token")
    assert check(folder) == 0
    assert said not in capsys.readouterr().out


def test_problems_go_to_standard_error_one_a_line_with_exit_code_two(folder, spoil, capsys):
    spoil("monitors.yaml", "interval: 30s", "interval: soon")
    spoil("people.yaml", "name: Ben", "name: 5")
    assert check(folder) == 2
    said = capsys.readouterr()
    assert said.out == ""
    *problems, last = said.err.splitlines()
    assert [re.match(r"[a-z]+\.yaml:\d+: .+[.?]$", problem) is not None for problem in problems] == [True, True]
    assert last == f"2 problems in {folder}."


def test_a_mistake_in_the_environment_is_refused_too(capsys, monkeypatch):
    monkeypatch.setenv("DESKBELL_PORT", "many")
    assert check(DEMO) == 2
    assert "`DESKBELL_PORT`" in capsys.readouterr().err
