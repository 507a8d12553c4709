"""Who is on call: by the schedules of the configuration, and by what people have changed since."""

from datetime import datetime, timedelta

from config.loaded import Config
from config.problems import nearest
from desk import grouping
from desk.alerts import Alert
from desk.cards import Text, When, text
from desk.intervals import FOREVER
from desk.oncall import Override, Schedule, everybody, next_change, on_call
from desk.people import READERS, STAFF, may
from desk.refusal import DeskError, Why
from desk.rotations import Turn
from desk.routing import ON_CALL
from handlers import finding
from handlers.context import Context, Tx
from handlers.pictures import name

BACK = timedelta(days=35)  # a turn is told to have begun where an override ended, if that was within it


def key(schedule: str) -> str:
    """What a schedule is called among the subjects of deadlines and of the record."""
    return f"schedule/{schedule}"


def turn(tx: Tx, ctx: Context, schedule: str, at: datetime | None = None) -> Turn | None:
    """The turn of that time (now); None in a gap, and of a schedule that has left the configuration."""
    known = ctx.config.schedules.get(schedule)
    return on_call(known, overrides(tx, ctx, schedule, at), at or ctx.now) if known else None


def overrides(tx: Tx, ctx: Context, schedule: str, since: datetime | None = None) -> list[Override]:
    """Those that may still count at `since` (now) or later; a person who has left the configuration has no turn."""
    found = tx.overrides(schedule, (since or ctx.now) - BACK)
    return [override for override in found if override.person in ctx.config.people]


def change(tx: Tx, ctx: Context, schedule: Schedule) -> datetime | None:
    """When it next changes who is on call; None where that is not in sight."""
    return next_change(schedule, overrides(tx, ctx, schedule.id), ctx.now)


def words(tx: Tx, ctx: Context, schedule: Schedule) -> Text:
    """`Ben until 18:00`, `nobody until 18:00`; without an end where none is in sight."""
    now = turn(tx, ctx, schedule.id)
    end = (now.end if now else change(tx, ctx, schedule)) or FOREVER
    return text(name(ctx.config, now.person if now else None), *((" until ", When(end)) if end < FOREVER else ()))


def for_alert(tx: Tx, ctx: Context, alert: Alert) -> Text:
    """Who is on call by the schedule that the alert's own path names first; nothing, where it names none."""
    schedule = ctx.config.schedules.get(schedule_of(alert))
    return words(tx, ctx, schedule) if schedule else ()


def schedule_of(alert: Alert) -> str:
    """The one that its path names first; empty, where it names none."""
    targets = (s.target.removeprefix(ON_CALL) for s in alert.steps if s.target.startswith(ON_CALL))
    return next(targets, "")


def clients_of(config: Config, schedule: str) -> list[str]:
    """The clients about whom those on call may be told: by an escalation path, their own or a route's, or by a routing
    rule.
    """
    target = ON_CALL + schedule
    own = {client.id: client.path for client in config.clients.values()}
    paths = [path.id for path in config.paths.values() if any(step.target == target for step in path.steps)]
    rules = [rule for rule in config.routing if rule.assign == target]
    told = (grouping.clients_of(config.alerting.route, own, path) for path in paths)
    ruled = (rule.clients or config.clients for rule in rules)
    return sorted(set[str]().union(*told, *ruled) & config.clients.keys())


def seen(ctx: Context) -> list[Schedule]:
    """Those that somebody may know of: who has turns in one, and who sees the alerts of a client it is for."""
    return [schedule for schedule in ctx.config.schedules.values() if _sees(ctx, schedule)]


def _sees(ctx: Context, schedule: Schedule) -> bool:
    anywhere = any(may(ctx.person, "alert.see", client) for client in clients_of(ctx.config, schedule.id))
    return anywhere or bool(ctx.person.roles_at(None) & READERS) or ctx.person.id in everybody(schedule)


def named(ctx: Context, said: str) -> Schedule:
    """The schedule that somebody means, if they may know of it; nothing said means the only one. Raises DeskError."""
    known = {schedule.id: schedule for schedule in seen(ctx)}
    id_ = said.strip().lower() or finding.only(sorted(known)) or ""
    if id_ not in known:
        which = f"There is no schedule “{said[:40]}”{nearest(id_, known)}" if id_ else _which(known)
        raise DeskError(which, field="schedule", why=Why.NOT_FOUND)
    return known[id_]


def _which(known: dict[str, Schedule]) -> str:
    return f"Which schedule? There are: {', '.join(known)}." if known else "There is no schedule yet."


def may_change(ctx: Context, schedule: Schedule) -> bool:
    """Whoever works the alerts of all its clients; of one that is for none, the desk's staff."""
    clients = clients_of(ctx.config, schedule.id)
    works = all(may(ctx.person, "alert.work", client) for client in clients)
    return works and bool(clients or ctx.person.roles_at(None) & STAFF)


def changed_by(ctx: Context, schedule: Schedule) -> None:
    """DeskError for whoever may not."""
    if not may_change(ctx, schedule):
        sentence = f"{schedule.id} is changed by staff who work for all of its clients. Ask one of them."
        raise DeskError(sentence, why=Why.FORBIDDEN)


def able(ctx: Context, schedule: Schedule) -> list[str]:
    """Who may be on call in it: whoever may be told about all of its clients."""
    clients = clients_of(ctx.config, schedule.id)
    people = [p for p in ctx.config.people.values() if clients or p.roles_at(None) & READERS]
    return [p.id for p in people if all(may(p, "ticket.see", client) for client in clients)]


def set_alarm(tx: Tx, ctx: Context, schedule: Schedule) -> None:
    """For the next change; for now, if whoever is on call is not who was noted last."""
    noted, now = tx.duty(schedule.id), turn(tx, ctx, schedule.id)
    is_news = noted is None or noted.person != (now.person if now else None)
    tx.deadline(key(schedule.id), "turn", ctx.now if is_news else change(tx, ctx, schedule))
