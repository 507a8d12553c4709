"""`/home`: what concerns a person now, for a requester, for staff, for whoever asks for numbers."""

from dataclasses import replace

import pytest

from config.loaded import Channel
from desk.alerts import Status
from desk.people import Person, Role
from handlers.pictures import alert as alert_picture
from tests.conversation import Conversation
from tests.scenarios.alerting import alerts, down, said, watch


async def home(desk: Conversation, person: str) -> tuple[str, list[str]]:
    card = (await desk.say(person, f"dm-{person}", "/home")).reply
    return desk.words(card, "UTC"), [button.label for button in card.buttons]


async def test_a_requester_sees_their_open_tickets_and_when_we_answer(desk: Conversation):
    """First what one can do; then one row a ticket, nobody else's among them."""
    await desk.say("ann", "dm-ann", "/open VPN drops")
    await desk.say("ann", "dm-ann", "/open printer is on fire")
    await desk.say("carl", "dm-carl", "/open my salary")
    await desk.say("ben", "acme-team", "/resolve 2 Poured water on it")
    words, buttons = await home(desk, "ann")
    assert "1 open ticket of yours" in words
    assert "1 · VPN drops · ● new · We answer by 09:03 (3 min left) and solve it by 11:00." in words
    assert "salary" not in words
    assert buttons == ["Ask for help…", "Show 1"]


async def test_whoever_has_nothing_open_is_told_how_to_begin(desk: Conversation):
    words, buttons = await home(desk, "ann")
    assert "You have no open tickets. Write what you need, and I open one." in words
    assert buttons == ["Ask for help…"]


async def test_staff_see_alerts_what_they_may_approve_and_what_waits(desk: Conversation):
    """Each with its denominator; what waits for somebody else, and what somebody else has, is not among it."""
    for line in ("/open one", "/open two", "/open three", "/open four"):
        await desk.say("ann", "dm-ann", line + " thing")
    for line in ("/assign 1 mia", "/assign 2 ben", "/pending 3 vendor A new lock"):
        await desk.say("ben", "acme-team", line)
    for _ in range(2):
        await desk.look("shop", Status.FAILED, "status 500, expected 200")
    await desk.say("ben", "acme-team", "/run restart-shop shop-1 alert=5")
    mias, buttons = await home(desk, "mia")
    assert "1 open alert, 1 of them with nobody" in mias
    assert "5 · ▲ checkout page · critical" in mias
    assert "1 request for you to approve or deny" in mias
    assert "7 · Ben asks to run restart-shop on shop-1 · ◌ needs an approver" in mias
    assert "1 ticket with you, 1 with nobody, of 3 that wait for us" in mias
    assert "one thing" in mias
    assert "four thing" in mias
    assert "two thing" not in mias
    assert "three thing" not in mias
    assert buttons == ["Acknowledge 5", "Show 7", "Show 1", "Show 4", "Ask for help…"]
    bens, _ = await home(desk, "ben")
    assert "0 requests for you to approve or deny" in bens, "he asked for it himself"


async def test_an_alert_that_somebody_has_comes_after_those_that_nobody_has(desk: Conversation):
    for monitor in ("shop", "host-disk"):
        for _ in range(3):
            await desk.look(monitor, Status.FAILED, "bad")
    await desk.say("mia", "acme-team", "/ack 1")
    words, buttons = await home(desk, "ben")
    assert "2 open alerts, 1 of them with nobody" in words
    assert "Mia has it" in words
    assert buttons[:2] == ["Acknowledge 2", "Show 1"]


@pytest.mark.parametrize("line", ["/list", "/home"])
async def test_an_alert_says_who_has_it_and_what_needs_somebody_most_comes_first(desk: Conversation, line: str):
    """As on its card, in words and a symbol: nobody's first, then by how bad, then by age; the hidden ones last."""
    watch(desk, "low", "lower", severity="low", host="l")
    watch(desk, "old", "new", "mine", "gone", severity="critical", host="c")
    for monitor in ("low", "old", "new", "lower", "mine", "gone"):
        await down(desk, monitor, step=60)
    await said(desk, "mia", "/ack 5")
    await said(desk, "ben", "/silence 6 2h It is being swapped")
    card = (await desk.say("ben", "acme-team", line)).reply
    rows = [row for row in desk.words(card).splitlines() if " · since " in row]
    assert [row.split(" · ")[1:3] + row.split(" · ")[-1:] for row in rows] == [
        ["▲ old", "critical", "nobody has it"], ["▲ new", "critical", "nobody has it"],
        ["▲ low", "low", "nobody has it"], ["▲ lower", "low", "nobody has it"],
        ["◐ mine", "critical", "Mia has it"], ["⊘ gone", "critical", "silenced until 11:06"],
    ]  # fmt: skip
    assert "6 open alerts, 4 of them with nobody" in desk.words(card)
    assert [b.label for b in card.buttons][:4] == [f"Acknowledge {n}" for n in (2, 3, 1, 4)]


async def test_a_ticket_of_an_alert_is_proposed_as_urgent_as_the_alert_is_bad(desk: Conversation):
    bad = ("critical", "high", "normal", "low")
    for severity in bad:
        watch(desk, severity, severity=severity)
    await down(desk, *bad)
    cards = [alert_picture.for_team(alert, desk.config) for alert in await alerts(desk)]
    proposed = [dict(b.args)["priority"] for card in cards for b in card.buttons if b.word == "open"]
    assert proposed == ["P1", "P2", "P3", "P4"]


async def test_whoever_may_not_take_an_alert_is_offered_to_look_at_it(desk: Conversation):
    watch(desk, "old", severity="critical", host="c")
    await down(desk, "old")
    buttons = (await desk.say("rosa", "acme-team", "/list")).reply.buttons
    assert [b.label for b in buttons][:1] == ["Show 1"]


async def test_a_manager_sees_what_is_at_risk_and_todays_numbers_with_their_denominators(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open old thing")
    await desk.say("ben", "acme-team", "/resolve 1 Done")
    desk.clock.step(86_400)
    for line in ("/open late thing", "/open risky thing", "/open good thing"):
        await desk.say("ann", "dm-ann", line)
        desk.clock.step({"/open late thing": 30, "/open risky thing": 100}.get(line, 60))
    await desk.say("ben", "acme-team", "/resolve 4 Done")
    words, buttons = await home(desk, "rosa")
    assert "1 at risk and 1 broken, of 2 open tickets" in words
    assert "Today 3 tickets opened, 1 of 3 solved" in words
    assert "First answer: 50.0 % (1 of 2; 1 not judged yet)" in words
    assert words.index("risky thing") < words.index("late thing")
    assert buttons == ["Why 3?", "This month", "Why 2?", "Ask for help…"]


async def test_an_auditor_is_shown_the_numbers_and_no_work(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open VPN drops")
    words, _ = await home(desk, "ivo")
    assert "Today 1 ticket opened, 0 of 1 solved" in words
    assert "alert" not in words


async def test_another_clients_person_sees_nothing_of_it(desk: Conversation):
    """Gina, a requester of Globex, sees nothing of Acme's night."""
    await desk.say("ann", "dm-ann", "/open VPN drops")
    for _ in range(2):
        await desk.look("shop", Status.FAILED, "status 500, expected 200")
    words, buttons = await home(desk, "gina")
    assert words == "What concerns you now\nYou have no open tickets. Write what you need, and I open one."
    assert buttons == ["Ask for help…"]


async def test_whoever_works_for_one_client_is_not_shown_the_work_of_their_own(desk: Conversation):
    """Nia belongs to Acme, whose rows she therefore may touch, and works for Globex only."""
    works = frozenset({Role.TECHNICIAN, Role.APPROVER, Role.MANAGER})
    nia = Person("nia", "Nia Duarte", client="acme", roles={"globex": works})
    channels = {**desk.config.channels, "dm-nia": Channel("dm-nia", "Deskbell", "dm")}
    desk.config = replace(desk.config, people={**desk.config.people, "nia": nia}, channels=channels)
    await desk.say("ann", "dm-ann", "/open VPN drops")
    for _ in range(2):
        await desk.look("shop", Status.FAILED, "status 500, expected 200")
    await desk.say("ben", "acme-team", "/run restart-shop shop-1 alert=2")
    words, buttons = await home(desk, "nia")
    for line in (
        "0 open alerts, 0 of them with nobody",
        "0 requests for you to approve or deny",
        "0 tickets with you, 0 with nobody, of 0 that wait for us",
        "0 at risk and 0 broken, of 0 open tickets",
        "Today 0 tickets opened, 0 of 0 solved",
    ):
        assert line in words
    assert buttons == ["This month", "Ask for help…"]
