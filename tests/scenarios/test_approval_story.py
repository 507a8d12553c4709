"""A request for approval: what its approvers see of it, and what becomes of it when the script changes meanwhile."""

from dataclasses import replace

import pytest

from desk.alerts import Status
from tests.conversation import Conversation


@pytest.fixture
async def asked(desk: Conversation) -> Conversation:
    """Alert 1, run 2 and its approval 3."""
    await desk.look("shop", Status.FAILED, "no answer")
    await desk.look("shop", Status.FAILED, "no answer")
    assert (await desk.say("ben", "acme-team", "/run restart-shop shop-1 alert=1")).status == 200
    return desk


async def test_what_approvers_were_told_says_how_it_ended_and_loses_its_buttons(asked: Conversation):
    """A button that can do nothing any more must not stay; the same message is edited, for every approver."""
    for person in ("mia", "tom", "olga"):
        assert (await asked.post(f"dm-{person}", "approval/3/tell")).buttons == ("Approve", "Deny", "Show script")
    pressed = await asked.press("mia", "dm-mia", "approval/3/tell", "/approve number=3")
    assert pressed.status == 200, pressed.error
    for person in ("mia", "tom", "olga"):
        told = await asked.post(f"dm-{person}", "approval/3/tell")
        assert told.buttons == ()
        assert "✓ approved by Mia" in told.words
    assert not [p for p in await asked.posts("dm-ben") if p.key == "approval/3/tell"], "whoever asked is not asked"


@pytest.mark.parametrize(("ends", "words"), [("deny", "⊘ denied by Tom"), ("lapse", "⊘ lapsed")])
async def test_a_denied_or_lapsed_request_says_so_in_every_message(asked: Conversation, ends: str, words: str):
    if ends == "deny":
        await asked.say("tom", "acme-team", "/deny 3")
    else:
        await asked.wait(601)
    told = await asked.post("dm-mia", "approval/3/tell")
    assert words in told.words
    assert told.buttons == ()


async def test_a_late_press_is_answered_with_how_it_ended(asked: Conversation):
    seen = (await asked.post("dm-tom", "approval/3/tell")).version
    await asked.say("mia", "acme-team", "/approve 3")
    late = await asked.press("tom", "dm-tom", "approval/3/tell", "/deny number=3", seen)
    assert late.status == 200
    assert "approved by Mia" in asked.words(late.reply)


async def test_people_are_called_by_their_names_when_somebody_was_first(asked: Conversation):
    await asked.say("tom", "acme-team", "/deny 3")
    late = await asked.say("mia", "acme-team", "/approve 3")
    assert late.error.startswith("Already denied by Tom at ")
    again = await asked.say("olga", "acme-team", "/deny 3")
    assert again.error.startswith("Already denied by Tom at ")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"digest": "0" * 64, "source": "rm -rf /"}, "The script changed since it was asked for"),
        ({"command": ("--force", "{target}")}, "How the script is called changed since it was asked for"),
    ],
)
async def test_what_changed_since_it_was_asked_for_is_said_and_cannot_be_approved(asked: Conversation, change, words):
    """The bytes on the card would be others than those approved. It can be denied, and asked for again."""
    book = replace(asked.config.runbooks["restart-shop"], **change)
    asked.config = replace(asked.config, runbooks={**asked.config.runbooks, book.id: book})
    shown = (await asked.say("mia", "acme-team", "/show 3")).reply
    assert words in asked.words(shown)
    assert [b.label for b in shown.buttons] == ["Deny", "Show here"]
    refused = await asked.say("mia", "acme-team", "/approve 3")
    assert refused.status == 409
    assert refused.error == f"{words}. `/deny 3` and ask again, so that an approver sees the new one."
    assert (await asked.say("mia", "acme-team", "/deny 3")).status == 200
    assert (await asked.say("ben", "acme-team", "/run restart-shop shop-1 alert=1")).status == 200


async def test_an_unchanged_script_is_shown_without_a_word_about_changes(asked: Conversation):
    shown = (await asked.say("mia", "acme-team", "/show 3")).reply
    assert "changed" not in asked.words(shown).split("Lapses")[0]
    assert [b.label for b in shown.buttons] == ["Approve", "Deny", "Show here"]
