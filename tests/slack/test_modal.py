"""Forms as Slack's modals, there and back."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.slack import modal
from desk.cards import Form, FormField, Kind, Style, When
from tests.slack.transcript import assert_view_fits, read

MANY = tuple((str(n), "") for n in range(101))
ANN, BEN = ("ann", "Ann Lee"), ("ben", "Ben Ito")
FIELDS = (
    FormField("number", "Number", Kind.HIDDEN, value="17"),
    FormField("subject", "Subject", required=True, value="VPN drops", hint="In a few words"),
    FormField("details", "Details", Kind.LONG),
    FormField("alert", "Alert", Kind.NUMBER, value="42"),
    FormField("who", "Who", Kind.CHOICE, choices=(ANN, BEN), value="ben"),
)
FORM = Form("open~abc", "17 · Ask for help with something that is broken", FIELDS, "Send it")


def view(*fields, **more):
    drawn = modal.view(Form("open", "Help", fields), metadata={}, **more)
    assert_view_fits(drawn)
    return drawn


def element(field, **more):
    return view(field, **more)["blocks"][-1]["element"]


def sent(drawn, **typed):
    """What Slack sends when the modal is submitted as it stands, or with other values."""
    state = {}
    for block in (b for b in drawn["blocks"] if b["type"] == "input"):
        e, name = block["element"], block["block_id"]
        option = e.get("initial_option")
        is_select = e["type"].endswith("_select")
        value = typed.get(name, (option or {}).get("value") if is_select else e.get("initial_value"))
        chosen = {"selected_option": {"value": value, "text": {}} if value else None} if is_select else {"value": value}
        state[name] = {e["action_id"]: {"type": e["type"], **chosen}}
    return {"type": "view_submission", "view": {**drawn, "id": "V1", "state": {"values": state}}}


def test_a_form_becomes_a_modal():
    drawn = modal.view(FORM, metadata={"channel": "C1"})
    assert_view_fits(drawn)
    assert (drawn["callback_id"], drawn["title"]["text"]) == ("open~abc", "17 · Ask for help with…")
    assert (drawn["submit"]["text"], drawn["close"]["text"]) == ("Send it", "Cancel")
    assert read(drawn["blocks"]) == (
        "17 · Ask for help with something that is broken\n"
        "Subject: plain_text_input\nDetails: plain_text_input\nAlert: number_input\nWho: static_select"
    )
    subject, details, _, who = drawn["blocks"][1:]
    assert subject["optional"] is False
    assert subject["hint"]["text"] == "In a few words"
    assert (subject["element"]["multiline"], details["element"]["multiline"]) == (False, True)
    assert "initial_value" not in details["element"]
    assert who["element"]["initial_option"] == who["element"]["options"][1]


def test_what_was_filled_in_comes_back_with_what_was_hidden_and_carried():
    payload = sent(modal.view(FORM, metadata={"channel": "C1", "thread": ""}), details="since noon")
    assert modal.values(payload) == {
        "number": "17", "subject": "VPN drops", "details": "since noon", "alert": "42", "who": "ben",
    }  # fmt: skip
    assert modal.metadata(payload) == {"channel": "C1", "thread": ""}


def test_an_empty_field_comes_back_empty():
    fields = (FormField("a", "A"), FormField("b", "B", Kind.NUMBER), FormField("c", "C", Kind.CHOICE, choices=(ANN,)))
    assert modal.values(sent(view(*fields))) == {"a": "", "b": "", "c": ""}


@pytest.mark.parametrize(
    ("field", "kind", "why"),
    [
        (FormField("n", "N", Kind.NUMBER, value="forty"), "plain_text_input", "what is none cannot stand there"),
        (FormField("n", "N", Kind.NUMBER, value="9" * 40), "plain_text_input", "nor what no client reads"),
        (FormField("c", "C", Kind.CHOICE), "plain_text_input", "a select has at least one option"),
        (FormField("c", "C", Kind.CHOICE, choices=(("x" * 151, "X"),)), "plain_text_input", "a value has 150"),
        (FormField("c", "C", Kind.CHOICE, choices=MANY), "plain_text_input", "at most 100"),
        (FormField("c", "C", Kind.CHOICE, choices=(ANN, BEN), value="carl"), "static_select", "it is chosen anew"),
        (FormField("t", "T", value="two\nlines"), "plain_text_input", "no line end is lost"),
    ],
)  # fmt: skip
def test_what_slacks_inputs_cannot_take_is_typed(field, kind, why):
    found = element(field)
    assert found["type"] == kind, why
    assert found.get("initial_value", "") == (field.value if kind == "plain_text_input" else "")
    assert found.get("multiline", False) is ("\n" in field.value)
    assert "initial_option" not in found


def test_options_are_asked_for_while_one_types():
    """The value is offered though nothing is loaded yet."""
    found = element(FormField("who", "Who", Kind.CHOICE, choices=(BEN,), value="ben"), external={"who"})
    assert (found["type"], found["min_query_length"]) == ("external_select", 0)
    label = {"type": "plain_text", "text": "Ben Ito", "emoji": False}
    assert found["initial_option"] == {"text": label, "value": "ben"}
    assert element(FormField("who", "Who", Kind.CHOICE), external={"who"})["type"] == "external_select"


def test_loaded_options_are_at_most_a_hundred_that_slack_can_carry():
    people = [("", "nobody"), ("x" * 151, "long"), *((f"p{n}", "Name " * 40) for n in range(150))]
    found = modal.options(people)["options"]
    assert len(found) == 100
    assert found[0]["value"] == "p0"
    assert len(found[0]["text"]["text"]) <= 75


def test_words_that_an_input_has_no_room_for_are_shown_below_it():
    """Its 3,000 characters are Slack's limit; what a person wrote is not thrown away."""
    words = "word " * 700 + "end"
    drawn = view(FormField("details", "Details", Kind.LONG, value=words))
    block, below = drawn["blocks"]
    left = read([below]).partition("send them afterwards: ")[2]
    assert block["element"]["initial_value"] + left == words


def wrong(*fields, title="Help"):
    return Form("open", title, fields)


BAD = FormField("subject", "Subject", error="Say what is broken.")


def test_a_wrong_field_has_its_sentence_below_it():
    payload = sent(view(FormField("subject", "Subject"), FormField("details", "Details")))
    assert modal.errors(wrong(BAD)) == {"subject": "Say what is broken."}
    assert modal.response(wrong(BAD), payload) == {
        "response_action": "errors", "errors": {"subject": "Say what is broken."},
    }  # fmt: skip


@pytest.mark.parametrize(
    "at_fault",
    [
        FormField("number", "Number", Kind.HIDDEN, value="9", error="There is no 9."),
        FormField("number", "Number", Kind.NUMBER, value="9", error="There is no 9."),  # asked now, was hidden
    ],
)
def test_a_field_that_the_open_modal_does_not_have_is_named_at_its_top(at_fault):
    """Slack takes no sentence for an input that is not there; what was carried is carried on."""
    hidden = FormField("number", "Number", Kind.HIDDEN, value="9")
    opened = modal.view(wrong(hidden), metadata={"channel": "C1"})
    answer = modal.response(wrong(at_fault, BAD), sent(opened))
    assert answer["response_action"] == "update"
    assert_view_fits(answer["view"])
    assert read(answer["view"]["blocks"]).startswith("- Number: There is no 9.\n- Subject: Say what is broken.\n")
    assert modal.metadata({"view": answer["view"]}) == {"channel": "C1"}


def test_nothing_counts_down_in_a_form():
    at = datetime(2026, 3, 2, 10, 42, tzinfo=UTC)
    drawn = modal.view(Form("open", "Help", (), intro=(("by ", When(at, Style.LEFT)),)), metadata={})
    assert_view_fits(drawn)
    assert read(drawn["blocks"]) == "by 02 Mar 2026 10:42 UTC"


@pytest.mark.parametrize(
    ("form", "metadata"),
    [
        (Form("x" * 256, "T", ()), {}), (FORM, {"channel": "C" * 3000}),
        (Form("x", "T", tuple(FormField(n, "N") for n, _ in MANY)), {}),
    ],
    ids=["id", "metadata", "fields"],
)  # fmt: skip
def test_a_form_that_no_modal_can_carry_is_refused_before_slack_does(form, metadata):
    with pytest.raises(ValueError, match="does not fit into a modal"):
        modal.view(form, metadata=metadata)


NAMES = st.sampled_from(["view", "state", "values", "a", "value", "selected_option", "private_metadata", "hidden"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["{", "[]", '{"hidden": 1}']),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=20,
)  # fmt: skip


@given(st.dictionaries(NAMES, ANYTHING))
def test_rubbish_is_no_value(payload):
    assert all(isinstance(v, str) for v in modal.values(payload).values())
    assert all(isinstance(v, str) for v in modal.metadata(payload).values())
    assert modal.values({"view": {"state": {"values": {"a": {"a": payload}}}}}).keys() == {"a"}


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ({"type": "datepicker", "selected_date": "2026-03-02"}, "2026-03-02"),
        ({"type": "users_select", "selected_user": "U1"}, "U1"),
        ({"type": "checkboxes", "selected_options": [{"value": "a"}, {"value": "b"}]}, "a, b"),
        ({"type": "radio_buttons", "selected_option": {"value": "a"}}, "a"),
        ({"type": "number_input", "value": "7"}, "7"),
        ({"type": "static_select", "selected_option": None}, ""),
    ],
)
def test_every_kind_of_input_is_read(action, value):
    assert modal.values({"state": {"values": {"f": {"f": action}}}}) == {"f": value}


def words_of(limit):
    hostile = st.sampled_from(["<!channel>", "*b*", ":smile:"])
    some = st.text(st.characters(exclude_categories=()), max_size=20) | hostile
    return some | st.builds(lambda w, times: (w * limit)[: limit * times], some.filter(bool), st.sampled_from([1, 10]))


fields = st.builds(
    FormField, name=st.sampled_from("abcdefgh"), label=words_of(2000), required=st.booleans(),
    kind=st.sampled_from([k for k in Kind if k is not Kind.HIDDEN]),
    choices=st.lists(st.tuples(words_of(150), words_of(75)), max_size=4).map(tuple) | st.just(()),
    value=words_of(3000), error=st.just("") | words_of(300), hint=words_of(2000),
)  # fmt: skip
forms = st.builds(
    Form, id=st.sampled_from(["open", "open~" + "x" * 250]), title=words_of(24), submit=words_of(24),
    fields=st.lists(fields, max_size=8, unique_by=lambda f: f.name).map(tuple),
    intro=st.lists(st.tuples(words_of(4000)), max_size=2).map(tuple),
)  # fmt: skip


@given(forms, st.sets(st.sampled_from("abcdefgh")))
def test_any_form_fits_and_can_be_sent_back(form, external):
    drawn = modal.view(form, metadata={"channel": "C1"}, external=external)
    assert_view_fits(drawn)
    assert set(modal.values(sent(drawn))) == {f.name for f in form.fields}
    assert all(0 < len(sentence) <= 300 for sentence in modal.errors(form).values())


def test_the_input_counts_what_the_desk_takes_but_never_less_than_stands_there():
    """Said while one types, not after it was sent; 0 is no limit of ours."""
    rows = [(200, "", 200), (200, "x" * 200, 200), (200, "x" * 201, 3000), (9000, "", 3000), (0, "", 3000)]
    for longest, value, room in rows:
        form = Form("open", "Open", (FormField("subject", "Subject", value=value, longest=longest),))
        element = next(b["element"] for b in modal.view(form, metadata={})["blocks"] if b["type"] == "input")
        assert element["max_length"] == room, (longest, value[:3])
