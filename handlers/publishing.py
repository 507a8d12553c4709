"""What the public reads of a client: a page's board, and what staff publish about an alert."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from config.loaded import Config
from desk import status
from desk.alerts import Alert
from desk.intervals import Span
from desk.refusal import DeskError, Why
from desk.signals import labels_of
from desk.status import (
    AHEAD,
    DAYS,
    Board,
    Component,
    Lasted,
    Page,
    Seen,
    Stage,
    Update,
    incidents,
    midnights,
)
from desk.tickets import Item
from handlers import saving
from handlers.context import Context, Tx
from handlers.pictures import alert as picture
from handlers.reporting import REACH

OVER = {Stage.RESOLVED, Stage.WITHDRAWN}
SIGNALS = 100  # of an alert, that are looked at for what it is about
LOOKED_BACK = timedelta(days=DAYS)
Looked = Callable[[Tx, str, datetime, datetime, float], Sequence[Span]]


def board(tx: Tx, ctx: Context, page: Page, looked: Looked) -> Board:
    """All that stands on it now. `looked` says of which time there is data about a monitor, as `tx.looked` does."""
    first = midnights(page.zone, ctx.now)[0]
    outages = tx.outages(page.client, first, ctx.now)
    found = {
        monitor: Seen(
            [outage for outage in outages if outage.monitor == monitor],
            looked(tx, monitor, first, ctx.now, reach(ctx.config, monitor)), _maintained(tx, ctx, monitor, first),
        )
        for component in page.components for monitor in component.monitors
    }  # fmt: skip
    standings = tuple(
        status.standing(component, [found[monitor] for monitor in component.monitors], page.zone, ctx.now)
        for component in page.components
    )
    told = tx.published(page.name, page.client, ctx.now - LOOKED_BACK)
    return Board(page, ctx.now, standings, incidents(told, _times(tx, told), page, ctx.now), _planned(ctx, page))


def reach(config: Config, monitor: str) -> float:
    """For how many seconds a look at it vouches."""
    known = config.monitors.get(monitor)
    return max(REACH, 2 * known.interval + known.time_limit) if known else REACH


def _maintained(tx: Tx, ctx: Context, monitor: str, first: datetime) -> list[Span]:
    """What was noted, and what is under way by the configuration."""
    return [*tx.maintenance_of(monitor, first, ctx.now), *_windows(ctx, monitor, ctx.now, ctx.now)]


def _windows(ctx: Context, monitor: str, start: datetime, end: datetime) -> list[Span]:
    """The times of maintenance that touch `[start, end]`."""
    known = ctx.config.monitors.get(monitor)
    if known is None:
        return []
    windows = [w for w in ctx.config.alerting.windows.values() if w.covers(known.client, labels_of(known))]
    return [span for window in windows for span in window.spans if span[0] <= end and span[1] > start]


def _planned(ctx: Context, page: Page) -> tuple[tuple[Span, tuple[str, ...]], ...]:
    """Maintenance that begins soon, and the components that it is about."""
    found: dict[Span, list[str]] = {}
    for component in page.components:
        spans = {s for monitor in component.monitors for s in _windows(ctx, monitor, ctx.now, ctx.now + AHEAD)}
        for span in spans:
            found.setdefault(span, []).append(component.title)
    return tuple((span, tuple(titles)) for span, titles in sorted(found.items()))


def _times(tx: Tx, told: Iterable[Update]) -> dict[int, Lasted]:
    alerts = (tx.alert(number) for number in {update.alert for update in told})
    return {alert.number: (alert.started_at, alert.cleared_at) for alert in alerts if alert}


def pages_of(tx: Tx, ctx: Context, alert: Alert) -> dict[str, tuple[Component, ...]]:
    """The client's pages that the alert has something to do with, and the components that it is about. Where nothing of
    it is watched, and of a page nothing else can be said, it is about the page as a whole.
    """
    monitors = {alert.monitor, *(s.monitor for s in tx.signals_of(alert.number, limit=SIGNALS))} - {""}
    theirs = [page for page in ctx.config.status.values() if page.client == alert.client]
    found = {page.name: page.about(monitors) for page in theirs}
    about = {name: components for name, components in found.items() if components}
    return about or ({} if monitors else dict.fromkeys(found, ()))


def check(tx: Tx, ctx: Context, alert: Alert) -> dict[str, tuple[Component, ...]]:
    found = pages_of(tx, ctx, alert)
    if not found:
        sentence = f"Nothing of {alert.number} is on a public page: `status` in deskbell.yaml says what is."
        raise DeskError(sentence, field="number", why=Why.CONFLICT)
    return found


def stands(tx: Tx, ctx: Context, alert: Alert) -> Stage:
    """Where it stood when something was published last; what was over begins anew."""
    told = [
        update for page in check(tx, ctx, alert) for update in tx.published(page, alert.client, ctx.now - LOOKED_BACK)
        if update.alert == alert.number
    ]  # fmt: skip
    last = max(told, key=lambda update: update.at, default=None)
    return Stage.INVESTIGATING if last is None or last.stage in OVER else last.stage


def publish(tx: Tx, ctx: Context, alert: Alert, stage: Stage, words: str) -> tuple[str, ...]:
    """On each page that shows what the alert is about; the names of these pages."""
    found = check(tx, ctx, alert)
    for page, components in found.items():
        ids = tuple(component.id for component in components)
        tx.publish(Update(page, alert.client, alert.number, ctx.now, ctx.person.id, stage, words, ids))
    did = "withdrew what was published" if stage is Stage.WITHDRAWN else f"published ({stage}): {words}"
    saving.on_alert(tx, ctx, alert, Item.CHANGE, did)
    saving.note_audit(
        tx, ctx, "incident.published", picture.key(alert.number), alert.client, stage=str(stage), words=words[:200],
        pages=" ".join(found),
    )  # fmt: skip
    return tuple(found)
