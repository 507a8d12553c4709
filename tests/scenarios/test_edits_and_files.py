"""What people do to what they have said in a ticket's thread, and the files that come with their words."""

from dataclasses import replace

import pytest

from bot.arrivals import File
from tests.conversation import Conversation
from tests.scenarios.places import ALL_TEAM, HOME, REQUESTERS, TEAM, heard, on_slack, opened


@pytest.fixture
async def desk(desk: Conversation) -> Conversation:
    return await on_slack(desk)


# --- edits and deletions


async def test_an_edit_changes_the_copies_and_keeps_both_words_on_the_record(desk):
    """Said at home, edited there: the copies follow, the card quotes the new words, the timeline has both."""
    await opened(desk)
    await desk.say("ann", "acme-help", "it is beter", thread="ticket/1", place=HOME, message="2")
    for _ in range(2):
        await desk.say("ann", "acme-help", "it is better", thread="ticket/1", place=HOME, message="2", kind="edit")
    copy = await desk.post("acme-team", f"said/{HOME}/2")
    assert (copy.words, copy.author, copy.version) == ("it is better", "ann", 2)
    assert await heard(desk, "beter", *REQUESTERS, *ALL_TEAM) == []
    shown = desk.words((await desk.say("ann", "dm-ann", "/show 1")).reply)
    assert "it is beter" in shown
    assert shown.count("edited a message, which now says: it is better") == 1
    assert "“it is better”" in (await desk.post("acme-team", "ticket/1")).words


async def test_a_deletion_is_said_on_the_copies_and_the_record_keeps_the_words(desk):
    await opened(desk)
    await desk.say("ann", "acme-help", "my password is x", thread="ticket/1", place=HOME, message="2")
    await desk.say("ann", "acme-help", "", thread="ticket/1", place=HOME, message="2", kind="delete")
    assert await heard(desk, "(deleted by Ann)", *REQUESTERS, *ALL_TEAM) == ["dm-ann", *ALL_TEAM]
    assert await heard(desk, "my password", *REQUESTERS, *ALL_TEAM) == []
    shown = desk.words((await desk.say("ben", "acme-team", "/show 1")).reply)
    assert "my password is x" in shown
    assert "deleted a message" in shown


async def test_an_edit_of_a_note_and_of_what_was_never_heard_stays_with_the_team(desk):
    await opened(desk)
    await desk.say("ben", "acme-team", "SECRET one", thread="ticket/1", place=TEAM, message="7")
    await desk.say("ben", "acme-team", "SECRET two", thread="ticket/1", place=TEAM, message="7", kind="edit")
    await desk.say("ben", "acme-help", "SECRET three", thread="ticket/1", place=HOME, message="99", kind="edit")
    assert (await desk.post("acme-team", f"said/{TEAM}/7")).words == "SECRET two"
    assert await heard(desk, "SECRET", TEAM) == [], "it is read there already"
    assert await heard(desk, "SECRET", *REQUESTERS) == []
    assert "SECRET" not in desk.words((await desk.say("ann", "dm-ann", "/show 1")).reply)
    shown = desk.words((await desk.say("ben", "acme-team", "/show 1")).reply)
    assert all(f"SECRET {word}" in shown for word in ("one", "two", "three"))


async def test_an_edit_is_not_shown_where_another_client_reads_by_now(desk):
    """What was said there before the channel changed hands stays as it was; no new word goes there."""
    await opened(desk)
    await desk.say("ann", "dm-ann", "it is beter", thread="ticket/1", message="5")
    assert await heard(desk, "it is beter", HOME) == [HOME]
    there = {**desk.config.channels}
    there["acme-help"], there["globex-help"] = (
        replace(there["acme-help"], places={}), replace(there["globex-help"], places={"slack": HOME.partition("/")[2]}),
    )  # fmt: skip
    desk.config = replace(desk.config, channels=there)
    await desk.say("ann", "dm-ann", "it is better", thread="ticket/1", message="5", kind="edit")
    assert await heard(desk, "it is better", HOME, *ALL_TEAM) == list(ALL_TEAM)


async def test_only_its_authors_edit_counts(desk):
    await opened(desk)
    await desk.say("ann", "acme-help", "it is better", thread="ticket/1", place=HOME, message="2")
    for kind in ("edit", "delete"):
        await desk.say("ben", "acme-help", "it is fine", thread="ticket/1", place=HOME, message="2", kind=kind)
    assert (await desk.post("acme-team", f"said/{HOME}/2")).words == "it is better"
    assert "fine" not in desk.words((await desk.say("ben", "acme-team", "/show 1")).reply)


# --- files


async def test_a_file_is_recorded_with_its_link_and_told_by_name_and_size_where_it_is_not(desk):
    """A file without words is a reply: it ends the wait for its requester."""
    await opened(desk)
    await desk.say("ben", "acme-team", "/pending 1 customer Which floor?")
    photo = File("photo.jpg\n@everyone", 1_234_567, "image/jpeg", "https://files.example/1")
    await desk.say("ann", "acme-help", "", thread="ticket/1", place=HOME, message="2", files=(photo,))
    copy = (await desk.post("acme-team", f"said/{HOME}/2")).words
    assert copy == "Ann attached photo.jpg @everyone (1.2 MB)"
    shown = desk.words((await desk.say("ben", "acme-team", "/show 1")).reply)
    assert "attached photo.jpg @everyone (1.2 MB), image/jpeg: https://files.example/1" in shown
    assert "◐ open" in (await desk.post("acme-team", "ticket/1")).words


async def test_words_and_files_of_one_message_are_one_copy(desk):
    await opened(desk)
    files = (File("a.txt", 640, "text/plain", "https://files.example/a"), File("b.bin", 999_600, "", "https://b"))
    await desk.say("ann", "acme-help", "see here", thread="ticket/1", place=HOME, message="2", files=files)
    copy = (await desk.post("acme-team", f"said/{HOME}/2")).words
    assert copy == "see here\nAnn attached a.txt (640 B)\nAnn attached b.bin (1.0 MB)"
