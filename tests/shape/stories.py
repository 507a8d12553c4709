"""What has happened before: each story leaves the desk of the demo in one state that a command or an event can meet."""

from dataclasses import replace
from datetime import timedelta

from bot.acting import as_desk
from bot.store import accounts
from bot.store.accounts import Known
from config.loaded import Config, Gateway
from desk import schedules
from desk.alerts import Status
from desk.events import Webhook
from desk.holds import Window
from desk.pins import Quote
from desk.runs import Ended, Ending
from desk.schedules import Scheduled
from desk.ways import Way, Ways
from handlers.events import handover, scheduled, turn
from handlers.events import window as windows
from tests.conversation import Conversation

DAY = 86_400
POINTED = "acme-team|7|mia"


async def nothing(desk: Conversation) -> None:
    """An empty desk."""


async def said(desk: Conversation, person: str, channel: str, line: str) -> None:
    answer = await desk.say(person, channel, line)
    assert answer.status == 200, answer.error


async def linked(desk: Conversation) -> None:
    """Ben has an account on Slack."""
    account = Known("slack", "T1", "U1", "ben", None, "Ben", "", outsider=False)
    await desk.store.write(lambda tx: accounts.save(tx, account))


async def opened(desk: Conversation) -> None:
    """Ann has ticket 1."""
    await said(desk, "ann", "dm-ann", "/open VPN drops every hour")


async def pointed(desk: Conversation) -> None:
    """And Ben points at what Mia wrote in the team's channel."""
    await opened(desk)
    await desk.store.write(lambda tx: tx.point("ben", POINTED, Quote("Mia", tx.now, "it is the firewall")))


async def covered(desk: Conversation) -> None:
    await opened(desk)
    await desk.store.write(lambda tx: handover.arm(tx, as_desk(tx, desk.config, "configuration")))


async def rostered(desk: Conversation) -> None:
    """Mia is on call, and it was noted."""
    await opened(desk)
    await desk.store.write(lambda tx: turn.arm(tx, as_desk(tx, desk.config, "configuration")))
    await desk.wait(1)


async def overridden(desk: Conversation) -> None:
    """Ben has it for tonight: override 2."""
    await rostered(desk)
    await said(desk, "ben", "acme-team", "/oncall override desk-week person=ben until=9pm")


async def swapping(desk: Conversation) -> None:
    """Mia asks Ben to take her Thursday: swap 2."""
    await rostered(desk)
    await said(desk, "mia", "acme-team", "/oncall swap with=ben from=thursday 9:00 until=thursday 18:00")


async def swapped(desk: Conversation) -> None:
    await swapping(desk)
    await said(desk, "ben", "acme-team", "/oncall accept 2")


async def reporting(desk: Conversation) -> None:
    await opened(desk)
    await desk.store.write(lambda tx: scheduled.arm(tx, as_desk(tx, desk.config, "configuration")))


async def broken(desk: Conversation) -> None:
    """Nobody has answered in three minutes."""
    await opened(desk)
    await desk.wait(181)


async def held(desk: Conversation) -> None:
    """Globex waits for an answer, and Mia, who is on call, is not at work yet."""
    await said(desk, "gina", "dm-gina", "/open priority=P1 the gate is stuck")
    await desk.wait(1801)


async def followed(desk: Conversation) -> None:
    """Tickets 1 of Ann's, with a tag, and 2 of Carl's; Mia watches the first."""
    await opened(desk)
    await said(desk, "carl", "dm-carl", "/open No connection from home")
    await said(desk, "ben", "acme-team", "/tag 1 vpn")
    await said(desk, "mia", "acme-team", "/watch 1")


async def merged(desk: Conversation) -> None:
    """Carl's ticket 2 goes on in Ann's ticket 1."""
    await followed(desk)
    await said(desk, "ben", "acme-team", "/merge 2 into 1 sure=yes")


async def alerted(desk: Conversation) -> None:
    """Alert 1, and Ann's ticket 2."""
    await ringing(desk)
    await opened(desk)


async def noted(desk: Conversation) -> None:
    """And Ben has written a note about it."""
    await opened(desk)
    answer = await desk.say("ben", "acme-team", "looks like the firewall", thread="ticket/1", message="m1")
    assert answer.status == 200, answer.error


async def pending(desk: Conversation) -> None:
    await opened(desk)
    await said(desk, "ben", "acme-team", "/pending 1 customer Is it better?")


async def taken(desk: Conversation) -> None:
    await opened(desk)
    await said(desk, "ben", "acme-team", "/claim 1")


async def waiting(desk: Conversation) -> None:
    """For two hours."""
    await taken(desk)
    await said(desk, "ben", "acme-team", "/pending 1 vendor until=2h New switch is ordered")


async def resolved(desk: Conversation) -> None:
    await opened(desk)
    await said(desk, "ben", "acme-team", "/resolve 1 Updated the client")


async def written(desk: Conversation) -> None:
    """Article 2 is made of it, for all of Acme."""
    await resolved(desk)
    await said(desk, "ben", "acme-team", '/article 1 title="VPN client" client=acme Update it')


async def closed(desk: Conversation) -> None:
    await resolved(desk)
    await desk.wait(3 * DAY + 1)


async def failing(desk: Conversation) -> None:
    """The shop has failed once."""
    await desk.look("shop", Status.FAILED, "status 500, expected 200")


async def acknowledged(desk: Conversation) -> None:
    """Ben has alert 1."""
    await ringing(desk)
    await said(desk, "ben", "acme-team", "/ack 1")


async def snoozed(desk: Conversation) -> None:
    """Ben looks at alert 1 again in half an hour."""
    await ringing(desk)
    await said(desk, "ben", "acme-team", "/snooze 1 30m")


async def silenced(desk: Conversation) -> None:
    """Alert 1 calls nobody."""
    await ringing(desk)
    await said(desk, "ben", "acme-team", "/silence 1 2h Disk is swapped")


async def held_by_silence(desk: Conversation) -> None:
    """The shop is down, and nothing rang."""
    line = "/silence matching=monitor=shop client=acme lasts=2h Disk is swapped"
    await said(desk, "ben", "acme-team", line)
    await failing(desk)
    await desk.look("shop", Status.FAILED, "no answer")


async def reviewed(desk: Conversation) -> None:
    """Another configuration is in force: what is hidden will be looked at."""
    await held_by_silence(desk)
    await desk.store.write(lambda tx: windows.arm(tx, as_desk(tx, desk.config, "configuration")))
    desk.clock.step(2 * 3600)


async def planned(desk: Conversation) -> None:
    """A window of the shop begins in an hour and lasts for one; its alarms are not set yet."""
    now = desk.clock.now()
    span = (now + timedelta(hours=1), now + timedelta(hours=2))
    window = Window("patches", "Patches", "acme", (), (span,), "UTC", 1800)
    desk.config = replace(desk.config, alerting=replace(desk.config.alerting, windows={"patches": window}))


async def maintained(desk: Conversation) -> None:
    await planned(desk)
    await desk.store.write(lambda tx: windows.arm(tx, as_desk(tx, desk.config, "configuration")))


async def storming(desk: Conversation) -> None:
    """Everything of Acme is one alert, which waits for half a minute for what belongs to it."""
    route = replace(desk.config.alerting.route, group_by=("client",), group_wait=30.0, repeat_interval=600.0)
    basket = replace(desk.config.monitors["shop"], id="basket", name="basket", runbook=None, target=None)
    desk.config = replace(
        desk.config, alerting=replace(desk.config.alerting, route=route),
        monitors={**desk.config.monitors, "basket": basket},
    )  # fmt: skip
    for monitor in ("shop", "basket"):
        for _ in range(2):
            await desk.look(monitor, Status.FAILED, "no answer")


async def announced(desk: Conversation) -> None:
    """The same, told; then one more came."""
    await storming(desk)
    await desk.wait(30)
    cart = replace(desk.config.monitors["basket"], id="cart", name="cart")
    desk.config = replace(desk.config, monitors={**desk.config.monitors, "cart": cart})
    for _ in range(2):
        await desk.look("cart", Status.FAILED, "no answer")


async def ringing(desk: Conversation) -> None:
    """Alert 1."""
    await failing(desk)
    await failing(desk)


async def trying(desk: Conversation) -> None:
    """Mia tries whether her ways reach her."""
    await said(desk, "mia", "dm-mia", "/test page me")


async def almost_up(desk: Conversation) -> None:
    await ringing(desk)
    await desk.look("shop", Status.OK)


async def asked(desk: Conversation) -> None:
    """Run 2 waits for its approval, 3."""
    await ringing(desk)
    await said(desk, "ben", "acme-team", "/run restart-shop shop-1 alert=1")


async def queued(desk: Conversation) -> None:
    await asked(desk)
    await said(desk, "mia", "acme-team", "/approve 3")


async def running(desk: Conversation) -> None:
    await queued(desk)
    assert await desk.start_run(2)


async def verifying(desk: Conversation) -> None:
    await running(desk)
    await desk.end_run(2, Ended(Ending.EXIT, 0))


async def almost_proven(desk: Conversation) -> None:
    await verifying(desk)
    await desk.look("shop", Status.OK, for_run=2)


async def child_almost_ringing(desk: Conversation) -> None:
    """The basket hangs on the shop, and both fail."""
    await ringing(desk)
    await desk.look("basket", Status.FAILED, "status 500, expected 200")


async def told(desk: Conversation, status: str = "failed", message: str = "disk full", severity: str = "") -> None:
    """Globex's backups have told that db-1's has failed."""
    await desk.hear("backups", {"host": "db-1", "status": status, "message": message, "severity": severity})


async def told_and_taken(desk: Conversation) -> None:
    await told(desk)
    await said(desk, "ben", "globex-team", "/ack 1")


async def told_a_lot_and_resolved(desk: Conversation) -> None:
    """More than is ended at once, as one alert."""
    everything = replace(desk.config.alerting.route, group_by=("client", "hook"))
    desk.config = replace(desk.config, alerting=replace(desk.config.alerting, route=everything))
    for place in range(60):
        await desk.hear("backups", {"host": f"db-{place}", "status": "failed"})
    await said(desk, "ben", "globex-team", "/resolve 1 The tapes were swapped")


async def globex_opened(desk: Conversation) -> None:
    """Gina, of another client, has ticket 1."""
    await said(desk, "gina", "dm-gina", "/open The lorry is lost")


async def cart_failing(desk: Conversation) -> None:
    """The cart's runbook needs nobody's word, and the cart has failed once."""
    await desk.look("cart", Status.FAILED, "status 500, expected 200")


def adopted(config: Config) -> Config:
    """Another version: acme is promised other times, globex has left, and so have all monitors."""
    acme = config.clients["acme"]
    longer = {key: 2 * seconds for key, seconds in acme.contract.targets.items()}
    contract = replace(acme.contract, targets=longer, warnings=(0.6,))
    return replace(config, version="another", clients={"acme": replace(acme, contract=contract)}, monitors={})


def with_more_to_meet(config: Config) -> Config:
    """The demo, with a monitor that hangs on another, one that is repaired without asking, a report that goes out each
    day, Mia's own hours and ways, and a webhook that wants to hear of everything.
    """
    shop, book = config.monitors["shop"], config.runbooks["restart-shop"]
    basket = replace(shop, id="basket", name="basket", parent="shop", runbook=None, target=None)
    cart = replace(shop, id="cart", name="cart", runbook="restart-cart")
    by_itself = replace(book, id="restart-cart", needs_approval=False, by_itself=True)
    late = replace(config.calendars["berlin-office"], weekly=dict.fromkeys(range(7), ((12 * 3600, 20 * 3600),)))
    return replace(
        config,
        people={**config.people, "mia": replace(config.people["mia"], hours="late")},
        calendars={**config.calendars, "late": late},
        monitors={**config.monitors, "basket": basket, "cart": cart},
        runbooks={**config.runbooks, "restart-cart": by_itself},
        desk=replace(
            config.desk, push={"push": Gateway("push", "https://ntfy.example", ntfy=True)},
            webhooks={"crm": Webhook("crm", "https://crm.example/hooks")},
        ),
        ways={**config.ways, "mia": Ways((Way("chat"), Way("push", 60)), addresses={"push": "mia-x7f3"})},
        reports={"daily": Scheduled("daily", "acme", "month", schedules.parse("0 10 * * *"), "acme-team")},
    )
