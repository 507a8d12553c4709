"""What somebody writes in a message that a history tells of again: stored even if it only asks, and answered once."""

from datetime import timedelta

import pytest

from bot.arrivals import Answer, Arrival
from bot.router import Router
from handlers.commands import commands
from tests.conversation import Conversation

ASKS = ["my VPN drops", "/help", "/status", "/show 99", "/shwo 1"]


def arrival(desk: Conversation, words: str, message: str | None) -> Arrival:
    return Arrival(
        "slack/message/D1/1.1", "say", "slack", "ann", "dm-ann", desk.clock.now(), words, message=message,
        place="slack/@U1", back={"user": "U1"},
    )  # fmt: skip


async def inbox(desk: Conversation) -> list[str]:
    return [state for (state,) in await desk.store.read(lambda tx: tx.rows("SELECT state FROM inbox"))]


@pytest.mark.parametrize("words", ASKS)
async def test_words_in_a_message_leave_a_row_by_which_their_second_telling_is_known(desk: Conversation, words: str):
    """By a new process too, and whatever there is to answer."""
    said = arrival(desk, words, "1.1")
    await desk.router.keep(said)
    assert await inbox(desk) == ["new"], "stored before it is acknowledged"
    answer = await desk.router.take(said)
    assert await inbox(desk) == ["done"]
    assert await Router(desk.store, lambda: desk.config, commands()).take(said) == answer


async def test_what_was_stored_and_not_answered_is_answered_after_a_crash(desk: Conversation):
    told: list[tuple[str, Answer]] = []

    async def tell(arrival: Arrival, answer: Answer) -> None:
        told.append((arrival.text, answer))

    await desk.router.keep(arrival(desk, "my VPN drops", "1.1"))
    desk.clock.step(60)
    again = Router(desk.store, lambda: desk.config, commands(), tell)
    for _ in range(2):
        await again.turn(desk.clock.now() + timedelta(minutes=1))
    assert [(words, answer.form is not None) for words, answer in told] == [("my VPN drops", True)]


@pytest.mark.parametrize("words", ASKS)
async def test_a_command_that_only_asks_and_is_no_message_leaves_no_row(desk: Conversation, words: str):
    said = arrival(desk, words, None)
    await desk.router.keep(said)
    await desk.router.take(said)
    assert await inbox(desk) == []
