"""A ticket that is asked for in a channel where its requester can have a thread of their own."""

from dataclasses import replace

import pytest

from bot import rehoming
from bot.arrivals import Arrival
from bot.doorkeeper import Doorkeeper
from bot.identity import Identity
from handlers.commands import commands
from tests.conversation import Conversation
from tests.scenarios.places import ABOUT, HOME, REQUESTERS, TEAM, heard, newest, on_slack, points, roots

FORM = {"subject": "VPN drops", "client": "acme"}


@pytest.fixture
async def desk(desk: Conversation) -> Conversation:
    return await on_slack(desk)


async def asks(desk: Conversation, person: str = "ann", *, private: bool = True, place: str = HOME, **values: str):
    """The form of `/open`, sent from a channel that is there on a platform."""
    desk.arrivals += 1
    channel = "acme-team" if place == TEAM else "acme-help"
    arrival = Arrival(
        f"test/{desk.arrivals}", "submit", "slack", person, channel, desk.clock.now(), form="open",
        values=FORM | values, place=place, private=private,
    )  # fmt: skip
    answer = await desk.router.take(arrival)
    assert answer.status == 200, answer.error


def door(desk: Conversation) -> Doorkeeper:
    return Doorkeeper(desk.store, Identity(desk.store, desk.config), desk.router, commands())


async def sent(desk: Conversation, place: str, key: str) -> None:
    """As if the outbox had posted it."""
    sql = "UPDATE posts SET message_id = key, state = 'delivered' WHERE destination = ? AND key = ?"
    await desk.store.write(lambda tx: tx.execute(sql, (place, key)))


async def test_what_is_asked_in_a_channel_is_answered_in_a_thread_of_its_requester(desk):
    """Card and words stand there and on Ann's own page of the web chat, and nowhere else."""
    await asks(desk)
    await desk.say("ben", "acme-team", "/reply 1 Restart it")
    assert (await roots(desk, HOME))[0] == ("ticket/1", None, "private:1")
    for words in ("VPN drops", "Restart it"):
        assert await heard(desk, words, *REQUESTERS) == ["dm-ann", HOME], words


async def test_nobody_is_told_that_others_read_along_where_none_do(desk):
    await asks(desk)
    assert "read" not in (await newest(desk, HOME)).words
    assert "read" not in (await desk.post("acme-team", "ticket/1")).words


@pytest.mark.parametrize(("why", "values"), [
    ("it is confidential", {"confidential": "yes"}),
    ("the platform cannot", {"private": False}),
    ("it is the team's channel", {"place": TEAM}),
    ("it is another client's channel", {"place": "slack/C777"}),
    ("nobody knows the place", {"place": "slack/C000"}),
    ("it is a direct channel", {"place": "slack/@U1"}),
])  # fmt: skip
async def test_elsewhere_a_ticket_stands_in_its_requesters_own_channels(desk, why, values):
    await asks(desk, **values)
    assert await heard(desk, "VPN drops", *REQUESTERS) == ["dm-ann", "slack/@U1", "slack/@U2"], why
    assert await roots(desk, "slack/C777") == await roots(desk, "slack/C000") == []


async def test_what_staff_ask_for_in_a_clients_channel_is_no_thread_of_theirs(desk):
    """The channel is the client's people's; Ben's ticket is answered where he is told everything else."""
    await asks(desk, "ben")
    assert await heard(desk, "VPN drops", "dm-ben", HOME) == ["dm-ben"]


async def test_a_ticket_about_a_message_stands_under_the_message(desk):
    await points(desk, "ann", ABOUT)
    await asks(desk, about=ABOUT)
    assert (await roots(desk, HOME))[0] == ("ticket/1", None, ABOUT.split("|")[1])
    assert "where others can read it" in (await newest(desk, HOME)).words


async def test_each_ticket_has_a_thread_of_its_own_and_what_continues_one_has_its(desk):
    """Words in the thread of a closed ticket go on there with a new number."""
    await asks(desk)
    await asks(desk)
    await desk.say("ben", "acme-team", "/resolve 1 Done")
    await desk.wait(3 * 86400 + 60)
    await desk.say("ann", "acme-help", "it drops again", thread="ticket/1", place=HOME, message="2")
    cards = [(key, root) for key, under, root in await roots(desk, HOME) if under is None]
    assert cards == [("ticket/1", "private:1"), ("ticket/2", "private:2"), ("ticket/3", "private:1")]


async def test_a_thread_that_was_made_is_known_by_its_own_id(desk):
    """Words and presses in it, and what is looked for after a gap, name the thread that the platform made."""
    await asks(desk)
    await asks(desk)
    keeper = door(desk)
    await keeper.rooted(HOME, "private:1", "777")
    assert await keeper.thread(HOME, "777") == "ticket/1"
    assert await keeper.thread(HOME, "private:2") == "ticket/2"
    await sent(desk, HOME, "ticket/1")
    assert (HOME, "777", "ticket/1") in {(t.place, t.thread, t.key) for t in await keeper.open_threads("slack")}


async def test_a_tickets_requester_is_named_by_their_accounts_there(desk):
    await asks(desk)
    keeper = door(desk)
    add = (
        "INSERT INTO accounts (platform, workspace, account, person, name, zone, outsider, refused, since)"
        " VALUES (?, '', ?, ?, '', '', FALSE, ?, 0)"
    )
    rows = [("slack", "U1", "ann", ""), ("discord", "5", "ann", ""), ("slack", "U9", "ann", "left"),
            ("slack", "U3", "ben", "")]  # fmt: skip
    await desk.store.write(lambda tx: tx.execute_many(add, rows))
    whose = await keeper.requester("slack", 1)
    assert (whose.accounts, whose.opened_at) == (("U1",), desk.clock.now())
    assert await keeper.requester("slack", 99) is None


# --- where there can be none


async def test_where_no_thread_can_be_all_that_was_said_meanwhile_is_read_in_direct_messages(desk):
    """The card and Ben's words move; nothing waits in the channel any more, and what follows goes there too."""
    await asks(desk)
    await desk.say("ben", "acme-team", "/reply 1 Restart it")
    await door(desk).homeless(HOME, "ticket/1")
    assert await desk.posts(HOME) == []
    await desk.say("ben", "acme-team", "/resolve 1 Works again")
    for words in ("VPN drops", "Restart it", "solved: Works again"):
        assert await heard(desk, words, *REQUESTERS) == ["dm-ann", "slack/@U1", "slack/@U2"], words
    assert len([post for post in await desk.posts("slack/@U1") if "Restart it" in post.words]) == 1


async def test_what_stood_in_a_thread_that_is_gone_stays_on_its_row_and_the_rest_moves(desk):
    """Somebody deleted the thread: what was out was read, what was refused was not."""
    await asks(desk)
    await sent(desk, HOME, "ticket/1")
    await desk.say("ben", "acme-team", "/reply 1 Restart it")
    [_, (key, _, _)] = await roots(desk, HOME)
    await desk.store.write(lambda tx: tx.execute("UPDATE posts SET state = 'claimed' WHERE key = ?", (key,)))
    for _ in range(2):  # told again, nothing is doubled
        await door(desk).homeless(HOME, key)
    assert [post.key for post in await desk.posts(HOME)] == ["ticket/1"]
    assert [post.key for post in await desk.posts("slack/@U1")] == ["ticket/1", key]
    assert (await newest(desk, "slack/@U1")).author == "ben"


@pytest.mark.parametrize(("place", "key"), [
    (TEAM, "ticket/1"), ("slack/@U1", "ticket/1"), (HOME, "ticket/9"), (HOME, "alert/1"), (HOME, "shown/1"),
    ("slack/C777", "ticket/1"), ("slack/C000", "ticket/1"),
])  # fmt: skip
async def test_only_a_tickets_own_home_can_be_lost(desk, place, key):
    """What cannot be posted elsewhere is the administrators' to know of, and changes no ticket."""
    await asks(desk)
    before = [await desk.posts(where) for where in (*REQUESTERS, TEAM, "acme-team")]
    await door(desk).homeless(place, key)
    assert [await desk.posts(where) for where in (*REQUESTERS, TEAM, "acme-team")] == before


async def test_what_did_not_fit_a_message_is_cut_anew_where_it_moves(desk):
    await asks(desk)
    await desk.say("ben", "acme-team", "/reply 1 Restart it")
    [_, (key, _, _)] = await roots(desk, HOME)

    def rest(tx):
        tx.execute(
            "INSERT INTO posts (key, destination, live, under, urgent, body, wanted, sent, state, send_key, attempt,"
            " not_before, copies, reason, created_at) SELECT key || '/rest', destination, TRUE, under, FALSE, body, 1,"
            " 0, 'pending', 'x', 0, 0, 0, '', 0 FROM posts WHERE destination = ? AND key = ?", (HOME, key),
        )  # fmt: skip

    await desk.store.write(rest)
    await desk.store.write(lambda tx: rehoming.homeless(tx, desk.config, HOME, "ticket/1"))
    assert await desk.posts(HOME) == []
    assert [post.key for post in await desk.posts("slack/@U1")] == ["ticket/1", key]


async def test_a_ticket_that_lost_its_home_says_so_in_the_record(desk):
    await asks(desk)
    await door(desk).homeless(HOME, "ticket/1")
    sql = "SELECT action, subject, detail FROM audit WHERE action = 'ticket.homeless'"
    assert await desk.store.read(lambda tx: tx.rows(sql, ())) == [
        ("ticket.homeless", "ticket/1", '{"place":"slack/C012"}')
    ]


async def test_a_home_that_was_given_away_meanwhile_is_left_alone(desk):
    await asks(desk)
    channels = dict(desk.config.channels)
    channels["acme-help"] = replace(channels["acme-help"], places={})
    desk.config = replace(desk.config, channels=channels)
    await door(desk).homeless(HOME, "ticket/1")
    assert [post.key for post in await desk.posts(HOME)] == ["ticket/1"]
