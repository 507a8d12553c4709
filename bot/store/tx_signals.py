"""Signals, their edges, what hides others, and silences."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, func, select

from bot.store import rows
from bot.store.signal_tables import edges, inhibitors, signals, silences
from bot.store.statements import asking, constant, finding, inserting, putting, replacing
from bot.store.tables import from_us, outages, to_us
from bot.store.transaction import Transaction
from desk.holds import Silence
from desk.signals import Edge, Signal, SignalState, Turn

_FIND = finding(signals, "fingerprint")
_PUT = putting(signals, ["fingerprint"])
_EDGE = inserting(edges, without=["id"])
_INHIBITS = putting(inhibitors, ["fingerprint", "inhibition"])
_PUT_OUTAGE = putting(outages, ["monitor", "started_at"])
_FIND_SILENCE = finding(silences, "number")
_ADD_SILENCE = inserting(silences)
_REPLACE_SILENCE = replacing(silences)
_S, _E, _I = signals.c, edges.c, inhibitors.c
_OF_ALERT = select(signals).where(_S.alert == bindparam("of_alert")).order_by(_S.state, _S.rank, _S.started_at)
_FIRES = _S.state == constant(SignalState.FIRING.value)
_MEMBERS = asking(_OF_ALERT, "of_alert", at_most=True)
_FIRING = asking(_OF_ALERT.where(_FIRES), "of_alert", at_most=True)
_COUNT = asking(
    select(_S.client_id, func.count()).where(_S.alert == bindparam("of_alert"), _FIRES).group_by(_S.client_id),
    "of_alert",
)
_SILENCES_OF = asking(
    select(silences)
    .where(silences.c.ends_at > bindparam("after"), silences.c.client_id == bindparam("client"))
    .order_by(silences.c.ends_at, silences.c.number),
    "after", "client",
)  # fmt: skip
_HIDES = asking(
    select(_I.title)
    .where(_I.client_id == bindparam("client"), _I.inhibition == bindparam("by"),
           _I.equal == bindparam("shared"), _I.fingerprint != bindparam("besides")),
    "client", "by", "shared", "besides", at_most=True,
)  # fmt: skip
_HIDDEN_BY = asking(select(_I.inhibition, _I.client_id).where(_I.fingerprint == bindparam("source")), "source")


class SignalRows(Transaction):
    def signal(self, fingerprint: str) -> Signal | None:
        row = self._one(_FIND, fingerprint)
        return rows.signal(row) if row and self._sees(row[1]) else None

    def save_signal(self, signal: Signal) -> None:
        self._allow(signal.client)
        self._run(_PUT, rows.signal_row(signal))

    def signals_of(self, alert: int, *, firing_only: bool = False, limit: int = 100) -> list[Signal]:
        """The signals of an alert: those that fire first, the worst of them first, then the oldest."""
        found = self._found(_FIRING if firing_only else _MEMBERS, alert, limit)
        return [rows.signal(row) for row in found if self._sees(row[1])]

    def held_signals(self, client: str | None = None, *, since: str = "", limit: int = 100) -> list[Signal]:
        """What fires and is hidden, of one client or of all, by fingerprint; `since` is the last one known."""
        query = self._mine(select(signals), signals).where(_S.state == SignalState.HELD.value)
        query = query.where(_S.client_id == client) if client else query
        query = query.where(_S.fingerprint > since).order_by(_S.fingerprint).limit(limit)
        return [rows.signal(row) for row in self._select(query)]

    def live_signals(self, since: str = "", limit: int = 100) -> list[Signal]:
        """What fires, hidden or not, by fingerprint; `since` is the last one known."""
        query = self._mine(select(signals), signals).where(_S.state != SignalState.OVER.value)
        query = query.where(_S.fingerprint > since).order_by(_S.fingerprint).limit(limit)
        return [rows.signal(row) for row in self._select(query)]

    def outage(self, signal: Signal) -> None:
        """Keep from when to when the signal's monitor was down."""
        self._allow(signal.client)
        self._run(_PUT_OUTAGE, rows.outage_row(signal))

    def edge(self, edge: Edge) -> None:
        self._allow(edge.client)
        self._later(_EDGE, (edge.fingerprint, edge.client, to_us(edge.at), edge.turn.value, edge.alert, edge.why))

    def edges(self, *, fingerprint: str = "", alert: int | None = None, limit: int = 200) -> list[Edge]:
        """Of a signal, or of all signals of an alert, the newest `limit`, oldest first."""
        self.flush()
        query = self._mine(select(edges), edges).order_by(_E.id.desc()).limit(limit)
        query = query.where(_E.fingerprint == fingerprint) if fingerprint else query
        query = query.where(_E.alert == alert) if alert is not None else query
        found = [Edge(row[1], row[2], from_us(row[3]), Turn(row[4]), row[5], row[6]) for row in self._select(query)]
        return found[::-1]

    def inhibits(self, signal: Signal, inhibition: str, equal: str) -> None:
        """While it fires, it hides what this inhibition matches and has the same `equal`."""
        self._allow(signal.client)
        self._run(_INHIBITS, (signal.fingerprint, inhibition, signal.client, equal, signal.title))

    def inhibits_no_more(self, fingerprint: str) -> list[str]:
        """The inhibitions that it was a source of."""
        found = [str(rule) for rule, client in self._found(_HIDDEN_BY, fingerprint) if self._sees(client)]
        if found:
            self.execute("DELETE FROM inhibitors WHERE fingerprint = ?", (fingerprint,))
        return found

    def inhibitor(self, client: str, inhibition: str, equal: str, besides: str) -> str | None:
        """The title of what hides others by this inhibition, other than this fingerprint; None for nothing."""
        found = self._one(_HIDES, client, inhibition, equal, besides, 1) if self._sees(client) else None
        return found[0] if found else None

    def begun_alerts(self, client: str, since: datetime) -> int:
        """How many alerts of the client began since then."""
        found = self.rows(
            "SELECT COUNT(*) FROM alerts WHERE client_id = ? AND started_at >= ?", (client, to_us(since))
        )  # fmt: skip
        return int(found[0][0]) if self._sees(client) else 0

    def firing_count(self, alert: int) -> int:
        return sum(int(count) for client, count in self._found(_COUNT, alert) if self._sees(client))

    def silence(self, number: int) -> Silence | None:
        row = self._one(_FIND_SILENCE, number)
        return rows.silence(row) if row and self._sees(row[1]) else None

    def silences(self, now: datetime, clients: Sequence[str] = (), limit: int = 500) -> list[Silence]:
        """Those that have not ended, of these clients or of all, by when they end. All of one client's: one that was
        left out would ring.
        """
        if len(clients) == 1:  # for each signal that would ring
            found = self._found(_SILENCES_OF, to_us(now), clients[0]) if self._sees(clients[0]) else []
            return [rows.silence(row) for row in found]
        query = self._mine(select(silences), silences).where(silences.c.ends_at > to_us(now))
        query = query.where(silences.c.client_id.in_(list(clients))) if clients else query
        query = query.order_by(silences.c.ends_at, silences.c.number).limit(limit)
        return [rows.silence(row) for row in self._select(query)]

    def save_silence(self, silence: Silence) -> Silence:
        saved = replace(silence, version=silence.version + 1)
        key = (silence.number, silence.client, silence.version)
        self._save(_ADD_SILENCE, _REPLACE_SILENCE, rows.silence_row(saved), key)
        return saved
