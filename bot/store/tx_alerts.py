"""Alerts, and what is watched."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import String, bindparam, cast, literal, select

from bot.store import rows
from bot.store.results import HOUR, results_of
from bot.store.statements import adding, asking, constant, finding, putting, replacing
from bot.store.tables import EPOCH, alerts, posts, watches
from bot.store.transaction import Transaction
from desk.alerts import Alert, AlertState, Watch
from desk.sparklines import Look

_FIND = finding(alerts, "number")
_ADD = adding(alerts, "number")
_REPLACE = replacing(alerts)
_OPEN = asking(
    select(alerts)
    .where(alerts.c.grouped == bindparam("of_group"), alerts.c.state != constant(AlertState.CLEARED.value))
    .limit(constant(1)).offset(constant(0)),
    "of_group",
)  # fmt: skip
_FIND_WATCH = finding(watches, "monitor")
_PUT_WATCH = putting(watches, ["monitor"])


class AlertRows(Transaction):
    def alert(self, number: int) -> Alert | None:
        row = self._one(_FIND, number)
        return rows.alert(row) if row and self._sees(row[1]) else None

    def alerts(
        self, *, open_only: bool = True, client: str | None = None, monitor: str | None = None,
        below: int | None = None, limit: int = 100,
    ) -> list[Alert]:  # fmt: skip
        """The newest first; `below` this number."""
        query = self._mine(select(alerts), alerts).order_by(alerts.c.number.desc()).limit(limit)
        if open_only:
            query = query.where(alerts.c.state != AlertState.CLEARED.value)
        if client is not None:
            query = query.where(alerts.c.client_id == client)
        if monitor is not None:
            query = query.where(alerts.c.monitor == monitor)
        if below is not None:
            query = query.where(alerts.c.number < below)
        return [rows.alert(row) for row in self._select(query)]

    def alerts_at(self, place: str, limit: int) -> list[Alert]:
        """Those that are open and whose card stands at this place, the newest first."""
        self.flush()
        card = posts.c.key == literal("alert/").concat(cast(alerts.c.number, String))
        query = self._mine(select(alerts), alerts).join(posts, card).where(posts.c.destination == place)
        query = query.where(alerts.c.state != AlertState.CLEARED.value).order_by(alerts.c.number.desc()).limit(limit)
        return [rows.alert(row) for row in self._select(query)]

    def save_alert(self, alert: Alert) -> Alert:
        """The alert as it is now stored, one version on. Raises Conflict, ForeignClient."""
        saved = alert.version + 1
        self._save(_ADD, _REPLACE, rows.alert_row(alert, saved), (alert.number, alert.client, alert.version))
        return replace(alert, version=saved)

    def open_alert(self, group: str) -> Alert | None:
        """The alert of these signals that has not ended."""
        row = self._one(_OPEN, group)
        return rows.alert(row) if row and self._sees(row[1]) else None

    def looks(self, monitor: str, start: datetime, end: datetime) -> list[Look]:
        """What the looks at a monitor in `[start, end]` saw, oldest first; a damaged hour tells nothing."""
        found: list[Look] = []
        for hour in range((start - EPOCH) // HOUR, (end - EPOCH) // HOUR + 1):
            began = EPOCH + hour * HOUR
            with suppress(ValueError):
                results = results_of(self, monitor, hour)
                found += [Look(began + timedelta(seconds=r.second), r.status, r.latency) for r in results]
        return [look for look in found if start <= look.at <= end]

    def watch(self, monitor: str) -> Watch:
        self.flush()
        row = self._one(_FIND_WATCH, monitor)
        return rows.watch(row) if row else Watch(monitor)

    def watches(self) -> list[Watch]:
        """All that were ever saved: what the poller starts with."""
        self.flush()
        return [rows.watch(row) for row in self._select(select(watches).order_by(watches.c.monitor))]

    def save_watch(self, watch: Watch) -> None:
        self._later(_PUT_WATCH, rows.watch_row(watch))
