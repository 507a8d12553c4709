"""The API: who sees what, what a call becomes, and what comes back."""

import json
import re

import pytest

from bot.arrivals import Answer
from bot.platforms.contract import Outgoing
from bot.platforms.webchat import shapes
from desk.cards import Button, Card, Field, Form, FormField, Kind, Post, Style, When, text
from desk.tickets import Priority, State, Ticket
from tests.store_fixture import MORNING

TICKET = Card(
    "ticket/17", "VPN drops every hour", "◐ open", 17,
    lines=(text("We answer by ", When(MORNING), " (", When(MORNING, Style.LEFT), ")"),),
    fields=(Field("Solution", text("by ", When(MORNING))),), table=((text("a"), text("b")),),
    buttons=(Button("Take it", "assign", (("number", "17"),), primary=True),), tone="warn",
)  # fmt: skip


def outgoing(destination, *, send_key="k1", thread=None, version=1, key="ticket/17", card=TICKET, words=()):
    return Outgoing(send_key, destination, thread, version, key, None, card, words, ())


async def say(http, person, channel, line, **more):
    return await http.post("/api/say", json={"as": person, "channel": channel, "text": line, **more})


async def messages(http, person, channel, **query):
    return await http.get(f"/api/channels/{channel}/messages", params={"as": person, **query})


@pytest.fixture
async def a_ticket(store):
    """Ticket 17 of acme's Ann: what makes a thread in her direct channel the desk's business."""
    ticket = Ticket(17, "acme", "ann", "VPN", Priority.P3, State.OPEN, MORNING, "ann")
    await store.write(lambda tx: tx.save_ticket(ticket))


# ---- who sees what


async def test_the_people_are_told_without_saying_who_asks(http):
    people = (await http.get("/api/people")).json()
    assert people[0] == {
        "id": "ann", "name": "Ann Lee", "roles": ["requester"], "client": "acme", "client_name": "Acme Web Shops",
        "zone": "Europe/London",
    }  # fmt: skip
    assert people[3]["client_name"] is None


@pytest.mark.parametrize(
    ("person", "channels"),
    [
        ("ann", {"welcome", "acme-help", "dm-ann"}),  # a requester: no team's channel, nobody else's DM
        ("gina", {"welcome", "dm-gina"}),  # another client's
        ("ben", {"welcome", "acme-help", "acme-team", "noc", "dm-ben"}),  # staff everywhere
        ("nia", {"welcome", "dm-nia"}),  # staff of another client: not even the channel of all clients
        ("rosa", {"welcome", "acme-help", "acme-team", "dm-rosa"}),  # a manager of this client
    ],
)
async def test_a_person_sees_the_channels_of_their_clients_and_roles(http, person, channels):
    """A channel of another platform (`elsewhere`) is nobody's here."""
    found = (await http.get("/api/channels", params={"as": person})).json()
    assert {c["id"] for c in found} == channels
    assert set(found[0]) == {"id", "name", "client", "client_name", "kind", "last"}
    names = {"acme": "Acme Web Shops", "globex": "Globex Analytics", None: None}
    assert all(c["client_name"] == names[c["client"]] for c in found)


@pytest.mark.parametrize("channel", ["acme-team", "noc", "dm-ben", "dm-carl", "elsewhere", "nowhere", "x" * 500, "%00"])
async def test_a_channel_one_may_not_see_is_answered_like_one_that_does_not_exist(http, chat, channel):
    """404 in the same words for reading, writing, pressing and sending a form; nothing reaches the router."""
    read = await messages(http, "ann", channel)
    said = await say(http, "ann", channel, "hello")
    sent = await http.post("/api/submit", json={"as": "ann", "channel": channel, "form": "open", "values": {}})
    pressed = await http.post(
        "/api/press", json={"as": "ann", "channel": channel, "message": "1", "version": 1, "command": "/ack 1"}
    )
    assert [r.status_code for r in (read, said, sent, pressed)] == [404] * 4
    assert "that you can see" in read.json()["error"]
    assert chat.router.taken == []


async def test_an_unknown_person_is_a_404_and_none_at_all_a_422(http):
    assert (await http.get("/api/channels", params={"as": "zoe"})).status_code == 404
    refused = await http.get("/api/channels")
    assert refused.status_code == 422
    assert refused.json() == {"error": "`as` is missing: say who acts."}


async def test_where_nobody_may_act_as_somebody_all_of_the_api_is_403(chat):
    app = chat.app(api=chat.api(act_as=False), act_as=False)
    async with chat.client(app) as http:
        for path in ("/api/people", "/api/channels?as=ann", "/api/channels/welcome/messages", "/api/events", "/api/no"):
            refused = await http.get(path)
            assert refused.status_code == 403, path
            assert "--act-as" in refused.json()["error"]
        assert (await say(http, "ann", "welcome", "hello")).status_code == 403
        assert "Nobody is signed in" in (await http.get("/")).text


# ---- reading


async def test_a_message_is_the_picture_of_its_card_with_times_in_the_readers_zone(http, chat):
    await chat.outbound.post(outgoing("acme-help"))
    ours = (await messages(http, "ann", "acme-help")).json()[0]
    berlin = (await messages(http, "ben", "acme-help")).json()[0]
    shapes.MessageJson.model_validate(ours, strict=True)
    assert set(ours) == set(shapes.MessageJson.model_fields)
    assert ours["card"]["fields"][0]["value"] == "by 09:00"
    assert berlin["card"]["fields"][0]["value"] == "by 10:00"
    assert ours["text"].splitlines() == [
        "17 · VPN drops every hour · ◐ open", "We answer by 09:00 (0 s left)", "Solution: by 09:00", "a · b"
    ]  # fmt: skip
    assert ours["buttons"] == [{"label": "Take it", "command": "/assign number=17", "confirm": "", "primary": True}]
    assert (ours["author"], ours["author_name"], ours["thread"], ours["version"]) == ("deskbell", "Deskbell", None, 1)


async def test_two_hundred_messages_are_a_page_and_after_pages_on(http):
    for number in range(203):
        assert (await say(http, "ann", "welcome", f"line {number}")).status_code == 200
    first = (await messages(http, "ann", "welcome")).json()
    rest = (await messages(http, "ann", "welcome", after=first[-1]["id"])).json()
    newest = (await messages(http, "ann", "welcome", newest="true")).json()
    before = (await messages(http, "ann", "welcome", newest="true", before=newest[0]["id"])).json()
    assert [m["text"] for m in first + rest] == [f"line {n}" for n in range(203)]
    assert [m["text"] for m in before + newest] == [f"line {n}" for n in range(203)]
    assert len(first) == len(newest) == 200


async def test_a_thread_is_read_by_its_head_and_counted_on_it(http):
    await say(http, "ann", "welcome", "head")
    head = (await messages(http, "ann", "welcome")).json()[0]["id"]
    await say(http, "ben", "welcome", "first", thread=head)
    reply = (await messages(http, "ann", "welcome", thread=head)).json()[0]
    await say(http, "ann", "welcome", "second", thread=int(reply["id"]))  # a reply to a reply, by number
    top = (await messages(http, "ann", "welcome")).json()
    thread = (await messages(http, "ann", "welcome", thread=head)).json()
    assert [(m["text"], m["thread"]) for m in thread] == [("first", head), ("second", head)]
    assert [(m["text"], m["replies"], m["last_reply"]) for m in top] == [("head", 2, thread[-1]["id"])]


@pytest.mark.parametrize("place", ["after", "before"])
@pytest.mark.parametrize("number", ["abc", "-1", "1.5", "9" * 30])
async def test_a_place_in_a_list_that_is_no_number_is_refused_by_its_name(http, place, number):
    refused = await messages(http, "ann", "welcome", **{place: number})
    assert (refused.status_code, refused.json()) == (422, {"error": f"`{place}`: the id of a message is wanted here."})


async def test_a_list_says_where_live_updates_go_on_from_it(http, chat):
    """The number is that of before the list was read: what happens meanwhile is told twice rather than never."""
    await say(http, "ann", "welcome", "one")
    listed = await messages(http, "ann", "welcome")
    assert listed.headers["x-deskbell-seq"] == "1"
    assert (await http.get("/api/channels", params={"as": "ann"})).headers["x-deskbell-seq"] == "1"
    await say(http, "ann", "welcome", "two")
    ann = chat.room.person("ann")
    assert [m.body.words for m in await chat.room.since(ann, 1)] == [("two",)]


async def test_a_line_that_was_shown_is_named_in_its_answer(http):
    """So that a page can put the private answer below it."""
    said = (await say(http, "ann", "welcome", "hello", id="one")).json()
    assert said["message"] == (await messages(http, "ann", "welcome")).json()[0]["id"]
    assert (await say(http, "ann", "welcome", "hello", id="one")).json()["message"] == said["message"]
    assert (await say(http, "ann", "welcome", "/help")).json()["message"] is None


@pytest.mark.parametrize("thread", ["99", "0", "-1", "1e3", "9" * 30, "x", "", "²"])
async def test_a_thread_that_is_not_there_is_a_404(http, thread):
    assert (await messages(http, "ann", "welcome", thread=thread)).status_code == 404
    assert (await say(http, "ann", "welcome", "hello", thread=thread)).status_code == 404


async def test_a_message_of_another_channel_is_no_thread_here(http):
    await say(http, "ben", "acme-team", "among us")
    number = (await messages(http, "ben", "acme-team")).json()[0]["id"]
    assert (await messages(http, "ann", "welcome", thread=number)).status_code == 404


@pytest.mark.usefixtures("a_ticket")
async def test_staff_write_in_the_thread_of_a_ticket_in_the_requesters_own_channel(http, chat):
    """By its thread only, and only staff of the ticket's client: the channel itself stays the requester's."""
    head = await chat.outbound.post(outgoing("dm-ann"))
    assert (await messages(http, "ben", "dm-ann", thread=head)).json() == []
    assert (await say(http, "ben", "dm-ann", "Please restart it", thread=head)).status_code == 200
    assert (chat.router.taken[-1].thread, chat.router.taken[-1].thread_key) == (head, "ticket/17")
    assert [m["author"] for m in (await messages(http, "ann", "dm-ann", thread=head)).json()] == ["ben"]
    for person in ("carl", "gina", "nia", "rosa"):  # a colleague, a stranger, other staff, a manager
        assert (await messages(http, person, "dm-ann", thread=head)).status_code == 404, person
    assert (await messages(http, "ben", "dm-ann")).status_code == 404


@pytest.mark.usefixtures("a_ticket")
async def test_the_teams_card_of_a_ticket_leads_to_the_requesters_thread(http, chat, store):
    """For the staff of its client, who may write there; nobody else is told that there is such a thread."""
    team = await chat.outbound.post(outgoing("acme-team"))
    head = await chat.outbound.post(outgoing("dm-ann", send_key="k2"))

    def delivered(tx):
        for channel, number in (("acme-team", team), ("dm-ann", head)):
            tx.post(Post("ticket/17", channel, "acme", TICKET, live=True))
            tx.flush()
            tx.execute("UPDATE posts SET message_id = ? WHERE destination = ?", (number, channel))

    await store.write(delivered)
    card = (await messages(http, "ben", "acme-team")).json()[0]
    assert card["their_thread"] == {"channel": "dm-ann", "thread": head}
    assert (await messages(http, "rosa", "acme-team")).json()[0]["their_thread"] is None
    assert (await messages(http, "ann", "dm-ann")).json()[0]["their_thread"] is None
    await say(http, "ann", "dm-ann", "It is the blue one", thread=head)
    thread = (await messages(http, "ben", "dm-ann", thread=head, head="true")).json()
    assert [(m["id"], m["text"].splitlines()[0]) for m in thread] == [
        (head, "17 · VPN drops every hour · ◐ open"), (str(int(head) + 1), "It is the blue one"),
    ]  # fmt: skip


@pytest.mark.usefixtures("a_ticket")
async def test_what_is_no_ticket_in_a_direct_channel_is_nobody_elses(http, chat):
    await say(http, "ann", "dm-ann", "between us")
    other = await chat.outbound.post(outgoing("dm-ann", send_key="k2", key="reminder/17"))
    for head in ("1", other):
        assert (await messages(http, "ben", "dm-ann", thread=head)).status_code == 404


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
    """Only what no form could hold is refused here, by the name of its field."""
    sent = {"as": "ann", "channel": "dm-ann", "form": "open", "values": {"details": "x" * 5000}}
    assert (await http.post("/api/submit", json=sent)).status_code == 200
    assert (await say(http, "ann", "dm-ann", "/open " + "x" * 5000)).status_code == 200
    assert [len(a.values.get("details", a.text)) for a in chat.router.taken] == [5000, 5006]
    refused = await http.post("/api/submit", json={**sent, "values": {"details": "x" * 200_001}})
    assert refused.status_code == 422
    assert refused.json()["field"] == "details"
    assert refused.json()["error"].startswith("details: This text has 200,001 characters")
    assert len(chat.router.taken) == 2


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
    assert re.fullmatch(r"Send a JSON object\.|`\w+` is missing: say .*\.|`\w+`: .* wanted here\.", refused.json()["error"])
    assert chat.router.taken == []


@pytest.mark.parametrize("version", [-1, 2**40, 1.5, "one", None])
async def test_a_version_is_a_small_whole_number(http, version):
    press = {"as": "ben", "channel": "welcome", "message": "1", "version": version, "command": "/ack 1"}
    refused = await http.post("/api/press", json=press)
    assert refused.status_code == 422
    assert refused.json()["error"].startswith("`version`: a whole number")


async def test_the_openapi_page_describes_every_fixed_path(http):
    described = (await http.get("/openapi.json")).json()["paths"]
    fixed = {"/api/people", "/api/channels", "/api/channels/{channel}/messages", "/api/say", "/api/press"}
    fixed |= {"/api/submit", "/api/events", "/hooks/heartbeat/{name}", "/healthz", "/readyz", "/metrics"}
    assert set(described) == fixed
    page = await http.get("/docs")
    assert all(path in page.text for path in described)
