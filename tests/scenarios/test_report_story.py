"""A manager asks for a month, and every number opens the tickets behind it."""

from dataclasses import replace

import pytest

from bot.folding import Folding
from config.loaded import Channel, Config, dm
from desk.alerts import Status
from desk.cards import Card
from desk.people import Person, Role
from tests.conversation import Conversation

OK, FAILED = Status.OK, Status.FAILED


@pytest.fixture
def demo_config(demo_config: Config) -> Config:
    """With a manager of Acme's own."""
    cleo = Person("cleo", "Cleo Ward", client="acme", roles={"acme": frozenset({Role.MANAGER})})
    direct = Channel(dm("cleo"), "Deskbell", "dm")
    return replace(
        demo_config, people={**demo_config.people, "cleo": cleo},
        channels={**demo_config.channels, direct.id: direct},
    )  # fmt: skip


@pytest.fixture
async def month(desk: Conversation) -> Conversation:
    """Four tickets of Acme and one of Globex: 1 solved by the first answer, 2 late, 3 taken back, 4 and 5 open."""
    for n in range(1, 5):
        await desk.say("ann", "dm-ann", f"/open priority=P1 question number {n}")
    await desk.say("gina", "dm-gina", "/open the lorry is lost")
    await desk.wait(60)
    await desk.say("ben", "acme-team", "/reply 1 Restart it")
    await desk.say("ben", "acme-team", "/resolve 1 It was restarted")
    await desk.say("ann", "dm-ann", "/resolve 3 never mind")
    await desk.wait(120)
    await desk.say("ben", "acme-team", "/reply 2 Sorry, we look at it now")
    await desk.say("ben", "acme-team", "/resolve 2 Found it")
    return desk


async def asked(desk: Conversation, person: str, line: str) -> Card:
    answer = await desk.say(person, dm(person), line)
    assert answer.reply is not None, answer.error
    return answer.reply


async def test_a_report_tells_each_number_with_its_denominator(month: Conversation):
    words = month.words(await asked(month, "rosa", "/report acme"))
    assert words.startswith("Acme Web Shops: November 2026 · so far\n4 tickets opened: 3 solved, 1 still open\n")
    assert "First answer: 33.3 % (1 of 3; target 95 %) ▲" in words, "3 was taken back, so it owed none"
    assert "Solved in time: 100.0 % (3 of 3; target 90 %; 1 not judged yet) ✓" in words
    assert "Solved by the first answer · 66.7 % (2 of 3)" in words
    assert "Reopened · 0.0 % (0 of 3)" in words
    assert "Open now, by age · 1 under a day" in words
    assert "Up: checkout page · no data" in words, "nobody has looked: neither 0 % nor 100 %"


async def test_it_tells_the_same_after_the_sums_were_made(month: Conversation):
    before = await asked(month, "rosa", "/report acme")
    while await Folding(month.store).turn(month.clock.now()):
        pass
    assert await month.store.read(lambda tx: tx.sums_wait()) is False
    assert await asked(month, "rosa", "/report acme") == before


@pytest.mark.parametrize(
    ("number", "tickets"),
    [
        ("missed/first_response", ["2", "4"]),
        ("missed", ["2", "4"]),
        ("missed/first_response/P2", []),
        ("met/first_response", ["1"]),
        ("excluded/first_response", ["3"]),
        ("running/resolution", ["4"]),
        ("resolved", ["1", "2", "3"]),
        ("first-contact", ["1", "2"]),
        ("open", ["4"]),
        ("backlog", ["4"]),
        ("resolve/P1", ["1", "2", "3"]),
    ],
)
async def test_a_number_opens_just_its_tickets(month: Conversation, number, tickets):
    card = await asked(month, "rosa", f"/behind {number} acme this month")
    assert [row[0][0] for row in card.table] == tickets


async def test_the_buttons_of_a_report_lead_to_the_tickets(month: Conversation):
    """"Breaches" lists them at once; "Tickets…" asks which number is meant, the rest being known."""
    report = await asked(month, "rosa", "/report acme")
    breaches, which = report.buttons[:2]
    assert [row[0][0] for row in (await asked(month, "rosa", breaches.line())).table] == ["2", "4"]
    form = (await month.say("rosa", "dm-rosa", which.line())).form
    assert form is not None
    fields = {field.name: field for field in form.fields}
    assert ("missed/resolution", "Solution: too late") in fields["what"].choices
    assert (fields["client"].value, fields["period"].value) == ("acme", "2026-11")


async def test_outages_are_behind_the_uptime(month: Conversation):
    """Two failures in a row ring; what was down is listed with how long."""
    for status in (FAILED, FAILED, OK, OK):
        await month.look("shop", status, "status 500")
    card = await asked(month, "rosa", "/behind uptime/shop acme")
    words = month.words(card)
    assert "1 outage" in words
    assert "6 · 09:03 – 09:03 · 15 s" in words
    assert (await asked(month, "rosa", "/behind uptime/shop globex")).table == (), "it is not globex's"


async def test_a_clients_own_manager_sees_that_client_alone(month: Conversation):
    """Whose client it is need not be said; another client is as absent as one that does not exist."""
    assert "Acme Web Shops: November 2026" in month.words(await asked(month, "cleo", "/report"))
    assert "Acme Web Shops: October 2026" in month.words(await asked(month, "cleo", "/report last month"))
    assert "Acme Web Shops: Q4 2026" in month.words(await asked(month, "cleo", "/report q4"))
    for word in ("/report {}", "/sla {}", "/behind opened {}"):
        told = (await month.say("cleo", "dm-cleo", word.format("globex"))).error
        assert told == (await month.say("cleo", "dm-cleo", word.format("initech"))).error.replace("initech", "globex")
        assert told == "You have no client “globex”. Yours: acme."
    assert "lorry" not in month.words(await asked(month, "cleo", "/behind opened"))


@pytest.mark.parametrize("line", ["/report acme", "/behind opened acme", "/sla risk"])
async def test_a_requester_is_told_no_numbers(month: Conversation, line):
    assert (await month.say("ann", "dm-ann", line)).status == 403


async def test_a_period_that_is_none_is_answered_with_examples(month: Conversation):
    answer = await month.say("rosa", "dm-rosa", "/report acme the other day")
    assert "2026-10, october, last month" in answer.error
    assert "has not begun" in (await month.say("rosa", "dm-rosa", "/report acme 2026-12")).error
    assert "For which client? Yours: acme, globex." in (await month.say("rosa", "dm-rosa", "/report october")).error


async def test_sla_tells_what_is_at_risk_whose_it_is(month: Conversation):
    """Of all, of one's own, of one's team; broken ones after those that can still be kept."""
    risk = month.words(await asked(month, "rosa", "/sla risk"))
    assert "0 at risk and 1 broken, of 2 open tickets" in risk
    assert "lorry" not in risk
    await month.say("mia", "acme-team", "/claim 4")
    assert "question number 4" in month.words(await asked(month, "mia", "/sla mine"))
    assert "of 0 open tickets" in month.words(await asked(month, "ben", "/sla mine"))
    team = month.words(await asked(month, "ben", "/sla team"))
    assert "question number 4" in team
    assert "the lorry is lost" in team
    assert "in no team" in (await month.say("rosa", "dm-rosa", "/sla team")).error


async def test_status_tells_a_manager_how_the_promises_do_at_each_client(month: Conversation):
    """The worst first; technicians are told what is up."""
    words = month.words(await asked(month, "rosa", "/status"))
    assert "Acme Web Shops: 1 open ticket, 0 at risk, 1 broken" in words
    assert "Globex Logistics: 1 open ticket, 0 at risk, 0 broken" in words
    assert "broken" not in month.words(await asked(month, "ben", "/status"))
