"""Looks that people ask for: a row until the look was had."""

from sqlalchemy import bindparam, delete

from bot.store.check_tables import asked_looks
from bot.store.statements import Statement, putting
from bot.store.tables import from_us, to_us
from bot.store.transaction import Transaction
from desk.traces import Asked

_L = asked_looks.c
_PUT = putting(asked_looks, ["monitor", "person"])
_DROP = Statement(
    lambda _: delete(asked_looks).where(_L.monitor == bindparam("of_monitor"), _L.person == bindparam("by_person")),
    ["of_monitor", "by_person"],
)
_WAITING = "SELECT monitor, client_id, person, asked_at FROM asked_looks ORDER BY asked_at LIMIT 100"


class CheckRows(Transaction):
    def ask_look(self, asked: Asked) -> None:
        """Once for each monitor and person, until it was had. Raises ForeignClient."""
        self._allow(asked.client)
        self._run(_PUT, (asked.monitor, asked.person, asked.client, to_us(asked.at)))

    def drop_look(self, asked: Asked) -> None:
        self._run(_DROP, (asked.monitor, asked.person))

    def asked_looks(self) -> list[Asked]:
        """The oldest first."""
        self.flush()
        found = [Asked(monitor, client, person, from_us(at)) for monitor, client, person, at in self.rows(_WAITING)]
        return [asked for asked in found if self._sees(asked.client)]
