"""For every kind of event what makes it happen. A kind that has no row here fails the test."""

from typing import Any

from bot.acting import as_desk
from bot.store.store import StoreTx
from config.loaded import Config
from desk.alerts import Status
from desk.runs import Ended, Ending
from handlers import saving
from handlers.events import run_finished
from tests.shape import stories
from tests.shape.cases import happen, look, ring
from tests.shape.command_cases import Case, Work, say

BEN, MIA, ANN = ("ben", "acme-team"), ("mia", "acme-team"), ("ann", "dm-ann")
PATCHES = "maintenance/patches"


def configured(action: str) -> Work:
    """As whoever takes over a configuration notes it."""

    def work(tx: StoreTx, config: Config) -> Any:
        saving.note_audit(tx, as_desk(tx, config, "configuration"), action, "abcdef", None, difference="zqdifference")

    return work


CASES = {
    "alert.raised": Case(stories.failing, look("shop", Status.FAILED, "status 500"), "the second failure"),
    "alert.paged": Case(stories.alerted, say(*BEN, "/page 1 mia"), "a colleague is called"),
    "alert.acknowledged": Case(stories.ringing, say(*BEN, "/ack 1"), ""),
    "alert.handed_over": Case(stories.acknowledged, say(*BEN, "/handover 1 mia"), ""),
    "alert.snoozed": Case(stories.ringing, say(*BEN, "/snooze 1 30m"), ""),
    "alert.let_go": Case(stories.acknowledged, say(*BEN, "/unack 1"), ""),
    "alert.resolved": Case(stories.told, say("ben", "globex-team", "/resolve 1 It was only a test"), ""),
    "alert.cleared": Case(stories.almost_up, look("shop", Status.OK), "the second success"),
    "ticket.opened": Case(stories.nothing, say(*ANN, "/open VPN drops every hour"), ""),
    "ticket.changed": Case(stories.opened, say(*BEN, "/claim 1"), "it has no kind of its own"),
    "ticket.replied": Case(stories.taken, say(*BEN, "/reply 1 We look at it"), ""),
    "ticket.urged": Case(stories.opened, say(*ANN, "/priority 1 impact=high urgency=high Nobody can work"), ""),
    "ticket.woken": Case(stories.waiting, ring("ticket/1", "wake"), "", wait=2 * 3600 + 1),
    "ticket.reopened": Case(stories.resolved, say(*ANN, "/reopen 1 It drops again"), ""),
    "ticket.resolved": Case(stories.opened, say(*BEN, "/resolve 1 Updated the client"), ""),
    "ticket.merged": Case(stories.followed, say(*BEN, "/merge 2 into 1 sure=yes"), ""),
    "ticket.closed": Case(stories.resolved, say(*ANN, "/confirm 1"), "by its requester"),
    "promise.reminded": Case(stories.opened, ring("ticket/1", "sla/first_response/50"), "half of it", wait=91),
    "promise.broken": Case(stories.opened, ring("ticket/1", "sla/first_response/breach"), "all of it", wait=181),
    "incident.published": Case(stories.ringing, say(*BEN, "/publish 1 The shop is slow"), ""),
    "run.asked": Case(stories.ringing, say(*BEN, "/run restart-shop shop-1 alert=1"), ""),
    "run.approved": Case(stories.asked, say(*MIA, "/approve 3"), ""),
    "run.denied": Case(stories.asked, say(*MIA, "/deny 3"), ""),
    "run.lapsed": Case(stories.asked, ring("approval/3", "lapse"), "", wait=601),
    "run.started": Case(stories.queued, happen(run_finished.start, run_finished.Started(2)), ""),
    "run.ended": Case(
        stories.running, happen(run_finished.finish, run_finished.Finished(2, Ended(Ending.EXIT, 1))), "exit 1"
    ),
    "silence.made": Case(stories.ringing, say(*BEN, "/silence 1 2h Disk is swapped"), ""),
    "silence.ended": Case(stories.silenced, say(*BEN, "/unsilence 2"), ""),
    "maintenance.announced": Case(stories.maintained, ring(PATCHES, "announce"), "", wait=1801),
    "maintenance.started": Case(stories.maintained, ring(PATCHES, "start"), "", wait=3601),
    "maintenance.ended": Case(stories.maintained, ring(PATCHES, "end"), "", wait=7201),
    "oncall.changed": Case(stories.rostered, ring("schedule/desk-week", "turn"), "Monday", wait=7 * stories.DAY),
    "oncall.overridden": Case(
        stories.rostered, say(*BEN, "/oncall override desk-week person=ben until=9pm"), "for tonight"
    ),
    "oncall.cancelled": Case(stories.overridden, say(*BEN, "/oncall cancel 2"), ""),
    "configuration.loaded": Case(stories.nothing, configured("configuration.loaded"), ""),
    "configuration.refused": Case(stories.nothing, configured("configuration.refused"), ""),
}  # fmt: skip
