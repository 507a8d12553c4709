"""Two people swap turns: one asks, the other accepts or declines, and nothing changes before."""

from dataclasses import replace

from config.loaded import dm
from desk import swaps
from desk.cards import Post
from desk.detail import ours
from desk.oncall import Override, Schedule, turns
from desk.refusal import DeskError, Why
from desk.rotations import Turn
from desk.swaps import Swap, SwapState
from handlers import duty, overriding
from handlers.context import Context, Tx
from handlers.pictures import duty as picture
from handlers.pictures import name
from handlers.records import Deadline
from handlers.saving import note_audit


def ask(tx: Tx, ctx: Context, swap: Swap) -> Swap:
    """Both have its card in their own channels: it changes with what becomes of it."""
    asked = replace(swap, number=tx.number())
    _save(tx, ctx, asked)
    tx.deadline(_key(asked), "lapse", asked.lapses_at())
    return asked


def check_accept(tx: Tx, ctx: Context, schedule: Schedule, swap: Swap) -> Swap:
    """The swap as it would be accepted now. DeskError where it has ended, or a turn is no longer theirs to give."""
    accepted = swaps.answered(swap, SwapState.ACCEPTED, ctx.now)
    standing = duty.overrides(tx, ctx, schedule.id)
    for holder, given in ((swap.asked_by, swap.given), (swap.asked_of, swap.back)):
        for turn in given:
            theirs = Turn(holder, max(turn.start, ctx.now), turn.end)
            if turns(schedule, standing, theirs.start, theirs.end) != [theirs]:
                sentence = f"{schedule.id} has changed since {swap.number} was asked. Decline it and ask again."
                raise DeskError(sentence, why=Why.CONFLICT)
    if not {swap.asked_by, swap.asked_of} <= set(duty.able(ctx, schedule)):
        raise DeskError("One of you may not be on call there any more.", why=Why.CONFLICT)
    return accepted


def accept(tx: Tx, ctx: Context, schedule: Schedule, swap: Swap) -> Swap:
    accepted = check_accept(tx, ctx, schedule, swap)
    numbers = [tx.number() for _ in accepted.turns()]
    for override in swaps.overrides(accepted, numbers, ctx.now):
        overriding.save(tx, ctx, override)
    _end(tx, ctx, accepted)
    duty.set_alarm(tx, ctx, schedule)
    return accepted


def decline(tx: Tx, ctx: Context, swap: Swap) -> Swap:
    declined = swaps.answered(swap, SwapState.DECLINED, ctx.now)
    _end(tx, ctx, declined)
    return declined


def left_of(tx: Tx, ctx: Context, swap: Swap) -> list[Override]:
    """What an accepted swap still changes, now or later."""
    return [o for o in tx.overrides_of(swap.number) if o.cancelled_at is None and o.end > ctx.now]


def cancel(tx: Tx, ctx: Context, schedule: Schedule | None, swap: Swap) -> Swap:
    """Taken back before it is answered; afterwards what is left of it is, and each override tells of itself."""
    gone = replace(swap, state=SwapState.CANCELLED, ended_at=ctx.now)
    if swap.state is SwapState.ASKED:
        _end(tx, ctx, gone)
        return gone
    for override in left_of(tx, ctx, swap):
        overriding.cancel(tx, ctx, schedule, override)
    _save(tx, ctx, gone)
    return gone


def lapse(tx: Tx, ctx: Context, due: Deadline) -> None:
    """Its time has begun, and nobody has answered."""
    swap = tx.swap(int(due.subject.partition("/")[2]))
    if swap and swap.state is SwapState.ASKED:
        _end(tx, ctx, replace(swap, state=SwapState.LAPSED, ended_at=ctx.now))


def _end(tx: Tx, ctx: Context, swap: Swap) -> None:
    """Whoever did not do it themselves is told, once more than by the card that changes: nobody looks at an old one."""
    _save(tx, ctx, swap)
    tx.deadline(_key(swap), "lapse", None)
    both, key = (swap.asked_by, swap.asked_of), f"{_key(swap)}/{swap.state}"
    by = f" by {name(ctx.config, ctx.person.id)}" if ctx.person.id in ctx.config.people else ": nobody has answered"
    for person, other in (both, both[::-1]):
        if person in ctx.config.people and person != ctx.person.id:
            what = f"The swap of turns in {swap.schedule} with {name(ctx.config, other)}"
            words = ours(f"{what} {swaps.ENDED[swap.state]}{by}.")
            tx.post(Post(key, dm(person), None, words=words, buttons=(picture.show(swap.number),)))


def _save(tx: Tx, ctx: Context, swap: Swap) -> None:
    tx.save_swap(swap)
    both = {"asked_by": swap.asked_by, "asked_of": swap.asked_of}
    note_audit(tx, ctx, f"swap.{swap.state}", _key(swap), None, schedule=swap.schedule, **both)
    for person in (swap.asked_by, swap.asked_of):
        if person in ctx.config.people:
            card = picture.of_swap(ctx.config, swap, person)
            tx.post(Post(card.key, dm(person), None, card, live=True))


def _key(swap: Swap) -> str:
    return f"swap/{swap.number}"
