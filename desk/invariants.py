"""What must hold for a desk that can be relied on: facts that were collected go in, what is broken comes out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found at one moment. Ages are in seconds, None where there is nothing to have an age.

    `tampered` is what is wrong with the record, empty for nothing. `disk_free` is in bytes. `clock_step` is by how many
    seconds the wall clock moved against the steady one lately, `clock_offset` by how many it is ahead of the reference,
    None without one. `canaries` tells of each platform how long ago a message of ours was last read back there.
    `paused` are the platforms that refuse all we send, `disconnected` those that cannot be heard. `blind` is for how
    long no reference target has answered, so that our own network must be down.
    """

    last_poll: float | None = None
    oldest_undelivered_post: float | None = None
    oldest_overdue_deadline: float | None = None
    oldest_unsealed_entry: float | None = None
    tampered: str = ""
    disk_free: int | None = None
    clock_step: float = 0.0
    clock_offset: float | None = None
    canaries: Mapping[str, float] = field(default_factory=dict)
    paused: tuple[str, ...] = ()
    disconnected: tuple[str, ...] = ()
    blind: float | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, and bytes of the disk, up to which all is well."""

    last_poll: float = 90.0
    oldest_undelivered_post: float = 100.0
    oldest_overdue_deadline: float = 60.0
    oldest_unsealed_entry: float = 60.0
    disk_free: int = 200_000_000
    clock: float = 5.0
    canary: float = 90.0


BLIND = "blind"


@dataclass(frozen=True, slots=True)
class Broken:
    """One invariant that does not hold: its name stays the same while its sentence tells what is seen now."""

    name: str
    sentence: str


_AGES = {
    "last_poll": "nothing was polled for {:.0f} s",
    "oldest_undelivered_post": "a message has waited for {:.0f} s to be delivered",
    "oldest_overdue_deadline": "a deadline is {:.0f} s overdue",
    "oldest_unsealed_entry": "the record was not sealed for {:.0f} s",
}


def judge(facts: Facts, limits: Limits) -> tuple[Broken, ...]:
    """What does not hold, in a fixed order. What is not known breaks nothing."""
    return (*_standing_still(facts, limits), *_machine(facts, limits), *_platforms(facts, limits))


def _standing_still(facts: Facts, limits: Limits) -> Iterator[Broken]:
    for name, words in _AGES.items():
        age: float | None = getattr(facts, name)
        if age is not None and age > getattr(limits, name):
            yield Broken(name, words.format(age))
    if facts.tampered:
        yield Broken("record", f"the record is not as it was sealed: {facts.tampered}")


def _machine(facts: Facts, limits: Limits) -> Iterator[Broken]:
    """A clock that agrees with its reference is right, also when it was set just now."""
    if facts.disk_free is not None and facts.disk_free < limits.disk_free:
        least = limits.disk_free // 1_000_000
        yield Broken("disk", f"{facts.disk_free // 1_000_000} MB are free under the data folder, {least} MB are needed")
    off = facts.clock_offset
    if off is not None and abs(off) > limits.clock:
        yield Broken("clock", f"the clock is {abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} its reference")
    if off is None and abs(facts.clock_step) > limits.clock:
        yield Broken("clock", f"the clock was moved by {facts.clock_step:+.0f} s")


def _platforms(facts: Facts, limits: Limits) -> Iterator[Broken]:
    if facts.blind is not None:
        yield Broken(BLIND, f"no reference answers, so our own network has been down for {facts.blind:.0f} s")
    for name, age in sorted(facts.canaries.items()):
        if age > limits.canary:
            yield Broken(f"canary {name}", f"no message of ours could be read back on {name} for {age:.0f} s")
    for name in facts.paused:
        yield Broken(f"paused {name}", f"{name} refuses what we send")
    for name in facts.disconnected:
        yield Broken(f"disconnected {name}", f"{name} is not connected")
