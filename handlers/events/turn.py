"""Somebody else is on call from now on: both are told, and what is open is handed over."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.loaded import dm
from desk import duties
from desk.alerts import Alert, AlertState
from desk.cards import Post
from desk.oncall import Schedule, turns
from desk.people import may
from desk.tickets import UNRESOLVED, Ticket
from handlers import duty, finding, saving
from handlers.context import Context, Tx
from handlers.pictures import alert_row, pressable
from handlers.pictures import turnover as picture
from handlers.records import Deadline

MOMENT = timedelta(seconds=1)
URGENT = frozenset({"P1", "P2"})
MOST = 1000  # alerts of a client that are looked at


def arm(tx: Tx, ctx: Context) -> None:
    """Set the alarm for each schedule's next change."""
    for schedule in ctx.config.schedules.values():
        duty.set_alarm(tx, ctx, schedule)


def run(tx: Tx, ctx: Context, due: Deadline) -> None:
    """Who is on call is noted whatever happens; it is said where that is another person than was noted before."""
    schedule = ctx.config.schedules.get(due.subject.partition("/")[2])
    if schedule is None:
        return
    last = tx.duty(schedule.id)
    since = last.since if last else ctx.now
    planned = turns(schedule, duty.overrides(tx, ctx, schedule.id, since), since, ctx.now + MOMENT)
    noted = duties.since_then(last, schedule.id, planned, ctx.now)
    for each in noted:
        tx.note_duty(each)
    if last and noted and noted[-1].person != last.person:
        was, person = last.person or "nobody", noted[-1].person or "nobody"
        saving.note_audit(tx, ctx, "oncall.changed", due.subject, None, schedule=schedule.id, person=person, was=was)
        _hand_over(tx, ctx, _change(tx, ctx, schedule, last.person, noted[-1].since))
    tx.deadline(due.subject, "turn", duty.change(tx, ctx, schedule))


def _change(tx: Tx, ctx: Context, schedule: Schedule, goes: str | None, at: datetime) -> picture.Change:
    turn = duty.turn(tx, ctx, schedule.id)
    until = turn.end if turn else duty.change(tx, ctx, schedule)
    return picture.Change(schedule.id, goes, turn.person if turn else None, until, ctx.now - at)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where it is said, and about whose things; `person` is whose own channel it is."""

    destination: str
    clients: list[str]
    person: str = ""


def _hand_over(tx: Tx, ctx: Context, change: picture.Change) -> None:
    clients = duty.clients_of(ctx.config, change.schedule)
    is_open = {client: _open(tx, client, change.until) for client in clients}
    for place in _places(ctx, change, clients):
        _say(tx, ctx, change, place, {client: is_open[client] for client in place.clients})
    for of in is_open.values():
        for alert in of.alerts:  # its card names who is on call
            if alert.state is AlertState.FIRING and duty.schedule_of(alert) == change.schedule:
                saving.show_alert(tx, ctx, alert)


def _places(ctx: Context, change: picture.Change, clients: list[str]) -> Iterator[_Place]:
    """The teams' channels, or that of the administrators; and those of the two."""
    channels: dict[str, list[str]] = {} if clients and change.comes else {ctx.config.desk.admins_channel: []}
    for client in clients:
        channels.setdefault(ctx.config.clients[client].team_channel, []).append(client)
    yield from (_Place(channel, theirs) for channel, theirs in channels.items())
    for id_ in (change.goes, change.comes):
        person = ctx.config.people.get(id_ or "")
        if person:
            yield _Place(dm(person.id), [c for c in clients if may(person, "ticket.see", c)], person.id)


def _open(tx: Tx, client: str, until: datetime | None) -> picture.Open:
    """What somebody has to know who is called about this client until then."""
    tickets = finding.every(tx, client=client, states=tuple(UNRESOLVED))
    asleep = [t for t in tickets if t.wake_at and (until is None or t.wake_at < until)]
    pressing = [t for t in tickets if str(t.priority) in URGENT and t not in asleep]
    return picture.Open(_alerts(tx, client), _by_number(pressing), _by_number(asleep))


def _alerts(tx: Tx, client: str) -> tuple[Alert, ...]:
    return tuple(alert_row.ordered(tx.alerts(client=client, limit=MOST)))


def _by_number(tickets: list[Ticket]) -> tuple[Ticket, ...]:
    return tuple(sorted(tickets, key=lambda ticket: ticket.number))


def _say(tx: Tx, ctx: Context, change: picture.Change, place: _Place, of: dict[str, picture.Open]) -> None:
    """One card where one client's people read it; else a card for all, and in its thread one of each client: no card is
    about two of them.
    """
    urgent = change.comes is None
    if len(of) == 1 and not place.person:
        (client,) = of
        card = picture.of_client(change, ctx.config, client, of[client])
        key = f"{card.key}/{ctx.now:%Y%m%dT%H%M%S%fZ}"
        tx.post(Post(key, place.destination, client, card, urgent=urgent))
        return
    head = picture.head(change, ctx.config, place.person, anything=any(each.anything() for each in of.values()))
    key = f"{head.key}/{ctx.now:%Y%m%dT%H%M%S%fZ}"
    tx.post(Post(key, place.destination, None, head, urgent=urgent or bool(place.person)))
    for client, each in of.items():
        if each.anything():
            card = picture.of_client(change, ctx.config, client, each)
            person = ctx.config.people.get(place.person)
            if person:
                card = picture.with_buttons(card, pressable(card.buttons, person, client))
            tx.post(Post(f"{key}/{client}", place.destination, client, card, under=key))
