"""From a call to a mail to a press, through the whole bot and real sockets.

Rows of docs/reliability.md: `a way to a person fails`, `a link to acknowledge is previewed, guessed or pressed twice`.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.acting import as_desk
from config.loaded import Config, Gateway, Mail
from desk.alerts import Alert, AlertState, Severity
from desk.ways import CHAT, MAIL, Way, Ways
from handlers import saving, ways
from tests.ways.gateway_server import CUT, TAKE_AND_CUT, gateway_server
from tests.ways.mail_server import HANG_UP, TAKE_AND_HANG_UP, MailServer, mail_server
from tests.webapp import Web, web_bot

HOME = "https://desk.example"


def told_by(config: Config, server: MailServer, **people: Ways) -> Config:
    mail = Mail("127.0.0.1", server.port, "none", "desk@desk.example")
    return replace(config, desk=replace(config.desk, mail=mail, public_url=HOME), ways={**config.ways, **people})


MIA = Ways((Way(MAIL), Way(CHAT)), addresses={MAIL: "mia@desk.example"})


@asynccontextmanager
async def mailing(folder: Path, config: Config, **people: Ways) -> AsyncIterator[tuple[Web, MailServer]]:
    async with mail_server() as server, web_bot(folder, told_by(config, server, **people)) as web:
        yield web, server


async def call(web: Web, person: str, number: int = 1) -> None:
    """An alert of Acme's calls somebody."""

    def work(tx: Any) -> None:
        ctx = as_desk(tx, web.bot.config, "test")
        alert = Alert(
            number, "acme", "shop", "checkout page", "", Severity.CRITICAL, AlertState.FIRING, tx.now, tx.now,
            "status 500, expected 200", 2, group=f"g{number}", announced_at=tx.now, called_at=tx.now,
        )  # fmt: skip
        saving.alert(tx, ctx, ways.reach(tx, ctx, alert, person))

    await web.bot.store.write(work)


async def ended(web: Web, place: str) -> tuple[str, str]:
    """State and reason of the message there, once it has come to its end."""
    sql = "SELECT state, reason FROM posts WHERE destination = ? AND state NOT IN ('pending', 'claimed', 'unclear')"

    async def look() -> tuple[str, str] | None:
        found = await web.bot.store.read(lambda tx: tx.rows(sql, (place,)))
        return (found[0][0], found[0][1]) if found else None

    state: tuple[str, str] = await web.until(look)
    return state


async def test_a_call_is_a_mail_whose_link_acknowledges(tmp_path, demo_config):
    async with mailing(tmp_path, demo_config, mia=MIA) as (web, server):
        await call(web, "mia")
        assert await ended(web, "mail/mia") == ("delivered", "")
        (letter,) = server.letters
        assert "1 · checkout page" in letter.mail["Subject"]
        link = re.search(rf"{HOME}(/ack/\S+)", letter.body)
        assert link
        card = await web.until(lambda: web.card("mia", "dm-mia", "alert/1"))
        assert "▲ DOWN" in card["card"]["text"]
        shown = await web.http.get(link[1], headers={"Host": "desk.example", "Origin": "https://elsewhere.example"})
        assert "Acknowledge</button>" in shown.text
        pressed = await web.http.post(link[1], headers={"Host": "desk.example"}, data={})
        assert "You have it." in pressed.text

        async def acknowledged() -> bool:
            found = await web.card("mia", "dm-mia", "alert/1")
            return bool(found and "Mia is on it" in found["card"]["text"])

        await web.until(acknowledged)


@pytest.mark.parametrize(("fault", "copies"), [(HANG_UP, 1), (TAKE_AND_HANG_UP, 2)])
async def test_a_call_whose_outcome_is_unclear_is_sent_again_at_once_and_says_that_nobody_knows(
    tmp_path, demo_config, fault, copies
):
    """Twice is better than late: it does not wait, is there at least once, and `unknown` is what its row says."""
    async with mailing(tmp_path, demo_config, mia=MIA) as (web, server):
        server.answer("DATA", fault)
        await call(web, "mia")
        state, reason = await ended(web, "mail/mia")
    assert state == "unknown"
    assert "may be there twice" in reason
    assert len(server.letters) == copies
    assert len({letter.mail["Message-ID"] for letter in server.letters}) == 1, "a mailbox can tell the copy"


async def test_what_the_server_will_never_take_is_told_where_it_is_heard(tmp_path, demo_config):
    """In the administrators' channel, in full; and the chat has it anyhow."""
    async with mailing(tmp_path, demo_config, mia=MIA) as (web, server):
        server.answer("RCPT", "550 5.1.1 no such user")
        await call(web, "mia")
        state, reason = await ended(web, "mail/mia")
        assert (state, "550 5.1.1 no such user" in reason) == ("failed", True)

        async def told() -> bool:
            return any("could not be delivered to mail/mia" in m["text"] for m in await web.messages("olga", "noc"))

        await web.until(told)
        assert await web.until(lambda: web.card("mia", "dm-mia", "alert/1"))


async def test_a_server_that_lets_nobody_in_holds_mail_alone_and_is_told(tmp_path, demo_config):
    """Nothing fails: it waits, `/readyz` says so, and is sent when the server works."""
    async with mailing(tmp_path, demo_config, mia=MIA) as (web, server):
        server.answer("MAIL", "553 5.7.1 not your address")
        await call(web, "mia")
        await web.until(lambda: web.card("mia", "dm-mia", "alert/1"))

        async def refused() -> bool:
            cards = [m["card"] for m in await web.messages("olga", "noc") if m["card"]]
            return any("553 5.7.1 not your address" in card["text"] for card in cards)

        await web.until(refused)
        ready = (await web.http.get("/readyz")).json()
        assert ready["paused"] == ["mail"]
        assert await ended(web, "mail/mia") == ("delivered", "")
        assert server.letters[0].body.startswith("▲ DOWN · 1 · checkout page")
        assert "Late, written at" in server.letters[0].body


# --- trying


async def _trying(web: Web, words: str) -> str:
    """The card of what was tried, once it says this."""

    async def look() -> str:
        cards = [m["card"]["text"] for m in await web.messages("mia", "dm-mia") if m["card"]]
        return next((card for card in cards if "Does every way reach you?" in card and words in card), "")

    found: str = await web.until(look)
    return found


async def test_trying_says_of_each_way_what_became_of_it(tmp_path, demo_config):
    async with mailing(tmp_path, demo_config, mia=MIA) as (web, server):
        await web.say("mia", "dm-mia", "/test page me")
        card = await _trying(web, "✓ all were taken")
        assert "mail · ✓ taken at" in card
    assert server.letters[0].mail["Subject"] == "TEST · A test of your way mail"


async def test_trying_says_what_was_refused_and_why(tmp_path, demo_config):
    async with mailing(tmp_path, demo_config, mia=MIA) as (web, server):
        server.answer("RCPT", "550 5.1.1 no such user")
        await web.say("mia", "dm-mia", "/test page me")
        card = await _trying(web, "▲ 1 failed")
    assert "mail · ▲ refused: The mail server said: 550 5.1.1 no such user" in card


async def test_trying_says_what_has_to_wait_and_why_and_then_that_it_was_taken(tmp_path, demo_config):
    async with mailing(tmp_path, demo_config, mia=MIA) as (web, server):
        server.answer("RCPT", "450 4.7.1 greylisted")
        await web.say("mia", "dm-mia", "/test page me")
        await _trying(web, "✓ all were taken")
        head = next(m for m in await web.messages("mia", "dm-mia") if m["card"] and "every way" in m["card"]["text"])

        async def waits() -> bool:
            said = [m["text"] for m in await web.messages("mia", "dm-mia", head["id"])]
            return any("mail waits and is tried again: The mail server said: 450 4.7.1 greylisted" in s for s in said)

        await web.until(waits)


# --- push


@asynccontextmanager
async def pushing(folder: Path, config: Config) -> AsyncIterator[tuple[Web, Any]]:
    """Mia has a phone at an ntfy server, which is internal and listed."""
    mia = Ways((Way("push"), Way(CHAT)), addresses={"push": "mia-x7f3"})
    async with gateway_server("ntfy") as server:
        gateways = {"push": Gateway("push", server.url, ntfy=True)}
        desk = replace(config.desk, push=gateways, public_url=HOME, internal_targets=("127.0.0.1",))
        async with web_bot(folder, replace(config, desk=desk, ways={**config.ways, "mia": mia})) as web:
            yield web, server


async def test_the_button_of_a_push_message_acknowledges_by_itself(tmp_path, demo_config):
    """The phone sends the POST; nobody opens a page."""
    async with pushing(tmp_path, demo_config) as (web, server):
        await call(web, "mia")
        assert await ended(web, "push/mia") == ("delivered", "")
        (action,) = server.taken[0].message["actions"]
        pressed = await web.http.request(action["method"], action["url"].removeprefix(HOME))
        assert pressed.status_code == 200
        assert await web.count("SELECT COUNT(*) FROM alerts WHERE state = 'acknowledged'") == 1
        assert await web.count("SELECT COUNT(*) FROM audit WHERE action = 'alert.acknowledged' AND via = 'push'") == 1


async def test_too_many_requests_wait_as_long_as_the_server_says(tmp_path, demo_config):
    async with pushing(tmp_path, demo_config) as (web, server):
        server.answer(429, '{"code":42901,"http":429,"error":"limit reached"}', Retry_After="1")
        await call(web, "mia")
        assert await ended(web, "push/mia") == ("delivered", "")
    assert (server.asked, len(server.taken)) == (2, 1)


@pytest.mark.parametrize(("fault", "copies"), [(CUT, 1), (TAKE_AND_CUT, 2), (503, 1)])
async def test_a_push_whose_outcome_is_unclear_is_sent_again_at_once(tmp_path, demo_config, fault, copies):
    async with pushing(tmp_path, demo_config) as (web, server):
        server.answer(fault)
        await call(web, "mia")
        state, reason = await ended(web, "push/mia")
    assert (state, "may be there twice" in reason) == ("unknown", True)
    assert len(server.taken) == copies
