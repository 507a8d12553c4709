"""Deadlines: rows of the alarm clock. Each epoch of one rings once."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, false, or_, select, update
from sqlalchemy.sql.expression import Executable

from bot.store import rows
from bot.store.statements import Insert, Statement, constant
from bot.store.tables import deadlines, to_us
from bot.store.transaction import Transaction
from handlers.records import Deadline

_GIVEN = ["subject", "kind", "client_id", "due_at"]
_D = deadlines.c
_SEEN = (_D.subject, _D.kind, _D.client_id, _D.due_at, _D.epoch)


def _move(insert: Insert) -> Executable:
    """A deadline that is set to where it stands keeps its epoch, and so rings no second time."""
    fresh = insert(deadlines).values(
        {name: bindparam(name) for name in _GIVEN}
        | {"epoch": constant(1), "tries": constant(0), "set_aside": false()}
    )
    moved: Executable = fresh.on_conflict_do_update(
        index_elements=["subject", "kind"],
        set_={
            "client_id": fresh.excluded.client_id, "due_at": fresh.excluded.due_at, "epoch": _D.epoch + constant(1),
            "tries": constant(0), "set_aside": false(),
        },
        where=_D.due_at.is_distinct_from(fresh.excluded.due_at),
    )  # fmt: skip
    return moved


_MOVE = Statement(_move, _GIVEN)


class ClockRows(Transaction):
    def deadline(self, subject: str, kind: str, due: datetime | None, client: str | None = None) -> None:
        """Set, move or (None) take back a deadline. Setting it to where it stands changes nothing."""
        self._allow(client)
        self._later(_MOVE, (subject, kind, client, None if due is None else to_us(due)))

    def take_back(self, subject: str, prefix: str, client: str) -> None:
        """All of the subject's deadlines of this family (`way/`) that have not rung."""
        self._allow(client)
        self.flush()
        family = (_D.subject == subject) & _D.kind.startswith(prefix, autoescape=True)
        back = update(deadlines).where(family, _D.client_id == client, _D.due_at.is_not(None))
        done = self._link.connection.execute(back.values(due_at=None, epoch=_D.epoch + 1, tries=0, set_aside=false()))
        if done.rowcount:
            self._note(deadlines.name)

    def retire(self, serving: Iterable[str]) -> list[str]:
        """Take back every deadline of a client that is none of these; the clients that had any, by name."""
        self.flush()
        clients = _D.client_id.is_not(None) & _D.client_id.not_in(sorted(serving))
        theirs = _D.due_at.is_not(None) & clients
        if self.clients is not None:
            theirs &= _D.client_id.in_(sorted(self.clients))
        back = update(deadlines).where(theirs).values(due_at=None, epoch=_D.epoch + 1, tries=0, set_aside=false())
        found = self._link.connection.execute(back.returning(_D.client_id)).scalars().all()
        self._note(deadlines.name)
        return sorted(set(found))

    def due(self, subject: str, prefix: str, now: datetime) -> list[Deadline]:
        """The subject's deadlines of this kind or family (`warn/`) that are due and were not claimed, oldest first."""
        self.flush()
        query = (
            select(*_SEEN)
            .where(_D.subject == subject, _D.kind.startswith(prefix, autoescape=True), _D.due_at <= to_us(now))
            .where(~_D.set_aside)
            .order_by(_D.due_at, _D.kind)
        )
        if self.clients is not None:
            query = query.where(or_(_D.client_id.is_(None), _D.client_id.in_(sorted(self.clients))))
        return [rows.deadline(row) for row in self._select(query)]
