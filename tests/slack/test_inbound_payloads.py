"""What Slack's payloads tell, as its documentation shows them, and what the words in them mean."""

import pytest

from bot.arrivals import File
from bot.platforms.slack import payloads, spoken
from bot.platforms.slack.payloads import (
    About,
    AccountChanged,
    Changed,
    Commanded,
    HomeOpened,
    Lost,
    Pinned,
    Pressed,
    Said,
    Spot,
    Us,
)

US = Us("slack", "T001", "U0BOT", "B001", "/desk", "ticket", "pushpin")
ANN = "U0ANN"
COMMANDS = {"ack", "help", "link", "open", "reply", "show"}
SAID = {"type": "message", "user": ANN, "channel": "C01", "ts": "1700000000.000100", "text": "it leaks"}
DIRECT = SAID | {"channel": "D01"}
REPLY = SAID | {"thread_ts": "1600000000.000100"}
MENTION = SAID | {"type": "app_mention", "text": "<@U0BOT> ack 17"}
PDF = {"id": "F01", "name": "bill.pdf", "size": 9, "mimetype": "application/pdf", "permalink": "https://x.example/F01"}


def happened(event, key="Ev01"):
    return payloads.happened({"type": "event_callback", "event_id": key, "event": event}, US)


def said(text, channel="C01", thread="", **more):
    key = f"slack/message/{channel}/1700000000.000100"
    return Said(key, Spot(ANN, channel, thread), "1700000000.000100", text, **more)


def changed(message, before, **more):
    return {"type": "message", "subtype": "message_changed", "channel": "C01", "message": message,
            "previous_message": before, "ts": "1700000009.000100", **more}  # fmt: skip


EDITED = REPLY | {"text": "it leaks badly", "edited": {"user": ANN, "ts": "1700000005.000000"}}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(SAID, said("it leaks"), id="a line in a channel; whether it is for us is decided later"),
        pytest.param(DIRECT, said("it leaks", "D01"), id="a direct message"),
        pytest.param(REPLY, said("it leaks", thread="1600000000.000100"), id="a reply in a thread"),
        pytest.param(
            SAID | {"thread_ts": SAID["ts"]}, said("it leaks"), id="the head of a thread does not stand in it"
        ),
        pytest.param(MENTION, said("ack 17", mention=True), id="a mention, by its own event"),
        pytest.param(MENTION | {"type": "message"}, None, id="the same mention as a message: told once"),
        pytest.param(
            DIRECT | {"text": "<@U0BOT> help"}, said("help", "D01", mention=True), id="a mention in a direct message"
        ),
        pytest.param(
            REPLY | {"subtype": "file_share", "files": [PDF]},
            said("it leaks", thread="1600000000.000100",
                 files=(File("bill.pdf", 9, "application/pdf", "https://x.example/F01"),)),
            id="a file with its particulars",
        ),
        pytest.param(
            REPLY | {"subtype": "file_share", "files": [{"id": "F01", "file_access": "check_file_info"}]},
            said("it leaks", thread="1600000000.000100", files=(File("F01", 0, "", ""),)),
            id="a file of another workspace comes without them",
        ),
        pytest.param(
            REPLY | {"subtype": "thread_broadcast"}, said("it leaks", thread="1600000000.000100"),
            id="a reply that is shown in the channel too",
        ),
        pytest.param(SAID | {"subtype": "channel_join"}, None, id="somebody joined: nobody said it"),
        pytest.param(SAID | {"user": "U0BOT"}, None, id="our own words"),
        pytest.param(SAID | {"bot_id": "B777"}, None, id="another bot's words"),
        pytest.param(SAID | {"user": "USLACKBOT"}, None, id="Slackbot's words"),
    ],
)  # fmt: skip
def test_a_message_is_somebodys_words_once(event, expected):
    """Only people's words count, each message by the id of its place and time, whichever event tells of it."""
    assert happened(event) == expected


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(
            changed(EDITED, REPLY),
            Changed(
                "slack/edit/C01/1700000000.000100/1700000005.000000", Spot(ANN, "C01", "1600000000.000100"),
                "1700000000.000100", "it leaks badly",
            ),
            id="an edit is known by when it was made",
        ),
        pytest.param(changed(REPLY | {"attachments": [{}]}, REPLY), None, id="Slack unfolded a link: nobody's edit"),
        pytest.param(changed(EDITED | {"user": "U0BOT"}, REPLY), None, id="we edited our own card"),
        pytest.param(changed(EDITED | {"bot_id": "B777"}, REPLY), None, id="another bot edited its own"),
        pytest.param(
            {"type": "message", "subtype": "message_deleted", "channel": "C01", "deleted_ts": REPLY["ts"],
             "previous_message": REPLY, "ts": "1700000009.000100"},
            Changed("slack/event/Ev01", Spot(ANN, "C01", "1600000000.000100"), "1700000000.000100", "", gone=True),
            id="a deletion",
        ),
        pytest.param(
            changed({"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "ts": SAID["ts"]}, SAID),
            Changed("slack/event/Ev01", Spot(ANN, "C01"), "1700000000.000100", "", gone=True),
            id="a deletion that leaves a thread behind arrives as a change",
        ),
        pytest.param(
            {"type": "message", "subtype": "message_deleted", "channel": "C01", "ts": "1",
             "previous_message": SAID | {"bot_id": "B001", "user": "U0BOT"}},
            None, id="somebody deleted a card of ours: not their words",
        ),
    ],
)  # fmt: skip
def test_an_edit_or_a_deletion_is_its_authors_own(event, expected):
    assert happened(event) == expected


REACTED = {"type": "reaction_added", "user": ANN, "reaction": "ticket",
           "item": {"type": "message", "channel": "C01", "ts": "1700000000.000100"}}  # fmt: skip


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(
            REACTED,
            About("slack/reaction/C01/1700000000.000100", Spot(ANN, "C01"), "1700000000.000100", shortcut=False),
            id="the emoji of the settings",
        ),
        pytest.param(
            REACTED | {"reaction": "pushpin"},
            Pinned(f"slack/pin/C01/1700000000.000100/{ANN}", Spot(ANN, "C01"), "1700000000.000100"),
            id="the pin: of each for themselves",
        ),
        pytest.param(REACTED | {"reaction": "tada"}, None, id="another emoji"),
        pytest.param(REACTED | {"user": "U0BOT"}, None, id="our own reaction"),
        pytest.param(REACTED | {"item": {"type": "file", "file": "F01"}}, None, id="not on a message"),
        pytest.param(
            {"type": "app_home_opened", "user": ANN, "tab": "home"}, HomeOpened("slack/event/Ev01", Spot(ANN)),
            id="home",
        ),
        pytest.param({"type": "app_home_opened", "user": ANN, "tab": "messages"}, None, id="the messages tab"),
        pytest.param({"type": "user_change", "user": {"id": ANN}}, AccountChanged({"id": ANN}), id="an account"),
        pytest.param({"type": "channel_archive", "channel": "C01"}, Lost("channel_archive", "C01"), id="archived"),
        pytest.param({"type": "tokens_revoked", "tokens": {}}, Lost("tokens_revoked"), id="our token was revoked"),
        pytest.param(
            {"type": "channel_rename", "channel": {"id": "C01", "name": "new"}}, None, id="a new name: ids stay"
        ),
        pytest.param({"type": "team_join", "user": {}}, None, id="what we did not ask for"),
    ],
)  # fmt: skip
def test_other_events_tell_what_they_tell(event, expected):
    assert happened(event) == expected


COMMAND = {"command": "/desk", "text": "", "user_id": ANN, "channel_id": "C01", "trigger_id": "1.2.3",
           "response_url": "https://x.example/r"}  # fmt: skip


@pytest.mark.parametrize(
    ("command", "text", "line"),
    [
        ("/desk", "open VPN drops", "/open VPN drops"),
        ("/desk", "", "/home"),
        ("/desk", "my vpn is broken", "/my vpn is broken"),  # no command: the router makes a request of it
        ("/desk", "/ack 17", "/ack 17"),  # the habit of typing it
        ("/desk", "open printer client=“Acme West”", '/open printer client="Acme West"'),  # curled by Slack's client
        ("/ticket", "printer", "/open printer"),
        ("/ticket", "", "/open"),
        ("/desk", "open a &lt;b&gt; &amp; c", "/open a <b> & c"),
    ],
)
def test_a_slash_command_is_a_line(command, text, line):
    spot = Spot(ANN, "C01", "", "1.2.3", "https://x.example/r")
    found = payloads.happened(COMMAND | {"command": command, "text": text}, US)
    assert found == Commanded("slack/trigger/1.2.3", spot, line)


PRESS = {"type": "block_actions", "user": {"id": ANN}, "trigger_id": "1.2.3", "response_url": "https://x.example/r",
         "container": {"type": "message", "message_ts": "1700000000.000100", "channel_id": "C01"},
         "channel": {"id": "C01"}}  # fmt: skip


@pytest.mark.parametrize(
    ("action", "value"),
    [
        pytest.param({"type": "button", "value": "l|/list"}, "l|/list", id="a button"),
        pytest.param({"type": "overflow", "selected_option": {"value": "l|/list"}}, "l|/list", id="an item of a menu"),
        pytest.param({"type": "button"}, None, id="a link, which Slack reports too"),
        pytest.param({"type": "static_select", "selected_option": {"value": "l|/list"}}, None, id="a field of a form"),
    ],
)
def test_a_press_is_what_the_button_says(action, value):
    found = payloads.happened(PRESS | {"actions": [action]}, US)
    spot = Spot(ANN, "C01", "", "1.2.3", "https://x.example/r")
    assert found == (Pressed("slack/trigger/1.2.3", spot, "1700000000.000100", value) if value else None)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("&amp;lt;", "&lt;"),  # escaped once, undone once
        ("<@U0BEN> has it", "@Ben has it"),
        ("<@U0XYZ>", "@U0XYZ"),
        ("<@U0XYZ|zoe>", "@zoe"),
        ("see <#C01|general> and <#C02>", "see #general and #C02"),
        ("<!channel> <!here|here> <!subteam^S1|@ops>", "@channel @here @ops"),
        ("<https://x.example/a>", "https://x.example/a"),
        ("<http://x.example|x.example>", "x.example"),
        ("<https://evil.example|https://bank.example>", "https://bank.example (https://evil.example)"),
        ("<mailto:a@x.example|a@x.example>", "a@x.example"),
        ("due <!date^1700000000^{date}|14 Nov>", "due 14 Nov"),
        ("*bold* `code` :tada:", "*bold* `code` :tada:"),
    ],
)
def test_a_message_is_read_as_a_person_saw_it(text, seen):
    """Slack's encoding is undone; a label that hides another address says so."""
    assert spoken.words(text, {"U0BEN": "Ben"}) == seen


HERE, THREAD, DM, DM_THREAD = {}, {"ours": True}, {"direct": True}, {"direct": True, "ours": True}
NAMED = {"mention": True}


@pytest.mark.parametrize(
    ("said", "where", "line"),
    [
        pytest.param("it leaks", HERE, "", id="between people"),
        pytest.param("!ack", HERE, "", id="a command in a thread that is not ours"),
        pytest.param("it leaks", THREAD, "it leaks", id="a reply"),
        pytest.param("!ack", THREAD, "/ack", id="a command in a thread of ours, the number implied"),
        pytest.param("!Reply on it", THREAD, "/Reply on it", id="with words"),
        pytest.param("!important: on it", THREAD, "!important: on it", id="an exclamation is no command"),
        pytest.param("ack 17", NAMED, "/ack 17", id="a mention with a command"),
        pytest.param("my vpn is broken", NAMED, "/ my vpn is broken", id="a mention with a request"),
        pytest.param("", NAMED, "/home", id="a bare mention"),
        pytest.param("ack", NAMED | THREAD, "/ack", id="a mention in our thread with a command"),
        pytest.param("thanks a lot", NAMED | THREAD, "thanks a lot", id="a mention in our thread with words"),
        pytest.param("my vpn is broken", DM, "my vpn is broken", id="a request"),
        pytest.param("help", DM, "/help", id="a lone command"),
        pytest.param("show #17", DM, "/show #17", id="with a number"),
        pytest.param("link 7F3K-99", DM, "/link 7F3K-99", id="with the code that makes somebody known"),
        pytest.param("open the door please", DM, "open the door please", id="a request that begins like a command"),
        pytest.param("!open printer", DM, "/open printer", id="a command that is meant as one"),
        pytest.param("help", DM_THREAD, "help", id="a word in a ticket's thread is a reply"),
    ],
)
def test_words_mean_what_their_place_makes_of_them(said, where, line):
    flags = {"mention": False, "direct": False, "ours": False, **where}
    assert spoken.line(said, COMMANDS, **flags) == line
