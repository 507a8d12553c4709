"""Secrets come from the environment or a folder, and no sentence repeats one."""

import os

import pytest

from config.problems import ConfigError
from config.secrets import heartbeat_variable, read_secrets


@pytest.fixture(autouse=True)
def _a_clean_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith("DESKBELL_"):
            monkeypatch.delenv(name)


def test_nothing_set_means_that_others_decide():
    secrets = read_secrets()
    assert (secrets.port, secrets.data, secrets.intake_bind, secrets.values()) == (None, None, None, ())


def test_a_heartbeat_token_is_found_by_the_monitors_name(monkeypatch):
    monkeypatch.setenv(heartbeat_variable("nightly-backup"), "ping-token-1")
    secrets = read_secrets()
    assert heartbeat_variable("nightly-backup") == "DESKBELL_HEARTBEAT__NIGHTLY_BACKUP"
    assert secrets.heartbeat_token("nightly-backup") == "ping-token-1"
    assert secrets.heartbeat_token("weekly-backup") is None


@pytest.mark.parametrize("token", ["12345678", '"quoted"', "[1, 2, 3]", '{"a": 1}'])
def test_a_token_is_text_whatever_it_looks_like(monkeypatch, token):
    monkeypatch.setenv("DESKBELL_HEARTBEAT__SHOP", token)
    assert read_secrets().heartbeat_token("shop") == token


def test_the_outside_heartbeats_token_is_masked_like_any_other(monkeypatch):
    monkeypatch.setenv("DESKBELL_OUTSIDE_HEARTBEAT", "outside-token")
    secrets = read_secrets()
    assert (secrets.outside_token(), secrets.values()) == ("outside-token", ("outside-token",))


def test_an_empty_token_opens_nothing(monkeypatch):
    monkeypatch.setenv("DESKBELL_HEARTBEAT__SHOP", "")
    assert read_secrets().heartbeat_token("shop") is None


def test_a_name_with_two_dashes_is_one_name(monkeypatch):
    monkeypatch.setenv(heartbeat_variable("a--b"), "ping-token")
    assert read_secrets().heartbeat_token("a--b") == "ping-token"


def test_a_folder_of_files_serves_as_well_and_the_environment_wins(monkeypatch, tmp_path):
    (tmp_path / "DESKBELL_HEARTBEAT__SHOP").write_text("from-file\n")
    (tmp_path / "DESKBELL_HEARTBEAT__BACKUP").write_text("from-file-too\n")
    (tmp_path / "DESKBELL_PORT").write_text("9001\n")
    monkeypatch.setenv("DESKBELL_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("DESKBELL_HEARTBEAT__SHOP", "from-environment")
    secrets = read_secrets()
    assert secrets.port == 9001
    assert secrets.heartbeat_token("shop") == "from-environment"
    assert secrets.values() == ("from-environment", "from-file-too")


def test_a_secret_does_not_show_when_the_settings_are_printed(monkeypatch):
    monkeypatch.setenv("DESKBELL_HEARTBEAT__SHOP", "geheim-123")
    assert "geheim" not in f"{read_secrets()!r} {read_secrets()}"


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("DESKBELL_PORT", "geheim", "`DESKBELL_PORT`: input should be a valid integer"),
        ("DESKBELL_PORT", "70000", "`DESKBELL_PORT`: "),
        ("DESKBELL_INTAKE_BIND", "geheim", "`DESKBELL_INTAKE_BIND`: expected `host:port`"),
        ("DESKBELL_INTAKE_BIND", "0.0.0.0:99999", "expected `host:port`"),
        ("DESKBELL_HEARTBEAT", "{geheim", "cannot be read"),
        ("DESKBELL_HEARTBEAT__SHOP", "geheim", "`DESKBELL_HEARTBEAT__SHOP`: a token has at least 8 characters"),
        ("DESKBELL_SECRETS_DIR", "/nowhere/at/all", "there is no folder /nowhere/at/all"),
    ],
)
def test_what_cannot_be_read_is_a_sentence_without_the_value(monkeypatch, name, value, part):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        read_secrets()
    assert part in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_calendars_of_schedules_and_of_people_have_tokens_of_their_own(monkeypatch):
    """By the id in capitals and with `_` for `-`; they are masked like all others."""
    monkeypatch.setenv("DESKBELL_ONCALL__DESK_WEEK", "week-token")
    monkeypatch.setenv("DESKBELL_ONCALL_PERSON__BEN", "bens-token")
    secrets = read_secrets()
    assert secrets.oncall_token("desk-week") == "week-token"
    assert secrets.oncall_token("person/ben") == "bens-token"
    assert [secrets.oncall_token(name) for name in ("ben", "person/desk-week", "person/mia", "noc")] == [None] * 4
    assert {"week-token", "bens-token"} <= set(secrets.values())
