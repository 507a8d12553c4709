"""What a form asks of a requester: nothing that only staff say."""

import pytest

from handlers.arguments import arg_of
from handlers.commands import commands
from tests.conversation import Conversation

FOR_STAFF = {
    word: fields for word, command in commands().items()
    if (fields := {name for name, info in command.args.model_fields.items() if arg_of(info).for_staff})
}  # fmt: skip


@pytest.mark.parametrize("word", [word for word, command in commands().items() if command.action == "ticket.open"])
async def test_a_form_puts_no_field_for_staff_before_a_requester(desk: Conversation, word: str) -> None:
    """Of their own ticket as well, and whatever they typed; staff are asked what only they say."""
    await desk.submit("ann", "acme-help", "open", subject="VPN drops", client="acme")
    asked = (await desk.say("ann", "dm-ann", f"/{word} ask=yes", thread="ticket/1")).form
    assert asked is not None
    assert {field.name for field in asked.fields} & FOR_STAFF.get(word, set()) == set()
    theirs = (await desk.say("ben", "dm-ben", f"/{word} ask=yes", thread="ticket/1")).form
    assert theirs is not None
    assert {field.name for field in theirs.fields} >= {n for n in FOR_STAFF.get(word, set()) if n != "alert"}


async def test_resolve_opens_a_form_without_them_for_a_requesters_own_ticket(desk: Conversation) -> None:
    await desk.submit("ann", "acme-help", "open", subject="VPN drops", client="acme")
    asked = (await desk.say("ann", "dm-ann", "/resolve 1")).form
    assert asked is not None
    assert [field.name for field in asked.fields if field.kind != "hidden"] == ["words"]
