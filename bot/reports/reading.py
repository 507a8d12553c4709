"""What a person may read of a client's numbers. A client that is not theirs answers like one that does not exist."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from bot.store.store import Store, StoreTx
from config.loaded import Config
from desk import behind, periods
from desk.behind import SERVICE, Behind
from desk.cards import Text
from desk.people import Person, may_anywhere, visible_clients
from desk.refusal import DeskError, Why
from desk.reports import Period, Report
from desk.tallies import Kept
from desk.tickets import Ticket
from desk.uptime import Outage
from handlers import counted, promises, reporting
from handlers.context import Context, Where

T = TypeVar("T")
SEEN = "numbers.see"
BATCH = 500  # rows of one question


@dataclass(frozen=True, slots=True)
class Found:
    """The tickets behind a number, or the outages of a service. `threads` are the messages of the client's team
    `channel` at which the tickets' threads begin, by number.
    """

    number: Behind
    tickets: tuple[tuple[Ticket, Kept | None, Text], ...] = ()
    outages: tuple[Outage, ...] = ()
    channel: str = ""
    threads: Mapping[int, str] = field(default_factory=dict)


class Reports:
    """Each question is one read of the store, with the clients that the person may see."""

    def __init__(self, store: Store, config: Callable[[], Config]) -> None:
        self._store, self.config = store, config

    async def report(self, person: Person, client: str, label: str) -> Report:
        """Raises DeskError, also for a period that is none or has not begun."""

        def work(tx: StoreTx, ctx: Context) -> Report:
            return reporting.report(tx, ctx, client, _period(ctx, client, label))

        return await self._read(person, work)

    async def behind(self, person: Person, client: str, label: str, show: str) -> Found:
        """What one number is made of."""

        def work(tx: StoreTx, ctx: Context) -> Found:
            period, number = _period(ctx, client, label), behind.parse(show)
            if number.what == SERVICE:
                outages = (o for o in tx.outages(client, period.start, period.end) if o.monitor == number.of)
                return Found(number, outages=tuple(outages))
            found = tuple(reporting.behind(tx, ctx, client, period, number))
            channel = ctx.config.clients[client].team_channel
            return Found(number, found, (), channel, _threads(tx, channel, [t.number for t, _, _ in found]))

        return await self._read(person, work)

    async def choices(self, person: Person) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """The clients and the latest periods, each with its id and its name."""
        return await self._read(
            person, lambda tx, ctx: (counted.pick_client(tx, ctx, ""), counted.pick_period(tx, ctx, ""))
        )

    async def _read(self, person: Person, work: Callable[[StoreTx, Context], T]) -> T:
        config = self.config()
        if not may_anywhere(person, SEEN):
            raise DeskError("Reports are not for you. `/help` shows what is.", why=Why.FORBIDDEN)

        def read(tx: StoreTx) -> T:
            return work(tx, Context(tx.now, tx.now, person, Where("web", ""), config))

        return await self._store.read(read, clients=visible_clients(person, config.clients))


def _threads(tx: StoreTx, channel: str, numbers: Sequence[int]) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for at in range(0, len(numbers), BATCH):
        keys = {f"ticket/{number}": number for number in numbers[at : at + BATCH]}
        marks = ", ".join("?" * len(keys))
        sql = f"SELECT key, message_id FROM posts WHERE destination = ? AND key IN ({marks})"  # noqa: S608 - only marks go in
        found |= {keys[key]: message for key, message in tx.rows(sql, (channel, *keys)) if message}
    return found


def _period(ctx: Context, client: str, label: str) -> Period:
    if client not in counted.clients(ctx):
        raise counted.no_client(ctx, client)
    return periods.period(label, ctx.now, promises.zone(ctx.config, client))


def agreed(config: Config, report: Report) -> tuple[str, ...]:
    """The actions that the configuration's reports name, about this client and this kind of period."""
    kind = next(kind for kind, months in periods.LENGTHS.items() if months == len(report.period.months))
    ours = (s for s in config.reports.values() if (s.client, s.period) == (report.client, kind))
    return tuple(dict.fromkeys(action for scheduled in ours for action in scheduled.actions))


def only(report: Report, priority: str) -> Report:
    """With the promises, the volume and the breaches of one priority; all other numbers stay those of all."""
    if not priority:
        return report
    opened = tuple(each for each in report.volume.by_priority if each[0] == priority)
    return replace(
        report, promises=tuple(p for p in report.promises if p.priority == priority),
        volume=replace(report.volume, by_priority=opened),
        breaches=tuple(b for b in report.breaches if b.priority == priority),
    )  # fmt: skip
