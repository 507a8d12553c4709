"""Who is on call: by the schedules of the configuration, and by what people have changed since."""

from datetime import datetime, timedelta

from config.loaded import Config
from desk.alerts import Alert
from desk.cards import Text, When, text
from desk.intervals import FOREVER
from desk.oncall import Override, Schedule, everybody, next_change, on_call
from desk.people import READERS, may
from desk.rotations import Turn
from desk.routing import ON_CALL
from handlers.context import Context, Tx
from handlers.pictures import name

BACK = timedelta(days=35)  # a turn is told to have begun where an override ended, if that was within it


def turn(tx: Tx, ctx: Context, schedule: str) -> Turn | None:
    """The turn of now; None in a gap, and of a schedule that has left the configuration."""
    known = ctx.config.schedules.get(schedule)
    return on_call(known, overrides(tx, ctx, schedule), ctx.now) if known else None


def overrides(tx: Tx, ctx: Context, schedule: str, since: datetime | None = None) -> list[Override]:
    """Those that may still count at `since` (now) or later; a person who has left the configuration has no turn."""
    found = tx.overrides(schedule, (since or ctx.now) - BACK)
    return [override for override in found if override.person in ctx.config.people]


def words(tx: Tx, ctx: Context, schedule: Schedule) -> Text:
    """`Ben until 18:00`, `nobody until 18:00`; without an end where none is in sight."""
    now = turn(tx, ctx, schedule.id)
    who = name(ctx.config, now.person) if now else "nobody"
    end = now.end if now else next_change(schedule, overrides(tx, ctx, schedule.id), ctx.now) or FOREVER
    return text(who, *((" until ", When(end)) if end < FOREVER else ()))


def for_alert(tx: Tx, ctx: Context, alert: Alert) -> Text:
    """Who is on call by the schedule that the alert's own path names first; nothing, where it names none."""
    targets = [target.removeprefix(ON_CALL) for _, target in alert.steps if target.startswith(ON_CALL)]
    schedule = ctx.config.schedules.get(targets[0]) if targets else None
    return words(tx, ctx, schedule) if schedule else ()


def clients_of(config: Config, schedule: str) -> frozenset[str]:
    """The clients about whom those on call may be told: by an escalation path, or by a routing rule."""
    target = ON_CALL + schedule
    found = {
        client.id for client in config.clients.values()
        if any(step.target == target for step in config.paths[client.path].steps)
    }  # fmt: skip
    rules = [rule for rule in config.routing if rule.assign == target]
    return frozenset(found.union(*(rule.clients or config.clients for rule in rules)))


def seen(ctx: Context) -> list[Schedule]:
    """Those that somebody may know of: who has turns in one, and who sees the alerts of a client it is for."""
    return [schedule for schedule in ctx.config.schedules.values() if _sees(ctx, schedule)]


def _sees(ctx: Context, schedule: Schedule) -> bool:
    clients = clients_of(ctx.config, schedule.id)
    anywhere = any(may(ctx.person, "alert.see", client) for client in clients)
    return anywhere or bool(ctx.person.roles_at(None) & READERS) or ctx.person.id in everybody(schedule)
