"""For every event the states it is run in. What has no row here fails the test."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.acting import as_desk
from bot.store import deadlines
from bot.store.store import StoreTx
from config.loaded import Config
from desk.alerts import Reading, Status
from desk.runs import Ended, Ending
from handlers.events import adopted, deadline, edited, filed, handover, reading, reply, run_finished, scheduled, window
from handlers.events import settled as came_of
from handlers.events import turn as next_turn
from handlers.events import way as later_way
from tests.shape import stories
from tests.shape.command_cases import ANN, TEAM, Case, Work, context


def look(monitor: str, status: Status, sentence: str = "", for_run: int | None = None) -> Work:
    def work(tx: StoreTx, config: Config) -> Any:
        return reading.run(
            tx, as_desk(tx, config, "poller"), Reading(monitor, status, tx.now, sentence, for_run=for_run)
        )

    return work


def with_names(of: Callable[..., Any]) -> Work:
    """By a configuration in which each monitor has another name."""

    def work(tx: StoreTx, config: Config) -> Any:
        monitors = {id_: replace(each, name=f"new {each.name}") for id_, each in config.monitors.items()}
        return of(tx, as_desk(tx, replace(config, monitors=monitors), "configuration"))

    return work


def ring(subject: str, kind: str) -> Work:
    """The deadline rings, claimed as the clock claims it."""

    def work(tx: StoreTx, config: Config) -> Any:
        due = next(d for d in deadlines.due(tx, tx.now) if (d.subject, d.kind) == (subject, kind))
        assert deadlines.claim(tx, due)
        return deadline.run(tx, as_desk(tx, config, "clock"), due)

    return work


def end(key: str, state: str) -> Work:
    """What became of a message to Mia's phone."""

    def work(tx: StoreTx, config: Config) -> Any:
        tx.execute("UPDATE posts SET state = ?, delivered_at = 0 WHERE key = ?", (state, key))
        told = came_of.Settled(key, "push/mia", state, "no such topic")
        return came_of.run(tx, as_desk(tx, config, "outbox"), told)

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
    came_of.run: [
        Case(stories.ringing, end("alert/1/told/20261102T090010", "failed"), "a call that did not get there", wait=1),
        Case(stories.ringing, end("alert/1/told/20261102T090010", "unknown"), "a call of which nobody knows", wait=1),
        Case(stories.trying, end("test/page/mia/20261102T090000/told", "delivered"), "one that was tried"),
        Case(stories.trying, end("test/page/mia/20261102T090000/told", "waits"), "one that has to wait"),
    ],
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
    adopted.fires: [Case(stories.told, adopt(adopted.fires), "what a hook told that has left")],
    adopted.renamed: [Case(stories.asked, with_names(adopted.renamed), "with an open alert")],
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
