"""What the web has of who is on call: read from the store, one question at a time."""

from collections.abc import Callable
from datetime import timedelta

from bot.acting import as_desk
from bot.store.store import Store, StoreTx
from bot.web import ical
from config.loaded import Config
from handlers import rosters

BACK, AHEAD = timedelta(days=30), timedelta(days=180)  # of a calendar
PERSON = "person/"


class Rosters:
    """Calendars for whoever has the token of one, by the name of a schedule or by `person/ID`."""

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


def _name(config: Config, person: str) -> str:
    known = config.people.get(person)
    return known.name if known else person
