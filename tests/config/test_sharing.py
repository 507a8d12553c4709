"""What may leave for chat platforms, as an operator writes it, and what contradicts itself."""

import pytest

from bot.configuration import load_folder
from desk.detail import Detail


@pytest.fixture
def acme(folder, spoil):
    """Adds settings to the client whose team has places on Slack and Discord."""

    def put(settings):
        spoil("clients.yaml", "    team_channel: acme-team", f"    {settings}\n    team_channel: acme-team")

    return put


def loaded(folder):
    client = load_folder(folder).clients["acme"]
    return client.detail, client.platforms


def test_without_a_word_all_is_shared_everywhere(folder):
    assert loaded(folder) == (Detail.FULL, None)


def test_what_is_written_is_what_is_loaded(folder, acme):
    acme("detail: subject\n    platforms: [slack, discord]")
    assert loaded(folder) == (Detail.SUBJECT, frozenset({"slack", "discord"}))


def test_a_regulated_client_shares_numbers_and_keeps_off_discord(folder, acme, spoil):
    spoil("deskbell.yaml", ', discord: "1122334455667788"', "")
    acme("regulated: true")
    detail, platforms = loaded(folder)
    assert detail is Detail.NUMBER
    assert "slack" in platforms
    assert "discord" not in platforms


BAD = [
    ("regulated: true\n    detail: full", "clients.yaml", "`acme` is regulated, so `detail` is number"),
    ("regulated: true\n    platforms: [discord]", "clients.yaml", "`acme` is regulated, so it keeps off Discord."),
    ("regulated: true", "deskbell.yaml", "`acme-team` is acme's, which may not be on discord"),
    ("platforms: [slack]", "deskbell.yaml", "`acme-team` is acme's, which may not be on discord"),
    ("platforms: []", "deskbell.yaml", "`acme-team` is acme's, which may not be on slack"),
    ("platforms: [slak]", "clients.yaml", "there is no platform `slak`"),
    ("detail: all", "clients.yaml", "all"),
]


@pytest.mark.parametrize(("settings", "file", "sentence"), BAD)
def test_what_contradicts_itself_is_refused_with_its_place(acme, problems, settings, file, sentence):
    acme(settings)
    found = problems()
    assert any(problem.file == file and sentence in problem.sentence and problem.line > 1 for problem in found), found
