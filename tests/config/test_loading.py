"""The folder as a whole: files that are missing or hostile, mistakes told together, and what a good one becomes.

Failure-table row: poison configuration.
"""

import os
from datetime import date, time

import pytest

from bot.configuration import DEMO, load_folder, script_folder
from config.loaded import dm
from config.problems import ConfigError
from desk.alerts import Severity
from desk.people import Role, may
from desk.rotations import Rotation

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("content", "line", "part"),
    [
        pytest.param(BOMB.encode(), 6, "more than 200,000 values", id="a bomb of aliases"),
        pytest.param(b"monitors: &a\n  x: *a\n", 1, "refers to itself", id="an alias of its own inside"),
        pytest.param(b"monitors: " + b"[" * 30 + b"]" * 30, 1, "nested more than 20 deep", id="deep"),
        pytest.param(b"[\n" * 1_000, 1, "nested more than 20 deep", id="deeper than the parser can go"),
        pytest.param(b"#" * 1_000_001, 1, "more than 1,000,000 bytes", id="a huge file"),
        pytest.param(b"monitors:\n  \xff: 1\n", 2, "not UTF-8", id="another encoding"),
        pytest.param("monitors: {}\n".encode("utf-16"), 1, "not UTF-8", id="UTF-16"),
        pytest.param(b"monitors: {}\n# \x07\n", 2, "U+0007 is not allowed", id="a bell in a comment"),
        pytest.param(b"- monitors\n", 1, "expected settings written as `key: value`", id="a list"),
        pytest.param(b"monitors: {}\n---\nmonitors: {}\n", 2, "another document", id="two documents"),
        pytest.param(b'monitors: "\\UFFFFFFFF"\n', 1, "this is not YAML", id="the parser itself fails"),
        pytest.param(b"monitors: [1, 2]\n", 1, "expected settings", id="a list for a section"),
        pytest.param(b"monitors: {shop: 5}\n", 1, "expected settings", id="a number for an entry"),
    ],
)
def test_a_hostile_file_is_refused_with_a_sentence(folder, problems, content, line, part):
    (folder / "monitors.yaml").write_bytes(content)
    told = [problem for problem in problems() if problem.file == "monitors.yaml"]
    assert any(problem.line == line and part in problem.sentence for problem in told), told


@pytest.mark.parametrize("file", ["deskbell.yaml", "clients.yaml", "people.yaml", "monitors.yaml", "runbooks.yaml"])
@pytest.mark.parametrize("content", ["", "\n \n", "# made by a template\n", "---\n", "null\n", "\ufeff"])
def test_a_file_that_is_there_and_holds_nothing_is_refused(folder, problems, file, content):
    """A write that was cut off and a template that failed leave one: it would end every alert and every hook."""
    (folder / file).write_text(content)
    told = [problem for problem in problems() if problem.file == file]
    assert [problem.line for problem in told if "the file is empty. " in problem.sentence] == [1], told


def test_to_watch_nothing_is_said_in_so_many_words(folder, problems):
    (folder / "monitors.yaml").write_text("")
    assert "To watch nothing, write `monitors: {}`." in " ".join(problem.sentence for problem in problems())
    (folder / "monitors.yaml").write_text("monitors: {}\n")
    (folder / "runbooks.yaml").write_text("runbooks: {}\n")  # none that proves its worth by a monitor
    assert load_folder(folder).monitors == {}


def test_a_missing_file_is_named_with_the_nearest_one_there(folder, problems):
    (folder / "monitors.yaml").rename(folder / "monitor.yaml")
    (problem,) = problems()
    assert str(problem).startswith("monitors.yaml:1: there is no such file")
    assert "did you mean `monitor.yaml`?" in problem.sentence


def test_a_pipe_in_the_place_of_a_file_does_not_make_us_wait(folder, problems):
    (folder / "monitors.yaml").unlink()
    os.mkfifo(folder / "monitors.yaml")
    (problem,) = problems()
    assert "no ordinary file" in problem.sentence


def test_a_missing_folder_is_said(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere: there is no such folder\."):
        load_folder(tmp_path / "nowhere")


def test_a_lost_section_is_one_problem_and_not_one_for_each_name_in_it(spoil, problems):
    """What is misspelt is told; that nothing can be found in it is no further mistake."""
    spoil("deskbell.yaml", "channels:", "chanels:")
    (problem,) = problems()
    assert "did you mean `channels`?" in problem.sentence


def test_all_mistakes_are_told_at_once_in_the_order_of_files_and_lines(spoil, problems):
    """Also several in one entry, and across files."""
    spoil("monitors.yaml", "interval: 30s", "intervall: 30s")
    spoil("monitors.yaml", "client: acme", "client: acmee")
    spoil("monitors.yaml", "runbook: restart-shop", "runbook: restart")
    spoil("monitors.yaml", "port: 22", "port: ssh")
    spoil("monitors.yaml", "period: 1d", "period: 1d\n    client: acme")
    spoil("people.yaml", "desk: [ben, mia]", "desk: []")
    spoil("clients.yaml", "oncall:week", "oncall:weak")
    told = [(problem.file, problem.line) for problem in problems()]
    assert told == [
        ("clients.yaml", 44),
        ("monitors.yaml", 4),
        ("monitors.yaml", 6),
        ("monitors.yaml", 7),
        ("monitors.yaml", 14),
        ("monitors.yaml", 21),
        ("people.yaml", 11),
    ]


def test_a_client_without_a_contract_is_told_what_is_missing(folder, problems):
    text = (folder / "clients.yaml").read_text()
    start, end = text.index("    contract:\n"), text.index("  globex:")
    (folder / "clients.yaml").write_text(text[:start] + text[end:])
    sentences = [problem.sentence for problem in problems()]
    assert [str(problem.line) for problem in problems()] == ["2", "2"]
    assert any("`acme` has no target for first_response of P1, P2, P3, P4" in sentence for sentence in sentences)
    assert any("`acme` has no target for resolution of P1, P2, P3, P4" in sentence for sentence in sentences)


def test_a_promise_that_its_hours_cannot_hold_is_refused(folder, spoil, problems):
    """An hour a week is 72 hours in time, and 1,440 hours in none that anybody lives to see."""
    spoil("clients.yaml", "weekly: always", "weekly: {mon: ['09:00-10:00']}")
    assert load_folder(folder).clients["globex"].contract.targets["resolution", "P4"] == 72 * 3600
    spoil("clients.yaml", "P4: 3d", "P4: 60d")
    (problem,) = problems()
    assert problem.line == 27
    assert "gave up after 20 years" in problem.sentence


def test_what_was_written_is_what_is_loaded(folder):
    config = load_folder(folder)
    shop, backup, router = (config.monitors[name] for name in ("shop", "backup", "router"))
    assert (shop.interval, shop.parent, shop.target, shop.settings.url) == (
        30.0,
        "router",
        "shop-1",
        "http://127.0.0.1:8089/health",
    )
    assert backup.settings.period == 86_400
    assert (router.time_limit, router.severity) == (0.5, Severity.CRITICAL)
    assert config.clients["acme"].contract.targets["resolution", "P3"] == 86_400
    (layer,) = config.schedules["week"].layers
    assert (layer.name, layer.hours) == ("layer-1", None)
    assert layer.turns == Rotation(("ben", "mia"), "Europe/Berlin", date(2026, 1, 5), handover=time(8, 30))
    assert config.calendars["office"].holidays == {date(2026, 12, 25)}
    assert config.calendars["office"].annual_names == {(1, 1): "New Year"}
    assert [step.after for step in config.paths["quick"].steps] == [0, 300, 600]
    assert config.runbooks["restart-shop"].source == (folder / "scripts" / "restart.sh").read_text()
    assert len(config.runbooks["restart-shop"].digest) == 64
    assert script_folder(config, config.runbooks["restart-shop"]) == folder / "scripts"


def test_a_person_of_a_client_is_its_requester_and_nobody_elses(folder):
    config = load_folder(folder)
    assert config.people["ann"].roles == {"acme": {Role.REQUESTER}}
    assert may(config.people["mia"], "run.approve", "globex")
    assert not may(config.people["ben"], "run.approve", "acme")


def test_everybody_has_a_channel_of_their_own(folder):
    config = load_folder(folder)
    direct = config.channels[dm("ann")]
    assert (direct.kind, direct.name, direct.client) == ("dm", "Deskbell", "acme")
    assert config.channels[dm("ben")].client is None


def test_the_version_is_of_the_five_files_and_of_every_byte_in_them(folder, spoil):
    first = load_folder(folder).version
    (folder / "notes.txt").write_text("not part of it")
    assert load_folder(folder).version == first
    spoil("people.yaml", "name: Ben", "name:  Ben")
    assert load_folder(folder).version != first


def test_a_changed_script_changes_the_digest(folder):
    first = load_folder(folder).runbooks["restart-shop"].digest
    (folder / "scripts" / "restart.sh").write_text("#!/bin/sh\nrm -r /\n")
    assert load_folder(folder).runbooks["restart-shop"].digest != first


def test_the_demo_has_what_its_story_needs():
    config = load_folder(DEMO)
    roles = {role for person in config.people.values() for role in person.all_roles()}
    assert roles == set(Role)
    assert set(config.clients) == {"acme", "globex"}
    assert {monitor.kind for monitor in config.monitors.values()} == {"http", "cpu", "memory", "disk", "heartbeat"}
    shop = config.monitors["shop"]
    assert (shop.interval, shop.failures, shop.successes, shop.runbook) == (5.0, 2, 2, "restart-shop")
    assert config.runbooks["restart-shop"].needs_approval
    assert not config.runbooks["slow-hello"].needs_approval


def test_a_reminder_of_the_demo_comes_within_two_minutes():
    """Whoever opens a ticket as the form proposes it, and waits, sees the first warning."""
    config = load_folder(DEMO)
    acme = config.clients["acme"]
    first = min(acme.contract.warnings) * acme.contract.targets["first_response", acme.default_priority]
    assert first <= 120
    assert acme.contract.calendar == "around-the-clock"
