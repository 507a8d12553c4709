"""Who is on call, and who is told next when nobody answers."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter

from desk.hours import Calendar, openings
from desk.intervals import FOREVER, Span, common, gaps, merge
from desk.rotations import Rotation, Turn, begins, shifts

# How far it is looked for the ends of a turn: most change hands within a day or eight. One that goes on is for good.
REACHES = tuple(timedelta(days=days) for days in (1, 8, 64, 512))
MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Layer:
    """Turns of a rotation, or dated ones in order and apart, while `hours` (None: always) are open."""

    name: str
    turns: Rotation | tuple[Turn, ...]
    hours: Calendar | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """The first layer that has somebody at a moment has that moment; where none has, nobody is on call.

    `zone` is the IANA zone in which people speak of it.
    """

    id: str
    zone: str
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True)
class Override:
    """`person` has `[start, end)`, aware UTC, whoever had it before: of two at once the higher number counts. One that
    was cancelled counted until then. `swap` is the number of the swap that made it.
    """

    number: int
    schedule: str
    person: str
    start: datetime
    end: datetime
    by: str
    made_at: datetime
    swap: int | None = None
    cancelled_by: str | None = None
    cancelled_at: datetime | None = None

    @property
    def stop(self) -> datetime:
        """When it really ends; before its start, if it never began."""
        return self.end if self.cancelled_at is None else min(self.end, self.cancelled_at)


@dataclass(frozen=True, slots=True)
class Voice:
    """What one layer or override says of a moment: who has it, or why it gives it to nobody."""

    of: Layer | Override
    person: str | None
    silence: str = ""


def everybody(schedule: Schedule) -> tuple[str, ...]:
    """All who ever have a turn by its layers, in their order."""
    found = (layer.turns.people if isinstance(layer.turns, Rotation) else [t.person for t in layer.turns]
             for layer in schedule.layers)  # fmt: skip
    return tuple(dict.fromkeys(person for people in found for person in people))


def turns(schedule: Schedule, overrides: Iterable[Override], start: datetime, end: datetime) -> list[Turn]:
    """The turns in `[start, end)`, cut to it, in order: where the same person goes on, it is one."""
    return joined(sorted(_pieces(schedule, overrides, start, end), key=lambda turn: turn.start))


def joined(turns: Iterable[Turn]) -> list[Turn]:
    """The same turns, in order, as one where the same person goes on."""
    found: list[Turn] = []
    for turn in turns:
        if found and found[-1].person == turn.person and found[-1].end == turn.start:
            found[-1] = Turn(turn.person, found[-1].start, turn.end)
        else:
            found.append(turn)
    return found


def _pieces(schedule: Schedule, overrides: Iterable[Override], start: datetime, end: datetime) -> Iterator[Turn]:
    """What each layer and override has, from the top: below it is only what it leaves."""
    left: list[Span] = [(start, end)] if start < end else []
    for override in _ranked(overrides):
        own = list(common([(override.start, override.stop)], left))
        yield from (Turn(override.person, *span) for span in own)
        left = _without(left, own)
    for layer in schedule.layers:
        found = [turn for span in left for turn in _of_layer(layer, *span)]
        yield from found
        left = _without(left, merge((turn.start, turn.end) for turn in found))


def _ranked(overrides: Iterable[Override]) -> list[Override]:
    return sorted((o for o in overrides if o.start < o.stop), key=lambda override: -override.number)


def _without(spans: list[Span], taken: list[Span]) -> list[Span]:
    return [gap for span in spans for gap in gaps(taken, *span)] if taken else spans


def _of_layer(layer: Layer, start: datetime, end: datetime) -> Iterator[Turn]:
    for span in openings(layer.hours, start, end) if layer.hours else [(start, end)]:
        if isinstance(layer.turns, Rotation):
            yield from shifts(layer.turns, *span)
            continue
        for turn in layer.turns[bisect_right(layer.turns, span[0], key=attrgetter("end")) :]:
            if turn.start >= span[1]:
                break
            yield Turn(turn.person, max(turn.start, span[0]), min(turn.end, span[1]))


def on_call(schedule: Schedule, overrides: Sequence[Override], now: datetime) -> Turn | None:
    """The turn that holds `now`, None in a gap. One of which no end is in sight ends `FOREVER`; one that began longer
    ago than the last of `REACHES` begins there.
    """
    turn: Turn | None = None
    for reach in REACHES:
        turn = _holding(turns(schedule, overrides, now - reach, now + reach), now)
        if turn is None or (now - turn.start < reach and turn.end - now < reach):
            return turn
    goes_on = turn is not None and turn.end == now + REACHES[-1]
    return replace(turn, end=FOREVER) if turn and goes_on else turn


def _holding(found: Iterable[Turn], now: datetime) -> Turn | None:
    return next((turn for turn in found if turn.start <= now < turn.end), None)


def following(schedule: Schedule, overrides: Sequence[Override], after: datetime) -> Turn | None:
    """The first turn that begins at `after` or later; None where none does within the last of `REACHES`."""
    for reach in REACHES:
        for turn in turns(schedule, overrides, after - MOMENT, after + reach):
            if turn.start >= after:
                return on_call(schedule, overrides, turn.start)
    return None


def coming(schedule: Schedule, overrides: Sequence[Override], now: datetime) -> tuple[Turn | None, Turn | None]:
    """The turn of now, and the next one."""
    turn = on_call(schedule, overrides, now)
    return turn, following(schedule, overrides, turn.end if turn else now) if not turn or turn.end < FOREVER else None


def upcoming(schedule: Schedule, overrides: Sequence[Override], now: datetime, count: int) -> list[Turn]:
    """The turn of now and those after it: so many, or as many as are in sight."""
    found: list[Turn] = []
    turn = on_call(schedule, overrides, now) or following(schedule, overrides, now)
    while turn and len(found) < count:
        found.append(turn)
        turn = following(schedule, overrides, turn.end) if turn.end < FOREVER else None
    return found


def next_change(schedule: Schedule, overrides: Sequence[Override], now: datetime) -> datetime | None:
    """When somebody else is on call, or nobody, or somebody again; None where that is not in sight."""
    turn = on_call(schedule, overrides, now)
    if turn:
        return turn.end if turn.end < FOREVER else None
    coming = following(schedule, overrides, now)
    return coming.start if coming else None


def unmanned(schedule: Schedule, overrides: Sequence[Override], start: datetime, end: datetime) -> list[Span]:
    """The gaps in `[start, end)`: nobody is on call in them."""
    return list(gaps(((turn.start, turn.end) for turn in turns(schedule, overrides, start, end)), start, end))


def voices(schedule: Schedule, overrides: Iterable[Override], at: datetime) -> list[Voice]:
    """What each override at this moment and each layer says of it, from the top: the first to name somebody counts."""
    found = [Voice(o, o.person) for o in _ranked(overrides) if o.start <= at < o.stop]
    return [*found, *(_voice(layer, at) for layer in schedule.layers)]


def _voice(layer: Layer, at: datetime) -> Voice:
    turn = _holding(_of_layer(layer, at, at + MOMENT), at)
    if turn:
        return Voice(layer, turn.person)
    if isinstance(layer.turns, Rotation) and at < begins(layer.turns):
        return Voice(layer, None, "it begins later")
    open_now = layer.hours is None or next(openings(layer.hours, at, at + MOMENT), None)
    return Voice(layer, None, "its calendar names nobody" if open_now else "it is outside its hours")


def resolve(
    target: str, who: Callable[[str], str | None], teams: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """The people a step's target means, in order; `who` says who is on call in a schedule. A name that has been retired
    means nobody, as does a channel.
    """
    kind, _, name = target.partition(":")
    if kind == "person":
        return (name,)
    if kind == "team":
        return teams.get(name, ())
    person = who(name) if kind == "oncall" else None
    return (person,) if person else ()
