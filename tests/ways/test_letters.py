"""What a mail is made of: whatever somebody wrote, the headers are ours and the body is text."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP, default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.contract import Outgoing
from bot.platforms.mail.render import letter, message_id
from bot.platforms.notices import LONGEST_TITLE, notice
from desk.cards import Card, text
from tests.ways.hostile import HOSTILE

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "Content-Type",
    "Content-Transfer-Encoding", "MIME-Version",
}  # fmt: skip


def written(words: str, name: str = "Deskbell"):
    """The mail about something of which everything that somebody may write says this, as a mailbox reads it."""
    card = Card("alert/42", words, "▲ DOWN", 42, lines=(text(words), text("seen: ", words)))
    outgoing = Outgoing("key", "mail/ben", None, 1, "alert/42/told/1", None, card, text(words), ())
    said = notice(outgoing, "UTC", NOW)
    mail = letter(said, outgoing, "ben@desk.example", (name, "desk@desk.example"), NOW)
    raw = mail.as_bytes()
    return said, message_from_bytes(raw, policy=default), raw


def holds(words: str) -> None:
    said, mail, raw = written(words)
    assert set(mail.keys()) == HEADERS, "no header but ours, each once"
    assert len(mail.keys()) == len(HEADERS)
    assert mail["To"] == "ben@desk.example"
    assert mail["From"] == "Deskbell <desk@desk.example>"
    assert mail["Subject"] == said.title
    assert "\n" not in said.title
    assert len(said.title) <= LONGEST_TITLE
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n") == "\n".join([said.title, "", *said.lines]) + "\n"
    assert all(line.isascii() and len(line) <= 998 for line in raw.split(b"\r\n")), "what any server takes"
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_words_are_words(words):
    """They are neither headers nor markup, and nothing after them is lost."""
    holds(words)


@given(st.text(max_size=300))
def test_any_words_are_words(words):
    holds(words)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_plain_line_stays_as_it_was_typed(words):
    """What is no control character is in the body to the letter."""
    plain = "".join(letter for letter in words if letter.isprintable()).strip()[:200]
    plain = " ".join(plain.encode("utf-8", "replace").decode().split())
    _, mail, _ = written(plain)
    assert plain in mail.get_content()


@pytest.mark.parametrize("name", ["Deskbell", "Störung <all@else.example>", "a, b@c.example", '"Desk"', "Bell\nBcc: x"])
def test_the_desks_name_is_a_name_in_the_sender(name):
    _, mail, _ = written("down", name)
    (address,) = mail["From"].addresses
    assert (address.display_name, address.addr_spec) == (" ".join(name.split()), "desk@desk.example")
    assert mail["Bcc"] is None


def test_the_id_follows_from_the_send_key_and_tells_nothing_of_it():
    one, other = message_id("a-random-key", "desk@desk.example"), message_id("another", "desk@desk.example")
    assert one == message_id("a-random-key", "desk@desk.example")
    assert one != other
    assert one.endswith("@desk.example>")
    assert "random" not in one
    assert SMTP.header_factory("Message-ID", one) == one
