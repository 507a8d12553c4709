"""The API: who sees what, what a call becomes, and what comes back."""

import pytest

from bot.platforms.webchat import shapes
from tests.web.calls import deliver, messages, outgoing, save_ticket, say


@pytest.fixture
async def a_ticket(store):
    await save_ticket(store)


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
    found = (await http.get("/api/channels", params={"as": person})).json()
    assert {c["id"] for c in found} == channels
    assert set(found[0]) == {"id", "name", "client", "client_name", "kind", "last"}
    names = {"acme": "Acme Web Shops", "globex": "Globex Analytics", None: None}
    assert all(c["client_name"] == names[c["client"]] for c in found)


@pytest.mark.parametrize("channel", ["acme-team", "noc", "dm-ben", "dm-carl", "nowhere", "x" * 500, "%00"])
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

    await deliver(store, ("acme-team", team), ("dm-ann", head))
    card = (await messages(http, "ben", "acme-team")).json()[0]
    assert card["their_thread"] == {"channel": "dm-ann", "thread": head, "name": "Ann Lee"}
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


# ---- the description


async def test_the_openapi_page_describes_every_fixed_path(http):
    described = (await http.get("/openapi.json")).json()["paths"]
    fixed = {"/api/people", "/api/channels", "/api/channels/{channel}/messages", "/api/say", "/api/press"}
    fixed |= {"/api/submit", "/api/events", "/hooks/heartbeat/{name}", "/healthz", "/readyz", "/metrics"}
    assert set(described) == fixed
    page = await http.get("/docs")
    assert all(path in page.text for path in described)
