"""What the web has of who is on call: read from the store, one question at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.acting import as_desk
from bot.store.store import Store, StoreTx
from bot.web import ical
from config.loaded import Config
from desk.fairness import Fairness, fairness
from desk.oncall import Schedule, coming
from desk.people import Person, visible_clients
from desk.rotations import Turn, wall
from handlers import duty, rosters
from handlers.context import Context, Where

BACK, AHEAD = timedelta(days=30), timedelta(days=180)  # of a calendar
WEEKS = 4  # that are shown ahead, this one among them
PERSON = "person/"


@dataclass(frozen=True, slots=True)
class Roster:
    """A schedule as a page shows it: who has it and who is next, the weeks from a Monday on, and how it is shared in
    some stretch of time. `names` are those of all whom it names.
    """

    schedule: Schedule
    others: tuple[str, ...]
    now: datetime
    turn: Turn | None
    following: Turn | None
    monday: date
    turns: tuple[Turn, ...]
    fairness: Fairness
    names: Mapping[str, str]


class Rosters:
    """Calendars for whoever has the token of one, by the name of a schedule or by `person/ID`; pages for a person."""

    def __init__(self, store: Store, config: Callable[[], Config]) -> None:
        self._store, self._config = store, config

    async def calendar(self, name: str) -> bytes | None:
        """As iCal: the turns of a schedule, or those of a person in all of them. None for what there is not."""
        config, person = self._config(), name.removeprefix(PERSON)
        if name.startswith(PERSON):
            if person not in config.people:
                return None
            shown, title = list(config.schedules.values()), f"On call: {config.people[person].name}"
        elif name in config.schedules:
            shown, title, person = [config.schedules[name]], f"On call: {name}", ""
        else:
            return None

        def read(tx: StoreTx) -> bytes:
            ctx = as_desk(tx, config, "calendar")
            start, end = ctx.now - BACK, ctx.now + AHEAD
            entries = [
                ical.Entry(schedule.id, turn, _name(config, turn.person))
                for schedule in shown
                for turn in rosters.between(tx, ctx, schedule, start, end)
                if person in {"", turn.person}
            ]
            return ical.calendar(title, entries, (start, ctx.now))

        return await self._store.read(read)

    async def seen(self, person: Person) -> list[str]:
        """The schedules that they may know of."""
        config = self._config()

        def read(tx: StoreTx) -> list[str]:
            return [each.id for each in duty.seen(Context(tx.now, tx.now, person, Where("web", ""), config))]

        return await self._store.read(read)

    async def roster(self, person: Person, id_: str, span: tuple[timedelta, timedelta]) -> Roster:
        """`span` is the stretch whose shares are told, from now. Raises DeskError: for a schedule of which they may not
        know the same as for one that does not exist.
        """
        config = self._config()

        def read(tx: StoreTx) -> Roster:
            ctx = Context(tx.now, tx.now, person, Where("web", ""), config)
            schedule = duty.named(ctx, id_)
            start, end = ctx.now + span[0], ctx.now + span[1]
            noted = tx.duties(schedule.id, start, ctx.now)
            known = min(noted[0].since if noted else ctx.now, ctx.now)
            monday = _monday(ctx.now, schedule.zone)
            weeks = (wall(monday + timedelta(days=days), time(), ZoneInfo(schedule.zone)) for days in (0, 7 * WEEKS))
            return Roster(
                schedule, tuple(each.id for each in duty.seen(ctx)), ctx.now,
                *coming(schedule, duty.overrides(tx, ctx, schedule.id), ctx.now), monday,
                tuple(rosters.between(tx, ctx, schedule, *weeks)),
                fairness(rosters.between(tx, ctx, schedule, start, end), schedule.zone, start, end, known),
                {each.id: each.name for each in config.people.values()},
            )  # fmt: skip

        return await self._store.read(read, clients=visible_clients(person, config.clients))


def _monday(now: datetime, zone: str) -> date:
    today = now.astimezone(ZoneInfo(zone)).date()
    return today - timedelta(days=today.weekday())


def _name(config: Config, person: str) -> str:
    known = config.people.get(person)
    return known.name if known else person
