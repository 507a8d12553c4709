"""How people are told, as it is written: what is loaded, and what cannot be meant."""

from datetime import UTC, datetime

import pytest

from bot.configuration import load_folder
from config.loaded import Gateway, Mail
from config.problems import ConfigError
from config.secrets import missing_secrets, push_variable, read_secrets, unnamed_gateways
from desk.alerts import Severity
from desk.ways import CHAT_ALONE, Way, Ways, plan

SERVERS = """
public_url: https://desk.example/bell/
mail: {host: smtp.example, sender: desk@desk.example, user: desk}
push:
  push: {ntfy: https://ntfy.example/}
  sms-gate:
    url: "https://sms.example/{to}?n={number}"
    headers: {X-Api-Key: "{token}"}
    body: {to: "{to}", parts: ["{text}", {of: "{title}"}], retries: 3}
"""
BEN = """
    email: ben@desk.example
    addresses: {push: ben_1, sms-gate: "+49 170 1234567"}
    ways:
      critical: [push, chat, {way: mail, after: 5m}]
      default: [chat, {way: sms-gate, after: 2m}]
    quiet:
      - {hours: ["22:00-07:00", "12:00-13:00"], below: high}
      - {outside: always, chat: no}
"""


@pytest.fixture
def told(folder, spoil):
    """What is written of the servers, and of Ben."""

    def put(servers: str = SERVERS, ben: str = BEN):
        (folder / "deskbell.yaml").write_text((folder / "deskbell.yaml").read_text() + servers)
        spoil("people.yaml", "    name: Ben\n", f"    name: Ben\n    zone: Europe/Berlin{ben.rstrip()}\n")
        return load_folder(folder)

    return put


def test_what_is_written_is_what_is_loaded(told):
    config = told()
    assert config.desk.public_url == "https://desk.example/bell"
    assert config.desk.mail == Mail("smtp.example", 587, "starttls", "desk@desk.example", "desk")
    assert config.desk.push["push"] == Gateway("push", "https://ntfy.example", ntfy=True)
    assert config.desk.push["sms-gate"].body["parts"] == ["{text}", {"of": "{title}"}]
    ben = config.ways["ben"]
    assert ben.usual == (Way("chat"), Way("sms-gate", 120))
    assert ben.by_severity == {Severity.CRITICAL: (Way("push"), Way("chat"), Way("mail", 300))}
    assert ben.addresses == {"mail": "ben@desk.example", "push": "ben_1", "sms-gate": "+49 170 1234567"}
    assert [(quiet.below, quiet.outside, quiet.chat) for quiet in ben.quiet] == [
        (Severity.HIGH, False, True), (Severity.CRITICAL, True, False),
    ]  # fmt: skip


def test_quiet_hours_are_those_of_the_persons_zone(told):
    ways = told().ways["ben"]
    night = datetime(2026, 11, 2, 22, 30, tzinfo=UTC)  # half past eleven in Berlin
    (_, push) = plan(ways, Severity.NORMAL, night)
    assert push.at == datetime(2026, 11, 3, 6, 0, tzinfo=UTC)


def test_a_list_is_the_order_for_every_severity(told):
    ways = told(ben="\n    addresses: {push: ben}\n    ways: [push, chat]").ways["ben"]
    assert {ways.order(severity) for severity in Severity} == {(Way("push"), Way("chat"))}


def test_whoever_says_nothing_is_told_by_chat(folder):
    config = load_folder(folder)
    assert config.ways["ben"] == Ways()
    assert config.ways["ben"].order(Severity.LOW) == CHAT_ALONE
    assert (config.desk.public_url, config.desk.mail, config.desk.push) == ("", None, {})


TO = "\n    addresses: {push: ben}"
BAD_PEOPLE = [
    # what is written of Ben, a part of the sentence, the line it stands in
    (f"{TO}\n    ways: [chat, pusch]", "there is no way `pusch`; did you mean `push`?", 7),
    (f"{TO}\n    ways: [chat, chat]", "`chat` is there twice", 7),
    (f"{TO}\n    ways: []", "there is no way in it; name at least one", 7),
    (f"{TO}\n    ways: {{criticle: [chat]}}", "unknown key; did you mean `critical`?", 7),
    (f"{TO}\n    ways: [{{way: push, after: soon}}]", "expected a length of time", 7),
    ("\n    ways: [push]", "the way `push` needs an address: write it into `addresses`", 6),
    ("\n    ways: [mail]", "the way `mail` needs an `email` to go to", 6),
    ("\n    email: ben", "expected an e-mail address", 6),
    ('\n    email: "ben@x.example\\nBcc: all@x.example"', "expected an e-mail address", 6),
    ("\n    addresses: {mail: ben@x.example}", "the address of the way `mail` is the person's `email`", 6),
    ('\n    addresses: {push: "ben\\nX-A: b"}', "an address in plain ASCII", 6),
    ('\n    addresses: {push: "a/b"}', "a topic of ntfy has letters", 6),
    ("\n    addresses: {chat: ben}", "chat has no address", 6),
    ("\n    addresses: {pager: ben}", "there is no way `pager`", 6),
    ("\n    quiet: [{below: high}]", "either `hours` or a calendar", 6),
    ('\n    quiet: [{hours: "22:00-07:00", outside: always}]', "either `hours` or a calendar", 6),
    ('\n    quiet: [{hours: ["22:00-12:00", "10:00-23:00"]}]', "quiet around the clock", 6),
    ('\n    quiet: [{hours: "00:00-24:00"}]', "it would be quiet around the clock, and nothing told", 6),
    ('\n    quiet: [{hours: "nights"}]', "expected hours like `09:00-17:00`", 6),
    ("\n    quiet: [{outside: allways}]", "there is no calendar `allways`; did you mean `always`?", 6),
    ('\n    quiet: [{hours: "22:00-07:00", below: criticle}]', "expected one of", 6),
    ('\n    quiet: {hours: "22:00-07:00"}', "expected a list", 6),
]  # fmt: skip


@pytest.mark.parametrize(("ben", "part", "line"), BAD_PEOPLE, ids=[part for _, part, _ in BAD_PEOPLE])
def test_what_cannot_be_meant_of_a_person_is_refused_at_its_line(told, ben, part, line):
    with pytest.raises(ConfigError) as caught:
        told(ben=ben)
    found = caught.value.problems
    assert [str(p) for p in found if part in p.sentence and (p.file, p.line) == ("people.yaml", line)], found


BAD_SERVERS = [
    ("mail: {host: smtp.example}", "`mail.sender` is missing"),
    ("mail: {host: smtp.example, sender: desk}", "expected an e-mail address"),
    ('mail: {host: smtp.example, sender: "a@b\\nBcc: c@d"}', "expected an e-mail address"),
    ("mail: {host: smtp.example, sender: a@b.example, user: a, tls: none}", "a password is not sent in clear"),
    ("mail: {host: smtp.example, sender: a@b.example, password: geheim}", "a secret is never written here"),
    ("mail: {host: smtp.example, sender: a@b.example, tls: ssl}", "expected one of"),
    ("public_url: desk.example", "expected an address such as https://desk.example"),
    ("public_url: http://desk.example", "an address begins with `https://`"),
    ("public_url: https://desk.example/?a=b", "no query or fragment"),
    ("push: {chat: {ntfy: https://n.example}}", "`chat` is a way that is there without being named"),
    ("push: {mail: {ntfy: https://n.example}}", "`mail` is a way that is there without being named"),
    ("push: {slack: {ntfy: https://n.example}}", "`push.slack` is a platform's name already"),
    ("push: {globex-chat: {ntfy: https://n.example}}", "`push.globex-chat` is a platform's name already"),
    ("push: {sms: {}}", "it needs either `ntfy`"),
    ("push: {sms: {ntfy: https://n.example, url: https://s.example}}", "it needs either `ntfy`"),
    ("push: {sms: {ntfy: https://n.example, body: x}}", "`body` is for a `url`; ntfy needs none"),
    ("push: {sms: {ntfy: http://n.example}}", "plain `http://` is for this machine alone"),
    ('push: {sms: {url: "https://{to}.example/"}}', "no field may stand in the name of the host"),
    ('push: {sms: {url: "https://s.example/{too}"}}', "there is no field `{too}` to fill in; did you mean `to`"),
    ('push: {sms: {url: https://s.example, body: {a: ["{nobody}"]}}}', "there is no field `{nobody}`"),
    ('push: {sms: {url: https://s.example, headers: {X-Title: "{title}"}}}', "`{title}` cannot stand in a header"),
    ('push: {sms: {url: https://s.example, headers: {"X Title": a}}}', "expected the name of a header"),
    ('push: {sms: {url: https://s.example, headers: {X-A: "a\\nX-B: b"}}}', "expected plain ASCII in one line"),
    ('push: {sms: {url: https://s.example, form: {a: "{text}"}, body: "{text}"}}', "a `body` or a `form`, not both"),
    ('push: {sms: {url: https://s.example, method: GET, body: "{text}"}}', "a GET has no body"),
    ("push: {sms: {url: ftp://s.example}}", "expected an address such as"),
    ("push: {sms: {url: https://user:geheim@s.example}}", "must not carry a user name or password"),
]  # fmt: skip


@pytest.mark.parametrize(("servers", "part"), BAD_SERVERS, ids=[servers for servers, _ in BAD_SERVERS])
def test_what_cannot_be_meant_of_a_server_or_gateway_is_refused(told, servers, part):
    with pytest.raises(ConfigError) as caught:
        told(servers=f"\n{servers}\n", ben="\n    hours: always")
    found = caught.value.problems
    assert [str(p) for p in found if part in p.sentence and p.file == "deskbell.yaml" and p.line > 20], found
    assert "geheim" not in str(caught.value)


def test_the_way_mail_needs_a_server(told):
    with pytest.raises(ConfigError, match="the way `mail` needs `mail` in"):
        told(servers="", ben="\n    email: ben@desk.example\n    ways: [mail]")


def test_a_client_may_allow_ways_and_keep_off_others(told, spoil):
    spoil("clients.yaml", "    team_channel:", "    platforms: [slack, discord, mail]\n    team_channel:")
    clients = told().clients.values()
    assert frozenset({"slack", "discord", "mail"}) in {client.platforms for client in clients}


def test_a_regulated_client_is_told_of_by_push_and_mail_in_numbers(told, spoil):
    spoil("clients.yaml", "    team_channel:", "    regulated: yes\n    team_channel:")
    spoil("deskbell.yaml", ', discord: "1122334455667788"', "")
    (allowed,) = {client.platforms for client in told().clients.values() if client.platforms is not None}
    assert {"mail", "push", "sms-gate", "slack"} <= allowed


def test_what_the_environment_lacks_is_said(told, monkeypatch):
    config = told()
    assert missing_secrets(config, read_secrets()) == {
        "mail": "`DESKBELL_MAIL_PASSWORD` is missing: `mail` in deskbell.yaml has a `user`.",
        "sms-gate": "`DESKBELL_PUSH__SMS_GATE` is missing: `push.sms-gate` in deskbell.yaml sends a `{token}`.",
    }
    monkeypatch.setenv("DESKBELL_MAIL_PASSWORD", "geheim-456")
    monkeypatch.setenv(push_variable("sms-gate"), "geheim-789")
    secrets = read_secrets()
    assert missing_secrets(config, secrets) == {}
    assert {"geheim-456", "geheim-789"} <= set(secrets.values()), "they are masked wherever they would show"


def test_the_token_of_a_gateway_that_there_is_not_is_refused_without_repeating_it(told, monkeypatch):
    config = told()
    monkeypatch.setenv("DESKBELL_PUSH__SMS_GATES", "geheim-123")
    (problem,) = unnamed_gateways(config, read_secrets())
    assert "there is no gateway `sms-gates`; did you mean `sms-gate`?" in problem.sentence
    assert "geheim" not in problem.sentence
