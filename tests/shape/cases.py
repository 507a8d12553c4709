"""For every command and every event the states it is run in. What has no row here fails the test."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.acting import as_desk
from bot.store import deadlines
from bot.store.store import StoreTx
from config.loaded import Config
from desk.alerts import Reading, Status
from desk.people import Person
from desk.runs import Ended, Ending
from handlers import arguments
from handlers.commands import commands
from handlers.context import Context, Where
from handlers.events import adopted, deadline, edited, filed, handover, reading, reply, run_finished, scheduled, window
from handlers.events import turn as next_turn
from handlers.events import way as later_way
from tests.shape import stories

Work = Callable[[StoreTx, Config], Any]


@dataclass(frozen=True)
class Case:
    """`wait` is how many seconds pass after the story."""

    story: Any
    work: Work
    why: str
    wait: float = 0


def say(person: str, channel: str, line: str) -> Work:
    """The line's command: its check, then its run, as the router calls them."""

    def work(tx: StoreTx, config: Config) -> Any:
        word, _, rest = line[1:].partition(" ")
        command = commands()[word]
        ctx = context(tx, config, config.people[person], channel)
        args = arguments.read(command.args, arguments.parse(command.args, rest)).args
        assert args is not None, f"{line} lacks something"
        if command.check:
            command.check(tx, ctx, args)
        return command.run(tx, ctx, args)

    return work


def context(tx: StoreTx, config: Config, person: Person, channel: str) -> Context:
    return Context(tx.now, tx.now, person, Where("webchat", channel), config, commands=commands())


def look(monitor: str, status: Status, sentence: str = "", for_run: int | None = None) -> Work:
    def work(tx: StoreTx, config: Config) -> Any:
        return reading.run(
            tx, as_desk(tx, config, "poller"), Reading(monitor, status, tx.now, sentence, for_run=for_run)
        )

    return work


def ring(subject: str, kind: str) -> Work:
    """The deadline rings, claimed as the clock claims it."""

    def work(tx: StoreTx, config: Config) -> Any:
        due = next(d for d in deadlines.due(tx, tx.now) if (d.subject, d.kind) == (subject, kind))
        assert deadlines.claim(tx, due)
        return deadline.run(tx, as_desk(tx, config, "clock"), due)

    return work


def happen(handler: Callable[..., Any], event: object) -> Work:
    return lambda tx, config: handler(tx, as_desk(tx, config, "runner"), event)


def adopt(handler: Callable[..., Any], *event: object) -> Work:
    """Another configuration is in force."""
    return lambda tx, config: handler(tx, as_desk(tx, stories.adopted(config), "configuration"), *event)


def write(person: str, channel: str, key: str, words: str) -> Work:
    return lambda tx, config: reply.run(
        tx, context(tx, config, config.people[person], channel), reply.Reply(key, words)
    )


def change(person: str, channel: str, key: str, words: str | None) -> Work:
    """They say something, and then that it is something else, or take it back."""

    def work(tx: StoreTx, config: Config) -> Any:
        ctx = context(tx, config, config.people[person], channel)
        said = replace(ctx, where=replace(ctx.where, message="m1"))
        reply.run(tx, said, reply.Reply(key, "it is the firewall"))
        return edited.run(tx, ctx, edited.Edited(key, "m1", words))

    return work


TEAM, ANN = "acme-team", "dm-ann"
COMMANDS: dict[str, list[Case]] = {
    "article": [
        Case(stories.resolved, say("ben", TEAM, "/article 1 title=VPN client=acme Update it"), "of a solution"),
    ],
    "ack": [
        Case(stories.ringing, say("ben", TEAM, "/ack 1"), "taken"),
        Case(stories.broken, say("ben", TEAM, "/ack 1"), "a broken promise"),
    ],
    "unack": [Case(stories.acknowledged, say("ben", TEAM, "/unack 1"), "given back")],
    "snooze": [Case(stories.ringing, say("ben", TEAM, "/snooze 1 2h"), "for two hours")],
    "handover": [Case(stories.acknowledged, say("ben", TEAM, "/handover 1 mia"), "to a colleague")],
    "page": [Case(stories.ringing, say("ben", TEAM, "/page 1 mia"), "one more")],
    "silence": [
        Case(stories.ringing, say("ben", TEAM, "/silence 1 2h Disk is swapped"), "what rings"),
        Case(stories.nothing, say("ben", TEAM, "/silence matching=host=db lasts=2h Disk is swapped"), "what may come"),
    ],
    "unsilence": [Case(stories.silenced, say("ben", TEAM, "/unsilence 2"), "it rings again")],
    "silences": [Case(stories.silenced, say("ben", TEAM, "/silences"), "what is quiet")],
    "timeline": [
        Case(stories.acknowledged, say("ben", TEAM, "/timeline 1"), "of an alert"),
        Case(stories.opened, say("ben", TEAM, "/timeline 1"), "of a ticket"),
    ],
    "approve": [Case(stories.asked, say("mia", TEAM, "/approve 3"), "allowed")],
    "assign": [
        Case(stories.opened, say("ben", TEAM, "/assign 1 mia"), "given away"),
        Case(stories.opened, say("ben", TEAM, "/assign 1 me"), "taken"),
    ],
    "claim": [Case(stories.opened, say("ben", TEAM, "/claim 1"), "taken")],
    "confirm": [Case(stories.resolved, say("ann", ANN, "/confirm 1"), "closed at once")],
    "behind": [
        Case(stories.broken, say("rosa", TEAM, "/behind missed/first_response acme"), "broken promises"),
        Case(stories.ringing, say("rosa", TEAM, "/behind uptime/shop acme"), "outages"),
    ],
    "deny": [
        Case(stories.asked, say("mia", TEAM, "/deny 3"), "refused"),
        Case(stories.queued, say("mia", TEAM, "/deny 3"), "taken back"),
    ],
    "escalate": [Case(stories.opened, say("ann", ANN, "/escalate 1 Nobody can work"), "by the requester")],
    "canned": [Case(stories.opened, say("ben", TEAM, "/canned 1 need-more"), "filled in")],
    "find": [
        Case(stories.noted, say("ben", TEAM, '/find vpn "the firewall" is:open'), "of staff"),
        Case(stories.followed, say("ann", ANN, "/find vpn"), "one's own"),
        Case(stories.broken, say("ben", TEAM, "/find is:overdue"), "what is late"),
    ],
    "help": [
        Case(stories.nothing, say("ann", ANN, "/help"), "all"),
        Case(stories.nothing, say("ann", ANN, "/help open"), "one"),
    ],
    "home": [
        Case(stories.opened, say("ann", ANN, "/home"), "a requester's"),
        Case(stories.asked, say("mia", TEAM, "/home"), "an approver's"),
        Case(stories.opened, say("rosa", TEAM, "/home"), "a manager's"),
    ],
    "kb": [
        Case(stories.written, say("ben", TEAM, "/kb retire 2"), "taken away"),
        Case(stories.written, say("ann", ANN, "/kb solved 2"), "a question that became no ticket"),
        Case(stories.opened, say("ann", ANN, "/kb solved number=1 the-vpn-drops-or-does-not-connect"), "one that did"),
    ],
    "link": [Case(stories.linked, say("ben", TEAM, "/link"), "one more account")],
    "list": [
        Case(stories.asked, say("ben", TEAM, "/list"), "of staff"),
        Case(stories.opened, say("ann", ANN, "/list"), "one's own"),
    ],
    "merge": [Case(stories.followed, say("ben", TEAM, "/merge 2 into 1 sure=yes"), "for good")],
    "note": [
        Case(stories.opened, say("ben", TEAM, "/note 1 Looks like the firewall"), "on a ticket"),
        Case(stories.ringing, say("ben", TEAM, "/note 1 Looks like the firewall"), "on an alert"),
    ],
    "oncall": [
        Case(stories.rostered, say("ben", TEAM, "/oncall override person=ben until=9pm"), "taken for a while"),
        Case(stories.overridden, say("mia", TEAM, "/oncall cancel 2"), "taken back"),
        Case(stories.rostered, say("mia", TEAM, "/oncall swap with=ben"), "asked of somebody"),
        Case(stories.swapping, say("ben", TEAM, "/oncall accept 2"), "accepted"),
        Case(stories.swapping, say("ben", TEAM, "/oncall decline 2"), "declined"),
        Case(stories.swapped, say("mia", TEAM, "/oncall cancel 2"), "a swap, taken back"),
    ],
    "open": [
        Case(stories.nothing, say("ann", ANN, "/open VPN drops"), "plain"),
        Case(stories.ringing, say("ben", TEAM, "/open alert=1 client=acme Shop is down"), "for an alert"),
        Case(stories.nothing, say("ben", TEAM, "/open --for ann VPN drops"), "for somebody"),
    ],
    "pending": [
        Case(stories.opened, say("ben", TEAM, "/pending 1 vendor until=2h New switch"), "begins to wait"),
        Case(stories.pending, say("ben", TEAM, "/pending 1 nobody"), "goes on"),
    ],
    "pin": [
        Case(stories.acknowledged, say("ben", TEAM, "/pin 1 The cable was loose"), "one's own words"),
        Case(stories.pointed, say("ben", TEAM, f"/pin 1 about='{stories.POINTED}'"), "a message"),
    ],
    "priority": [
        Case(stories.opened, say("ben", TEAM, "/priority 1 impact=high urgency=high"), "from both"),
        Case(stories.opened, say("ann", ANN, "/priority 1 impact=high urgency=high"), "asked for by the requester"),
    ],
    "report": [
        Case(stories.resolved, say("rosa", TEAM, "/report acme"), "a month"),
        Case(stories.broken, say("rosa", TEAM, "/report acme this quarter"), "with a broken promise"),
    ],
    "reopen": [Case(stories.resolved, say("ann", ANN, "/reopen 1 It drops again"), "by the requester")],
    "relate": [
        Case(stories.followed, say("ben", TEAM, "/relate 1 caused by 2"), "two tickets"),
        Case(stories.alerted, say("ben", TEAM, "/relate 2 alert 1"), "a ticket and an alert"),
        Case(stories.merged, say("ben", TEAM, "/relate 1 related 2"), "with one that was merged"),
    ],
    "reply": [
        Case(stories.merged, say("carl", "dm-carl", "/reply 2 It drops for me, too"), "goes on elsewhere"),
        Case(stories.opened, say("ben", TEAM, "/reply 1 Restart it"), "the first answer"),
        Case(stories.pending, say("ann", ANN, "/reply 1 It is better"), "ends the wait"),
        Case(stories.closed, say("ann", ANN, "/reply 1 It drops again"), "opens a new ticket"),
    ],
    "resolve": [Case(stories.pending, say("ben", TEAM, "/resolve 1 New client"), "while it waits")],
    "run": [
        Case(stories.ringing, say("ben", TEAM, "/run restart-shop shop-1 alert=1"), "needs approval"),
        Case(stories.nothing, say("ben", TEAM, "/run slow-hello shop-1"), "needs none"),
    ],
    "send": [Case(stories.noted, say("ben", TEAM, "/send 1 note=acme-team/m1"), "a note")],
    "show": [
        Case(stories.pending, say("ann", ANN, "/show 1"), "a ticket"),
        Case(stories.almost_proven, say("ben", TEAM, "/show 1"), "an alert"),
        Case(stories.almost_proven, say("ben", TEAM, "/show 2"), "a run"),
        Case(stories.asked, say("ben", TEAM, "/show 3"), "an approval"),
    ],
    "sla": [
        Case(stories.resolved, say("rosa", TEAM, "/sla acme"), "one client"),
        Case(stories.opened, say("rosa", TEAM, "/sla"), "all"),
        Case(stories.broken, say("ben", TEAM, "/sla risk"), "at risk"),
        Case(stories.opened, say("ben", TEAM, "/sla mine"), "one's own"),
        Case(stories.broken, say("ben", TEAM, "/sla team"), "a team's"),
    ],
    "status": [Case(stories.ringing, say("ben", TEAM, "/status"), "something is down")],
    "rate": [Case(stories.resolved, say("ann", ANN, "/rate 1 5"), "by who asked")],
    "reason": [Case(stories.broken, say("ben", TEAM, "/reason 1 workload Three at once"), "of a broken promise")],
    "simulate": [Case(stories.resolved, say("rosa", TEAM, "/simulate acme target=4h period=2026-11"), "a target")],
    "tag": [Case(stories.opened, say("ben", TEAM, "/tag 1 vpn home-office"), "two of them")],
    "test": [
        Case(stories.nothing, say("ben", TEAM, "/test ticket VPN drops"), "a rule, tried out"),
        Case(stories.nothing, say("ben", TEAM, "/test route severity=critical"), "a route"),
        Case(stories.overridden, say("ben", TEAM, "/test schedule desk-week 8pm"), "who would be on call"),
    ],
    "time": [Case(stories.opened, say("ben", TEAM, "/time 1 25m New cable"), "spent")],
    "unassign": [Case(stories.taken, say("ben", TEAM, "/unassign 1"), "given back")],
    "unlink": [Case(stories.linked, say("ben", TEAM, "/unlink slack"), "an account")],
    "untag": [Case(stories.followed, say("ben", TEAM, "/untag 1 vpn"), "the one it has")],
    "unwatch": [Case(stories.followed, say("mia", TEAM, "/unwatch 1"), "oneself")],
    "watch": [
        Case(stories.opened, say("ben", TEAM, "/watch 1"), "oneself"),
        Case(stories.opened, say("ben", TEAM, "/watch 1 @carl"), "for somebody"),
    ],
    "why": [
        Case(stories.pending, say("ben", TEAM, "/why 1"), "a promise"),
        Case(stories.ringing, say("ben", TEAM, "/why 1"), "an alert"),
        Case(stories.ringing, say("mia", TEAM, "/why not me 1"), "why it did not call"),
    ],
}  # fmt: skip

FAILED, OK, UNKNOWN = Status.FAILED, Status.OK, Status.UNKNOWN
DEADLINES: dict[str, list[Case]] = {
    "sla": [
        Case(stories.opened, ring("ticket/1", "sla/first_response/50"), "a reminder", wait=91),
        Case(stories.opened, ring("ticket/1", "sla/first_response/50"), "speaks for later ones too", wait=175),
        Case(stories.opened, ring("ticket/1", "sla/first_response/breach"), "a broken promise", wait=181),
    ],
    "handover": [
        Case(stories.covered, ring("coverage/day-and-night", "handover"), "what is open is named", wait=2 * 3600),
    ],
    "report": [Case(stories.reporting, ring("report/daily", "report"), "goes out by itself", wait=2 * 3600)],
    "climb": [Case(stories.broken, ring("ticket/1", "climb/first_response"), "the next people", wait=121)],
    "reminders": [Case(stories.held, ring("person/mia", "reminders"), "her hours have opened", wait=2 * 3600)],
    "wake": [Case(stories.waiting, ring("ticket/1", "wake"), "a wait is over", wait=2 * 3600 + 1)],
    "close": [Case(stories.resolved, ring("ticket/1", "close"), "closes by itself", wait=3 * stories.DAY + 1)],
    "page": [Case(stories.ringing, ring("alert/1", "page"), "the next step", wait=121)],
    "lapse": [
        Case(stories.asked, ring("approval/3", "lapse"), "nobody answered", wait=601),
        Case(stories.acknowledged, ring("alert/1", "lapse"), "no sign of whoever has it", wait=1801),
        Case(stories.swapping, ring("swap/2", "lapse"), "a swap that nobody answered", wait=3 * stories.DAY),
    ],
    "ask": [Case(stories.acknowledged, ring("alert/1", "ask"), "is anybody still on it?", wait=1201)],
    "snooze": [Case(stories.snoozed, ring("alert/1", "snooze"), "it calls again", wait=1801)],
    "announce": [
        Case(stories.storming, ring("alert/1", "announce"), "what belongs together is there", wait=31),
        Case(stories.maintained, ring("maintenance/patches", "announce"), "half an hour before", wait=1801),
    ],
    "redraw": [Case(stories.announced, ring("alert/1", "redraw"), "one more is on the card", wait=2)],
    "joined": [Case(stories.announced, ring("alert/1", "joined"), "the thread hears of it", wait=301)],
    "repeat": [Case(stories.announced, ring("alert/1", "repeat"), "nobody has it", wait=601)],
    "end": [
        Case(stories.silenced, ring("silence/2", "end"), "of a silence", wait=7201),
        Case(stories.held_by_silence, ring("silence/1", "end"), "of a silence that hid something", wait=7201),
        Case(stories.maintained, ring("maintenance/patches", "end"), "of maintenance", wait=7201),
    ],
    "start": [Case(stories.maintained, ring("maintenance/patches", "start"), "of maintenance", wait=3601)],
    "review/": [Case(stories.reviewed, ring("holds/acme", "review/"), "another configuration", wait=1)],
    "turn": [
        Case(stories.rostered, ring("schedule/desk-week", "turn"), "somebody else is on call", wait=7 * stories.DAY),
        Case(stories.overridden, ring("schedule/desk-week", "turn"), "at once", wait=1),
    ],
    "way": [
        Case(stories.ringing, ring("alert/1", "way/mia/push"), "a later way of whoever was called", wait=61),
        Case(stories.silenced, ring("alert/1", "way/mia/push"), "while a silence hides it", wait=61),
    ],
    "verify": [Case(stories.verifying, ring("run/2", "verify"), "nothing was proven in time", wait=31)],
}
EVENTS: dict[Callable[..., Any], list[Case]] = {
    deadline.run: [case for cases in DEADLINES.values() for case in cases],
    window.arm: [Case(stories.planned, adopt(window.arm), "the next window")],
    window.run: DEADLINES["start"],
    window.silence: [DEADLINES["end"][0]],
    window.review: DEADLINES["review/"],
    handover.arm: [Case(stories.opened, adopt(handover.arm), "the next change")],
    handover.run: DEADLINES["handover"],
    next_turn.arm: [Case(stories.opened, adopt(next_turn.arm), "the next change")],
    next_turn.run: DEADLINES["turn"],
    scheduled.arm: [Case(stories.opened, adopt(scheduled.arm), "the next time")],
    scheduled.run: DEADLINES["report"],
    later_way.run: DEADLINES["way"],
    reading.run: [
        Case(stories.nothing, look("shop", OK), "the first OK"),
        Case(stories.failing, look("shop", FAILED, "no answer"), "rings"),
        Case(stories.ringing, look("shop", FAILED, "no answer"), "sees something else"),
        Case(stories.ringing, look("shop", UNKNOWN, "no network"), "cannot look"),
        Case(stories.child_almost_ringing, look("basket", FAILED, "no answer"), "hidden by its parent"),
        Case(stories.almost_up, look("shop", OK), "up again"),
        Case(stories.verifying, look("shop", OK, for_run=2), "a first proof"),
        Case(stories.almost_proven, look("shop", OK, for_run=2), "fixed"),
        Case(stories.cart_failing, look("cart", FAILED, "no answer"), "rings and is repaired without asking"),
    ],
    reply.run: [
        Case(stories.opened, write("ann", ANN, "ticket/1", "and slow"), "by the requester"),
        Case(stories.opened, write("ben", ANN, "ticket/1", "restart it"), "by staff, to the requester"),
        Case(stories.opened, write("ben", TEAM, "ticket/1", "looks like the firewall"), "a note"),
        Case(stories.closed, write("ann", ANN, "ticket/1", "it drops again"), "to a closed ticket"),
        Case(stories.asked, write("ben", TEAM, "run/2", "careful"), "a note on a run"),
    ],
    edited.run: [
        Case(stories.opened, change("ben", TEAM, "ticket/1", "not the firewall"), "of a note"),
        Case(stories.opened, change("ann", ANN, "ticket/1", None), "a deletion"),
    ],
    filed.run: [
        Case(stories.opened, happen(filed.run, filed.Filed(1, "photo.jpg", "ab12")), "kept"),
        Case(stories.opened, happen(filed.run, filed.Filed(1, "photo.jpg", "", "it is too large.")), "not kept"),
    ],
    adopted.run: [
        Case(stories.opened, adopt(adopted.run, adopted.Adopted()), "an open ticket"),
        Case(stories.resolved, adopt(adopted.run, adopted.Adopted()), "a resolved one"),
    ],
    adopted.unwatched: [
        Case(stories.failing, adopt(adopted.unwatched), "before it rang"),
        Case(stories.asked, adopt(adopted.unwatched), "with an open alert"),
    ],
    adopted.retired: [Case(stories.globex_opened, adopt(adopted.retired, ["acme", "globex"]), "with a ticket")],
    run_finished.start: [Case(stories.queued, happen(run_finished.start, run_finished.Started(2)), "claimed")],
    run_finished.progress: [
        Case(stories.running, happen(run_finished.progress, run_finished.Progressed(2, 3, "half way")), "a line")
    ],
    run_finished.finish: [
        Case(stories.running, happen(run_finished.finish, run_finished.Finished(2, ended)), why)
        for ended, why in [
            (Ended(Ending.EXIT, 0), "well"),
            (Ended(Ending.KILLED, reason="ran longer than 20 s"), "killed"),
        ]
    ],
}
