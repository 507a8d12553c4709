"""What persons do in the stand-in, what the app is told of it, and what they see; without sockets."""

import pytest

from tests.slack.standin.eyes import as_read, buttons
from tests.slack.standin.forms import PLEASE
from tests.slack.standin.people import Cannot
from tests.slack.standin.refusal import SlackNo
from tests.slack.standin.small import World, field_of, plain


@pytest.fixture
def world() -> World:
    return World()


async def test_a_trigger_opens_one_view_within_three_seconds(world: World):
    """Never twice, never late, never one that Slack did not give."""
    view = {"type": "modal", "title": plain("t"), "blocks": []}
    trigger = world.people.slash(world.ann, world.help, "/desk").payload["trigger_id"]
    assert world.ask("views.open", trigger_id=trigger, view=view)["ok"]
    assert world.error("views.open", trigger_id=trigger, view=view) == "exchanged_trigger_id"
    late = world.people.slash(world.ann, world.help, "/desk").payload["trigger_id"]
    world.at += 3.1
    assert world.error("views.open", trigger_id=late, view=view) == "expired_trigger_id"
    assert world.error("views.open", trigger_id="1.2.3", view=view) == "invalid_trigger_id"


async def test_an_update_of_a_view_that_has_changed_meanwhile_is_refused(world: World):
    """The hash is what one saw; without it the last one wins."""
    view = world.modal(world.ann, field_of("what"))
    changed = {"type": "modal", "title": plain("Changed"), "blocks": []}
    assert world.ask("views.update", view_id=view["id"], hash=view["hash"], view=changed)["ok"]
    asked = {"view_id": view["id"], "view": changed}
    assert world.error("views.update", hash=view["hash"], **asked) == "hash_conflict"
    assert world.ask("views.update", **asked)["ok"]
    home = {"type": "home", "blocks": []}
    first = world.ask("views.publish", user_id=world.ann, view=home)["view"]["hash"]
    world.ask("views.publish", user_id=world.ann, view=home)
    assert world.error("views.publish", user_id=world.ann, view=home, hash=first) == "hash_conflict"


async def test_a_response_url_is_good_for_five_uses_in_half_an_hour(world: World):
    """What is sent to it is seen by who pressed, or by all with `in_channel`; it can replace what was pressed."""
    delivery = world.people.slash(world.ann, world.help, "/desk", "status")
    token = delivery.payload["response_url"].partition("/response/")[2]
    replies = [world.ws.respond(token, {"text": str(number)}) for number in range(6)]
    assert [reply.status for reply in replies] == [200] * 5 + [404]
    assert replies[5].body["error"] == "used_url"
    assert [s.text for s in world.eyes.ephemerals(world.ann)] == ["0", "1", "2", "3", "4"]
    fresh = world.people.slash(world.ann, world.help, "/desk").payload["response_url"].partition("/response/")[2]
    world.at += 1801
    assert world.ws.respond(fresh, {"text": "late"}).body["error"] == "expired_url"


async def test_a_press_on_an_ephemeral_can_replace_it(world: World):
    """The message that is pressed is not in the payload, and is changed by the response_url alone."""
    button = {"type": "actions", "elements": [{"type": "button", "text": plain("Send"), "value": "v"}]}
    world.ask("chat.postEphemeral", channel=world.help, user=world.ann, text="Send?", blocks=[button])
    (shown,) = world.eyes.ephemerals(world.ann)
    delivery = world.forms.press(world.ann, shown, shown.button("Send"))
    assert delivery.payload["container"]["is_ephemeral"] is True
    assert "message" not in delivery.payload
    token = delivery.payload["response_url"].partition("/response/")[2]
    world.ws.respond(token, {"text": "Sent.", "replace_original": True})
    assert [s.text for s in world.eyes.ephemerals(world.ann)] == ["Sent."]
    with pytest.raises(Cannot):
        world.forms.press(world.ben, shown, shown.button("Send"))


async def test_what_is_typed_is_escaped_and_mentions_become_what_slack_sends(world: World):
    """A mention of the bot is a second event with its own id; in a direct channel there is only the one."""
    message, deliveries = world.people.say(world.ann, world.help, "@deskbell <b> & @channel #help @ben")
    assert message.text == f"<@U0BOT> &lt;b&gt; &amp; <!channel> <#{world.help}|help> <@{world.ben}>"
    assert as_read(message.text).startswith("<@U0BOT> <b> & ")
    assert [d.payload["event"]["type"] for d in deliveries] == ["message", "app_mention"]
    assert deliveries[0].key != deliveries[1].key
    assert len(world.people.say(world.ann, world.ws.direct(world.ann).id, "@deskbell")[1]) == 1


async def test_an_edit_and_a_deletion_are_told_with_what_was_there_before(world: World):
    """A message with replies leaves a tombstone, which is told as a change."""
    message, _ = world.people.say(world.ann, world.help, "first")
    (changed,) = world.people.edit(world.ann, message, "second")
    event = changed.payload["event"]
    assert (event["subtype"], event["message"]["text"], event["previous_message"]["text"]) == (
        "message_changed", "second", "first",
    )  # fmt: skip
    world.people.say(world.ben, world.help, "under it", message.ts)
    (gone,) = world.people.delete(world.ann, message)
    assert gone.payload["event"]["message"]["subtype"] == "tombstone"
    other, _ = world.people.say(world.ann, world.help, "alone")
    (gone,) = world.people.delete(world.ann, other)
    assert (gone.payload["event"]["subtype"], gone.payload["event"]["deleted_ts"]) == ("message_deleted", other.ts)


async def test_the_bot_hears_nothing_where_it_is_not(world: World):
    """Nor of what its app has not subscribed to."""
    assert world.people.say(world.ben, world.secret, "quiet")[1] == []
    world.ws.events.discard("reaction_added")
    message, _ = world.people.say(world.ann, world.help, "x")
    assert world.people.react(world.ben, message, "ticket") == []
    with pytest.raises(Cannot):
        world.people.say(world.ann, world.secret, "let me in")
    with pytest.raises(Cannot):
        world.people.say(world.ann, world.help, "under nothing", "1.000001")


async def test_a_modal_is_sent_only_when_slacks_own_window_has_no_objection(world: World):
    """Required fields and lengths are Slack's to check; the state has a value for each input."""
    world.modal(world.ann, field_of("what", element={"max_length": 5}), field_of("why", optional=True))
    assert world.forms.submit(world.ann, {}) == (None, {"what": PLEASE})
    assert world.forms.submit(world.ann, {"what": "too long"})[1] == {
        "what": "This entry is too long: at most 5 characters."
    }
    with pytest.raises(Cannot):
        world.forms.submit(world.ann, {"whence": "x"})
    delivery, _ = world.forms.submit(world.ann, {"what": "vpn"})
    assert delivery is not None
    assert delivery.payload["view"]["state"]["values"] == {
        "what": {"typed": {"type": "plain_text_input", "value": "vpn"}},
        "why": {"typed": {"type": "plain_text_input", "value": None}},
    }


async def test_a_modal_stays_open_with_errors_and_closes_without(world: World):
    """Errors name input blocks; anything else Slack refuses."""
    world.modal(world.ann, field_of("what"))
    delivery, _ = world.forms.submit(world.ann, {"what": "x"})
    assert delivery is not None
    errors = {"response_action": "errors", "errors": {"what": "Say more."}}
    assert world.forms.acknowledged(delivery, errors) == {"what": "Say more."}
    assert world.eyes.view(world.ann) is not None
    with pytest.raises(SlackNo, match="invalid_arguments"):
        world.forms.acknowledged(delivery, {"response_action": "errors", "errors": {"nowhere": "x"}})
    assert world.forms.acknowledged(delivery, None) == {}
    assert world.eyes.view(world.ann) is None


async def test_at_most_three_modals_lie_on_each_other(world: World):
    """`clear` closes all of them."""
    view = world.modal(world.ann, field_of("what"))
    pushed = {"type": "modal", "title": plain("t"), "blocks": []}
    for _ in range(2):
        assert world.ask("views.push", trigger_id=world.ws.trigger(world.ann).id, view=pushed)["ok"]
    assert world.error("views.push", trigger_id=world.ws.trigger(world.ann).id, view=pushed) == "push_limit_reached"
    delivery, _ = world.forms.submit(world.ann, {})
    assert delivery is not None
    assert delivery.payload["view"]["root_view_id"] == view["id"]
    world.forms.acknowledged(delivery, {"response_action": "clear"})
    assert world.eyes.view(world.ann) is None


async def test_a_menu_asks_only_for_enough_letters_and_offers_at_most_a_hundred(world: World):
    """Three letters unless it says otherwise."""
    menu = {"type": "external_select", "action_id": "who", "placeholder": plain("Who"), "min_query_length": 2}
    world.modal(world.ann, {"type": "input", "block_id": "b", "label": plain("Who"), "element": menu})
    view = world.eyes.view(world.ann)
    assert view is not None
    assert world.forms.options(world.ann, view, "who", "a") is None
    delivery = world.forms.options(world.ann, view, "who", "an")
    assert delivery is not None
    assert delivery.payload["value"] == "an"
    option = {"text": plain("Ann"), "value": "ann"}
    assert world.forms.choices({"options": [option]}) == [("ann", "Ann")]
    with pytest.raises(SlackNo, match="invalid_arguments"):
        world.forms.choices({"options": [option] * 101})


async def test_what_a_person_sees_has_its_buttons_and_what_is_active_in_it(world: World):
    """A mention and a link act; the same words escaped, or in plain text, do not."""
    menu = {"type": "overflow", "action_id": "more", "options": [{"text": plain("Silence…"), "value": "s"}]}
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "<!channel> &lt;!here&gt; <https://x.example|here>"}},
        {"type": "section", "text": plain("<@U001> <!date^1^{time}|10:02>"), "accessory": menu},
    ]
    world.post("fallback &lt;!here&gt;", blocks=blocks)
    (seen,) = world.eyes.seen(world.ann, world.help)
    assert seen.active == ("!channel", "https://x.example|here")
    assert seen.words.splitlines() == ["<!channel> <!here> here", "<@U001> 10:02", "Silence…"]
    assert (seen.button("Silence…").kind, seen.button("Silence…").value) == ("overflow", "s")


async def test_a_shortcut_says_who_used_it_and_on_which_message(world: World):
    """One on a message brings the message and a way back; a global one has neither."""
    message, _ = world.people.say(world.ben, world.help, "the vpn is down")
    on_message = world.people.message_shortcut(world.ann, message, "ticket").payload
    assert (on_message["type"], on_message["callback_id"]) == ("message_action", "ticket")
    assert (on_message["message"]["text"], on_message["message"]["user"]) == ("the vpn is down", world.ben)
    assert "/response/" in on_message["response_url"]
    everywhere = world.people.shortcut(world.ann, "open").payload
    assert (everywhere["type"], everywhere["user"]["id"]) == ("shortcut", world.ann)
    assert not {"channel", "message", "response_url"} & set(everywhere)
    assert on_message["trigger_id"] != everywhere["trigger_id"]


async def test_a_home_is_opened_and_shows_what_was_published(world: World):
    """The event carries the home that is there already; a press in it has no channel and no response_url."""
    (first,) = world.people.open_home(world.ann)
    assert "view" not in first.payload["event"]
    button = {"type": "actions", "elements": [{"type": "button", "text": plain("Mine"), "value": "v"}]}
    world.ask("views.publish", user_id=world.ann, view={"type": "home", "blocks": [button]})
    home = world.eyes.home(world.ann)
    assert home is not None
    (second,) = world.people.open_home(world.ann)
    assert second.payload["event"]["view"]["id"] == home.id
    pressed = world.forms.press(world.ann, home, buttons(home.payload["blocks"])[0]).payload
    assert pressed["container"] == {"type": "view", "view_id": home.id}
    assert not {"channel", "response_url"} & set(pressed)


async def test_a_press_on_a_message_brings_the_message_its_place_and_a_way_back(world: World):
    """An option of an overflow menu is `selected_option`; a stale sight can still be pressed."""
    menu = {"type": "overflow", "action_id": "more", "options": [{"text": plain("Silence…"), "value": "s"}]}
    parent = world.post("parent")
    ts = world.post(thread_ts=parent, blocks=[{"type": "section", "text": plain("42"), "accessory": menu}])
    (seen,) = world.eyes.seen(world.ann, world.help, parent)
    world.ask("chat.update", channel=world.help, ts=ts, text="resolved")
    payload = world.forms.press(world.ann, seen, seen.button("Silence…")).payload
    assert payload["actions"][0]["selected_option"]["value"] == "s"
    assert payload["container"] == {
        "type": "message", "message_ts": ts, "channel_id": world.help, "is_ephemeral": False, "thread_ts": parent,
    }  # fmt: skip
    assert payload["message"]["text"] == "resolved"


async def test_closing_a_modal_is_told_only_to_who_asked(world: World):
    """`notify_on_close`; closed it is either way."""
    world.modal(world.ann, field_of("what"))
    assert world.forms.close(world.ann) is None
    world.modal(world.ann, field_of("what"), notify_on_close=True, private_metadata="m")
    delivery = world.forms.close(world.ann)
    assert delivery is not None
    assert (delivery.payload["type"], delivery.payload["view"]["private_metadata"]) == ("view_closed", "m")
    assert world.eyes.view(world.ann) is None


async def test_what_happens_to_channels_and_people_is_told_and_shown(world: World):
    """Archived, renamed, deactivated: an event each, and the methods say the same."""
    (renamed,) = world.people.rename(world.help, "desk")
    (archived,) = world.people.archive(world.ben, world.help)
    (changed,) = world.people.deactivate(world.ann)
    assert [d.payload["event"]["type"] for d in (renamed, archived, changed)] == [
        "channel_rename", "channel_archive", "user_change",
    ]  # fmt: skip
    shown = world.ask("conversations.info", channel=world.help)["channel"]
    assert (shown["name"], shown["is_archived"]) == ("desk", True)
    assert world.ask("users.info", user=world.ann)["user"]["deleted"] is True


async def test_reactions_and_files_are_heard_of_and_can_be_asked_for(world: World):
    """A file's message is a `file_share` with what is known of the file; a reaction names the message."""
    file = world.people.file(world.ann, "log.txt", size=12)
    message, (heard,) = world.people.say(world.ann, world.help, "see", files=(file,))
    assert heard.payload["event"]["subtype"] == "file_share"
    assert heard.payload["event"]["files"][0]["size"] == 12
    assert world.ask("files.info", file=file["id"])["file"]["url_private"] == file["url_private"]
    (reacted,) = world.people.react(world.ben, message, "ticket")
    assert reacted.payload["event"]["item"] == {"type": "message", "channel": world.help, "ts": message.ts}
    assert world.ask("reactions.add", channel=world.help, timestamp=message.ts, name="ticket")["ok"]
    assert world.error("reactions.add", channel=world.help, timestamp=message.ts, name="ticket") == "already_reacted"
    found = world.ask("reactions.get", channel=world.help, timestamp=message.ts)["message"]["reactions"]
    assert found == [{"name": "ticket", "users": [world.ben, world.ws.bot], "count": 2}]


async def test_guests_and_people_of_another_workspace_can_be_told_apart(world: World):
    """users.info says so, and an event from a shared channel names the author's own team."""
    guest = world.ws.add_user("guest", is_restricted=True).id
    stranger = world.ws.add_user("zoe", team="T999").id
    assert world.ask("users.info", user=guest)["user"]["is_restricted"] is True
    shown = world.ask("users.info", user=stranger)["user"]
    assert (shown["is_stranger"], shown["team_id"]) == (True, "T999")
    shared = world.ws.add_channel("both", [stranger], shared=True).id
    (delivery,) = world.people.say(stranger, shared, "hello")[1]
    assert delivery.payload["event"]["user_team"] == "T999"
    assert delivery.payload["is_ext_shared_channel"] is True
