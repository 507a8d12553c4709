"""Every card and post that the handlers can make, drawn for Slack."""

import json
from functools import partial

import pytest

from bot.platforms import wire
from bot.platforms.slack import render
from desk.cards import Card, button_from_json, card_from_json, text_from_json
from tests.conversation import Conversation
from tests.shape.cases import EVENTS
from tests.shape.command_cases import COMMANDS
from tests.shape.stories import with_more_to_meet
from tests.slack.transcript import assert_message_fits, read

CASES = [
    *(pytest.param(case, id=f"{word}: {case.why}") for word, cases in COMMANDS.items() for case in cases),
    *(
        pytest.param(case, id=f"{event.__module__.rpartition('.')[2]}.{event.__name__}: {case.why}")
        for event, cases in EVENTS.items()
        for case in cases
    ),
]


@pytest.mark.parametrize("case", CASES)
async def test_what_a_handler_says_fits_into_one_message(store, clock, demo_config, case):
    """Nothing of it waits in the thread, and no button in words."""
    desk = Conversation(store, clock, with_more_to_meet(demo_config))
    await case.story(desk)
    clock.step(case.wait)
    reply = await store.write(lambda tx: case.work(tx, desk.config))
    if isinstance(reply, Card):
        answer = render.answer("", reply, (), partial(wire.on_answer, limit=2000), now=clock.now())
        assert_message_fits(answer)
        assert answer.rest == ()
    posts = await store.read(lambda tx: tx.rows("SELECT key, body FROM posts"))
    assert posts or reply or not desk.arrivals
    for key, body in posts:
        data = json.loads(body)
        card = card_from_json(data["card"]) if data["card"] else None
        buttons = tuple(button_from_json(b) for b in data["buttons"])
        message = render.message(
            card, text_from_json(data["words"]), buttons, partial(wire.on_post, key, 1), now=clock.now()
        )
        assert_message_fits(message)
        assert message.rest == ()


@pytest.mark.parametrize(
    ("case", "key", "transcript"),
    [
        (COMMANDS["ack"][0], "alert/1", (
            "# ▲ DOWN · 1 · checkout page · shop.acme.example\n"
            "Acme Web Shops · critical\n"
            "status 500, expected 200 · since 09:00 UTC (10 s) · 2 failures in a row before it rang\n"
            "On call: Mia until 09 Nov 2026 08:00 UTC · told Mia 09:00 UTC, not acknowledged\n"
            "If nobody acknowledges: team desk is told at 09:02 UTC.\n"
            "[Acknowledge]  [Run restart-shop…]?  [Silence…]  [Open ticket…]  [More]"
        )),
        (COMMANDS["assign"][0], "ticket/1", (
            "# ● new · 1 · VPN drops every hour\n"
            "Acme Web Shops · Ann · P2 (usual)\n"
            "Nobody has it yet\n"
            "First answer: by 09:03 UTC (3 min left)\n"
            "Solution: by 11:00 UTC (2 h left)\n"
            "[Take it]  [Reply…]  [Pending…]  [Resolve…]  [More]"
        )),
    ],
    ids=["alert", "ticket"],
)  # fmt: skip
async def test_a_card_reads_like_this(store, clock, demo_config, case, key, transcript):
    """As the team sees it, before the case."""
    desk = Conversation(store, clock, with_more_to_meet(demo_config))
    await case.story(desk)
    sql = "SELECT body FROM posts WHERE key = ? AND destination = 'acme-team'"
    [(body,)] = await store.read(lambda tx: tx.rows(sql, (key,)))
    card = card_from_json(json.loads(body)["card"])
    message = render.message(card, (), (), partial(wire.on_post, key, 1), now=clock.now())
    assert read(message.blocks) == transcript
