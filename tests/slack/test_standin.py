"""The stand-in's rules, without sockets and on a clock of the test's: what Slack takes, refuses and keeps."""

from typing import Any

import pytest

from tests.slack.standin.small import World
from tests.slack.standin.world import Message
from tests.standin.faults import Fault

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "42 is down"}}
KEY = {"event_type": "deskbell", "event_payload": {"key": "k1"}}


@pytest.fixture
def world() -> World:
    return World()


async def test_a_message_gets_a_later_ts_than_every_other_even_if_the_clock_goes_back(world: World):
    """`ts` is the message's id and its place in the order."""
    first = world.post()
    world.at -= 3600
    assert float(world.post()) > float(first)


WHERE = {
    "an unknown channel": ("C404", "channel_not_found"),
    "a private channel without the bot": ("secret", "channel_not_found"),
    "a public channel without the bot": ("lobby", "not_in_channel"),
    "an archived channel": ("old", "is_archived"),
    "a person who has left": ("gone", "user_disabled"),
}


@pytest.mark.parametrize("where", WHERE)
async def test_a_post_is_refused_where_the_bot_may_not_write(world: World, where: str):
    """Each with Slack's own word; nothing is kept."""
    name, error = WHERE[where]
    known = {
        "secret": world.secret,
        "lobby": world.ws.add_channel("lobby", bot=False).id,
        "old": world.ws.add_channel("old", archived=True).id,
        "gone": world.ws.add_user("gone", deleted=True).id,
    }
    assert world.error("chat.postMessage", channel=known.get(name, name), text="x") == error
    assert not world.ws.messages


async def test_a_post_to_a_person_lands_in_the_direct_channel(world: World):
    """conversations.open gives the same channel."""
    answer = world.ask("chat.postMessage", channel=world.ann, text="psst")
    assert answer["channel"] == world.ask("conversations.open", users=world.ann)["channel"]["id"]
    assert [seen.text for seen in world.eyes.direct(world.ann)] == ["psst"]


async def test_a_thread_hangs_under_a_message_that_is_there_and_is_no_reply(world: World):
    """An unknown ts and a reply's ts are refused."""
    parent = world.post("parent")
    reply = world.post("reply", thread_ts=parent)
    assert world.error("chat.postMessage", channel=world.help, text="x", thread_ts="1.000001") == "thread_not_found"
    assert world.error("chat.postMessage", channel=world.help, text="x", thread_ts=reply) == "cannot_reply_to_message"
    under = world.ask("conversations.replies", channel=world.help, ts=parent)["messages"]
    assert [m["text"] for m in under] == ["parent", "reply"]
    assert under[0]["reply_count"] == 1
    assert [m["text"] for m in world.ask("conversations.history", channel=world.help)["messages"]] == ["parent"]


async def test_a_history_is_newest_first_in_pages_and_between_two_times(world: World):
    """`oldest` is exclusive unless `inclusive`; the cursor leads through all of it once."""
    stamps = [world.post(str(number)) for number in range(5)]
    world.at += 10
    answer = world.ask("conversations.history", channel=world.help, oldest=stamps[1])
    assert [m["text"] for m in answer["messages"]] == ["4", "3", "2"]
    answer = world.ask("conversations.history", channel=world.help, oldest=stamps[1], inclusive="true")
    assert [m["text"] for m in answer["messages"]] == ["4", "3", "2", "1"]
    found, cursor = [], ""
    while answer := world.ask("conversations.history", channel=world.help, limit=2, cursor=cursor):
        found += [m["text"] for m in answer["messages"]]
        if not answer["has_more"]:
            break
        cursor = answer["response_metadata"]["next_cursor"]
    assert found == ["4", "3", "2", "1", "0"]
    assert world.error("conversations.history", channel=world.help, cursor="nonsense") == "invalid_cursor"


async def test_metadata_is_given_back_only_to_who_asks_for_it(world: World):
    """It survives an edit that does not name it, and an empty object removes it."""
    ts = world.post(metadata=KEY)

    def read(**more: Any) -> Any:
        return world.ask("conversations.history", channel=world.help, **more)["messages"][0].get("metadata")

    assert read() is None
    assert read(include_all_metadata=True) == KEY
    world.ask("chat.update", channel=world.help, ts=ts, text="again")
    assert read(include_all_metadata="true") == KEY
    world.ask("chat.update", channel=world.help, ts=ts, text="again", metadata={})
    assert read(include_all_metadata=True) is None


async def test_a_history_lags_where_a_test_wants_it_to(world: World):
    """As Slack's does a little, without a promise how much."""
    world.ws.history_lag = 2
    world.post()
    assert world.ask("conversations.history", channel=world.help)["messages"] == []
    world.at += 2
    assert len(world.ask("conversations.history", channel=world.help)["messages"]) == 1


async def test_only_our_own_messages_can_be_edited_or_deleted(world: World):
    """Somebody else's, a deleted and an unknown one are refused."""
    said, _ = world.people.say(world.ann, world.help, "mine")
    ours = world.post()
    assert world.error("chat.update", channel=world.help, ts=said.ts, text="x") == "cant_update_message"
    assert world.error("chat.delete", channel=world.help, ts=said.ts) == "cant_delete_message"
    assert world.ask("chat.delete", channel=world.help, ts=ours)["ok"]
    assert world.error("chat.update", channel=world.help, ts=ours, text="x") == "message_not_found"
    shown = world.ask("chat.postEphemeral", channel=world.help, user=world.ann, text="psst")["message_ts"]
    for method in ("chat.update", "chat.delete"):
        assert world.error(method, channel=world.help, ts=shown, text="x") == "message_not_found"


async def test_an_edit_with_text_alone_takes_the_blocks_away(world: World):
    """What is not given with a new text is gone."""
    ts = world.post(blocks=[SECTION])
    assert world.eyes.seen(world.ann, world.help)[0].words == "42 is down"
    world.ask("chat.update", channel=world.help, ts=ts, text="42 is up")
    assert world.eyes.seen(world.ann, world.help)[0].words == "42 is up"


async def test_an_ephemeral_is_seen_by_one_person_and_is_in_no_history(world: World):
    """It needs the bot and the person in the channel."""
    answer = world.ask("chat.postEphemeral", channel=world.help, user=world.ann, text="only you")
    assert answer["message_ts"]
    assert [s.text for s in world.eyes.ephemerals(world.ann)] == ["only you"]
    assert world.eyes.seen(world.ben, world.help) == []
    assert world.ask("conversations.history", channel=world.help)["messages"] == []
    stranger = world.ws.add_user("carl").id
    asked = {"channel": world.help, "user": stranger, "text": "x"}
    assert world.error("chat.postEphemeral", **asked) == "user_not_in_channel"
    world.people.remove_bot(world.help)
    assert world.error("chat.postEphemeral", **asked) == "not_in_channel"


TOKENS = {"invalid_auth", "token_revoked", "account_inactive"}


@pytest.mark.parametrize("error", sorted(TOKENS))
async def test_a_token_that_is_no_good_is_told_so_by_every_method(world: World, error: str):
    """auth.test as well as a post; no events come any more."""
    world.ws.token_error = error
    assert world.error("auth.test") == error
    assert world.error("chat.postMessage", channel=world.help, text="x") == error
    assert world.people.say(world.ann, world.help, "anybody?")[1] == []


async def test_a_token_of_another_kind_or_none_is_refused(world: World):
    """The app's token opens sockets and nothing else."""
    assert world.ws.call("auth.test", {}, "").body["error"] == "not_authed"
    assert world.ws.call("auth.test", {}, "xoxb-other").body["error"] == "invalid_auth"
    assert world.ws.call("auth.test", {}, world.ws.app_token).body["error"] == "not_allowed_token_type"
    assert world.error("apps.connections.open") == "not_allowed_token_type"


async def test_a_method_needs_its_scope_and_a_history_that_of_its_kind_of_channel(world: World):
    """`needed` and `provided` say what is missing."""
    direct = world.ws.direct(world.ann).id
    world.ws.scopes -= {"im:history", "chat:write"}
    answer = world.ask("chat.postMessage", channel=world.help, text="x")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
    assert "channels:history" in answer["provided"]
    assert world.ask("conversations.history", channel=direct)["needed"] == "im:history"
    assert world.ask("conversations.history", channel=world.help)["ok"]


async def test_a_channel_takes_a_few_posts_at_once_and_then_one_a_second(world: World):
    """429 with the seconds to wait; another channel is not held up."""
    world.ws.rates.on = True
    other = world.ws.add_channel("other").id
    for _ in range(3):
        world.post()
    reply = world.ws.call("chat.postMessage", {"channel": world.help, "text": "x"}, world.ws.bot_token)
    assert (reply.status, reply.body["error"], reply.headers) == (429, "ratelimited", {"Retry-After": "1"})
    world.post(channel=other)
    world.at += 1
    world.post()
    world.ws.rates.on = False
    for _ in range(10):
        world.post()


async def test_edits_share_fifty_a_minute_for_the_whole_workspace(world: World):
    """Tier 3, over all channels."""
    world.ws.rates.on = True
    ts = world.post()
    edits = [world.ask("chat.update", channel=world.help, ts=ts, text=str(number)) for number in range(51)]
    assert [edit["ok"] for edit in edits] == [True] * 50 + [False]
    world.at += 60 / 50
    assert world.ask("chat.update", channel=world.help, ts=ts, text="now")["ok"]


FAULTS = {
    Fault.RATE: (429, False), Fault.ERROR: (503, False), Fault.ERROR_TAKEN: (503, True), Fault.LOSE_REPLY: (0, True),
    Fault.RESET: (0, False), Fault.HANG: (0, False), Fault.HANG_TAKEN: (0, True), Fault.REFUSE: (200, False),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_is_for_the_next_call_it_is_about_and_the_witness_says_whether_it_was_taken(
    world: World, fault: Fault
):
    """`calls` has what was told and what really happened."""
    status, taken = FAULTS[fault]
    world.ws.troubles.add(fault, channel=world.help, status=503)
    assert world.ws.troubles.next("chat.postMessage", {"channel": "C404"}).fault is Fault.NONE
    arguments = {"channel": world.help, "text": "x"}
    trouble = world.ws.troubles.next("chat.postMessage", arguments)
    reply = world.ws.call("chat.postMessage", arguments, world.ws.bot_token, trouble)
    (call,) = world.ws.calls
    assert (reply.status, call.status, call.taken) == (status, status, taken)
    assert len(world.ws.messages) == taken
    assert world.ws.troubles.next("chat.postMessage", arguments).fault is Fault.NONE


async def test_lists_come_in_pages_and_a_permalink_names_the_thread(world: World):
    """Channels the bot may see, members, people; the link of a reply says under what."""
    world.ws.add_channel("old", archived=True)
    world.ws.add_channel("ops", kind="private")
    both = "public_channel,private_channel"
    listed = world.ask("conversations.list", types=both, exclude_archived=True)
    assert [channel["name"] for channel in listed["channels"]] == ["help", "ops"]
    first = world.ask("conversations.members", channel=world.help, limit=2)
    rest = world.ask("conversations.members", channel=world.help, cursor=first["response_metadata"]["next_cursor"])
    assert {*first["members"], *rest["members"]} == {world.ann, world.ben, world.ws.bot}
    assert len(world.ask("users.list")["members"]) == 3
    parent = world.post()
    link = world.ask("chat.getPermalink", channel=world.help, message_ts=world.post(thread_ts=parent))["permalink"]
    assert link.endswith(f"?thread_ts={parent}&cid={world.help}")


async def test_an_unknown_method_is_told_so(world: World):
    """As a misspelt one is by Slack."""
    assert world.ask("chat.shout")["req_method"] == "chat.shout"


async def test_a_run_can_be_repeated_exactly():
    """Ids and stamps come from a counter and the clock, never from chance."""

    def run() -> tuple[list[Any], list[Message]]:
        world = World()
        world.post(blocks=[SECTION])
        delivery = world.people.slash(world.ann, world.help, "/desk")
        return [delivery.payload, world.ws.calls], list(world.ws.messages.values())

    assert run() == run()
