"""The stand-in over HTTP: signed requests to the real slack_bolt, forged, stale and replayed ones, and retries."""

import json
from collections.abc import AsyncIterator

import pytest
from slack_sdk.signature import SignatureVerifier

from tests.slack.standin.bolt import Bot, http_bot, workspace
from tests.slack.standin.server import Slack, slack


@pytest.fixture
async def there() -> AsyncIterator[Slack]:
    async with slack(workspace(), ack_seconds=0.5, pauses=(0.0, 0.0, 0.0), echo=False) as running:
        yield running


@pytest.fixture
async def bot(there: Slack) -> AsyncIterator[Bot]:
    bot = Bot(there)
    yield bot
    await bot.close()


async def test_over_http_the_same_hands_reach_bolt_signed(there: Slack, bot: Bot):
    """Event, command, and the question for the address; Bolt checks every signature."""
    async with http_bot(bot) as url:
        push = there.push_to(f"{url}/slack/events")
        assert json.loads((await push.verify_url("abc")).answer) == {"challenge": "abc"}
        await there.say("U1", "C1", "hello")
        assert (await there.slash("U1", "C1", "/desk", "status")).payload == {"text": "Nothing is down."}
        heard = dict.fromkeys(got.get("text") for got in bot.got)  # where the answer is slow, it is sent once more
        assert list(heard) == ["hello", "status"]
        verifier = SignatureVerifier(there.ws.signing_secret)
        assert all(verifier.is_valid_request(sent.body, sent.headers) for sent in push.sent)


async def test_a_forged_and_a_stale_request_are_not_let_in_and_a_replay_can_be_made(there: Slack, bot: Bot):
    """The stand-in makes all three; an exact replay passes the signature, which is the bot's to know."""
    async with http_bot(bot) as url:
        push = there.push_to(f"{url}/slack/events")
        await there.say("U1", "C1", "hello")
        (sent,) = push.sent
        forged = await push.raw(sent.body, push.signed(sent.body, secret="another"))
        stale = await push.raw(sent.body, push.signed(sent.body, age=301))
        assert (forged.status, stale.status) == (401, 401)
        assert (await push.raw(sent.body, sent.headers)).status == 200
        assert len(bot.got) == 2


@pytest.mark.parametrize(("no", "attempts"), [("0", ["0", "1", "2", "3"]), ("1", ["0"])])
async def test_a_failed_request_is_sent_again_three_times_unless_the_app_says_not_to(
    there: Slack, bot: Bot, no: str, attempts: list[str]
):
    """With the number and the reason in the headers."""
    async with http_bot(bot) as url:
        push = there.push_to(f"{url}/broken?no={no}")
        push.ack_seconds = 60.0  # a slow machine is not what is tried here
        await there.say("U1", "C1", "hello")
        assert bot.retried == attempts
        assert push.sent[-1].headers.get("X-Slack-Retry-Reason", "http_error") == "http_error"
