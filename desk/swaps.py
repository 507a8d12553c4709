"""A swap: somebody asks another to take turns of theirs, perhaps for turns in return, and the other accepts or not."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from desk.oncall import Override
from desk.refusal import DeskError, Why
from desk.rotations import Turn

HOUR = timedelta(hours=1)


class SwapState(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


ENDED = {
    SwapState.ACCEPTED: "was accepted", SwapState.DECLINED: "was declined", SwapState.LAPSED: "has lapsed",
    SwapState.CANCELLED: "was cancelled",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Swap:
    """`given` are turns of `asked_by` as `asked_of` would have them, `back` the other way round."""

    number: int
    schedule: str
    asked_by: str
    asked_of: str
    given: tuple[Turn, ...]
    back: tuple[Turn, ...]
    asked_at: datetime
    state: SwapState = SwapState.ASKED
    ended_at: datetime | None = None

    def turns(self) -> tuple[Turn, ...]:
        """All that would change, in order, each with who would have it."""
        return tuple(sorted((*self.given, *self.back), key=lambda turn: turn.start))

    def lapses_at(self) -> datetime:
        """When the first of it begins: until then it can be answered. Of a turn that runs already, within the hour."""
        first = self.turns()[0]
        return first.start if first.start > self.asked_at else min(first.end, self.asked_at + HOUR)


def answered(swap: Swap, state: SwapState, now: datetime) -> Swap:
    """The swap with its end. DeskError for one that has ended, or has begun before anybody answered."""
    if swap.state is not SwapState.ASKED:
        raise DeskError(f"{swap.number} {ENDED[swap.state]} already.", why=Why.CONFLICT)
    if state is SwapState.ACCEPTED and swap.lapses_at() <= now:
        raise DeskError(f"{swap.number} has lapsed: its time has begun.", why=Why.CONFLICT)
    return replace(swap, state=state, ended_at=now)


def overrides(swap: Swap, numbers: Iterable[int], now: datetime) -> list[Override]:
    """What an accepted swap puts over the schedule: one override for each turn."""
    return [
        Override(number, swap.schedule, turn.person, max(turn.start, now), turn.end, swap.asked_of, now, swap.number)
        for number, turn in zip(numbers, swap.turns(), strict=False)
    ]
