"""Overrides of who is on call, and swaps. They are the desk's own: whoever asks is looked at by the handlers."""

import json
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select

from bot.store import rows
from bot.store.oncall_tables import duties, overrides, swaps
from bot.store.rows import Row, at, us
from bot.store.statements import Statement, finding, putting
from bot.store.tables import from_us, to_us
from bot.store.transaction import Transaction
from desk.duties import Duty
from desk.oncall import Override
from desk.rotations import Turn
from desk.swaps import Swap, SwapState

_O = overrides.c
_FIND = finding(overrides, "number")
_PUT = putting(overrides, ["number"])
_OF_SWAP = finding(overrides, "swap")
_FIND_SWAP = finding(swaps, "number")
_PUT_SWAP = putting(swaps, ["number"])
_STANDING = Statement(
    lambda _: select(overrides)
    .where(_O.schedule == bindparam("named"), _O.end_at > bindparam("since"))
    .where(or_(_O.cancelled_at.is_(None), _O.cancelled_at > _O.start_at))
    .order_by(_O.number),
    ["named", "since"],
)
_D = duties.c
_PUT_DUTY = putting(duties, ["schedule", "since"])


class OnCallRows(Transaction):
    def override(self, number: int) -> Override | None:
        """Also one that was cancelled."""
        row = self._one(_FIND, number)
        return _override(row) if row else None

    def overrides(self, schedule: str, since: datetime) -> list[Override]:
        """Those of a schedule that end after `since`, by number; none that was cancelled before it began."""
        return [_override(row) for row in self._run(_STANDING, (schedule, to_us(since))).fetchall()]

    def overrides_of(self, swap: int) -> list[Override]:
        """Those that a swap made, cancelled or not, by number."""
        return sorted((_override(row) for row in self._run(_OF_SWAP, (swap,)).fetchall()), key=lambda o: o.number)

    def save_override(self, override: Override) -> None:
        self._run(_PUT, (
            override.number, override.schedule, override.person, to_us(override.start), to_us(override.end),
            override.by, to_us(override.made_at), override.swap, override.cancelled_by, us(override.cancelled_at),
        ))  # fmt: skip

    def swap(self, number: int) -> Swap | None:
        row = self._one(_FIND_SWAP, number)
        return _swap(row) if row else None

    def save_swap(self, swap: Swap) -> None:
        self._run(_PUT_SWAP, (
            swap.number, swap.schedule, swap.asked_by, swap.asked_of, _stored(swap.given), _stored(swap.back),
            to_us(swap.asked_at), swap.state.value, us(swap.ended_at),
        ))  # fmt: skip

    def duty(self, schedule: str) -> Duty | None:
        """The last that was noted."""
        query = select(duties).where(_D.schedule == schedule).order_by(_D.since.desc()).limit(1)
        return next((_duty(row) for row in self._select(query)), None)

    def duties(self, schedule: str, start: datetime, end: datetime) -> list[Duty]:
        """What was noted in `[start, end)`, and the last before it, in order."""
        before = select(func.max(_D.since)).where(_D.schedule == schedule, _D.since <= to_us(start)).scalar_subquery()
        query = select(duties).where(_D.schedule == schedule, _D.since < to_us(end))
        query = query.where(_D.since >= func.coalesce(before, to_us(start))).order_by(_D.since)
        return [_duty(row) for row in self._select(query)]

    def note_duty(self, duty: Duty) -> None:
        self._run(_PUT_DUTY, (duty.schedule, to_us(duty.since), duty.person))


def _override(row: Row) -> Override:
    return Override(
        row[0], row[1], row[2], from_us(row[3]), from_us(row[4]), row[5], from_us(row[6]), row[7], row[8], at(row[9])
    )


def _duty(row: Row) -> Duty:
    return Duty(row[0], from_us(row[1]), row[2])


def _swap(row: Row) -> Swap:
    return Swap(
        row[0], row[1], row[2], row[3], _turns(row[4]), _turns(row[5]), from_us(row[6]), SwapState(row[7]), at(row[8])
    )


def _stored(turns: tuple[Turn, ...]) -> str:
    return rows.compact([[turn.person, to_us(turn.start), to_us(turn.end)] for turn in turns])


def _turns(stored: str) -> tuple[Turn, ...]:
    return tuple(Turn(person, from_us(start), from_us(end)) for person, start, end in json.loads(stored))
