"""The public pages, as they are written: what is loaded, what cannot be meant, and that nothing else is public."""

import pytest

from bot.configuration import load_folder
from config.problems import ConfigError
from desk.status import Component, Page

WRITTEN = """
status:
  acme:
    client: acme
    title: Acme
    components:
      shop: {title: Web shop, monitors: [shop]}
      rest: {title: The rest, match: [monitor=shop]}
"""


@pytest.fixture
def written(folder):
    def put(text: str):
        (folder / "deskbell.yaml").write_text((folder / "deskbell.yaml").read_text() + text)
        return load_folder(folder)

    return put


def test_without_a_section_nothing_is_public(folder):
    assert load_folder(folder).status == {}


def test_what_is_written_is_what_is_loaded_with_the_zone_of_the_clients_calendar(written):
    config = written(WRITTEN)
    client = config.clients["acme"]
    zone = config.calendars[client.contract.calendar].zone
    shop, rest = Component("shop", "Web shop", ("shop",)), Component("rest", "The rest", ("shop",))
    assert config.status == {"acme": Page("acme", "Acme", "acme", zone, (shop, rest))}


BAD = [
    ("{client: acmee, title: A, components: {a: {title: A, monitors: [shop]}}}", "did you mean `acme`"),
    ("{client: acme, title: A, components: {}}", "at least 1"),
    ("{client: acme, title: A, components: {a: {title: A}}}", "it needs `monitors`, or a `match` of their labels"),
    ("{client: acme, title: A, components: {a: {title: A, monitors: [shopp]}}}", "did you mean `shop`"),
    ("{client: acme, title: A, components: {a: {title: A, match: [monitor=none]}}}", "nothing of acme's matches"),
    ("{client: acme, title: A, zone: Mars, components: {a: {title: A, monitors: [shop]}}}", "no time zone `Mars`"),
    ("{client: globex, title: A, components: {a: {title: A, monitors: [shop]}}}", "the things of one client"),
    ("{title: A, components: {a: {title: A, monitors: [shop]}}}", "`status.p.client` is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "part"), BAD, ids=[part for _, part in BAD])
def test_what_cannot_be_meant_is_refused_in_its_line(written, page, part):
    with pytest.raises(ConfigError) as caught:
        written(f"\nstatus:\n  p: {page}\n")
    found = [p for p in caught.value.problems if part in p.sentence and p.file == "deskbell.yaml" and p.line > 20]
    assert found, caught.value.problems
