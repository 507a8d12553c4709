"""Mail to a real SMTP server on loopback: what is taken, what is refused and how, what is never known.

Row of docs/reliability.md: `a way to a person fails`.
"""

import asyncio
import ssl
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.platforms.contract import DeliveryRefused, HistoryUnreadable, Outgoing
from bot.platforms.mail.outbound import MailOutbound
from config.loaded import Mail
from desk.cards import Button, Card, Field, When, text
from desk.detail import Own, ours
from desk.ways import Ways
from tests.store_fixture import HandClock
from tests.ways.mail_server import (
    HANG_UP,
    PASSWORD,
    TAKE_AND_HANG_UP,
    USER,
    MailServer,
    mail_server,
    trusting,
)

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LINK = "https://desk.example/ack/some-token"
CARD = Card(
    "alert/42", "checkout page · shop.acme.example", "▲ DOWN", 42,
    (text("Acme Web Shops · ", Own("critical")), text("status 500, expected 200 · since ", When(NOW))),
    fields=(Field("Severity", ours("critical")),),
    buttons=(Button(Own("Acknowledge"), "ack", (("number", "42"),), primary=True),),
)  # fmt: skip


def outgoing(card: Card | None = CARD, *, key: str = "alert/42/told/1", person: str = "ben", words=()) -> Outgoing:
    return Outgoing("a-random-key", f"mail/{person}", None, 1, key, None, card, words, card.buttons if card else ())


@pytest.fixture
def door(demo_config):
    """The way out to this server, as the settings say."""

    def made(server: MailServer | int, context: ssl.SSLContext | None = None, link: str = LINK, **settings):
        password, lacks = settings.pop("password", ""), settings.pop("lacks", "")
        port = server if isinstance(server, int) else server.port
        own = Mail("127.0.0.1", port, **{"tls": "none", "sender": "desk@desk.example", **settings})
        config = replace(demo_config, ways={"ben": Ways(addresses={"mail": "ben@desk.example"})})

        async def linked(_: Outgoing) -> str:
            return link

        return MailOutbound(own, password, lambda: config, HandClock(NOW), linked, lacks=lacks, context=context)

    return made


async def refused(way: MailOutbound, what: Outgoing | None = None) -> DeliveryRefused:
    with pytest.raises(DeliveryRefused) as caught:
        await way.post(what or outgoing())
    return caught.value


async def test_a_mail_says_what_it_is_and_how_bad_in_the_readers_zone_and_has_the_link(door):
    async with mail_server() as server:
        id_ = await door(server).post(outgoing())
    (letter,) = server.letters
    assert (letter.sender, letter.recipients) == ("desk@desk.example", ["ben@desk.example"])
    assert letter.mail["Subject"] == "▲ DOWN · 42 · checkout page · shop.acme.example"
    assert letter.mail["From"] == "Deskbell <desk@desk.example>"
    assert letter.mail["Message-ID"] == f"<{id_}>"
    assert letter.mail.get_content_type() == "text/plain"
    assert "status 500, expected 200 · since 10:00" in letter.body, "Berlin's time"
    assert f"Acknowledge it: {LINK}\n" in letter.body
    assert letter.mail["Importance"] == "high"
    assert letter.mail["Auto-Submitted"] == "auto-generated", "no out-of-office answers it"


async def test_by_starttls_and_logged_in(door):
    async with mail_server(starttls=True, auth=True) as server:
        await door(server, trusting(), tls="starttls", user=USER, password=PASSWORD).post(outgoing())
    (letter,) = server.letters
    assert (letter.user, letter.tls) == (USER, True)


async def test_by_tls_from_the_first_byte(door):
    async with mail_server(tls=True) as server:
        await door(server, trusting(), tls="tls").post(outgoing())
    assert len(server.letters) == 1


async def test_two_attempts_at_one_message_have_one_id_and_all_about_an_alert_is_one_conversation(door):
    async with mail_server() as server:
        way = door(server)
        assert await way.post(outgoing()) == await way.post(outgoing())
        await way.post(outgoing(None, key="alert/42/over/2", words=text("42 is up again")))
        await way.post(outgoing(key="alert/43/told/1"))
    about = [letter.mail["References"] for letter in server.letters]
    assert about[0] == about[1] == about[2] != about[3]
    assert server.letters[2].mail["Subject"] == "42 is up again"


REFUSALS = [
    # which command is answered how; for good; all our mail
    ("RCPT", "550 5.1.1 no such user", True, False),
    ("RCPT", "450 4.7.1 greylisted, try again", False, False),
    ("RCPT", "421 4.3.2 going down", False, False),
    ("RCPT", HANG_UP, False, False),  # before the mail itself: it was not taken
    ("MAIL", "451 4.3.0 busy", False, False),
    ("MAIL", "552 5.3.4 too large", True, False),
    ("MAIL", "553 5.7.1 not your address", False, True),
    ("DATA", "554 5.7.1 that is spam", True, False),
    ("DATA", "452 4.3.1 no room", False, False),
]  # fmt: skip


@pytest.mark.parametrize(("command", "answer", "permanent", "account"), REFUSALS)
async def test_a_no_of_the_server_is_for_good_for_now_or_for_all_our_mail(door, command, answer, permanent, account):
    async with mail_server() as server:
        server.answer(command, answer)
        error = await refused(door(server))
    assert (error.permanent, error.account) == (permanent, account)
    assert server.letters == []
    assert answer[:3] in error.reason or answer == HANG_UP


@pytest.mark.parametrize(("fault", "taken"), [(HANG_UP, 0), (TAKE_AND_HANG_UP, 1)])
async def test_whether_it_was_taken_is_unclear_when_the_answer_to_the_mail_itself_does_not_come(door, fault, taken):
    """Neither is a refusal: it may be there, and there is no history to look in."""
    async with mail_server() as server:
        server.answer("DATA", fault)
        way = door(server)
        with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever it is, it is no DeliveryRefused
            await way.post(outgoing())
        assert not isinstance(caught.value, DeliveryRefused)
        assert len(server.letters) == taken
        with pytest.raises(HistoryUnreadable):
            await way.find("mail/ben", None, "a-random-key", NOW)


async def test_a_server_that_cannot_be_reached_holds_all_our_mail(door, unused_tcp_port):
    error = await refused(door(unused_tcp_port))
    assert (error.permanent, error.account) == (False, True)
    assert "cannot be used" in error.reason


@pytest.mark.parametrize(
    ("server", "settings", "context", "part"),
    [
        ({"starttls": True, "auth": True}, {"tls": "starttls", "user": USER, "password": "wrong"}, trusting, "535"),
        ({}, {"tls": "starttls"}, trusting, "STARTTLS extension not supported"),
        ({"starttls": True}, {"tls": "starttls"}, ssl.create_default_context, "certificate verify failed"),
        ({"starttls": True}, {"tls": "starttls"}, lambda: trusting(check_hostname=True), "certificate verify failed"),
        ({}, {"lacks": "`DESKBELL_MAIL_PASSWORD` is missing."}, trusting, "`DESKBELL_MAIL_PASSWORD` is missing."),
    ],
    ids=["a wrong password", "no STARTTLS", "an unknown authority", "another host", "no password"],
)
async def test_what_keeps_us_from_logging_in_holds_all_our_mail_and_no_password_is_told(
    door, server, settings, context, part
):
    async with mail_server(**server) as there:
        error = await refused(door(there, context(), **settings))
        assert there.letters == []
    assert (error.permanent, error.account) == (False, True)
    assert part in error.reason
    assert "wrong" not in error.reason


async def test_a_server_that_says_nothing_is_given_up_before_the_call_is(door):
    """A mail that was not even begun was not taken: that is clear, however long the server is silent."""

    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await closed.wait()
        writer.close()

    closed = asyncio.Event()
    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    try:
        way = door(server.sockets[0].getsockname()[1])
        way.patience = 0.05
        error = await refused(way)
    finally:
        closed.set()
        server.close()
        await server.wait_closed()
    assert (error.permanent, error.account) == (False, True)


async def test_somebody_without_an_address_is_refused_for_good(door):
    error = await refused(door(1), outgoing(person="mia"))
    assert error.permanent
    assert "mia has no address for mail" in error.reason


async def test_the_doctor_logs_in_and_sends_nothing(door):
    async with mail_server(starttls=True, auth=True) as server:
        await door(server, trusting(), tls="starttls", user=USER, password=PASSWORD).greet()
        assert (server.letters, server.greetings) == ([], 2)


async def test_what_was_sent_is_not_changed(door):
    with pytest.raises(DeliveryRefused):
        await door(1).edit("id", outgoing())
