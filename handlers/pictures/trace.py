"""What one look saw, step by step: how long each took, each value, each condition."""

from collections.abc import Mapping

from desk.alerts import Monitor, Status
from desk.cards import Card, Text, When, text
from desk.detail import Own, ours
from desk.traces import Asked, Trace, Verdict

STEPS: Mapping[str, str] = {
    "dns_ms": "Name resolved", "connect_ms": "Connected", "tls_ms": "TLS", "handshake_ms": "Handshake",
    "first_byte_ms": "First byte", "latency_ms": "Total",
}  # fmt: skip
STATES = {Status.OK: "✓ ok", Status.FAILED: "✗ failed", Status.UNKNOWN: "? unknown"}
TONES = {Status.OK: "good", Status.FAILED: "bad", Status.UNKNOWN: "warn"}
MOST = 40  # rows


def card(monitor: Monitor, trace: Trace, asked: Asked) -> Card:
    when = ours("Looked at ", When(trace.started_at), ", because you asked. It counts for no alert and no report.")
    lines = (*((text(trace.sentence),) if trace.sentence else ()), when)
    steps = [(ours(STEPS[name]), text(f"{value} ms")) for name, value in trace.values if name in STEPS]
    values = [(text(name), text(value)) for name, value in trace.values if name not in STEPS]
    conditions = [_condition(verdict) for verdict in trace.verdicts]
    return Card(
        f"checked/{monitor.id}/{asked.person}/{asked.at:%Y%m%dT%H%M%S%f}", Own(monitor.name), STATES[trace.status],
        lines=lines, table=tuple((*steps, *values, *conditions)[:MOST]), tone=TONES[trace.status],
    )  # fmt: skip


def _condition(verdict: Verdict) -> tuple[Text, Text]:
    mark = {Status.OK: "✓", Status.FAILED: "✗", Status.UNKNOWN: "?"}[verdict.status]
    return text(f"{mark} {verdict.text}"), text(verdict.sentence or "holds")
