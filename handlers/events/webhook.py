"""Another system told us of something of theirs: it fires, goes on, is over, or somebody there has it."""

from dataclasses import dataclass, replace
from datetime import timedelta

from desk.alerts import AlertState
from desk.cards import span_of
from desk.hooks.episodes import Step, is_newer, step
from desk.hooks.hook import Hook, again, began, signal_of
from desk.hooks.told import Says, Told
from desk.people import Person
from desk.signals import Signal, SignalState
from desk.tickets import Item
from handlers import acknowledging, holding, ringing, saving
from handlers.context import Context, Tx
from handlers.pictures import alert as picture
from handlers.records import Deadline

SUBJECT = "signal/"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message told, or some of it; the context's `at` is when it came."""

    hook: Hook
    told: tuple[Told, ...]


def run(tx: Tx, ctx: Context, heard: Heard) -> None:
    for told in heard.told:
        _one(tx, ctx, heard.hook, told)


def _one(tx: Tx, ctx: Context, hook: Hook, told: Told) -> None:
    signal = signal_of(told, hook, ctx.at)
    before = tx.signal(signal.fingerprint)
    over_since = began(told.ended_at, ctx.at) if told.says is Says.RESOLVED else None
    since = signal.began or over_since
    what = step(told.says, before, since, ctx.at)
    if what is Step.BEGIN:
        _begin(tx, ctx, hook, signal)
    elif what is Step.REMEMBER:
        over = replace(signal, state=SignalState.OVER, started_at=since or ctx.at, ended_at=over_since or ctx.at)
        tx.save_signal(replace(before or over, began=since, told_at=ctx.at))
    elif before and what is Step.GO_ON:
        _go_on(tx, ctx, again(signal, before), before, told)
    elif before and what is Step.END:
        newest = since if is_newer(since, before) else before.began
        tx.save_signal(replace(before, began=newest, told_at=ctx.at))
        ringing.ends(tx, replace(ctx, at=over_since or ctx.at), before.fingerprint)
    elif before and what is Step.TAKE:
        _take(tx, ctx, hook, before)


def _begin(tx: Tx, ctx: Context, hook: Hook, signal: Signal) -> None:
    ringing.fires(tx, ctx, signal, holding.of(tx, ctx, signal))
    if hook.lapses_after:
        due = ctx.at + timedelta(seconds=hook.lapses_after)
        tx.deadline(f"{SUBJECT}{signal.fingerprint}", "lapse", due, signal.client)


def _go_on(tx: Tx, ctx: Context, signal: Signal, before: Signal, told: Told) -> None:
    """What is held may be hidden no more; of what was not understood each message is kept."""
    alert = tx.alert(before.alert) if before.alert else None
    if before.state is SignalState.HELD or alert is None or not alert.is_open:
        ringing.fires(tx, ctx, signal, holding.of(tx, ctx, signal))
        return
    ringing.goes_on(tx, ctx, alert, signal, before)
    if told.unknown and signal.sentence != before.sentence:
        saving.tell(tx, ctx, alert, Item.CHANGE, signal.sentence)


def _take(tx: Tx, ctx: Context, hook: Hook, signal: Signal) -> None:
    """Somebody has it where it came from; who, they do not say."""
    alert = tx.alert(signal.alert) if signal.alert else None
    theirs = replace(ctx, person=Person(f"hook/{hook.id}", hook.id))
    if alert and alert.acked_by == theirs.person.id:
        acknowledging.sign(tx, theirs, alert)
    elif alert and alert.state is AlertState.FIRING:
        saved = acknowledging.take(tx, theirs, alert, theirs.person.id)
        saving.on_alert(tx, theirs, saved, Item.CHANGE, "acknowledged it")
        saving.note_audit(tx, theirs, "alert.acknowledged", picture.key(saved.number), saved.client)


def lapse(tx: Tx, ctx: Context, due: Deadline) -> None:
    """So long nothing more was told of a signal that it is over."""
    signal = tx.signal(due.subject.removeprefix(SUBJECT))
    hook = ctx.config.hooks.get(signal.source) if signal else None
    if signal is None or hook is None or hook.lapses_after is None or signal.state is SignalState.OVER:
        return
    until = (signal.told_at or due.due_at) + timedelta(seconds=hook.lapses_after)
    if ctx.now < until:
        tx.deadline(due.subject, due.kind, until, signal.client)
    else:
        ringing.ends(tx, ctx, signal.fingerprint, f"{hook.id} said no more of it for {span_of(hook.lapses_after)}")
