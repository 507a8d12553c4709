"""How a card looks in Slack, as a person reads it. That any card fits is in test_render_limits.py.

Row of docs/reliability.md: `@everyone` and masked links in user text.
"""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.platforms import wire
from bot.platforms.slack import render
from desk.cards import Button, Card, Field, Style, When, text
from tests.slack.transcript import actives, assert_message_fits, assert_view_fits, read, said

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
DUE = NOW + timedelta(minutes=42)
NUMBER = (("number", "42"),)
ALERT = Card(
    "alert/42", "checkout page · shop.acme.example", "▲ DOWN", 42,
    lines=(
        text("status 500, expected 200 · since ", When(NOW - timedelta(minutes=4)), " (",
             When(NOW - timedelta(minutes=4), Style.LASTED), ")"),
        text("acme P1: first answer by ", When(DUE), " (", When(DUE, Style.LEFT), ")"),
    ),
    fields=(Field("On call", text("Ben")),),
    table=((text("10:03"), text(""), text("paged")), (text("10:04"), text("Tom"), text("seen"))),
    buttons=(
        Button("Acknowledge", "ack", NUMBER, primary=True),
        Button("Run restart-shop…", "run", NUMBER, "Run it on shop-1?"),
    ),
    tone="bad",
)  # fmt: skip
on_post = partial(wire.on_post, "alert/42", 3)


def drawn(card=None, words=(), buttons=(), **more):
    message = render.message(card, words, buttons, on_post, now=NOW, **more)
    assert_message_fits(message)
    return message


def actions(message):
    return next(block["elements"] for block in message.blocks if block["type"] == "actions")


def test_a_card_says_first_how_bad_it_is_then_what_it_is_then_what_is_known():
    message = drawn(ALERT)
    assert read(message.blocks) == (
        "# ▲ DOWN · 42 · checkout page · shop.acme.example\n"
        "status 500, expected 200 · since 09:56 UTC (4 min)\n"
        "acme P1: first answer by 10:42 UTC (42 min left)\n"
        "On call: Ben\n"
        "- 10:03 · paged\n"
        "- 10:04 · Tom · seen\n"
        "[Acknowledge]  [Run restart-shop…]?"
    )
    assert message.rest == ()


def test_the_text_says_what_the_blocks_say_for_notifications_and_screen_readers():
    message = drawn(ALERT, text("Look"), author_name="Ann Lee")
    shown = read(message.blocks).replace("# ", "").replace("- ", "").splitlines()[:-1]
    assert said(message.text).splitlines() == shown


def test_a_persons_words_are_shown_with_who_said_them():
    assert read(drawn(None, text("It is back"), author_name="Ann Lee").blocks) == "Ann Lee: It is back"


def test_a_second_copy_says_so_and_nothing_can_be_pressed_on_it():
    message = drawn(ALERT, text("words"), (Button("Show", "show"),), copy=True)
    assert read(message.blocks) == "(A second copy of a message above.)"
    assert message.text == "A second copy of a message above."


def test_a_message_of_nothing_is_still_a_message():
    """Slack takes no empty one."""
    assert read(drawn().blocks) == "(There is nothing to show.)"
    assert read(drawn(Card("x", ""), text("\u200b")).blocks) == "(There is nothing to show.)"


@pytest.mark.parametrize(
    ("span", "element", "told"),
    [
        (When(DUE), {"format": "{time}"}, "by 10:42 UTC"),
        (When(NOW + timedelta(days=2)), {"format": "{date_short_pretty} {time}"}, "by Wed 10:00 UTC"),  # the day too
        (When(DUE, Style.LEFT), {"format": "{time}"}, "by 10:42 UTC (42 min left)"),  # when and how long
        (When(DUE, Style.LASTED), None, "by 42 min"),
    ],
)  # fmt: skip
def test_an_instant_is_a_date_that_slack_shows_in_the_readers_zone(span, element, told):
    message = drawn(None, text("by ", span))
    dates = [e for e in message.blocks[0]["elements"][0]["elements"] if e["type"] == "date"]
    assert [d["format"] for d in dates] == ([element["format"]] if element else [])
    assert all(d["timestamp"] == int(span.at.timestamp()) for d in dates)
    assert read(message.blocks) == said(message.text) == told
    assert message.text.count("<!date^") == len(dates)


HOSTILE = "<!channel> @everyone <@U0123> <https://x.example|y> https://x.example *b* _i_ ~s~ `c` :smile: &amp; #all"


def test_what_a_person_typed_does_nothing():
    """In no place where words can stand: title, state, line, field, cell, label, question, author."""
    words = text(HOSTILE)
    card = Card(
        "k", HOSTILE[:100], HOSTILE[:40], 1, (words,), (Field(HOSTILE, words),),
        (Button(HOSTILE, "ack", (("number", HOSTILE),), confirm=HOSTILE),), ((words, words),),
    )  # fmt: skip
    message = drawn(card, words, (Button(HOSTILE, "show"),), author_name=HOSTILE)
    assert HOSTILE in said(message.text)
    assert HOSTILE in read(message.blocks)


@pytest.mark.parametrize(
    "typed",
    ["<!channel>", "<@U1>", "<https://x|y>", "*b*", "_i_", "`c`", ":smile:", "@everyone", "https://x.example", "#all"],
)
def test_the_tests_reader_sees_what_is_active(typed):
    """A reader that finds nothing anywhere would prove nothing."""
    assert actives(f"look {typed} here")
    assert actives(drawn(None, text(f"look {typed} here")).text) == []


def test_words_with_signs_inside_them_are_left_as_they_are():
    message = drawn(None, text("restart_shop at 10:02, 2 * 3, ann@acme.example"))
    assert message.text == "restart_shop at 10:02, 2 * 3, ann@acme.example"


@pytest.mark.parametrize(
    ("count", "row"),
    [
        (5, "[0]  [1]  [2]  [3]  [4]"),
        (6, "[0]  [1]  [2]  [3]  [4 | 5]"),  # a menu of one would be silly
        (10, "[0]  [1]  [2]  [3]  [4]  [5 | 6 | 7 | 8 | 9]"),
        (11, "[0]  [1]  [2]  [3]  [4 | 5 | 6 | 7 | 8]  [9 | 10]"),
    ],
)
def test_what_is_more_than_five_buttons_is_in_menus(count, row):
    buttons = tuple(Button(str(n), "show", (("number", str(n)),)) for n in range(count))
    message = drawn(None, text("w"), buttons)
    assert read([message.blocks[-1]]) == row
    values = [each["value"] for e in actions(message) for each in e.get("options", [e])]
    assert values == [on_post(button) for button in buttons], "each carries what the router needs, in their order"
    assert message.rest == ()


def test_a_button_that_asks_before_danger_is_never_in_a_menu():
    """A menu asks the same for all its options."""
    buttons = (*(Button(str(n), "show") for n in range(6)), Button("Run…", "run", confirm="Really?"))
    assert read([drawn(None, text("w"), buttons).blocks[-1]]) == "[0]  [1]  [2]  [3]  [Run…]?  [4 | 5]"


def test_danger_asks_with_the_buttons_own_question():
    _, run = actions(drawn(ALERT))
    asked = {name: part["text"] if isinstance(part, dict) else part for name, part in run["confirm"].items()}
    assert asked == {
        "title": "Run restart-shop", "text": "Run it on shop-1?", "confirm": "Run restart-shop", "deny": "Cancel",
        "style": "danger",
    }  # fmt: skip


def test_the_first_thing_to_do_stands_out_and_an_action_keeps_its_name():
    first, again = actions(drawn(ALERT)), actions(drawn(ALERT))
    assert [e.get("style") for e in first] == ["primary", None]
    assert [e["action_id"] for e in first] == [e["action_id"] for e in again]


def test_a_long_title_goes_on_below_itself():
    """A header has 150 characters; the title's end does not wait in the thread."""
    title = "The printer on the second floor " * 8
    message = drawn(Card("k", title, "◐ open", 17))
    head, more = read(message.blocks).splitlines()
    assert f"{head.removeprefix('# ').removesuffix('…')} {more}" == f"◐ open · 17 · {title.strip()}"


def test_what_finds_no_room_is_said_to_be_in_the_thread_and_handed_back():
    message = drawn(None, text("word " * 2000), author_name="Ann")
    assert read(message.blocks).endswith("…\n(It goes on in the thread.)")
    assert message.text.endswith("…\nIt goes on in the thread.")
    assert "".join(message.rest).split() == ["word"] * (2000 - read(message.blocks).count("word"))


def test_an_answer_says_what_is_wrong_then_what_explains_it_and_its_own_button_first():
    form = Button("Fill in the form…", "open", primary=True)
    card = Card("k", "Yours", buttons=(Button("Show 7", "show"),))
    message = render.answer("There is no ticket 9.", card, (form,), on_post, now=NOW)
    assert_message_fits(message)
    assert read(message.blocks) == "There is no ticket 9.\n# Yours\n[Fill in the form…]  [Show 7]"


@pytest.mark.parametrize(
    ("number", "told"), [(17, "That is not all. /desk show 17 shows it."), (None, "That is not all.")]
)
def test_an_answer_that_is_too_long_says_how_to_see_more(number, told):
    """It has no thread."""
    message = render.answer("", Card("k", "Long", number=number, lines=(text("word " * 2000),)), (), on_post, now=NOW)
    assert_message_fits(message)
    assert read(message.blocks).endswith(f"…\n({told})")
    assert message.rest


def test_the_home_shows_its_cards_below_each_other():
    view = render.home([Card("h", "Yours"), ALERT], on_post, now=NOW)
    assert_view_fits(view)
    assert read(view["blocks"]).splitlines()[:2] == ["# Yours", "# ▲ DOWN · 42 · checkout page · shop.acme.example"]


def test_a_home_that_is_full_says_how_many_it_does_not_show():
    view = render.home([ALERT] * 60, on_post, now=NOW)
    assert_view_fits(view)
    shown = sum(block["type"] == "header" for block in view["blocks"])
    assert read(view["blocks"]).endswith(f"({60 - shown} more do not fit here. See /desk list.)")
    assert shown > 20


def test_an_empty_home_is_still_a_view():
    view = render.home([], on_post, now=NOW)
    assert_view_fits(view)
    assert read(view["blocks"]) == "(There is nothing to show.)"
