"""Whether we can see at all: when every reference target is out of reach, it is our own network that is down."""

from collections.abc import Sequence
from datetime import datetime

from desk.alerts import Status, Watch


def blind_since(references: Sequence[Watch]) -> datetime | None:
    """When the last way out was lost; None while there is one, and while one was not looked at yet.

    A reference that cannot be looked at is as lost as one that does not answer: no route is how a dead line looks.
    """
    if not references or any(watch.seen in {None, Status.OK} for watch in references):
        return None
    return max((watch.not_ok_since for watch in references if watch.not_ok_since), default=None)


def seen_since(references: Sequence[Watch], at: datetime) -> bool:
    """Whether a way out was seen at that time or later; without references nobody asks."""
    return not references or any(w.seen is Status.OK and w.seen_at and w.seen_at >= at for w in references)
