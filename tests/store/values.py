"""One of each value that the store keeps."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from desk.alerts import Alert, AlertState, Severity
from desk.approvals import Approval
from desk.holds import Silence
from desk.matchers import Matcher
from desk.runs import Run, RunState
from desk.signals import Signal
from desk.tickets import Priority, State, Ticket
from tests.store_fixture import MORNING

LATER = MORNING + timedelta(minutes=7, microseconds=1)


def ticket(number: int, client: str = "acme", **changes: object) -> Ticket:
    made = Ticket(number, client, "ann", "VPN drops", Priority.P2, State.NEW, MORNING, "ann")
    return replace(made, **changes)  # type: ignore[arg-type]


def alert(number: int, client: str = "acme", monitor: str = "shop") -> Alert:
    return Alert(
        number, client, monitor, "shop page", "shop.example", Severity.CRITICAL, AlertState.FIRING, MORNING, LATER,
        "status 500, expected 200", 3,
    )  # fmt: skip


def signal(number: int, client: str = "acme", monitor: str = "shop", **more: Any) -> Signal:
    """One of the alert with this number."""
    labels = {"client": client, "monitor": monitor}
    return Signal(
        f"monitor/{monitor}", client, "shop page", Severity.CRITICAL, MORNING, "status 500, expected 200",
        labels=labels, monitor=monitor, alert=number, **more,
    )  # fmt: skip


def silence(number: int, client: str = "acme") -> Silence:
    return Silence(number, client, (Matcher("host", "=", "db-1"),), "swapped", "ben", MORNING, LATER)


def run(number: int, client: str = "acme") -> Run:
    return Run(
        number, client, "restart", digest="ab" * 32, recipe="cd" * 32, target="shop-1", arguments=(("how", "hard"),),
        state=RunState.ASKED, asked_by="ann", asked_at=MORNING,
    )  # fmt: skip


def approval(number: int, client: str = "acme") -> Approval:
    return Approval(
        number, client, 3, "restart", "ab" * 32, (("how", "hard"),), "shop-1", "ann", MORNING, lapses_at=LATER
    )
