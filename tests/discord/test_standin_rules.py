"""Discord's stand-in without sockets: who may do what, and what it says to whom may not."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.discord.standin.api import perform
from tests.discord.standin.calls import Call, Reply
from tests.discord.standin.carrier import Carrier
from tests.discord.standin.faults import Fault
from tests.discord.standin.limits import argument, button, command, modal, shown
from tests.discord.standin.people import CannotError, People
from tests.discord.standin.state import Discord
from tests.discord.standin.things import EPHEMERAL, Asked, Channel, Message


@dataclass
class There:
    """A guild with Ann and Ben, a desk, and a clock that a test puts forward."""

    time: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __post_init__(self) -> None:
        self.discord = Discord(lambda: self.time, posts=5)
        self.people, self.guild = People(self.discord), self.discord.guild()
        self.ann, self.ben = (self.discord.person(name, self.guild) for name in ("Ann", "Ben"))
        self.desk = self.discord.text_channel(self.guild, "desk")
        self.commands = f"/applications/{self.discord.application}/commands"
        ticket = argument(1, name="ticket", type=4, required=True, autocomplete=True)
        assert self.call("PUT", self.commands, [command(name="ack", options=[ticket])]).status == 200

    def call(self, method: str, path: str, body: Any = None, token: str | None = None, **query: str) -> Reply:
        return perform(self.discord, Call(method, path, body, query, token or self.discord.token))

    def code(self, method: str, path: str, body: Any = None) -> int:
        reply = self.call(method, path, body)
        return int(reply.body["code"]) if reply.status >= 400 else reply.status

    def post(self, place: Channel, content: str = "x", **more: Any) -> Message:
        reply = self.call("POST", f"/channels/{place.id}/messages", {"content": content, **more})
        assert reply.status == 200, reply.body
        return self.discord.messages[int(reply.body["id"])]

    def asked(self) -> Asked:
        return self.people.slash(self.ann, self.desk, "ack", ticket=17)

    def answer(self, asked: Asked, kind: int, data: Any = None) -> int:
        body = {"type": kind, "data": data or {}}
        return self.code("POST", f"/interactions/{asked.id}/{asked.token}/callback", body)

    def hook(self, method: str, asked: Asked, rest: str = "", body: Any = None) -> int:
        return self.code(method, f"/webhooks/{self.discord.application}/{asked.token}{rest}", body)


@pytest.fixture
def there() -> There:
    return There()


def test_places_that_are_not_the_bots_say_why(there: There) -> None:
    hidden = there.discord.text_channel(there.guild, "hidden", denied=["view_channel"])
    silent = there.discord.text_channel(there.guild, "silent", denied=["send_messages", "create_private_threads"])
    deaf = there.discord.text_channel(there.guild, "deaf", denied=["read_message_history"])
    assert there.code("POST", "/channels/1/messages", {"content": "x"}) == 10003
    assert there.code("POST", f"/channels/{hidden.id}/messages", {"content": "x"}) == 50001
    assert there.code("POST", f"/channels/{silent.id}/messages", {"content": "x"}) == 50013
    assert there.code("POST", f"/channels/{silent.id}/threads", {"name": "t", "type": 12}) == 50013
    assert there.code("PATCH", f"/channels/{there.desk.id}/messages/1", {"content": "x"}) == 10008
    there.people.say(there.ann, deaf, "unread")
    assert there.call("GET", f"/channels/{deaf.id}/messages").body == []


def test_somebody_elses_message_is_not_edited_and_a_wrong_token_does_nothing(there: There) -> None:
    message = there.people.say(there.ann, there.desk, "mine")
    assert there.code("PATCH", f"/channels/{there.desk.id}/messages/{message.id}", {"content": "x"}) == 50005
    assert there.call("GET", "/users/@me", token="wrong").status == 401
    there.discord.revoke()
    assert there.call("GET", "/users/@me", token="standin").status == 401


@pytest.mark.parametrize(
    ("allowed", "pinged"),
    [
        (None, {"everyone", "user:{ann}", "role:{role}"}),  # nothing said: everything that looks like a mention pings
        ({"parse": []}, set()),  # none, as AllowedMentions.none() sends it
        ({"parse": ["users"]}, {"user:{ann}"}),
        ({"parse": [], "roles": ["{role}"]}, {"role:{role}"}),  # this one role
    ],
)
def test_it_is_known_whom_a_message_would_notify(there: There, allowed: Any, pinged: set[str]) -> None:
    role = there.discord.role(there.guild, "staff", there.ann)

    def filled(each: str) -> str:
        return each.format(ann=there.ann.id, role=role)

    if allowed and "roles" in allowed:
        allowed = {**allowed, "roles": [filled(each) for each in allowed["roles"]]}
    more = {} if allowed is None else {"allowed_mentions": allowed}
    message = there.post(there.desk, f"@everyone <@{there.ann.id}> <@&{role}>", **more)
    assert message.pings == {filled(each) for each in pinged}
    assert there.post(there.desk, embeds=[{"description": "@everyone"}]).pings == frozenset()  # an embed never pings


def test_a_reply_notifies_whom_it_answers_only_if_allowed(there: There) -> None:
    first = there.people.say(there.ann, there.desk, "help")
    reply = {"message_reference": {"message_id": str(first.id)}}
    assert there.post(there.desk, **reply).pings == {f"user:{there.ann.id}"}
    assert there.post(there.desk, **reply, allowed_mentions={"parse": [], "replied_user": False}).pings == frozenset()


def test_an_interaction_is_answered_once_and_no_form_follows_a_deferral(there: There) -> None:
    asked = there.asked()
    assert there.answer(asked, 5, {"flags": EPHEMERAL}) in {200, 204}
    assert there.answer(asked, 9, modal()) == 40060
    assert there.answer(there.asked(), 7, {"content": "x"}) == 50035  # a command has no message to update
    assert there.answer(there.asked(), 8, {"choices": []}) == 50035  # and asks for no suggestions
    late = there.asked()
    there.time += timedelta(seconds=3, milliseconds=1)
    assert there.answer(late, 5) == 10062


def test_a_follow_up_after_thinking_is_the_answer_itself(there: There) -> None:
    """It keeps to who may see it; the next one is a message of its own."""
    asked = there.asked()
    assert there.hook("POST", asked, body={"content": "early"}) == 10015
    there.answer(asked, 5, {"flags": EPHEMERAL})
    there.hook("POST", asked, body={"content": "thought"})
    there.hook("POST", asked, body={"content": "and more"})
    assert [each.content for each in there.people.seen(there.ann, there.desk)] == ["thought", "and more"]
    assert [each.content for each in there.people.seen(there.ben, there.desk)] == ["and more"]
    assert there.people.answer(asked).only_for == there.ann.id


def test_a_token_lasts_fifteen_minutes(there: There) -> None:
    asked = there.asked()
    there.answer(asked, 4, {"content": "yours"})
    there.time += timedelta(minutes=14, seconds=59)
    assert there.hook("PATCH", asked, "/messages/@original", {"content": "still yours"}) == 200
    there.time += timedelta(seconds=2)
    assert there.hook("PATCH", asked, "/messages/@original", {"content": "?"}) == 50027


def test_what_one_person_sees_is_nobody_elses_to_read_or_press(there: There) -> None:
    asked = there.asked()
    there.answer(asked, 4, {**shown(button(1)), "flags": EPHEMERAL})
    message = there.people.answer(asked)
    assert there.code("GET", f"/channels/{there.desk.id}/messages/{message.id}") == 10008
    assert there.call("GET", f"/channels/{there.desk.id}/messages").body == []
    there.people.press(there.ann, message, "b")
    with pytest.raises(CannotError):
        there.people.press(there.ben, message, "b")


def test_a_locked_thread_is_for_those_who_manage_threads(there: There) -> None:
    humble = there.discord.text_channel(there.guild, "humble", denied=["manage_threads"])
    made = there.call("POST", f"/channels/{humble.id}/threads", {"name": "t", "type": 11}).body
    thread = there.discord.channels[int(made["id"])]
    there.people.archive(thread, archived=False, locked=True)
    assert there.code("POST", f"/channels/{thread.id}/messages", {"content": "x"}) == 160005
    there.people.archive(thread, archived=True, locked=True)
    assert there.code("POST", f"/channels/{thread.id}/messages", {"content": "x"}) == 50083
    assert there.code("PATCH", f"/channels/{thread.id}", {"archived": False}) == 50013
    humble.denied.clear()
    assert there.code("PATCH", f"/channels/{thread.id}", {"name": "new"}) == 50083  # first it must be woken
    assert there.code("PATCH", f"/channels/{thread.id}", {"archived": False, "locked": False}) == 200


def test_archived_threads_are_listed_and_active_ones_elsewhere(there: There) -> None:
    message = there.post(there.desk)
    made = there.call("POST", f"/channels/{there.desk.id}/messages/{message.id}/threads", {"name": "t"}).body
    active, gone = f"/guilds/{there.guild.id}/threads/active", f"/channels/{there.desk.id}/threads/archived/public"
    assert [each["id"] for each in there.call("GET", active).body["threads"]] == [made["id"]]
    there.people.archive(there.discord.channels[message.id])
    assert there.call("GET", active).body["threads"] == []
    assert [each["id"] for each in there.call("GET", gone).body["threads"]] == [made["id"]]


def test_a_history_is_read_from_either_end_and_around(there: There) -> None:
    said = [there.people.say(there.ann, there.desk, f"{n}") for n in range(6)]

    def read(**query: str) -> list[str]:
        return [each["content"] for each in there.call("GET", f"/channels/{there.desk.id}/messages", **query).body]

    assert read(limit="2") == ["5", "4"]
    assert read(before=str(said[2].id)) == ["1", "0"]
    assert read(after=str(said[2].id), limit="2") == ["4", "3"]  # those that follow it, newest first
    assert read(around=str(said[3].id), limit="2") == ["4", "3", "2"]


def test_a_nonce_that_is_not_enforced_makes_another_message(there: There) -> None:
    assert there.post(there.desk, nonce="n1").id != there.post(there.desk, nonce="n1").id
    enforced = {"nonce": "n2", "enforce_nonce": True}
    other = there.discord.text_channel(there.guild, "other")
    assert there.post(there.desk, **enforced).id == there.post(other, **enforced).id  # wherever the first one is


@pytest.mark.parametrize(
    ("fault", "status", "taken"),
    [
        (Fault.ERROR, 500, []),
        (Fault.ERROR_TAKEN, 500, ["x"]),  # taken before it is told
        (Fault.RATE, 429, []),
        (Fault.ACCOUNT, 401, []),
        (Fault.REFUSE, 403, []),
        (Fault.RESET, None, []),
        (Fault.LOSE_REPLY, None, ["x"]),
    ],
)
async def test_a_fault_is_taken_or_not_and_told_once(
    there: There, fault: Fault, status: int | None, taken: list[str]
) -> None:
    carrier, path = Carrier(there.discord), f"/channels/{there.desk.id}/messages"
    there.discord.faults.add("POST /channels/{channel}/messages", fault, channel=there.desk.id)
    call = Call("POST", path, {"content": "x"}, token=there.discord.token)
    try:
        assert (await carrier.carry(call)).status == status
    except ConnectionResetError:
        assert status is None
    assert [each.content for each in there.people.seen(there.ann, there.desk)] == taken
    assert (await carrier.carry(call)).status == 200


def test_what_the_portal_does_not_allow_is_hidden_in_histories_too(there: There) -> None:
    there.people.say(there.ann, there.desk, "secret")
    there.post(there.desk, "own")
    there.discord.privileged.clear()
    read = there.call("GET", f"/channels/{there.desk.id}/messages").body
    assert [each["content"] for each in read] == ["own", ""]


def test_five_posts_in_five_seconds_and_then_a_wait(there: There) -> None:
    headers = [
        there.call("POST", f"/channels/{there.desk.id}/messages", {"content": "x"}).headers["X-RateLimit-Remaining"]
        for _ in range(5)
    ]
    assert headers == ["4", "3", "2", "1", "0"]
    there.time += timedelta(seconds=2)
    refused = there.call("POST", f"/channels/{there.desk.id}/messages", {"content": "x"})
    assert (refused.status, refused.body["retry_after"], refused.headers["Retry-After"]) == (429, 3.0, "3.000")
    other = there.discord.text_channel(there.guild, "other")
    there.post(other)
    there.time += timedelta(seconds=3)
    there.post(there.desk)


def test_a_command_keeps_its_id_and_another_guild_does_not_have_it(there: There) -> None:
    before = there.call("GET", there.commands).body[0]["id"]
    again = there.call("PUT", there.commands, [command(name="ack"), command(name="new")]).body
    assert [each["id"] == before for each in again] == [True, False]
    own = f"/applications/{there.discord.application}/guilds/{there.guild.id}/commands"
    there.call("PUT", own, [command(name="ours")])
    there.people.slash(there.ann, there.desk, "ours")
    with pytest.raises(CannotError):
        there.people.slash(there.ann, there.ann, "ours")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("gone", {}),  # no such command
        ("ack", {}),  # a required option is missing
        ("ack", {"ticket": "17"}),  # not a number
        ("ack", {"ticket": 17, "note": "x"}),  # no such option
    ],
)
def test_people_cannot_send_what_the_client_would_not(there: There, name: str, options: dict[str, Any]) -> None:
    with pytest.raises(CannotError):
        there.people.slash(there.ann, there.desk, name, **options)


def test_the_log_has_every_call_with_what_became_of_it(there: There) -> None:
    there.post(there.desk, "hello")
    there.call("GET", "/nowhere")
    assert [(each["route"], each["status"], each["code"]) for each in there.discord.log[-2:]] == [
        ("POST /channels/{channel}/messages", 200, None),
        ("", 404, 0),
    ]


def test_the_same_clock_makes_the_same_ids() -> None:
    one, two = There(), There()
    assert [one.post(one.desk).id, one.asked().id] == [two.post(two.desk).id, two.asked().id]
    assert Discord.moment(one.discord.snowflake()) == one.time
