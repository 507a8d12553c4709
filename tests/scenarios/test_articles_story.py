"""Answers before anybody has to answer: articles while somebody asks, what they solved, how one is made of a ticket."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desk.articles import Article
from desk.cards import Kind
from desk.people import Role
from desk.tickets import State
from tests.conversation import Conversation

VPN = "the-vpn-drops-or-does-not-connect"
DAY = timedelta(days=1)


def button(answer, label):
    """The line of the one button of an answer's card that is called so."""
    (found,) = [b for b in answer.reply.buttons if b.label.startswith(label)]
    return found.line()


async def ticket(desk: Conversation, number: int):
    return await desk.store.read(lambda tx: tx.ticket(number))


async def deflected(desk: Conversation, client: str = "acme") -> int:
    now = desk.clock.now()
    return await desk.store.read(lambda tx: tx.deflected(client, now - DAY, now + DAY))


async def kept(desk: Conversation, client: str = "acme", **more: str) -> None:
    """Ann's ticket 1 was solved, and Ben has made article 2 of it."""
    await desk.say("ann", "dm-ann", "/open The plotter on floor three only draws half of a page")
    await desk.say("ben", "acme-team", "/resolve 1 Hello Ann, set the paper to A0 in the plotter's own menu.")
    values = {"number": "1", "title": "Plotter draws half", "answer": "Set the paper to A0.", "client": client, **more}
    answer = await desk.submit("ben", "acme-team", "article", **values)
    assert answer.status == 200, answer.error


# --- while somebody asks


async def test_what_an_article_answers_becomes_no_ticket(desk: Conversation):
    """One press, a kind word, one more for the count; pressed again it is the same question still."""
    asked = await desk.say("ann", "dm-ann", "my vpn drops every hour")
    assert "Quit the VPN program" in desk.words(asked.reply)
    assert asked.form is not None
    pressed = await desk.say("ann", "dm-ann", button(asked, "This solved it"))
    assert "Nothing was opened" in desk.words(pressed.reply)
    assert (await desk.say("ann", "dm-ann", button(asked, "This solved it"))).status == 200
    assert await deflected(desk) == 1
    assert await ticket(desk, 1) is None
    assert await deflected(desk, "globex") == 0


async def test_a_ticket_that_was_opened_from_the_question_is_solved_by_the_same_press(desk: Conversation):
    """Its code says so, its clocks are judged like those of any question that was taken back, and it counts."""
    asked = await desk.say("ann", "dm-ann", "my vpn drops every hour")
    values = {f.name: f.value for f in asked.form.fields}
    opened = await desk.submit("ann", "dm-ann", asked.form.id, **values)
    assert opened.reply.number == 1
    assert opened.reply.table == (), "she has seen what there is"
    pressed = await desk.say("ann", "dm-ann", button(asked, "This solved it"))
    assert pressed.reply.state == "✓ resolved"
    solved = await ticket(desk, 1)
    assert (solved.state, solved.code, solved.resolved_by) == (State.RESOLVED, "self_service", "ann")
    assert "The VPN drops or does not connect" in (await desk.post("acme-team", "ticket/1")).words
    assert await deflected(desk) == 1


async def test_whoever_opens_a_ticket_after_all_was_not_helped(desk: Conversation):
    """The question is a ticket now, and how that ends decides."""
    asked = await desk.say("ann", "dm-ann", "my vpn drops every hour")
    await desk.say("ann", "dm-ann", button(asked, "This solved it"))
    await desk.submit("ann", "dm-ann", asked.form.id, **{f.name: f.value for f in asked.form.fields})
    assert await deflected(desk) == 0
    await desk.say("ben", "acme-team", "/resolve 1 A new certificate")
    assert await deflected(desk) == 0


async def test_a_second_form_from_the_same_card_opens_a_second_ticket(desk: Conversation):
    """The card stays where it is for days: words that are sent from it again are not lost in the old ticket."""
    asked = await desk.say("ann", "dm-ann", "my vpn drops every hour")
    values = {f.name: f.value for f in asked.form.fields}
    await desk.submit("ann", "dm-ann", "open~one", **values)
    second = await desk.submit("ann", "dm-ann", "open~two", **{**values, "subject": "My vpn has forgotten my name"})
    assert second.reply.number == 2
    assert (await ticket(desk, 2)).subject == "My vpn has forgotten my name"


async def test_the_answer_to_a_form_shows_what_may_help_until_somebody_answers(desk: Conversation):
    opened = await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    assert "Until then, this may help." in desk.words(opened.reply)
    assert len(opened.reply.buttons) <= 5
    await desk.say("ann", "dm-ann", button(opened, "This solved it"))
    assert (await ticket(desk, 1)).code == "self_service"
    assert await deflected(desk) == 1
    await desk.say("ann", "dm-ann", "/reopen 1 It drops again")
    assert await deflected(desk) == 0


async def test_three_are_shown_each_with_its_own_button(desk: Conversation):
    more = tuple(Article(f"vpn-{n}", f"VPN part {n}", "x" * 900, ("vpn",)) for n in range(4))
    desk.config = replace(desk.config, desk=replace(desk.config.desk, articles=more))
    asked = await desk.say("ann", "dm-ann", "my vpn drops every hour")
    assert [b.label for b in asked.reply.buttons] == [
        "This solved it: VPN part 0", "This solved it: VPN part 1", "This solved it: VPN part 2", "Read VPN part 0",
        "Read VPN part 1",
    ]  # fmt: skip
    assert all(len(row[1][0]) <= 700 for row in asked.reply.table)
    whole = await desk.say("ann", "dm-ann", button(asked, "Read VPN part 0"))
    assert "x" * 900 in desk.words(whole.reply)


async def test_nothing_is_shown_where_nothing_answers(desk: Conversation):
    asked = await desk.say("ann", "dm-ann", "the lorry is lost")
    assert asked.reply is None
    assert (await desk.say("ann", "dm-ann", "/open the lorry is lost")).reply.table == ()


async def test_staff_are_shown_articles_and_count_nothing(desk: Conversation):
    asked = await desk.say("ben", "dm-ben", "a client's vpn drops")
    assert "Quit the VPN program" in desk.words(asked.reply)
    assert asked.reply.buttons == ()
    assert (await desk.say("ben", "dm-ben", f"/kb solved {VPN}")).status == 403
    opened = await desk.say("ben", "acme-team", "/open --for ann VPN drops every hour")
    assert opened.reply.table == ()


async def test_an_operator_without_that_code_has_tickets_without_one(desk: Conversation):
    desk.config = replace(desk.config, desk=replace(desk.config.desk, codes={"done": "Done"}))
    opened = await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    await desk.say("ann", "dm-ann", button(opened, "This solved it"))
    solved = await ticket(desk, 1)
    assert (solved.state, solved.code) == (State.RESOLVED, "")


async def test_nobody_ends_the_ticket_of_somebody_else_by_an_article(desk: Conversation):
    """Not by its number, and not by the name of another's question."""
    asked = await desk.say("ann", "dm-ann", "my vpn drops every hour")
    await desk.submit("ann", "dm-ann", asked.form.id, **{f.name: f.value for f in asked.form.fields})
    theirs = await desk.say("carl", "dm-carl", f"/kb solved number=1 {VPN}")
    none = await desk.say("carl", "dm-carl", f"/kb solved number=99 {VPN}")
    assert (theirs.status, theirs.error) == (404, none.error.replace("99", "1"))
    assert (await desk.say("carl", "dm-carl", button(asked, "This solved it"))).status == 200
    assert (await ticket(desk, 1)).state is State.NEW


async def test_a_number_of_an_article_is_told_apart_from_a_tickets_to_whoever_may_read_it(desk: Conversation):
    await kept(desk)
    assert "2 is an article. `/kb show 2` shows it." in (await desk.say("ben", "acme-team", "/claim 2")).error
    theirs = await desk.say("gina", "dm-gina", "/reply 2 Hello")
    none = await desk.say("gina", "dm-gina", "/reply 99 Hello")
    assert theirs.error == none.error.replace("99", "2")


# --- one is made of a ticket


async def test_a_solution_becomes_a_form_and_only_the_form_an_article(desk: Conversation):
    """Subject and solution, without the requester's name; details, notes and tags stay where they are."""
    await desk.say("ann", "dm-ann", "/open details=\"my badge is 4711\" Ann's plotter only draws half")
    await desk.say("ben", "acme-team", "/note 1 she did it again")
    await desk.say("ben", "acme-team", "/tag 1 plotter a0")
    await desk.say("ben", "acme-team", "/resolve 1 Hello Ann Lee, set the paper to A0 in its menu.")
    asked = await desk.say("ben", "acme-team", "/kb add 1")
    assert asked.form.id.startswith("article~")
    fields = {f.name: f for f in asked.form.fields}
    assert fields["number"].kind is Kind.HIDDEN
    assert fields["title"].value == "…'s plotter only draws half"
    assert fields["answer"].value == "Hello …, set the paper to A0 in its menu."
    assert fields["words"].value == "", "tags are the team's"
    assert fields["client"].value == "acme"
    assert dict(fields["client"].choices)["*"] == "All clients"
    whole = " ".join(f"{f.value} {f.hint}" for f in asked.form.fields)
    assert not [words for words in ("Ann", "Lee", "4711", "again") if words in whole]
    assert await desk.store.read(lambda tx: tx.articles()) == []
    values = {f.name: f.value for f in asked.form.fields} | {"words": "plotter, A0 ,plotter"}
    assert (await desk.submit("ben", "acme-team", asked.form.id, **values)).status == 200
    (article,) = await desk.store.read(lambda tx: tx.articles())
    assert (article.ref, article.client, article.by, article.ticket) == ("2", "acme", "ben", 1)
    assert article.words == ("plotter", "A0")


async def test_an_article_of_a_ticket_answers_the_next_who_asks(desk: Conversation):
    await kept(desk)
    asked = await desk.say("carl", "dm-carl", "the plotter draws only half of my plan")
    assert "Set the paper to A0." in desk.words(asked.reply)
    await desk.say("carl", "dm-carl", button(asked, "This solved it"))
    assert await deflected(desk) == 1


async def test_an_article_of_one_client_is_nothing_to_another(desk: Conversation):
    """Neither while they ask, nor in the list, nor by its number."""
    await kept(desk)
    words = "the plotter draws only half of my plan"
    assert (await desk.say("gina", "dm-gina", words)).reply is None
    assert "Plotter" not in desk.words((await desk.say("gina", "dm-gina", "/kb")).reply)
    assert "Plotter" not in desk.words((await desk.say("gina", "dm-gina", "/kb plotter draws")).reply)
    for line in ("/kb show {}", "/kb solved {}", "/kb retire {}"):
        theirs = await desk.say("gina", "dm-gina", line.format(2))
        none = await desk.say("gina", "dm-gina", line.format(99))
        assert theirs.status == none.status == 404
        assert theirs.error == none.error.replace("99", "2")
    await kept_for_all(desk)
    assert "Set the paper" in desk.words((await desk.say("gina", "dm-gina", words)).reply)


async def kept_for_all(desk: Conversation) -> None:
    values = {"number": "1", "title": "Plotter draws half", "answer": "Set the paper to A0.", "client": "*"}
    assert (await desk.submit("ben", "acme-team", "article", **values)).status == 200


async def test_an_article_of_the_files_for_one_client_is_nothing_to_another(desk: Conversation):
    lorry = Article("lorry", "Where is my lorry", "Ask the driver.", ("lorry",), "globex")
    desk.config = replace(desk.config, desk=replace(desk.config.desk, articles=(lorry,)))
    assert "Ask the driver" in desk.words((await desk.say("gina", "dm-gina", "my lorry is lost")).reply)
    assert (await desk.say("ann", "dm-ann", "my lorry is lost")).reply is None
    theirs = await desk.say("ann", "dm-ann", "/kb show lorry")
    none = await desk.say("ann", "dm-ann", "/kb show lorrx")
    assert theirs.error == none.error.replace("lorrx", "lorry")
    assert theirs.status == 404


@pytest.mark.parametrize(
    ("line", "status", "part", "why"),
    [
        ("/kb add 1", 409, "`/resolve 1` comes first", "it is not solved"),
        ("/kb add 99", 404, "There is no 99", "no ticket"),
        ("/kb add vpn", 422, "Of which ticket?", "no number"),
        ("/kb show", 422, "Which article?", "nothing named"),
        ("/kb show nothing", 404, "There is no article “nothing”", "a name that is none"),
        ("/kb show 1", 404, "There is no 1", "the number of a ticket"),
        (f"/kb retire {VPN}", 409, "part of the configuration", "one of deskbell.yaml"),
    ],
)
async def test_what_cannot_be_done_is_said_with_what_can(desk: Conversation, line, status, part, why):
    await desk.say("ann", "dm-ann", "/open My lorry is lost")
    answer = await desk.say("ben", "acme-team", line)
    assert (answer.status, part in answer.error) == (status, True), (why, answer.error)


async def test_requesters_read_articles_and_neither_write_nor_retire_them(desk: Conversation):
    await kept(desk)
    listed = await desk.say("ann", "dm-ann", "/kb")
    assert [row[0] for row in listed.reply.table][-1] == ("2",)
    shown = await desk.say("ann", "dm-ann", "/kb show 2")
    assert "Set the paper to A0." in desk.words(shown.reply)
    assert "Ben" not in desk.words(shown.reply)
    assert [b.label for b in shown.reply.buttons] == ["This solved it"]
    await desk.say("ann", "dm-ann", button(shown, "This solved it"))
    assert await deflected(desk) == 1
    for line in ("/kb add 1", "/kb add", "/kb retire 2", "/article 1"):
        assert (await desk.say("ann", "dm-ann", line)).status == 403, line


async def test_a_retired_article_is_shown_to_nobody_and_stays_counted(desk: Conversation):
    await kept(desk)
    asked = await desk.say("carl", "dm-carl", "the plotter draws only half of my plan")
    await desk.say("carl", "dm-carl", button(asked, "This solved it"))
    shown = await desk.say("ben", "acme-team", "/kb show 2")
    assert "by Ben" in desk.words(shown.reply)
    assert (await desk.say("ben", "acme-team", button(shown, "Retire"))).reply.state == "retired"
    assert (await desk.say("carl", "dm-carl", "the plotter draws only half of my plan")).reply is None
    assert (await desk.say("ben", "acme-team", "/kb show 2")).status == 404
    assert await deflected(desk) == 1


async def test_an_article_for_all_is_for_staff_of_all_clients_to_write(desk: Conversation):
    """Whoever works for one client alone writes nothing that another's people are shown."""
    await kept(desk)
    nia = replace(desk.config.people["ben"], roles={"acme": frozenset({Role.TECHNICIAN})})
    desk.config = replace(desk.config, people={**desk.config.people, "ben": nia})
    asked = await desk.say("ben", "acme-team", "/kb add 1")
    (field,) = [f for f in asked.form.fields if f.name == "client"]
    assert [value for value, _ in field.choices] == ["acme"]
    values = {"number": "1", "title": "Plotter", "answer": "Set the paper.", "client": "*"}
    refused = await desk.submit("ben", "acme-team", asked.form.id, **values)
    assert refused.status == 422
    assert "You keep no articles for “*”" in refused.error


async def test_what_people_write_into_an_article_is_inert(desk: Conversation):
    """Marks, mentions and commands are words, and brackets no link."""
    hostile = "<b>x</b> <!channel> @everyone [x](javascript:alert(1)) `/resolve 1` *"
    await kept(desk, answer=hostile)
    shown = await desk.say("ann", "dm-ann", "/kb show 2")
    assert shown.reply.lines == ((hostile,),)
