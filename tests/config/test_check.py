"""`check` as the command line calls it: an exit code, and everything said in one go."""

import re

import pytest

from bot.check import check
from bot.configuration import DEMO, load_folder
from bot.doctor import _configuration
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


NIGHTS = """schedules:
  noc:
    zone: Europe/Berlin
    layers:
      - {people: [ben], start: 2026-01-05, hours: ["18:00-08:00"]}
"""


def test_the_doctor_names_each_warning_and_is_well(folder, spoil):
    spoil("people.yaml", "schedules:\n", NIGHTS)
    config, found = _configuration(folder)
    assert config is not None
    assert [(finding.what, finding.well) for finding in found] == [("configuration", True), ("warning", True)]
    assert found[1].sentence == str(config.warnings[0])
    assert "noc" in found[1].sentence


def test_times_at_which_nobody_is_on_call_are_said_and_refuse_nothing(folder, spoil, capsys):
    """Where the schedule stands, in its own zone; and how many more there are."""
    spoil("people.yaml", "schedules:\n", NIGHTS)
    assert check(folder) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[0].endswith(". 1 warning.")
    day = r"\w{3} \d\d \w{3} \d{4}"
    gap = rf"people\.yaml:13: nobody is on call in `noc` from {day}, \d\d:\d\d to {day}, 18:00"
    assert re.fullmatch(rf"{gap} and in (89|90) more gaps, within the next 90 days \(Europe/Berlin\)\.\n", said.err)


def test_a_schedule_that_ends_is_said_to_have_nobody_from_then_on(folder, capsys):
    """By a feed whose last event is over: there is one gap, without an end in sight."""
    path = folder / "people.yaml"
    path.write_text(path.read_text() + "  noc: {zone: UTC, layers: [{ical: noc.ics}]}\n")
    (folder / "noc.ics").write_text("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//t//EN\nEND:VCALENDAR\n")
    assert check(folder) == 0
    assert re.search(r":19: nobody is on call in `noc` from .{22} on, within the next 90 days", capsys.readouterr().err)
