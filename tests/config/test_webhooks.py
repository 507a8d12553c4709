"""Where events are sent, as it is written: what is loaded, what cannot be meant, and the secrets in the environment."""

import base64

import pytest

from bot.check import check
from bot.configuration import load_folder, load_with_secrets
from config.problems import ConfigError
from config.secrets import missing_secrets, read_secrets
from config.signing import keys_of
from desk.events import Webhook

WRITTEN = """
webhooks:
  crm: {url: "https://crm.example/hooks?for=desk", events: [alert.*, ticket.opened], clients: [acme]}
  the-wiki: {url: https://wiki.example/}
"""
KEY = b"0123456789abcdefghijklmnopqrstuv"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
VARIABLES = ("DESKBELL_WEBHOOK__CRM", "DESKBELL_WEBHOOK__THE_WIKI")


@pytest.fixture
def written(folder):
    def put(text: str = WRITTEN):
        (folder / "deskbell.yaml").write_text((folder / "deskbell.yaml").read_text() + text)
        return folder

    return put


def test_what_is_written_is_what_is_loaded(written):
    assert load_folder(written()).desk.webhooks == {
        "crm": Webhook(
            "crm", "https://crm.example/hooks?for=desk", ("alert.*", "ticket.opened"), frozenset({"acme"})
        ),
        "the-wiki": Webhook("the-wiki", "https://wiki.example/"),
    }  # fmt: skip


BAD = [
    ("{url: crm.example}", "expected an address such as"),
    ("{url: http://crm.example/}", "plain `http://` is for this machine alone"),
    ("{url: https://crm.example/#there}", "no fragment here"),
    ("{url: https://user:geheim@crm.example/}", "must not carry a user name or password"),
    ("{url: https://crm.example/, events: [alert.razed]}", "did you mean `alert.raised`"),
    ("{url: https://crm.example/, events: [alert]}", "there is no event `alert`"),
    ("{url: https://crm.example/, events: []}", "at least 1"),
    ("{url: https://crm.example/, clients: [acmee]}", "did you mean `acme`"),
    ("{url: https://crm.example/, secret: geheim}", "a secret is never written here"),
    ("{}", "`webhooks.crm.url` is missing"),
]


@pytest.mark.parametrize(("own", "part"), BAD, ids=[own for own, _ in BAD])
def test_what_cannot_be_meant_is_refused_in_its_line(written, own, part):
    with pytest.raises(ConfigError) as caught:
        load_folder(written(f"\nwebhooks:\n  crm: {own}\n"))
    assert [str(p) for p in caught.value.problems if part in p.sentence and p.line > 20], caught.value.problems
    assert "geheim" not in str(caught.value)


def test_a_client_names_the_webhooks_that_may_hear_of_it(written, spoil):
    spoil("clients.yaml", "    team_channel:", '    platforms: [slack, discord, "webhook:crm"]\n    team_channel:')
    clients = load_folder(written()).clients.values()
    assert frozenset({"slack", "discord", "webhook:crm"}) in {client.platforms for client in clients}


@pytest.mark.parametrize(
    ("value", "keys"),
    [
        (SECRET, (KEY,)),
        (SECRET.removeprefix("whsec_"), (KEY,)),
        (f"{SECRET} whsec_{base64.b64encode(KEY[:24]).decode()}", (KEY, KEY[:24])),
        ("", ()),
    ],
    ids=["as it is made", "without its beginning", "an old one besides", "none"],
)
def test_a_secret_is_one_key_or_several_while_they_change(value, keys):
    assert keys_of(value) == keys


@pytest.mark.parametrize("value", ["geheim-geheim", "whsec_c2hvcnQ=", "whsec_!!!", f"{SECRET} geheim"])
def test_a_secret_that_is_none_is_refused_without_repeating_it(written, monkeypatch, value):
    written()
    monkeypatch.setenv(VARIABLES[0], value)
    with pytest.raises(ConfigError, match="random bytes in base64") as caught:
        read_secrets()
    assert not {"geheim", "c2hvcnQ"} & set(str(caught.value).replace("-", " ").split())
    assert VARIABLES[0] in str(caught.value)


def test_a_missing_secret_is_said_by_check_and_by_the_doctor_and_a_given_one_is_masked(written, monkeypatch, capsys):
    folder = written()
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    assert set(missing_secrets(load_folder(folder), read_secrets())) == {"webhook:crm", "webhook:the-wiki"}
    assert check(folder) == 0
    assert (
        "Nothing goes to webhook the-wiki yet: put its secret into DESKBELL_WEBHOOK__THE_WIKI."
        in capsys.readouterr().out
    )
    monkeypatch.setenv(VARIABLES[1], SECRET)
    secrets = read_secrets()
    assert set(missing_secrets(load_folder(folder), secrets)) == {"webhook:crm"}
    assert SECRET in secrets.values()
    assert secrets.mask(f"bad {SECRET}") == "bad •••"


def test_a_secret_of_no_webhook_is_refused_with_the_one_that_is_meant(written, monkeypatch):
    folder = written()
    monkeypatch.setenv("DESKBELL_WEBHOOK__THE_WIKKI", SECRET)
    with pytest.raises(ConfigError, match="did you mean `the-wiki`"):
        load_with_secrets(folder)
