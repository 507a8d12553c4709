"""What must be true of alerts, told without looking at the desk: by the looks, the hours and what people did.

It knows nothing of signals, holds or deadlines. Each monitor fails with the first failure and is up with the first
success; they are looked at once a minute.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

LOOKS, FROM, STEADY = 20, 6, 3  # of so many looks so many changes are flapping, and so few are none
MINUTE = timedelta(minutes=1)
BEGINNING = datetime.min.replace(tzinfo=UTC)
ACK = timedelta(hours=1)

Span = tuple[datetime, datetime]


@dataclass
class Thing:
    """A monitor. `hidden` are the times of silences and windows, `held` those in which somebody had its alert."""

    parent: str | None = None
    failing: bool = False
    looked: bool = False
    changes: list[datetime] = field(default_factory=list)
    flapping: bool = False
    hidden: list[Span] = field(default_factory=list)
    held: list[Span] = field(default_factory=list)
    parent_failed: bool = False  # when it was looked at last

    def is_hidden(self, at: datetime) -> bool:
        return any(start <= at < end for start, end in self.hidden)


@dataclass
class World:
    """`sleeps` are the times in which the desk saw and did nothing."""

    things: dict[str, Thing]
    sleeps: list[Span] = field(default_factory=list)

    def look(self, name: str, at: datetime, *, failing: bool) -> None:
        thing = self.things[name]
        if thing.looked and failing is not thing.failing:
            thing.changes.append(at)
        thing.changes = [each for each in thing.changes if at - LOOKS * MINUTE < each][-LOOKS:]
        thing.flapping = len(thing.changes) > STEADY if thing.flapping else len(thing.changes) >= FROM
        thing.failing, thing.looked = failing, True
        thing.parent_failed = self.parent_fails(name)

    def parent_fails(self, name: str) -> bool:
        parent = self.things[name].parent
        return parent is not None and self.things[parent].failing

    def must_ring(self, name: str, at: datetime) -> bool:
        """It is down, nothing hides it, and it was looked at since its parent was down."""
        thing = self.things[name]
        hidden = thing.is_hidden(at) or self.parent_fails(name) or thing.parent_failed
        return thing.failing and not hidden

    def must_be_quiet(self, name: str) -> bool:
        """It is up, and has not gone up and down so often that this is not believed."""
        thing = self.things[name]
        return not thing.failing and not thing.flapping

    def may_ring(self, name: str, at: datetime) -> bool:
        thing = self.things[name]
        return thing.failing and not thing.is_hidden(at) and not self.parent_fails(name)

    def must_call_since(self, name: str, at: datetime) -> datetime | None:
        """Somebody must have been called since then, if it is down all the while: nothing hides it any more, and nobody
        has it. None while somebody has it.
        """
        thing = self.things[name]
        if any(start <= at <= end for start, end in thing.held):
            return None
        noticed = (span for span in (*thing.hidden, *thing.held) if not self.slept_through(span))
        return max((end for _, end in noticed if end <= at), default=BEGINNING)

    def slept_through(self, span: Span) -> bool:
        """What hid it came and went while the desk slept, so that nothing was hidden and nothing ended."""
        return any(start < span[0] and span[1] < end for start, end in self.sleeps)

    def may_call(self, name: str, at: datetime) -> bool:
        """Nobody is called in a window, in a silence, or while somebody has it."""
        thing = self.things[name]
        return not thing.is_hidden(at) and not any(start < at < end for start, end in thing.held)
