"""The stand-in's rules for files: three steps, each as documented, and what a message may show of them."""

from typing import Any

import pytest

from tests.slack.standin.small import World
from tests.slack.standin.uploads import PICTURES

DATA = b"\x89PNG"


@pytest.fixture
def world() -> World:
    return World()


def address(world: World, name: str = "a.png", length: int = len(DATA), **more: Any) -> tuple[str, str]:
    """The file's id and the end of its address."""
    answer = world.ask("files.getUploadURLExternal", filename=name, length=length, **more)
    assert answer["ok"], answer
    return answer["file_id"], answer["upload_url"].rpartition("/")[2]


def put(world: World, name: str = "a.png") -> str:
    file, where = address(world, name)
    assert world.ws.upload(where, DATA).status == 200
    assert world.ask("files.completeUploadExternal", files=[{"id": file, "title": "A"}])["ok"]
    return file


def image(file: str) -> dict[str, Any]:
    return {"type": "image", "slack_file": {"id": file}, "alt_text": "a"}


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
def test_both_ends_need_the_scope(world: World, method: str):
    world.ws.scopes.discard("files:write")
    answer = world.ask(method, filename="a.png", length=1, files=[])
    assert (answer["error"], answer["needed"]) == ("missing_scope", "files:write")


WRONG = {
    "nothing to upload": ({"length": 0}, "missing_argument"),
    "no name": ({"filename": ""}, "missing_argument"),
    "more than the workspace takes": ({"length": 101}, "file_upload_size_restricted"),
    "a long description": ({"alt_txt": "a" * 1001}, "alt_txt_too_large"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_address_is_refused_for_what_cannot_be_uploaded(world: World, wrong: str):
    world.ws.largest_file = 100
    arguments, error = WRONG[wrong]
    assert world.error("files.getUploadURLExternal", **{"filename": "a.png", "length": 4, **arguments}) == error


def test_an_address_takes_exactly_the_named_bytes_and_once(world: World):
    _, where = address(world)
    _, other = address(world)
    assert world.ws.upload("elsewhere", DATA).status == 404
    assert world.ws.upload(where, DATA + b"x").status == 400
    assert world.ws.upload(where, DATA).status == 404, "it is used up"
    assert [world.ws.upload(other, DATA).status for _ in range(2)] == [200, 404]


def test_only_what_was_uploaded_can_be_ended_and_once(world: World):
    file, where = address(world)
    end = {"files": [{"id": file}]}
    assert world.error("files.completeUploadExternal", **end) == "file_not_found"
    world.ws.upload(where, DATA)
    ended = world.ask("files.completeUploadExternal", **end)["files"][0]
    assert (ended["id"], ended["name"], ended["mimetype"]) == (file, "a.png", ""), "Slack has not looked at it yet"
    assert world.error("files.completeUploadExternal", **end) == "file_not_found"
    assert world.error("files.completeUploadExternal", files=[{"id": "F404"}]) == "file_not_found"
    assert world.error("files.completeUploadExternal", files=[]) == "invalid_arguments"


def test_a_message_shows_a_picture_once_it_is_looked_through(world: World):
    world.ws.file_lag = 2
    file = put(world)
    refused = world.ask("chat.postMessage", channel=world.help, text="x", blocks=[image(file)])
    assert refused["errors"] == ["invalid slack file [json-pointer:/blocks/0/slack_file]"]
    world.at += 2
    world.post(blocks=[image(file)])
    [seen] = world.eyes.seen(world.ann, world.help)
    assert seen.pictures == (file,)


@pytest.mark.parametrize("what", ["nothing that is there", "no picture"])
def test_a_message_shows_no_picture_that_is(world: World, what: str):
    file = put(world, "a.pdf") if what == "no picture" else "F00000404"
    assert "application/pdf" not in PICTURES
    assert world.error("chat.postMessage", channel=world.help, text="x", blocks=[image(file)]) == "invalid_blocks"
    assert not world.ws.messages


def test_an_uploaded_file_is_nobodys_until_a_message_says_its_link(world: World):
    """And not where nothing is to be unfolded."""
    link = world.ws.files[put(world, "a.pdf")]["permalink"]
    world.post(f"<{link}|a.pdf>", unfurl_links=False)
    world.post(f"<{link}|a.pdf>")
    assert [seen.files for seen in world.eyes.seen(world.ann, world.help)] == [(), ("a.pdf",)]


def test_an_edit_puts_other_files_to_a_message(world: World):
    ts, file = world.post(), put(world, "b.csv")
    world.ask("chat.update", channel=world.help, ts=ts, text="x", file_ids=file)
    world.ask("chat.update", channel=world.help, ts=ts, text="y")
    assert world.eyes.seen(world.ann, world.help)[0].files == ("b.csv",)
    assert world.error("chat.update", channel=world.help, ts=ts, text="x", file_ids="F404") == "file_not_found"
