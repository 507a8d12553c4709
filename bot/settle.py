"""What becomes of a message after each thing that can happen to it: pure functions from row to row.

An outcome is *unclear* when the sender cannot know whether the platform took the post. It is settled by looking in
the platform's history before sending again, so that nothing is lost and, where the history can be read and shows a post
in time, nothing is said twice. A post that is urgent does not wait for that. An unclear edit is simply said again, and
once more after the quiet time, in case the platform was slow and took the older one last.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.platforms.contract import DeliveryRefused, Found
from bot.store.outbox_rows import QUIET, UNREADABLE, Row
from bot.store.tables import EPOCH

LIMIT = timedelta(seconds=10)  # for one call of the platform
LEASE = timedelta(seconds=15)
FIRST_LOOK = timedelta(seconds=15)  # the last one is at the end of the quiet time
WATCH = timedelta(minutes=10)
WATCH_LOOKS = tuple(timedelta(seconds=s) for s in (30, 120, 300, 600))
HORIZON = timedelta(minutes=10)  # nothing is put off further: what claims to be was written before a clock stepped back
BEFORE_THE_CLAIM = timedelta(minutes=1)  # how far two clocks may differ
RETRY = timedelta(seconds=5)
LONGEST = timedelta(minutes=5)  # between two tries
LATE = timedelta(minutes=1)
TRIES_OF_THE_BROKEN = 3
OPEN = frozenset({"pending", "claimed", "unclear"})


def is_edit(row: Row) -> bool:
    return row.message_id is not None


def backoff(attempt: int) -> timedelta:
    return timedelta(seconds=min(2 ** min(attempt, 9), 300))


def due(row: Row) -> datetime:
    """When this row may be worked on next."""
    if row.state == "claimed" and row.lease_until is not None:
        return row.lease_until
    if row.attempt == 0:
        return EPOCH
    if is_edit(row) and row.wanted <= row.sent and row.unclear_since is not None:
        return row.unclear_since + QUIET
    return row.not_before


def sent_within(row: Row, now: datetime, seconds: float) -> bool:
    """Whether its first attempt is so young that the platform takes another one for the same message."""
    first = row.claimed_at
    return first is not None and timedelta(0) <= now - first < timedelta(seconds=seconds)


def lacks_parent(row: Row) -> bool:
    """Whether this is a reply to be posted, and what it belongs under is not out."""
    return row.under is not None and row.thread is None and not is_edit(row)


def orphan(row: Row) -> str:
    """Why this reply can never be put under its parent, or nothing."""
    if not lacks_parent(row) or row.parent in OPEN:
        return ""
    return f"What it belongs under ({row.under}) could not be posted there."


def claimed(row: Row, now: datetime) -> Row:
    return replace(
        row, state="claimed", attempt=row.attempt + 1, claimed=row.wanted, lease_until=now + LEASE,
        claimed_at=row.claimed_at or now,
    )  # fmt: skip


def _ended(row: Row) -> str:
    return "unknown" if row.reason == UNREADABLE else "delivered"


def posted(row: Row, now: datetime, *, message_id: str) -> Row:
    # Sent again, it may be the first attempt's message, known by its key, and show what was wanted then.
    older = row.live and row.unclear_since is not None
    more = row.live and row.wanted > (row.claimed or 0)
    sent = 0 if older else row.claimed or 0
    return replace(
        row, state="pending" if more or older else _ended(row), message_id=message_id, sent=sent, not_before=now,
        reason=row.reason if row.reason == UNREADABLE else "", lease_until=None, delivered_at=now, unclear_since=None,
        watch_until=row.watch_until if row.unclear_since is None else now + WATCH,
    )  # fmt: skip


def edited(row: Row, now: datetime) -> Row:
    more = row.wanted > (row.claimed or 0)
    started = now if row.lease_until is None else row.lease_until - LEASE
    again = row.unclear_since is not None and started < row.unclear_since + QUIET
    return replace(
        row, state="pending" if more or again else _ended(row), sent=row.claimed or 0, not_before=now,
        reason=row.reason if row.reason == UNREADABLE else "", lease_until=None, delivered_at=now,
        unclear_since=row.unclear_since if again else None,
    )  # fmt: skip


def gone(row: Row, now: datetime, *, new_key: str) -> Row:
    """The message to be edited was removed: say it anew, as another message."""
    return replace(
        row, state="pending", message_id=None, sent=0, send_key=new_key, not_before=now, lease_until=None,
        claimed_at=None, unclear_since=None, watch_until=None,
    )  # fmt: skip


def later(row: Row, now: datetime) -> Row:
    return replace(row, state="pending", not_before=now + RETRY, lease_until=None)


def refused(row: Row, now: datetime, *, why: DeliveryRefused) -> Row:
    """A definite no: nothing was posted. Not for good means later; an account's refusal is waited out by its lanes.

    It says nothing of an attempt before it: what was unclear still is.
    """
    state = "pending" if row.unclear_since is None or is_edit(row) else "unclear"
    if why.account:
        return replace(row, state=state, not_before=now, lease_until=None)
    if why.permanent:
        return failed(row, why.reason)
    wait = backoff(1 if is_edit(row) else row.attempt)
    if why.retry_after is not None:
        wait = timedelta(seconds=why.retry_after)
    return replace(row, state=state, not_before=now + min(wait, HORIZON), lease_until=None)


def failed(row: Row, reason: str) -> Row:
    return replace(row, state="failed", reason=reason, lease_until=None, unclear_since=None)


def set_aside(row: Row, reason: str) -> Row:
    """The row itself is at fault: it waits for a person and holds nobody up."""
    return replace(row, state="set_aside", reason=reason, lease_until=None, unclear_since=None)


def unclear(row: Row, now: datetime, *, broken: str, same_within: float = 0.0) -> Row:
    """The sender saw the call fail. `broken` is set when the fault looks like the row's own and not the network's."""
    if is_edit(row):
        if broken:
            return set_aside(row, broken)
        return replace(row, state="pending", unclear_since=now, not_before=now + RETRY, lease_until=None)
    wait = (backoff(row.attempt - 1) if row.attempt > 1 else timedelta(0)) if row.urgent else FIRST_LOOK
    if sent_within(row, now, same_within):
        tried_for = now - (row.claimed_at or now)  # the longer, the less often
        wait = min(wait, RETRY) if row.urgent else max(RETRY, min(tried_for / 20, LONGEST))
    kept = row.reason if row.reason == UNREADABLE else ""
    return replace(
        row, state="unclear", unclear_since=now, not_before=now + wait, lease_until=None, reason=broken or kept
    )


def dead(row: Row, now: datetime) -> Row:
    """The sender died: the quiet time counts from the end of its lease."""
    since = min(row.lease_until or now, now + LEASE)
    if is_edit(row):
        return replace(row, state="pending", unclear_since=since, not_before=now, lease_until=None)
    first = now if row.urgent else since + FIRST_LOOK
    return replace(row, state="unclear", unclear_since=since, not_before=first, lease_until=None)


def looked(row: Row, now: datetime, *, found: list[Found] | None, started: datetime) -> Row:
    """After a look that began at `started`; `found` is None when the history could not be read."""
    if found:
        return _adopted(row, found[0], now)
    end = (row.unclear_since or started) + QUIET
    if not row.urgent and started < end:
        return replace(row, not_before=end)
    if row.reason not in ("", UNREADABLE) and row.attempt >= TRIES_OF_THE_BROKEN:
        return set_aside(row, row.reason)
    return replace(row, state="pending", not_before=now, reason=UNREADABLE if found is None else "")


def look_failed(row: Row, now: datetime, *, started: datetime) -> Row:
    """The look itself failed. It is repeated, but an urgent row does not wait and no row waits for ever."""
    if row.urgent or started >= (row.unclear_since or started) + HORIZON:
        return looked(row, now, found=None, started=started)
    return replace(row, not_before=now + FIRST_LOOK)


def _adopted(row: Row, first: Found, now: datetime) -> Row:
    # Which version a found live message shows is not known after several attempts: one edit makes it the newest.
    return replace(
        row, state="pending" if row.live else "delivered", message_id=first.message_id,
        sent=0 if row.live else row.claimed or 0, not_before=now, reason="", delivered_at=now, unclear_since=None,
        watch_until=now + WATCH,
    )  # fmt: skip


def next_watch(row: Row, after: datetime) -> datetime | None:
    """When to look for a late second copy next, None when the watch is over."""
    if row.watch_until is None:
        return None
    start = row.watch_until - WATCH
    return next((start + look for look in WATCH_LOOKS if start + look > after), None)


def second_copies(row: Row, found: list[Found]) -> list[Found]:
    """All but the one whose id we hold: edits and replies hang on that one, so it counts as the first."""
    return [each for each in found if each.message_id != row.message_id]
