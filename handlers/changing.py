"""What somebody means who changes who is on call: which schedule, whom, and when by the words they typed."""

from dataclasses import dataclass
from datetime import datetime

from desk import swaps
from desk.intervals import FOREVER
from desk.oncall import REACHES, Override, Schedule, on_call, turns
from desk.refusal import DeskError, Why, not_found
from desk.rotations import Turn
from desk.swaps import Swap, SwapState
from handlers import duty, naming, overriding, swapping
from handlers.context import Context, Tx
from handlers.dates import instant, spoken
from handlers.pictures import name


@dataclass(frozen=True, slots=True)
class Said:
    """As it was typed; times are in the zone of whoever typed them, and empty where nothing was said."""

    schedule: str
    person: str
    start: str = ""
    until: str = ""
    back: str = ""


def override(tx: Tx, ctx: Context, said: Said) -> tuple[Schedule, Turn]:
    """Whose turn it is to become. DeskError for what cannot be, or changes nothing."""
    schedule = duty.named(ctx, said.schedule)
    duty.changed_by(ctx, schedule)
    person = _somebody(ctx, schedule, said.person)
    start = _at(ctx, said.start, "start") or ctx.now
    until = _at(ctx, said.until, "until") or FOREVER
    wanted = Turn(person, start, until)
    _check_order(ctx, wanted)
    overriding.displaced(tx, ctx, schedule, wanted)
    return schedule, wanted


def _somebody(ctx: Context, schedule: Schedule, said: str) -> str:
    able = duty.able(ctx, schedule)
    person = naming.person(ctx, said, [ctx.config.people[id_] for id_ in able], "person").id
    if person not in able:
        raise DeskError(f"You may not be on call in {schedule.id}. These may: {', '.join(able)}.", field="person")
    return person


def _at(ctx: Context, said: str, field: str) -> datetime | None:
    return instant(said, ctx.now, ctx.person.zone, field) if said else None


def _check_order(ctx: Context, wanted: Turn) -> None:
    if wanted.end <= wanted.start:
        start, end = (spoken(at, ctx.person.zone) for at in (wanted.start, wanted.end))
        raise DeskError(f"That would begin {start} and end {end}, before it begins.", field="until")


def swap(tx: Tx, ctx: Context, said: Said) -> Swap:
    """A request that has no number yet. DeskError where a turn is not theirs to give."""
    schedule = duty.named(ctx, said.schedule)
    other = _somebody(ctx, schedule, said.person)
    if other == ctx.person.id:
        raise DeskError("Name somebody else: with oneself there is nothing to swap.", field="person")
    given = _given(tx, ctx, schedule, said)
    back = (_whole(tx, ctx, schedule, other, said.back),) if said.back else ()
    theirs = tuple(Turn(other, turn.start, turn.end) for turn in given)
    mine = tuple(Turn(ctx.person.id, turn.start, turn.end) for turn in back)
    return Swap(0, schedule.id, ctx.person.id, other, theirs, mine, ctx.now)


def _given(tx: Tx, ctx: Context, schedule: Schedule, said: Said) -> list[Turn]:
    """What of one's own turns is offered: within two times, from one on to the end of the turn, or the next turn."""
    start, until = _at(ctx, said.start, "start"), _at(ctx, said.until, "until")
    standing = duty.overrides(tx, ctx, schedule.id)
    if start and not until:
        turn = _held(ctx, schedule, on_call(schedule, standing, start), ctx.person.id, start, "start")
        return [_ending(Turn(turn.person, start, turn.end))]
    end = until or ctx.now + REACHES[-1]
    _check_order(ctx, Turn(ctx.person.id, start or ctx.now, end))
    mine = [turn for turn in turns(schedule, standing, start or ctx.now, end) if turn.person == ctx.person.id]
    if not mine:
        raise DeskError(f"You have no turn in {schedule.id} then. `/oncall next` shows whose they are.", field="start")
    if until:
        return mine
    next_one = on_call(schedule, standing, mine[0].start) or mine[0]
    return [_ending(Turn(next_one.person, mine[0].start, next_one.end))]


def _ending(turn: Turn) -> Turn:
    if turn.end == FOREVER:
        raise DeskError("Your turn has no end. Until when should they take it?", field="until")
    return turn


def _whole(tx: Tx, ctx: Context, schedule: Schedule, person: str, said: str) -> Turn:
    """The turn of the other one that holds a time, from now on."""
    at = instant(said, ctx.now, ctx.person.zone, "back")
    found = on_call(schedule, duty.overrides(tx, ctx, schedule.id), at)
    turn = _held(ctx, schedule, found, person, at, "back")
    return _ending(Turn(turn.person, max(turn.start, ctx.now), turn.end))


def _held(ctx: Context, schedule: Schedule, turn: Turn | None, person: str, at: datetime, field: str) -> Turn:
    if turn and turn.person == person:
        return turn
    who, when = name(ctx.config, turn.person if turn else None), spoken(at, ctx.person.zone)
    whose = "your" if person == ctx.person.id else f"{name(ctx.config, person)}’s"
    raise DeskError(f"{when} is not {whose} turn in {schedule.id}: {who} is on call then.", field=field)


def found(tx: Tx, ctx: Context, number: int) -> tuple[Schedule, Override | Swap]:
    """What the number means in a schedule that they know of; all else looks like a number that does not exist."""
    of = tx.override(number) or tx.swap(number)
    schedule = next((each for each in duty.seen(ctx) if of and each.id == of.schedule), None)
    if of is None or schedule is None:
        raise not_found(number)
    return schedule, of


def cancellable(tx: Tx, ctx: Context, number: int) -> tuple[Schedule, Override | Swap]:
    schedule, of = found(tx, ctx, number)
    if isinstance(of, Swap):
        if ctx.person.id not in {of.asked_by, of.asked_of}:
            duty.changed_by(ctx, schedule)
        if of.state is not SwapState.ACCEPTED:
            swaps.answered(of, SwapState.CANCELLED, ctx.now)
        elif not swapping.left_of(tx, ctx, of):
            raise DeskError(f"{number} is over; there is nothing left to cancel.", why=Why.CONFLICT)
        return schedule, of
    if of.swap:
        raise DeskError(f"{number} is part of swap {of.swap}: `/oncall cancel {of.swap}` takes all of it back.")
    duty.changed_by(ctx, schedule)
    overriding.check_cancel(of, ctx)
    return schedule, of


def asked_of_me(tx: Tx, ctx: Context, number: int) -> tuple[Schedule, Swap]:
    """The swap that waits for this person's answer."""
    schedule, of = found(tx, ctx, number)
    if not isinstance(of, Swap):
        raise DeskError(f"{number} is no swap: nobody has to accept it. `/oncall cancel {number}` takes it back.")
    if ctx.person.id != of.asked_of:
        raise DeskError(f"{name(ctx.config, of.asked_of)} was asked, and answers.", why=Why.FORBIDDEN)
    return schedule, of
