"""A one-time code is said to whoever asked, and stands nowhere in plain words."""

import re

from bot.arrivals import Answer, Arrival
from bot.router import Router
from bot.store.tables import metadata
from handlers.commands import commands
from tests.conversation import Conversation

CODE = re.compile(r"/link ([A-Z0-9]{4}-[A-Z0-9]{4})")


def asked(desk: Conversation) -> Arrival:
    return Arrival("slack/trigger/1", "say", "slack", "ann", "dm-ann", desk.clock.now(), "/link", place="slack/@U1")


def said(desk: Conversation, answer: Answer) -> str:
    return desk.words(answer.reply)


async def test_a_code_is_in_no_table(desk: Conversation) -> None:
    """Its digest is, which redeems it. The same event again gets the same answer as long as the process lives."""
    answer = await desk.router.take(asked(desk))
    [code] = CODE.findall(said(desk, answer))
    assert "codes" in metadata.tables
    for table in metadata.tables:
        rows = await desk.store.read(lambda tx, table=table: tx.rows(f"SELECT * FROM {table}"))  # noqa: S608 - our own names
        assert code not in str(rows), table
    assert await desk.router.take(asked(desk)) == answer


async def test_after_a_restart_the_same_event_says_where_a_new_code_is_to_be_had(desk: Conversation) -> None:
    """And hands out none: the first one still works."""
    await desk.router.take(asked(desk))
    again = await Router(desk.store, lambda: desk.config, commands()).take(asked(desk))
    assert CODE.findall(said(desk, again)) == []
    assert "`/link`" in said(desk, again)
    assert len(await desk.store.read(lambda tx: tx.rows("SELECT 1 FROM codes"))) == 1
