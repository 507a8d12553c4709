"""Runs, approvals, and the looks that a run asks for."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, delete, or_, select

from bot.store import rows
from bot.store.statements import Statement, adding, finding, putting, replacing
from bot.store.tables import approvals, probes, runs, to_us
from bot.store.transaction import Transaction
from desk.approvals import Approval
from desk.runs import Run, RunState
from handlers.records import RunFact

_FIND = finding(runs, "number")
_ADD = adding(runs, "number")
_REPLACE = replacing(runs)
_FIND_APPROVAL = finding(approvals, "number")
_ADD_APPROVAL = adding(approvals, "number")
_REPLACE_APPROVAL = replacing(approvals)
_PUT_PROBE = putting(probes, ["run"])
_DROP_PROBE = Statement(lambda _: delete(probes).where(probes.c.run == bindparam("run")), ["run"])


class RunRows(Transaction):
    def run(self, number: int) -> Run | None:
        row = self._one(_FIND, number)
        return rows.run(row) if row and self._sees(row[1]) else None

    def runs(
        self, *, runbook: str | None = None, target: str | None = None, since: datetime | None = None, limit: int = 100
    ) -> list[Run]:
        """The newest first; `since` is about when they were asked for."""
        query = self._mine(select(runs), runs).order_by(runs.c.number.desc()).limit(limit)
        if runbook is not None:
            query = query.where(runs.c.runbook == runbook)
        if target is not None:
            query = query.where(runs.c.target == target)
        if since is not None:
            query = query.where(runs.c.asked_at >= to_us(since))
        return [rows.run(row) for row in self._select(query)]

    def last_runs_on(self, runbook: str, target: str, since: datetime) -> list[RunFact]:
        """Of every client, whomever this transaction is for: a target is one machine, whoever it serves. Facts only.

        Those that have not ended, and those asked for or started since then; the newest first.
        """
        table, begun = runs.c, to_us(since)
        query = (
            select(table.state, table.started_at, table.asked_by)
            .where(table.runbook == runbook, table.target == target)
            .where(or_(table.state != RunState.ENDED.value, table.asked_at >= begun, table.started_at >= begun))
            .order_by(table.number.desc())
            .limit(1000)
        )
        return [RunFact(RunState(state), rows.at(started), by) for state, started, by in self._select(query)]

    def save_run(self, run: Run) -> Run:
        """The run as it is now stored, one version on. Raises Conflict, ForeignClient."""
        saved = run.version + 1
        self._save(_ADD, _REPLACE, rows.run_row(run, saved), (run.number, run.client, run.version))
        return replace(run, version=saved)

    def approval(self, number: int) -> Approval | None:
        row = self._one(_FIND_APPROVAL, number)
        return rows.approval(row) if row and self._sees(row[1]) else None

    def save_approval(self, approval: Approval) -> Approval:
        """The approval as it is now stored, one version on. Raises Conflict, ForeignClient."""
        saved = approval.version + 1
        key = (approval.number, approval.client, approval.version)
        self._save(_ADD_APPROVAL, _REPLACE_APPROVAL, rows.approval_row(approval, saved), key)
        return replace(approval, version=saved)

    def probe(self, run: int, monitor: str | None, not_before: datetime | None = None) -> None:
        """Ask for looks at a monitor for this run, from `not_before` (now) on; None takes the request back."""
        if monitor is None:
            self._run(_DROP_PROBE, (run,))
        else:
            self._run(_PUT_PROBE, (run, monitor, to_us(not_before or self.now)))
