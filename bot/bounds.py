"""How many checks may be under way at once, and what that asks of the configuration and of the machine."""

import gc
from collections.abc import Iterable

from desk.alerts import Monitor

BOUND = 128  # quick checks in flight
SLOW_BOUND = 2048  # checks that were not back after a second
OTHER_FILES = 256  # what the rest of the process opens: browsers, platforms, the database
GARBAGE = 20_000, 20, 20  # new objects before garbage is looked for, and how many looks come before a deeper one


def capacity(monitors: Iterable[Monitor]) -> str | None:
    """Why these monitors cannot all be polled, or None.

    If every target hangs, each monitor has `time_limit / interval` checks under way on average. Beyond the bound the
    poller would fall behind and never catch up, so such a configuration is refused rather than tried.
    """
    polled = list(monitors)
    hanging = sum(monitor.time_limit / monitor.interval for monitor in polled)
    if hanging <= SLOW_BOUND:
        return None
    return (
        f"{len(polled):,} monitors could keep {hanging:,.0f} checks waiting at once (time limit ÷ interval, added up) "
        f"and {SLOW_BOUND:,} is the most: poll less often, or give up sooner"
    )


def raise_file_limit(wanted: int = BOUND + SLOW_BOUND + OTHER_FILES) -> str | None:
    """Raise this process's limit of open files to what the bounds may need; the sentence says it if that is refused."""
    try:
        import resource  # noqa: PLC0415 - Unix only
    except ImportError:
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return None
    room = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (room, hard))
    except (OSError, ValueError):
        room = soft
    if room >= wanted:
        return None
    return (
        f"this process may open {room:,} files and could need {wanted:,}: if many targets hang, checks will be unknown "
        f"(raise the limit with `ulimit -n {wanted}`)"
    )


def look_for_garbage_seldom() -> None:
    """For a process that has just come up: what is there stays, and is not gone through again.

    Readings wait a second for their batch, so there are always many young objects, and Python's own thresholds are
    made for a few hundred: looking for garbage would cost a quarter of each check.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)
