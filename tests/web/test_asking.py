"""What a person says, presses and sends: what becomes of it, and what is refused."""

import json
import re

import pytest

from bot.arrivals import Answer
from bot.platforms.webchat import shapes
from desk.cards import Form, FormField, Kind, When, text
from tests.store_fixture import MORNING
from tests.web.calls import TICKET, messages, outgoing, say

# ---- saying


async def test_a_plain_line_is_shown_and_a_command_is_not(http, chat):
    await say(http, "ann", "acme-help", "  my vpn drops \n")
    await say(http, "ann", "acme-help", " /list mine")
    assert [m["text"] for m in (await messages(http, "ann", "acme-help")).json()] == ["my vpn drops"]
    assert [a.text for a in chat.router.taken] == ["my vpn drops", "/list mine"]
    arrival = chat.router.taken[0]
    assert (arrival.kind, arrival.platform, arrival.person, arrival.channel) == ("say", "webchat", "ann", "acme-help")
    assert (arrival.at, arrival.acting_as, arrival.thread, arrival.thread_key) == (MORNING, True, None, None)


async def test_an_id_is_the_persons_own_and_a_line_said_again_with_it_is_shown_once(http, chat):
    for person in ("ann", "ann", "ben"):
        await say(http, person, "welcome", "hello", id="one")
    await say(http, "ann", "welcome", "hello")
    assert [m["author"] for m in (await messages(http, "ann", "welcome")).json()] == ["ann", "ben", "ann"]
    keys = [a.key for a in chat.router.taken]
    assert keys[:3] == ["webchat/ann/one", "webchat/ann/one", "webchat/ben/one"]
    assert len(set(keys)) == 3


@pytest.mark.parametrize("bad", ["", "x" * 65, "a\nb", "\x00", [], {}])
async def test_an_id_is_one_to_sixty_four_printable_characters(http, chat, bad):
    refused = await say(http, "ann", "welcome", "hello", id=bad)
    assert refused.status_code == 422
    assert refused.json()["error"].startswith("`id`: ")
    assert chat.router.taken == []


async def test_the_routers_answer_is_the_answer(http, chat):
    form = Form("open", "What do you need?", (
        FormField("subject", "In one line", required=True, value="vpn", error="Too short."),
        FormField("priority", "How urgent?", Kind.CHOICE, choices=(("P1", "Nobody can work"),), hint="P3 if empty"),
    ), "Open ticket", (text("Sent at ", When(MORNING)),))  # fmt: skip
    chat.router.answers = {
        "/show 17": Answer(reply=TICKET), "my vpn": Answer(reply=TICKET, form=form),
        "/ack 9": Answer(404, "There is no 9."),
        "open": Answer(422, "Look at the fields.", form=form), "/open": Answer(409, "Used already.", reply=TICKET),
    }  # fmt: skip
    shown = (await say(http, "ann", "welcome", "/show 17")).json()
    assert shown["form"] is None
    shapes.CardJson.model_validate(shown["reply"], strict=True)
    asked = (await say(http, "ann", "welcome", "my vpn")).json()
    shapes.FormJson.model_validate(asked["form"], strict=True)
    assert asked["form"]["fields"][1]["choices"] == [{"value": "P1", "label": "Nobody can work"}]
    missing = await say(http, "ann", "welcome", "/ack 9")
    assert (missing.status_code, missing.json()) == (404, {"error": "There is no 9."})
    refused = await http.post("/api/submit", json={"as": "ann", "channel": "welcome", "form": "open", "values": {}})
    assert refused.status_code == 422
    assert refused.json()["error"] == "Look at the fields."
    assert refused.json()["form"]["fields"][0]["error"] == "Too short."
    conflict = await say(http, "ann", "welcome", "/open")
    assert (conflict.status_code, conflict.json()["reply"]["number"]) == (409, 17)


@pytest.mark.parametrize(
    ("line", "status", "shown"),
    [
        ("x" * 4001, 422, None),  # too long: a sentence with both numbers
        (" \u202e\x00 \n", 422, None),  # nothing left of it
        ("\u200b", 422, None),  # nothing to be seen
        ("<script>alert(1)</script>", 200, "<script>alert(1)</script>"),  # inert
        ("@everyone <!channel>", 200, "@everyone <!channel>"),
        ("gpj.\u202eexe\x07", 200, "gpj.exe"),
    ],
)
async def test_hostile_text_is_refused_with_a_sentence_or_shown_as_text(http, line, status, shown):
    said = await say(http, "ann", "welcome", line)
    assert said.status_code == status
    assert [m["text"] for m in (await messages(http, "ann", "welcome")).json()] == ([shown] if shown else [])
    assert status == 200 or said.json()["error"].endswith(".")


# ---- pressing and sending forms


async def test_a_press_names_the_message_the_version_and_the_line(http, chat):
    number = await chat.outbound.post(outgoing("acme-team"))
    press = {"as": "ben", "channel": "acme-team", "message": int(number), "version": 1, "command": "/assign number=17"}
    assert (await http.post("/api/press", json=press)).status_code == 200
    arrival = chat.router.taken[0]
    assert (arrival.kind, arrival.text, arrival.message, arrival.version) == ("press", "/assign number=17", number, 1)
    unknown = await http.post("/api/press", json={**press, "message": "77"})
    assert (unknown.status_code, unknown.json()["error"]) == (404, "There is no message 77 that you can see here.")
    elsewhere = await http.post("/api/press", json={**press, "channel": "welcome"})
    assert elsewhere.status_code == 404
    assert len(chat.router.taken) == 1


async def test_a_form_arrives_with_its_values_as_words(http, chat):
    values = {"subject": " VPN\x00 ", "number": 17, "urgent": True, "nothing": None, "odd\u202e": "x"}
    sent = {"as": "ann", "channel": "dm-ann", "form": "open", "values": values}
    assert (await http.post("/api/submit", json=sent)).status_code == 200
    arrival = chat.router.taken[0]
    assert (arrival.kind, arrival.form) == ("submit", "open")
    assert arrival.values == {"subject": "VPN", "number": "17", "urgent": "true", "nothing": "", "odd": "x"}


async def test_a_long_value_is_the_routers_to_refuse_who_has_the_form(http, chat):
    """The door knows no form: whatever fits into a request goes on to who can say beside its field what is wrong."""
    sent = {"as": "ann", "channel": "dm-ann", "form": "open", "values": {"details": "x" * 5000}}
    assert (await http.post("/api/submit", json=sent)).status_code == 200
    assert (await say(http, "ann", "dm-ann", "/open " + "x" * 5000)).status_code == 200
    assert [len(a.values.get("details", a.text)) for a in chat.router.taken] == [5000, 5006]


@pytest.mark.parametrize("value", [["a"], {"a": 1}, [], {}])
async def test_a_value_that_is_no_single_thing_is_refused_by_the_name_of_its_field(http, chat, value):
    sent = {"as": "ann", "channel": "dm-ann", "form": "open", "values": {"subject": "VPN", "details": value}}
    refused = await http.post("/api/submit", json=sent)
    assert refused.status_code == 422
    assert refused.json() == {
        "error": "details: Send words, a number or true or false here, no list and no object.", "field": "details"
    }  # fmt: skip
    assert chat.router.taken == []


@pytest.mark.parametrize(
    "body",
    [
        [], "text", 7, None, {},  # no object, or an empty one
        {"as": "ann", "channel": "welcome"},  # no text
        {"as": ["ann"], "channel": "welcome", "text": "x"},  # a list for a name
        {"as": "ann", "channel": {"id": 1}, "text": "x"},
        {"as": "ann", "channel": "welcome", "text": 5},
        {"as": "ann", "channel": "welcome", "text": None},
    ],
)  # fmt: skip
async def test_a_body_of_another_shape_is_a_422_with_a_sentence(http, chat, body):
    refused = await http.post("/api/say", content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert refused.status_code == 422
    assert re.fullmatch(
        r"Send a JSON object\.|`\w+` is missing: say .*\.|`\w+`: .* wanted here\.", refused.json()["error"]
    )
    assert chat.router.taken == []


@pytest.mark.parametrize("version", [-1, 2**40, 1.5, "one", None])
async def test_a_version_is_a_small_whole_number(http, version):
    press = {"as": "ben", "channel": "welcome", "message": "1", "version": version, "command": "/ack 1"}
    refused = await http.post("/api/press", json=press)
    assert refused.status_code == 422
    assert refused.json()["error"].startswith("`version`: a whole number")
