"""Discord's stand-in without sockets: the files that come with a message, by the rules that Discord documents."""

from datetime import timedelta
from typing import Any

import pytest

from tests.discord.standin.api import perform
from tests.discord.standin.calls import Call, Reply
from tests.discord.standin.things import EPHEMERAL, Attachment
from tests.discord.standin.uploads import LARGEST, part
from tests.discord.test_standin_rules import There

PNG = b"pixels"


@pytest.fixture
def there() -> There:
    return There()


def upload(there: There, method: str, path: str, body: Any, *files: Attachment) -> Reply:
    return perform(there.discord, Call(method, path, body, token=there.discord.token, files=files))


def file(number: int = 0, name: str = "chart.png", content: bytes = PNG) -> Attachment:
    return part(f"files[{number}]", name, "image/png", content)


def listed(*numbers: int, **more: Any) -> list[dict[str, Any]]:
    return [{"id": number, "filename": "chart.png", **more} for number in numbers]


def embed(name: str) -> dict[str, Any]:
    return {"content": "x", "embeds": [{"title": "t", "image": {"url": f"attachment://{name}"}}]}


def code(there: There, body: Any, *files: Attachment) -> int:
    reply = upload(there, "POST", f"/channels/{there.desk.id}/messages", body, *files)
    return int(reply.body["code"]) if reply.status >= 400 else reply.status


FORMS = [
    ({"content": "x"}, [file()], 200, "a file that the body does not list"),
    ({"attachments": listed(0)}, [file()], 200, "a file alone"),
    ({"content": "x", "attachments": listed(0)}, [file(1)], 50035, "an id that is no file's"),
    ({"content": "x", "attachments": listed(0, 0)}, [file()], 50035, "an id twice"),
    ({"content": "x", "attachments": listed(0)}, [], 50035, "an id without a file"),
    ({"content": "x", "attachments": []}, [file()], 50035, "a file that is left out"),
    ({"content": "x"}, [file(), file()], 50035, "two parts of one name"),
    ({"content": "x"}, [part("file", "a.png", "image/png", PNG)], 50035, "a part that is no files[n]"),
    ({"content": "x"}, [file(name="")], 50035, "a part without a name for its file"),
    ({"content": "x"}, [file(n, f"{n}.png") for n in range(10)], 200, "ten files"),
    ({"content": "x"}, [file(n, f"{n}.png") for n in range(11)], 50035, "one too many"),
    ({"content": "x"}, [file(content=b"x" * LARGEST)], 200, "as large as may be"),
    ({"content": "x"}, [file(content=b"x" * (LARGEST + 1))], 40005, "a byte too large"),
    ({"content": "x", "attachments": listed(0, description="d" * 1024)}, [file()], 200, "a long description"),
    ({"content": "x", "attachments": listed(0, description="d" * 1025)}, [file()], 50035, "one that is too long"),
    (embed("chart.png"), [file()], 200, "a picture in an embed"),
    (embed("other.png"), [file()], 50035, "an embed of what is not attached"),
    (embed("my chart.png"), [file(name="my chart.png")], 50035, "a name that is no address"),
]


@pytest.mark.parametrize(("body", "files", "said"), [row[:3] for row in FORMS], ids=[row[3] for row in FORMS])
def test_a_form_is_taken_or_refused_by_what_it_lists(there: There, body: Any, files: Any, said: int) -> None:
    assert code(there, body, *files) == said
    assert len(there.people.seen(there.ann, there.desk)) == (said == 200)


def test_a_picture_in_an_embed_is_shown_there_and_nowhere_else(there: There) -> None:
    """The bot is shown its address in the embed, and no attachment of that name."""
    body = {**embed("chart.png"), "attachments": [*listed(0), {"id": 1, "filename": "more.csv"}]}
    upload(there, "POST", f"/channels/{there.desk.id}/messages", body, file(), file(1, "else.csv"))
    [read] = there.call("GET", f"/channels/{there.desk.id}/messages").body
    assert read["embeds"][0]["image"]["url"].startswith(there.discord.files_at)
    assert [each["filename"] for each in read["attachments"]] == ["more.csv"]


def test_an_edit_leaves_what_it_does_not_speak_of_and_removes_what_it_does_not_list(there: There) -> None:
    reply = upload(there, "POST", f"/channels/{there.desk.id}/messages", {"content": "x"}, file(), file(1, "b.csv"))
    here = f"/channels/{there.desk.id}/messages/{reply.body['id']}"

    def names(body: Any, *files: Attachment) -> list[str] | int:
        there.time += timedelta(seconds=5)  # as often as the limit of rate allows
        told = upload(there, "PATCH", here, body, *files)
        found = [each["filename"] for each in told.body.get("attachments", ())]
        return found if told.status == 200 else int(told.body["code"])

    first, second = (each["id"] for each in reply.body["attachments"])
    assert names({"content": "y"}) == ["chart.png", "b.csv"]
    assert names({"attachments": [{"id": second}]}) == ["b.csv"]
    assert names({"attachments": [{"id": first}]}) == 50035  # it is gone
    assert names({"attachments": [{"id": second}, {"id": 0}]}, file()) == ["b.csv", "chart.png"]
    assert names({"content": "z"}, file(name="new.png")) == ["new.png"]  # unlisted, as the tenth version has it
    assert names({"attachments": []}) == []


def test_an_embed_does_not_outlive_its_picture(there: There) -> None:
    body = {**embed("chart.png"), "attachments": listed(0)}
    reply = upload(there, "POST", f"/channels/{there.desk.id}/messages", body, file())
    here = f"/channels/{there.desk.id}/messages/{reply.body['id']}"
    assert there.code("PATCH", here, {"attachments": []}) == 50035
    assert there.code("PATCH", here, {"attachments": [], "embeds": []}) == 200


def test_files_need_their_permission_in_a_channel_and_none_in_an_answer(there: There) -> None:
    message = there.post(there.desk)
    there.desk.denied.add("attach_files")
    assert code(there, {"content": "x"}, file()) == 50013
    here = f"/channels/{there.desk.id}/messages/{message.id}"
    assert upload(there, "PATCH", here, {"content": "x"}, file()).body["code"] == 50013
    asked = there.asked()
    data = {**embed("chart.png"), "flags": EPHEMERAL, "attachments": listed(0, description="in words")}
    call = f"/interactions/{asked.id}/{asked.token}/callback"
    assert upload(there, "POST", call, {"type": 4, "data": data}, file()).status == 204
    assert [each.description for each in there.people.answer(asked).attachments] == ["in words"]
    direct = there.discord.dm(there.ann)
    assert upload(there, "POST", f"/channels/{direct.id}/messages", {"content": "x"}, file()).status == 200
