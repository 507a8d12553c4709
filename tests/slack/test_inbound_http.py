"""Without an app token Slack calls us: each request is let in by its signature alone, and once."""

import pytest

from bot.arrivals import Answer
from desk.cards import Card, Form, FormField
from tests.slack.harness import slack_desk
from tests.slack.standin.people import Cannot
from tests.slack.test_inbound import always

BODY = b"command=%2Fdesk&text=list&user_id=U00000001&channel_id=C00000003&trigger_id=1.2.3"
FORM = "application/x-www-form-urlencoded"


async def test_every_way_in_works_over_http_too():
    form = Form("open~77", "T", (FormField("subject", "What?"),))
    wrong = Form("open~77", "T", (FormField("subject", "What?", error="This needs a few words."),))
    book = always(Answer(form=form))
    book.wrong = lambda a: Answer(422, "x", form=wrong) if a.values["subject"] == "x" else None
    async with slack_desk(book, http=True) as desk:
        await desk.there.slash(desk.ann, desk.room, "/desk", "open")
        await desk.settled()
        assert (await desk.there.submit(desk.ann, {"subject": "x"})).fields == {"subject": "This needs a few words."}
        assert (await desk.there.submit(desk.ann, {"subject": "VPN"})).fields == {}
        with pytest.raises(Cannot, match="no modal"):
            await desk.there.submit(desk.ann, {"subject": "VPN"})
        await desk.there.say(desk.ann, desk.ws.direct(desk.ann).id, "it leaks")
        await desk.settled()
        assert [a.kind for a in desk.book.taken] == ["say", "submit", "say"]
        assert {r.status for r in desk.there.push.sent} == {200}
        assert desk.ws.tickets == set(), "no socket was opened"


async def test_the_address_is_confirmed():
    async with slack_desk(http=True) as desk:
        told = await desk.there.push.verify_url("the-challenge")
        assert (told.status, "the-challenge" in told.answer) == (200, True)


def without(name):
    return lambda good: {key: value for key, value in good.items() if key != name}


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        pytest.param(without("X-Slack-Signature"), "forged", id="no signature"),
        pytest.param(without("X-Slack-Request-Timestamp"), "forged", id="no time"),
        pytest.param(lambda good: good | {"X-Slack-Signature": "v0=" + "0" * 64}, "forged", id="a wrong signature"),
        pytest.param(lambda good: good | {"X-Slack-Signature": "v0=äöü"}, "forged", id="what the verifier raises on"),
        pytest.param(lambda good: good | {"X-Slack-Request-Timestamp": "now"}, "forged", id="a time that is no number"),
        pytest.param(lambda good: good | {"X-Slack-Request-Timestamp": "9" * 400}, "forged", id="nor a possible one"),
    ],
)
async def test_a_forged_request_is_refused_and_audited(spoil, why):
    async with slack_desk(http=True) as desk:
        push = desk.there.push
        assert (await push.raw(BODY, spoil(push.signed(BODY, FORM)))).status == 401
        assert (desk.book.refused, desk.book.log) == ([why], [])


async def test_a_request_signed_with_another_secret_or_about_another_body_is_refused():
    async with slack_desk(http=True) as desk:
        push = desk.there.push
        assert (await push.raw(BODY, push.signed(BODY, FORM, secret="guessed"))).status == 401
        assert (await push.raw(BODY + b"0", push.signed(BODY, FORM))).status == 401
        assert (await push.raw(b"\xff\xfe", push.signed(BODY, FORM))).status == 401
        assert (desk.book.refused, desk.book.log) == (["forged"] * 3, [])


@pytest.mark.parametrize("age", [301, -301], ids=["late", "from the future"])
async def test_a_stale_request_is_refused_and_audited(age):
    """Rightly signed, and more than five minutes from our time."""
    async with slack_desk(http=True) as desk:
        push = desk.there.push
        assert (await push.raw(BODY, push.signed(BODY, FORM, age=age))).status == 401
        assert (desk.book.refused, desk.book.log) == (["stale"], [])


async def test_a_replayed_request_is_refused_and_audited():
    async with slack_desk(http=True) as desk:
        push = desk.there.push
        headers = push.signed(BODY, FORM)
        assert [(await push.raw(BODY, headers)).status for _ in range(3)] == [200, 401, 401]
        await desk.settled()
        assert desk.book.refused == ["replayed", "replayed"]
        assert len(desk.book.taken) == 1


async def test_what_could_not_be_stored_may_be_said_again_with_its_signature():
    async with slack_desk(http=True) as desk:
        push = desk.there.push
        headers = push.signed(BODY, FORM)
        desk.book.full = True
        assert (await push.raw(BODY, headers)).status == 503
        desk.book.full = False
        assert (await push.raw(BODY, headers)).status == 200
        await desk.settled()
        assert (len(desk.book.taken), desk.book.refused) == (1, [])


async def test_a_body_over_a_megabyte_is_refused_unread():
    async with slack_desk(always(Answer(reply=Card("c", "T"))), http=True) as desk:
        push, fits = desk.there.push, BODY + b"&more="
        fits += b"x" * (1_000_000 - len(fits))
        assert (await push.raw(fits, push.signed(fits, FORM))).status == 200
        assert (await push.raw(fits + b"x", push.signed(fits + b"x", FORM))).status == 413


async def test_rubbish_that_is_signed_does_no_harm():
    """An app of ours signs it, so it is told apart from a forgery: not stored, and not acknowledged."""
    async with slack_desk(http=True) as desk:
        push = desk.there.push
        rubbish = (b"", b"[]", b"{", b"payload=", b"payload=%5B%5D", b"type=event_callback")
        statuses = {(await push.raw(body, push.signed(body, FORM))).status for body in rubbish}
        assert statuses <= {200, 400, 500, 503}
        assert (desk.book.log, desk.book.refused) == ([], [])
