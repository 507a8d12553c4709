"""What may leave: what nobody marked as our own stays at home."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import detail
from desk.cards import Button, Card, Field, Form, FormField, Post, When, plain_card, text
from desk.charts import Chart, Series, Shape
from desk.detail import Detail, Own, Subject, ours, strictest

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SECRET = "the merger with Initech"
DUE = ours("We answer by ", When(AT), ".")
CARD = Card(
    "ticket/17", SECRET, "◐ open", 17, lines=(DUE, text(f"“{SECRET}”"), text("Ann wrote it ", When(AT))),
    fields=(Field("First answer", DUE), Field("Note", text(SECRET))), table=((text(SECRET), text("x")), (DUE, DUE)),
    buttons=(
        Button("Take it", "claim", (("number", "17"),), primary=True),
        Button(f"Send to {SECRET}", "show", (("number", "17"),)),
        Button("Send", "reply", (("number", "17"), ("words", SECRET))),
        Button("Resolve…", "resolve", (("number", "17"),), confirm=f"Resolve {SECRET}?"),
    ),
)  # fmt: skip
RESTRICTED = [Detail.SUBJECT, Detail.NUMBER]


def everything(card):
    """Every word of a card, its buttons' lines and questions too."""
    lines = [f"{b.label} {b.line()} {b.confirm}" for b in card.buttons]
    return "\n".join([plain_card(card, "UTC", AT), card.title, *lines])


def test_at_number_nothing_leaves_that_anybody_wrote():
    reduced = detail.card(CARD, Detail.NUMBER)
    assert SECRET not in everything(reduced)
    assert (reduced.title, reduced.state, reduced.number) == ("Ticket", "◐ open", 17)
    assert reduced.lines == (DUE, (detail.READ_ON,))
    assert reduced.fields == (Field("First answer", DUE),)
    assert reduced.table == ((DUE, DUE),)
    assert [b.label for b in reduced.buttons] == ["Claim", "Show", "Resolve…"]


def test_at_subject_the_subject_leaves_and_nothing_else():
    reduced = detail.card(CARD, Detail.SUBJECT)
    assert reduced.title == SECRET
    assert everything(reduced).count(SECRET) == 2, "as the title, which the plain words say too"


def test_the_web_chat_shows_all():
    assert detail.card(CARD, Detail.FULL) is CARD
    post = Post("ticket/17", "acme-team", "acme", CARD)
    assert detail.post(post, Detail.FULL) is post


@pytest.mark.parametrize("level", RESTRICTED)
def test_a_reply_says_that_there_is_one_and_where(level):
    post = Post("ticket/17/v3/ab", "dm-ann", "acme", words=text(SECRET), under="ticket/17", author="ann")
    assert detail.post(post, level).words == (f"New on ticket 17. {detail.READ_ON}",)


@pytest.mark.parametrize("level", RESTRICTED)
def test_a_form_keeps_what_its_reader_has_just_typed_and_nothing_of_the_store(level):
    fields = (FormField("words", "Words", value=SECRET), FormField("code", "Code", value="hi"))
    form = Form("reply", "17 · Reply", fields)
    assert [f.value for f in detail.form(form, level, ["hi"]).fields] == ["", "hi"]


SPANS = st.lists(st.one_of(st.text(), st.text().map(Own), st.text().map(Subject), st.just(When(AT)))).map(tuple)


@given(SPANS, st.sampled_from(RESTRICTED))
def test_of_a_sentence_leaves_what_is_marked_and_no_other_word(spans, level):
    marks = (Own, Subject) if level is Detail.SUBJECT else (Own,)
    left = [span for span in detail.sentence(spans, level) if span != " … "]
    assert all(isinstance(span, (*marks, When)) for span in left)
    assert [span for span in left if isinstance(span, str)] == [
        span for span in spans if isinstance(span, marks) and span != " … "
    ]


@given(SPANS)
def test_instants_alone_leave_and_beside_words_that_stay_at_home_they_stay_too(spans):
    """A time says nothing by itself; after words that are left out it would stand for anything."""
    words = [span for span in spans if isinstance(span, str)]
    left = detail.sentence(spans, Detail.NUMBER)
    assert (When(AT) in left) is (When(AT) in spans and (not words or any(isinstance(w, Own) for w in words)))


@given(SPANS)
def test_marks_are_kept_with_what_is_said_later(spans):
    kept = detail.marked_from_json(json.loads(json.dumps(detail.marked_to_json(spans))))
    assert [(type(span), span) for span in kept] == [(type(span), span) for span in spans]


def test_what_is_left_out_in_the_middle_of_a_sentence_is_shown_as_left_out():
    words = text(Own("17"), " (Acme, ", Subject("VPN"), "): ", Own("late since "), When(AT), ". Ben has it.")
    assert detail.sentence(words, Detail.NUMBER) == ("17", " … ", "late since ", When(AT))
    assert detail.sentence(words, Detail.SUBJECT) == ("17", " … ", "VPN", " … ", "late since ", When(AT))


def test_of_a_row_its_own_cells_leave_in_their_places():
    row = (ours("17"), text(Subject("VPN")), ours("◐ open"), text(SECRET))
    told = (text(When(AT)), text("Ann"), text(SECRET))
    left = detail.card(Card("list", Own("Your tickets"), table=(row, told)), Detail.NUMBER)
    assert left.table == ((("17",), (), ("◐ open",), ()),)
    assert left.lines == ((detail.READ_ON,),)


@pytest.mark.parametrize("level", RESTRICTED)
def test_a_chart_stays_at_home(level):
    chart = Chart("volume", "Tickets", "tickets", "month", ("Oct",), (Series("opened", (3,)),), Shape.BARS)
    left = detail.card(Card("report", Own("A month"), picture=chart), level)
    assert (left.picture, left.lines) == (None, ((detail.READ_ON,),))


def test_a_card_of_which_nothing_stays_at_home_does_not_ask_to_read_on():
    card = Card("help", Own("What you can do"), lines=(ours("Write."),), buttons=(Button(Own("Ask…"), "open"),))
    assert detail.card(card, Detail.NUMBER) == card


@given(st.lists(st.sampled_from(list(Detail))))
def test_of_several_clients_the_strictest_counts(levels):
    found = strictest(levels)
    assert found in levels or (not levels and found is Detail.FULL)
    assert all(detail.ORDER.index(found) >= detail.ORDER.index(level) for level in levels)
