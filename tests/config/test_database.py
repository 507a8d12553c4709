"""Where the database is: a mistake is a sentence, and no sentence has a password in it."""

import pytest

from bot.configuration import load_folder
from config.problems import ConfigError
from config.secrets import read_secrets

GOOD = "postgresql+psycopg://desk:c%40rrect-horse@db.example:6432/desk?sslmode=require"
MISTAKES = [
    ("desk:horse@db.example/desk", "expected `postgresql+psycopg://HOST/NAME`"),
    ("", "expected `postgresql+psycopg://HOST/NAME`"),
    ("postgresql://desk:horse@db.example/desk", "write `postgresql+psycopg://HOST/NAME`"),
    ("postgresql+asyncpg://desk:horse@db.example/desk", "write `postgresql+psycopg://HOST/NAME`"),
    ("mysql://desk:horse@db.example/desk", "only PostgreSQL can be addressed"),
    ("sqlite:///horse.db", "leave it out for SQLite"),
    ("postgresql+psycopg://desk:horse@db.example", "the name of the database is missing"),
    ("postgresql+psycopg://desk:horse@db.example:horse/desk", "its host or port cannot be read"),
    ("postgresql+psycopg://desk:horse@db.example:99999/desk", "its host or port cannot be read"),
    ("postgresql+psycopg://desk:horse@[db/desk", "its host or port cannot be read"),
    ("postgresql+psycopg://desk:c@horse@db.example/desk", "in a name or a password is written `%40`"),
    ("postgresql+psycopg://desk:c@horse/77@db.example/desk", "in a name or a password is written `%40`"),
    ("postgresql+psycopg://desk:77/horse@db.example/desk", "in a name or a password is written `%40`"),
    ("postgresql+psycopg://desk:77#horse@db.example/desk", "the name of the database is missing"),
]


@pytest.fixture(autouse=True)
def _a_clean_environment(monkeypatch):
    monkeypatch.delenv("DESKBELL_DATABASE", raising=False)


def test_the_whole_address_is_a_secret_and_its_password_is_masked_however_it_is_written(monkeypatch):
    monkeypatch.setenv("DESKBELL_DATABASE", f" {GOOD}\n")
    secrets = read_secrets()
    assert secrets.database_url() == GOOD
    assert secrets.values() == ("c%40rrect-horse", "c@rrect-horse")
    assert "horse" not in f"{secrets!r} {secrets}"


@pytest.mark.parametrize(("address", "sentence"), MISTAKES)
def test_an_address_in_the_environment_that_is_none_is_a_sentence(monkeypatch, address, sentence):
    monkeypatch.setenv("DESKBELL_DATABASE", address)
    with pytest.raises(ConfigError) as caught:
        read_secrets()
    assert "`DESKBELL_DATABASE`: " in str(caught.value)
    assert sentence in str(caught.value)
    assert "horse" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (GOOD, "an address must not carry a user name or password"),
        ("postgresql+psycopg://db.example/desk?user=desk&password=horse", "a password does not belong in this file"),
        ("postgresql://db.example/desk", "write `postgresql+psycopg://HOST/NAME`"),
        ("postgresql+psycopg://db.example", "the name of the database is missing"),
        ("deskbell.db", "expected `postgresql+psycopg://HOST/NAME`"),
    ],
)
def test_an_address_in_the_file_that_is_none_is_a_sentence_on_its_line(spoil, problems, address, sentence):
    spoil("deskbell.yaml", "admins_channel:", f'database: "{address}"\nadmins_channel:')
    [problem] = problems()
    assert problem.line > 0
    assert sentence in problem.sentence
    assert "horse" not in str(problem)


def test_an_address_in_the_file_is_where_the_database_is(spoil, folder):
    spoil("deskbell.yaml", "admins_channel:", "database: postgresql+psycopg://db.example/desk?user=desk\nadmins_channel:")
    assert load_folder(folder).desk.database == "postgresql+psycopg://db.example/desk?user=desk"
