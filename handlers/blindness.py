"""While our own network is down nothing is said of what is beyond it."""

from dataclasses import replace
from datetime import datetime

from desk.alerts import Monitor, Reading, Status, Watch
from desk.holds import Hold, HoldKind
from desk.sight import blind_since, seen_since
from handlers.context import Context, Tx

REFERENCES = "references"  # what a hold for our own blindness is known by


def references(tx: Tx, ctx: Context) -> list[Watch]:
    return [tx.watch(id_) for id_ in ctx.config.alerting.references if id_ in ctx.config.monitors]


def is_beyond(ctx: Context, monitor: Monitor) -> bool:
    """Whether our network has to work for a look at it. A reference is what we know that by."""
    return monitor.id not in ctx.config.alerting.references and bool(getattr(monitor.settings, "remote", False))


def seen(tx: Tx, ctx: Context, monitor: Monitor, reading: Reading) -> Reading:
    """The reading, or what it is worth while we are blind: nothing."""
    if reading.status is not Status.FAILED or not ctx.config.alerting.references or not is_beyond(ctx, monitor):
        return reading
    since = blind_since(references(tx, ctx))
    if since is None:
        return reading
    sentence = f"our own network is down, so this says nothing: {reading.sentence}"
    return replace(reading, status=Status.UNKNOWN, sentence=sentence[:300])


def hold(tx: Tx, ctx: Context, monitor: Monitor, failing_since: datetime) -> Hold | None:
    """Until a way out was seen after it began to fail, it may be our own network."""
    if not ctx.config.alerting.references or not is_beyond(ctx, monitor):
        return None
    if seen_since(references(tx, ctx), failing_since):
        return None
    return Hold(HoldKind.BLIND, REFERENCES, "no way out was seen since then")
