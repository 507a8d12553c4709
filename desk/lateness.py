"""For how long a message has waited for another reason than its turn: what a queue that moves does not count as."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

# However steadily its channel takes others, what is this much older than it may get is late.
EXCUSED = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The oldest of a channel's messages that were never out, aware UTC. `tried`: it was sent at least once, or is now;
    else its turn has not come.
    """

    channel: str
    since: datetime
    tried: bool


def oldest(waiting: Iterable[Waiting], taken: Mapping[str, datetime], now: datetime) -> float | None:
    """The longest of the waits, in seconds; None where nothing waits. `taken` is when each channel took its last post.

    A platform takes a post a second in a channel, so that after a storm the last of hundreds is said minutes later.
    While the channel takes one after the other nothing is wrong, and who stands in line waits since the last one that
    was taken; but for no more than `EXCUSED`, for nobody may stand in line for ever.
    """
    return max((_wait(each, taken.get(each.channel), now) for each in waiting), default=None)


def _wait(each: Waiting, taken: datetime | None, now: datetime) -> float:
    whole = now - each.since
    if each.tried or taken is None or taken <= each.since:
        return whole.total_seconds()
    return max(now - taken, whole - EXCUSED, timedelta(0)).total_seconds()
