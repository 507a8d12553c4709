"""Forms on Discord: a modal that it takes, and what was filled in read back under the fields' names."""

from datetime import UTC, datetime

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simcord.components import validate_modal

from bot.platforms.discord import limits, modal
from bot.platforms.graphemes import shown
from desk.cards import Form, FormField, Kind, When

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
AT = int(NOW.timestamp())


def _rows(form: Form):
    return validate_modal(modal.modal(form, custom_id="f|open", now=NOW).to_dict())["components"]


def _row(field: FormField):
    [row] = _rows(Form("open", "Open", (field,)))
    return row


def _sized(limit: int):
    seeds = st.text(min_size=1, max_size=8) | st.sampled_from(["👩‍👩‍👧", "e\u0301", "\ud800", " ", "@everyone", "**"])
    return st.builds(
        lambda seed, size: (seed * (size // len(seed) + 1))[:size],
        seeds, st.sampled_from([0, 1, limit, limit + 1, 10 * limit]),
    )  # fmt: skip


CHOICES = st.lists(st.tuples(_sized(100), _sized(100)), max_size=60).map(tuple)
FIELDS = st.builds(
    FormField, st.just("x"), _sized(45), st.sampled_from(Kind), st.booleans(), CHOICES, _sized(4000), _sized(100),
    _sized(100),
)  # fmt: skip


def _named(fields: list[FormField]) -> tuple[FormField, ...]:
    names = [f"field_{n}" for n in range(len(fields))]
    return tuple(
        FormField(name, f.label, f.kind, f.required, f.choices, f.value, f.error, f.hint)
        for name, f in zip(names, fields, strict=True)
    )


FORMS = st.builds(
    Form, st.just("open"), _sized(45), st.lists(FIELDS, max_size=8).map(_named), st.just("Send"),
    st.lists(st.tuples(_sized(4000)), max_size=2).map(tuple),
)  # fmt: skip


def _submitted(rows):
    """What Discord sends back for a modal that is sent as it was opened."""
    back = []
    for row in rows:
        if row["type"] == 10:
            back.append({"type": 10, "id": 1})
            continue
        part = row["component"]
        answer = {"type": part["type"], "custom_id": part["custom_id"]}
        if part["type"] == 3:
            answer["values"] = [option["value"] for option in part["options"] if option.get("default")]
        else:
            answer["value"] = part.get("value", "")
        back.append({"type": 18, "id": 1, "component": answer})
    return {"custom_id": "f|open", "components": back}


@given(FORMS)
def test_any_form_is_a_modal_that_discord_takes(form):
    """Each part empty, at and over its limit, in any number; the wire can carry it."""
    made = modal.modal(form, custom_id="f|open", now=NOW)
    rows = validate_modal(made.to_dict())["components"]
    assert made.to_dict()["title"].strip()
    for row in rows:
        assert row["type"] == 10 or row["label"].strip()
        assert len(row.get("component", {}).get("value", "")) <= limits.INPUT_VALUE
        assert sum(bool(o.get("default")) for o in row.get("component", {}).get("options", ())) <= 1
    discord.utils._to_json(made.to_dict()).encode()


@given(FORMS)
def test_a_form_that_is_sent_as_it_was_opened_comes_back_whole(form):
    """What is shown comes back under its name, what is not is carried: together they are the form's values."""
    both = {**modal.carried(form), **modal.values(_submitted(_rows(form)))}
    for field in form.fields:
        offered = {value for value, _ in field.choices if value.strip() == shown(value) == value and len(value) <= 100}
        offered -= {""}
        if field not in modal.shown(form):
            assert both.get(field.name, "") == field.value
        elif field.kind is Kind.CHOICE and offered:
            assert both[field.name] == (field.value if field.value in offered else "")
        else:
            assert shown(field.value).startswith(both[field.name])


def test_every_kind_of_field_has_its_own_input():
    fields = (
        FormField("subject", "What is wrong", required=True, hint="In one line", value="VPN"),
        FormField("details", "Details", Kind.LONG),
        FormField("number", "Number", Kind.NUMBER),
        FormField("priority", "How urgent?", Kind.CHOICE, choices=(("p1", "P1 · nobody can work"), ("p2", "P2"))),
        FormField("ticket", "Ticket", Kind.HIDDEN, value="17"),
    )
    form = Form("open", "What do you need?", fields)
    subject, details, number, priority = [row["component"] for row in _rows(form)]
    assert (subject["type"], subject["style"], subject["required"]) == (4, 1, True)
    assert (subject["placeholder"], subject["value"]) == ("In one line", "VPN")
    assert (details["type"], details["style"], details["required"]) == (4, 2, False)
    assert (number["type"], number["style"]) == (4, 1)
    assert [(o["value"], o["label"]) for o in priority["options"]] == [("p1", "P1 · nobody can work"), ("p2", "P2")]
    assert (priority["type"], priority["required"], priority["min_values"]) == (3, False, 0)
    assert [row["label"] for row in _rows(form)] == ["What is wrong", "Details", "Number", "How urgent?"]
    assert modal.carried(form) == {"ticket": "17"}


def test_an_error_stands_beside_its_field_and_in_full_beside_the_button():
    long = "This needs a few words. " * 10
    fields = (FormField("subject", "Subject", error=long), FormField("n", "Number", Kind.HIDDEN, error="No ticket 9."))
    form = Form("open", "Open", fields)
    [row] = _rows(form)
    assert row["description"].startswith("▲ This needs a few words.")
    assert row["description"].endswith("words.…")
    assert modal.errors(form) == f"▲ Subject: {long}\n▲ Number: No ticket 9."


def test_of_more_than_five_fields_those_are_shown_that_must_be_filled_in():
    """An error goes first, then what is required; they stand in the form's order, and the others are carried."""
    fields = tuple(FormField(f"f{n}", f"F{n}", required=n in {6, 7}, value=str(n)) for n in range(8))
    wrong = FormField("f4", "F4", value="4", error="No.")
    form = Form("open", "Open", (*fields[:4], wrong, *fields[5:]))
    assert [field.name for field in modal.shown(form)] == ["f0", "f1", "f4", "f6", "f7"]
    assert modal.carried(form) == {"f2": "2", "f3": "3", "f5": "5"}


def test_a_long_menu_keeps_the_current_choice_and_says_that_there_are_more():
    choices = tuple((f"c{n}", f"Client {n}") for n in range(60))
    row = _row(FormField("client", "Client", Kind.CHOICE, choices=choices, value="c59"))
    options = row["component"]["options"]
    assert len(options) == 25
    assert [option["value"] for option in options if option.get("default")] == ["c59"]
    assert row["description"] == "25 of 60 choices; the command in chat takes any."


@pytest.mark.parametrize("choices", [(), (("x" * 101, "Long"),)])
def test_a_choice_that_no_menu_can_offer_is_typed(choices):
    assert _row(FormField("client", "Client", Kind.CHOICE, choices=choices))["component"]["type"] == 4


def test_an_introduction_stands_above_and_its_times_are_the_readers():
    form = Form("run", "Run", (FormField("x", "X"),), intro=(("Since ", When(NOW), " *it*"), ("Twice.",)))
    assert _rows(form)[0]["content"] == f"Since <t:{AT}:t> \\*it\\*\nTwice."


def test_a_form_that_asks_nothing_shows_its_title():
    form = Form("ack", "17 · Acknowledge?", (FormField("number", "Number", Kind.HIDDEN, value="17"),))
    assert [row["content"] for row in _rows(form)] == ["17 · Acknowledge?"]


def test_a_submission_is_read_whatever_its_inputs_stand_in():
    """In labels as we send them, in the rows that older clients send, among texts, and with nothing chosen."""
    data = {
        "custom_id": "f|open",
        "components": [
            {"type": 10, "id": 1},
            {"type": 18, "id": 2, "component": {"type": 4, "custom_id": "subject", "value": "VPN"}},
            {"type": 18, "id": 3, "component": {"type": 3, "custom_id": "priority", "values": ["p1"]}},
            {"type": 18, "id": 4, "component": {"type": 3, "custom_id": "client", "values": []}},
            {"type": 1, "components": [{"type": 4, "custom_id": "details", "value": "a\nb"}]},
        ],
    }
    assert modal.values(data) == {"subject": "VPN", "priority": "p1", "client": "", "details": "a\nb"}


async def test_discord_py_does_not_wait_for_the_modal():
    """A finished modal is not stored: its submission comes as an interaction like any other, after a restart too."""
    assert modal.modal(Form("open", "Open", (FormField("x", "X"),)), custom_id="f|open", now=NOW).is_finished()
