"""What may leave for chat platforms, as an operator writes it, and what contradicts itself."""

import pytest

from bot.configuration import load_folder
from desk.detail import Detail
from desk.people import Role


@pytest.fixture
def acme(spoil):
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


def test_contacts_have_the_role_of_one_at_their_client_alone(folder, acme):
    acme("contacts: [ann]\n    vips: [ann]\n    vip_raises: true")
    config = load_folder(folder)
    assert Role.CONTACT in config.people["ann"].roles_at("acme")
    assert Role.CONTACT not in config.people["ann"].roles_at("globex")
    assert (config.clients["acme"].vips, config.clients["acme"].vip_raises) == (frozenset({"ann"}), True)


STRANGERS = [
    ("contacts: [mia]", "`mia` is the provider's own, not one of acme's people."),
    ("vips: [mia]", "`mia` is the provider's own, not one of acme's people."),
    ("contacts: [nobody]", "there is no person `nobody`"),
]


@pytest.mark.parametrize(("settings", "sentence"), STRANGERS)
def test_who_is_not_of_the_client_speaks_for_nobody_there(acme, problems, settings, sentence):
    acme(settings)
    assert any(sentence in problem.sentence and problem.line > 1 for problem in problems())
