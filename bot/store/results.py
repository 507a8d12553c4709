"""Poll results on their way into the history: one chunk of bytes per monitor and hour."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from bot.history import Result, append, decode
from bot.store.tables import EPOCH
from bot.store.transaction import Transaction
from desk.alerts import Reading

AT_ONCE = 500  # monitors asked for in one statement
HOUR = timedelta(hours=1)

_PUT = (
    "INSERT INTO history (monitor, hour, chunk) VALUES (?, ?, ?)"
    " ON CONFLICT (monitor, hour) DO UPDATE SET chunk = excluded.chunk"
)


def append_results(tx: Transaction, readings: Iterable[Reading]) -> int:
    """Add readings, in the order in which they were taken, to the history; how many. On the bulk lane, please."""
    hours: dict[int, dict[str, list[Result]]] = defaultdict(lambda: defaultdict(list))
    count = 0
    for reading in readings:
        hour, within = divmod(reading.started_at - EPOCH, HOUR)
        hours[hour][reading.monitor].append(Result(within.seconds, reading.status, reading.latency))
        count += 1
    for hour, results in hours.items():
        chunks = _chunks(tx, hour, list(results))
        grown = [(monitor, hour, append(chunks.get(monitor, b""), new)) for monitor, new in results.items()]
        tx.execute_many(_PUT, grown)
    return count


def results_of(tx: Transaction, monitor: str, hour: int) -> list[Result]:
    """What is known of one monitor in one hour, counted in whole hours since 1970."""
    return decode(_chunks(tx, hour, [monitor]).get(monitor, b""))


def _chunks(tx: Transaction, hour: int, monitors: list[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for start in range(0, len(monitors), AT_ONCE):
        asked = monitors[start : start + AT_ONCE]
        places = ", ".join("?" * len(asked))
        sql = f"SELECT monitor, chunk FROM history WHERE hour = ? AND monitor IN ({places})"  # noqa: S608 - only places
        found.update(dict(tx.rows(sql, (hour, *asked))))
    return found
