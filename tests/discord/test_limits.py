"""The table of Discord's limits: each row with one too many, and exactly as many as are allowed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from simcord.components import validate_message_state, validate_modal

from tests.discord.standin.api import perform
from tests.discord.standin.calls import Call, Reply
from tests.discord.standin.limits import (
    TABLE,
    Limit,
    argument,
    button,
    command,
    modal,
    option,
    row,
    select,
    shown,
    typed,
)
from tests.discord.standin.people import People
from tests.discord.standin.state import Discord

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# simcord looks at messages and modals; these rows it leaves to Discord.
_UNJUDGED = {"nonce", "text input value"}


class There:
    """A guild with one channel, and somebody about to get a form or suggestions."""

    def __init__(self) -> None:
        self.discord = Discord(lambda: NOW, posts=None)
        guild = self.discord.guild()
        self.ann, self.desk = self.discord.person("Ann", guild), self.discord.text_channel(guild, "desk")
        asked = command(options=[{"type": 3, "name": "about", "description": "d", "autocomplete": True}])
        assert self._call("PUT", f"/applications/{self.discord.application}/commands", [asked]).status == 200

    def send(self, where: str, body: Any) -> Reply:
        """The body by the route of its kind, from scratch each time."""
        people, here = People(self.discord), f"/channels/{self.desk.id}"
        if where == "message":
            return self._call("POST", f"{here}/messages", body)
        if where == "thread":
            message = people.say(self.ann, self.desk, "help")
            return self._call("POST", f"{here}/messages/{message.id}/threads", body)
        if where == "commands":
            return self._call("PUT", f"/applications/{self.discord.application}/commands", body)
        if where == "modal":
            asked, kind = people.slash(self.ann, self.desk, "c0"), 9
        else:
            asked, kind = people.suggest(self.ann, self.desk, "c0", "about", "pr"), 8
        return self._call("POST", f"/interactions/{asked.id}/{asked.token}/callback", {"type": kind, "data": body})

    def _call(self, method: str, path: str, body: Any) -> Reply:
        return perform(self.discord, Call(method, path, body, token=self.discord.token))


def named(limit: Limit) -> str:
    return limit.what


@pytest.mark.parametrize("limit", TABLE, ids=named)
def test_exactly_as_much_as_is_allowed_is_taken(limit: Limit) -> None:
    reply = There().send(limit.where, limit.build(limit.number))
    assert reply.status in {200, 204}, reply.body


@pytest.mark.parametrize("limit", TABLE, ids=named)
def test_one_too_many_is_refused_with_the_place_of_the_fault(limit: Limit) -> None:
    reply = There().send(limit.where, limit.build(limit.number + 1))
    assert (reply.status, reply.body["code"]) == (400, 50035)
    assert "_errors" in str(reply.body["errors"])


@pytest.mark.parametrize("limit", [each for each in TABLE if each.least], ids=named)
def test_too_few_are_refused(limit: Limit) -> None:
    reply = There().send(limit.where, limit.build(limit.least - 1))
    assert reply.status == 400


@pytest.mark.parametrize("limit", [each for each in TABLE if each.where in {"message", "modal"}], ids=named)
def test_a_second_oracle_agrees(limit: Limit) -> None:
    """simcord, written by others from the same documentation, draws the line at the same number."""
    assert _simcord(limit, limit.number)
    assert _simcord(limit, limit.number + 1) is (limit.what in _UNJUDGED)


def _simcord(limit: Limit, n: int) -> bool:
    body = limit.build(n)
    try:
        if limit.where == "modal":
            validate_modal(body)
        else:
            parts = {"flags": body.get("flags", 0), "content": body.get("content"), "embeds": body.get("embeds", [])}
            validate_message_state(body.get("components", []), **parts)
    except ValueError:
        return False
    return True


def test_every_row_names_its_documentation() -> None:
    assert all(limit.source.startswith("https://discord.com/developers/docs/") for limit in TABLE)
    assert len({limit.what for limit in TABLE}) == len(TABLE)


@pytest.mark.parametrize(
    ("where", "body"),
    [
        ("message", shown(button(1), button(1))),  # the same custom_id twice on one message
        ("message", {"content": "x", "components": [row(button(1)), row(button(1))]}),  # in two rows too
        ("message", shown(button(), select())),  # a select beside a button
        ("message", shown(typed())),  # a text input belongs in a modal
        ("message", {"content": "x", "components": [button()]}),  # a button without its row
        ("message", shown({"type": 2, "style": 1, "custom_id": "b"})),  # a button that says nothing
        ("message", {"content": "x", "components": [{"type": 10, "content": "x"}]}),  # V2 without its flag
        ("message", {"content": "x", "flags": 1 << 15, "components": [{"type": 10, "content": "x"}]}),  # beside V2
        ("message", shown(select(options=[option(1), option(1)]))),  # the same value twice
        ("message", {"content": "x", "message_reference": {"message_id": "1"}}),  # a reply to nothing
        ("modal", modal(row(typed(1)), row(typed(1)))),  # the same field twice
        ("modal", modal(row(typed(1), typed(2)))),  # two inputs in a row
        ("modal", modal(row(select()))),  # a select without its label
        ("commands", [command(name="Open")]),  # a capital letter
        ("commands", [command(name="open it")]),  # a space
        ("commands", [command(1), command(1)]),  # the same name twice
        ("commands", [command(options=[argument(1), argument(2, required=True)])]),  # required after optional
        ("thread", {"name": "t", "auto_archive_duration": 7}),  # no such duration
    ],
)  # fmt: skip
def test_what_has_no_number_is_refused_as_well(where: str, body: Any) -> None:
    reply = There().send(where, body)
    assert (reply.status, reply.body["code"]) == (400, 50035)


def test_an_empty_message_and_a_lone_surrogate_are_refused() -> None:
    assert There().send("message", {"content": "  "}).body["code"] == 50006
    assert There().send("message", {"content": "\ud83d"}).body["code"] == 50109


def test_an_error_says_which_field_of_which_embed() -> None:
    """The form of the documentation: nested by field name and position."""
    body = {"embeds": [{"title": "t"}, {"title": "x" * 257}]}
    error = {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer in length."}
    assert There().send("message", body).body["errors"] == {"embeds": {"1": {"title": {"_errors": [error]}}}}
